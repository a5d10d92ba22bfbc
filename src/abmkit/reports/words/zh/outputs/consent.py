"""What is said in Chinese of who may be written to, and to what they said yes."""

from __future__ import annotations

SENTENCES = {
    "consent.for_any": "营销",
    "consent.for_ads": "广告投放",
    "consent.for_email": "邮件",
    "consent.for_phone": "电话",
    "consent.for_messages": "短信和即时消息",
    "consent.for_post": "邮寄",
    # How many are in no file.
    "consent.held_refused": "{count:,} 人不同意",
    "consent.held_withdrawn": "{count:,} 人已撤回同意",
    "consent.held_expired": "{count:,} 人的同意已过期",
    "consent.held_unclear": "{count:,} 人的答复无法判断",
    "consent.held_unanswered": "{count:,} 人没有答复",
    "consent.held_unasked": "{count:,} 人未曾征求同意",
    "consent.held_other_purpose": "{count:,} 人的同意不包括{purpose}",
    "consent.held_not_listed": "{count:,} 人所在企业不在名单上",
    # The same of one row, in skipped.csv.
    "consent.row_refused": "不同意",
    "consent.row_withdrawn": "已撤回同意",
    "consent.row_expired": "同意已过期",
    "consent.row_unclear": "答复无法判断",
    "consent.row_unanswered": "没有答复",
    "consent.row_unasked": "未曾征求同意",
    "consent.row_other_purpose": "同意不包括{purpose}",
    "consent.row_not_listed": "所在企业不在名单上",
    "consent.on": "{why}，{day}",
    "consent.only_for_others": "名单上有 {people:,} 人只同意了{said}，而本次用途是{wanted}；"
    "如果该同意也包括这一用途，请指定所在的列：--map consent=列名",
    "consent.left_out": "涉及个人的列已去掉：{columns}",
}
