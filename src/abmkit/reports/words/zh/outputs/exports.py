"""What is said in Chinese of files for CRM and ad platforms."""

from __future__ import annotations

SENTENCES = {
    "export.targets": "--for 可选的目标平台：",
    "export.target_people": "联系人",
    "export.target_companies": "企业",
    "export.target_read": "各平台规则的查阅日期：{days:date}；每个文件都注明检查所依据的规则。",
    "export.title": "{title}，依据 {read:date}查阅的规则：{source:phrase}",
    "export.written": "共 {count:,} 行",
    "export.update": "  更新 {count:,} 行，按 {id} 对应",
    "export.insert": "  新增 {count:,} 行",
    "export.clear": "  清除 {count:,} 行：自 {run} 以来退出了名单",
    "export.first": "  清除 0 行：这是第一次运行",
    "export.left": "  自 {run} 以来有 {count:,} 家退出名单；没有清除任何内容",
    "export.skipped": "略去 {count:,} 行",
    "export.reason": "{count:,} 行：{reason}",
    "export.example": "{reason}：{names}{more}",
    "export.matches": "预计的匹配方式：",
    "export.by": "{rows:,} 行中有 {count:,} 行按 {columns} 匹配{weak}",
    "export.weakly": "，仅此一项，可能匹配不上",
    "export.held_back": "{count:,} 行未写入任何文件：{reasons}。",
    "export.would_be": "如果写入，文件是：",
    "export.file": "{name}：{count:,} 行",
    "export.nothing_written": "没有写入任何文件。",
    # Why a row is left out.
    "export.missing": "缺少 {columns}",
    "export.none_of": "需要 {columns}",
    "export.no_key": "没有可供匹配的信息：{columns}",
    "export.too_long": "超过一条记录允许的字节数",
    "export.repeated": "{columns} 与前面的行重复",
    "export.no_crm_id": "退出了名单，但没有 {columns}：无法清除",
    "export.weak": "只有 {columns} 可供匹配",
    # What stops it.
    "export.nothing": "没有一行是它能接收的",
    "export.too_few": "至少需要 {least:,} 行，这里只有 {rows:,} 行（{source:phrase}，{read:date}查阅）",
    "export.too_many": "所有名单合计最多接收 {most:,} 行，这里有 {rows:,} 行（{source:phrase}，"
    "{read:date}查阅）",
    "export.too_wide": "最多接收 {most} 列，这里有 {columns} 列（{source:phrase}，{read:date}查阅）",
    "export.stop_remedy": "没有写入任何文件；数量过多或过少时可用 --force 强制写入",
    "export.nothing_remedy": "没有写入任何文件；原因见上",
    # What is to be known.
    "export.note": "注意：{note:phrase}。",
    "export.perhaps_too_few": "{target}：可能至少需要 {least:,} 行，这里只有 {rows:,} 行；"
    "这一规则尚不确定（{source:phrase}，{read:date}查阅）",
    "export.advised": "{target}：{rows:,} 行，多于建议的 {most:,} 行（{source:phrase}，{read:date}查阅）",
    "export.forced": "{target}：{text}；仍然写入",
    "export.not_emptied": "{target}：{fields} 无法清空；退出名单的企业在这些字段填什么，"
    "请写在 [export.{target}] 的 clear 中",
    "export.nothing_to_clear": "{target}：没有字段说明谁在名单上，因此退出名单的 {count:,} 家"
    "没有清除；请在 [export.{target}] 的 fields 中写明一个",
    "export.no_ids": "{target}：没有一家企业有 crm_id，因此全部按新增处理；"
    "请在名录中对应这一列，否则可能重复建档",
    "export.before_unknown": "{target}：没有清除任何内容：不知道谁退出了名单，{why}",
    "export.no_consent_column": "名单上的 {people:,} 人没有一人写入文件：没有列说明谁表示同意；"
    "请用 `--map consent=列名` 指定",
}
