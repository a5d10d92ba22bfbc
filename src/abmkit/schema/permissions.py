"""Columns that say whether somebody may be contacted: their headers, and the words of their values.

Headers are matched as they are written and as words in lower case. First what exports of HubSpot,
Salesforce, Dynamics, Mailchimp, Marketo, Pardot, Klaviyo, ActiveCampaign and Zoho call them.
"""

from __future__ import annotations

from abmkit.schema.column import Column

_NO_ANSWER = (
    r"^(?!.*(?:\blinks?\b|\burls?\b|链接|\btoken|\bip\b|\bip ?address|\bcount\b|number of|\bnum\b"
    r"|\brates?\b|\bratio\b|percent|次数|数量|人数|率|\bsource\b|来源|\bversion\b|\bwording\b"
    r"|\bpage\b|\bform\b|\btemplate|campaign (?:title|id|name)|user agent"
    r"|\blanguage\b|\blevel\b|\btotal\b|\bby$"
    r"|\bpolicy\b|\bcookie|consents? (?:manage|tool|platform|banner)|\bid$"
    r"|(?<!not )\btext$|\bplan\b|\bprice|\bscore\b)).*?"
)
"""What such a header may not say besides: then its values are no answers."""

PERMISSIONS = (
    Column(
        name="objection",
        kind="bool",
        label="Objection",
        chinese="退订",
        pattern=_NO_ANSWER
        + (
            r"(?:opt(?:s|ed|ing)?[ _-]?out|unsub(?:s|scrib\w*|scription)?\b|un ?subscribed"
            r"|do(?:es)?[ _-]?not?[ _-]?(?:allow|send|bulk|e-?mail|mail|contact|call|phone|sms|text"
            r"|fax|post|disturb|market|solicit|sell|share|reach|approach|communicat)"
            r"|(?:don.?t|never)[ _-]?(?:e-?mail|mail|contact|call|phone|text|market)"
            r"|\bdn[cmed]\b|(?:black|block|deny|stop|suppression|exclusion|robinson)[ _-]?list"
            r"|suppress|(?:e-?mail|marketing|contact|communication)s? blocked"
            r"|(?:\bnot|n['’]t)[ _-](?:wish|want|like|agree|willing)"
            r"|(?:contact|communication)s? restrict"
            r"|(?:e-?mail|marketing)s?[ _-]suspended|no longer contact"
            r"|\bno[ _-](?:e-?mails?|(?:phone )?calls?|contact|marketing|solicit)"
            r"|spam (?:complain|report)|marked[ _-](?:\w+[ _-])?as[ _-]spam"
            r"|consent (?:withdrawn|revoked|denied|refused)|withdr[ae]wn? consent"
            r"|\bobjected\b|\bobjections?[ _-](?:to|date|status|received|raised)\b|^objections?\W*$"
            r"|退订|取消订阅|拒收|勿扰|勿联系|免打扰|请勿|黑名单|屏蔽"
            r"|拒绝(?:联系|接收|接受|营销|推广|推送|授权|订阅|来电|短信|邮件|电话)"
            r"|不(?:再|可|能|要|愿意?|允许|想|接受|希望)*(?:接收|接受|联系|打扰|营销|推送|发送|订阅)"
            r"|禁止(?:联系|营销|发送|推送|外呼|致电|打扰))"
        ),
        gathered=True,
        answers="objection",
        of_companies=True,
    ),
    Column(
        name="undeliverable",
        kind="bool",
        label="Undeliverable",
        chinese="退信",
        pattern=_NO_ANSWER
        + (
            r"(?:(?<!emails )bounced\b|bounce(?:back)?[ _-]?(?:reason|date|type|status)?$"
            r"|hard bounce\b|undeliver|quarantin"
            r"|(?:e-?mail|address)(?: address)? (?:is )?invalid|(?:invalid|bad) e-?mail"
            r"|ineligible for (?:marketing|e-?mail)|退信|(?:邮箱|邮件)无效|无效(?:邮箱|邮件))"
        ),
        gathered=True,
        answers="objection",
    ),
    Column(
        name="consent",
        kind="bool",
        label="Consent",
        chinese="同意",
        pattern=_NO_ANSWER
        + (
            r"(?:consent|opt(?:s|ed|ing)?[ _-]?in\b|gdpr(?! compliant)"
            r"|(?:legal|lawful|processing)[ _-]basis"
            r"|\bok(?:ay)?[ _-](?:to|for)[ _-](?:contact|e-?mail|mail|call|phone|text|market)"
            r"|\b(?:may|can)[ _-](?:we[ _-])?(?:be[ _-])?(?:contact|e-?mail|mail|call|phone|market)"
            r"|allows?(?:ed)?[ _-](?:to[ _-]|us[ _-]to[ _-])?(?:contact|e-?mail|mail|call|phone|sms"
            r"|bulk|market|follow)"
            r"|accepts?[ _-](?:e-?mail|sms|marketing|news|phone|call)"
            r"|agree[sd]?[ _-](?:to|with)|(?:contact|marketing|e-?mail|mailing|call)[ _-]permission"
            r"|permission[ _-](?:to|given|granted|status)|^permission\W*$"
            r"|\bcontactable\b|\b(?:e-?)?mailable\b"
            r"|marketing[ _-](?:allowed|eligible|permitted)|\bmarketable[ _-](?:status|contact)"
            r"|(?:like|wish|want|happy|agree|willing)s?[ _-]to[ _-]"
            r"(?:be[ _-]contacted|receive|hear)"
            r"|keep (?:me|us) (?:informed|updated|posted)|send (?:me )?(?:marketing|news|updates)"
            r"|(?:允许|可以?|能否?|可否|是否|同意|愿意|授权)(?:被)?(?:联系|营销|接收|发送|推送|群发|外呼)"
            r"|可联系|营销(?:许可|授权|同意)|授权状态|授权(?:联系|营销)|同意|隐私授权|许可状态"
            r"|是否授权$|接[收受](?:营销|推广|推送|资讯|邮件|短信))"
        ),
        gathered=True,
        answers="consent",
        of_companies=True,
    ),
    Column(
        name="subscription",
        kind="bool",
        label="Subscription",
        chinese="订阅",
        pattern=_NO_ANSWER
        + (
            r"(?:\bsubscribed\b|\bsubscribe\b|newsletters?\b(?! ?(?:name|date))|marketing contact"
            r"|receives?[ _-](?:e-?mails?|news|marketing)|wants?[ _-](?:e-?mails?|news)"
            r"|(?:e-?mail|mail|subscri(?:ption|ber)|marketing|mailing|communication|sms)s?"
            r"[ _-](?:address |marketing |confirmation |permission |subscription |contact )*"
            r"(?:status|state)$|e-?mail marketing$|e-?mail (?:is )?valid|confirm(?:ed|ation)? time"
            r"|订阅(?!号)|(?:邮箱|邮件|营销|推送)状态)"
        ),
        gathered=True,
        answers="consent",
    ),
    Column(
        name="standing",
        label="Status",
        chinese="状态",
        pattern=(
            r"^(?:hs |campaign )?(?:lead|contact|member|person|prospect|customer|client|user"
            r"|account|record|company)?[ _-]?(?:status|stage)$"
            r"|^(?:线索|联系人|会员|客户|用户|跟进|公司)?(?:状态|阶段)$"
        ),
        gathered=True,
        answers="standing",
        of_companies=True,
    ),
)

DATED_OR_EXPLAINED = (
    r"\b(?:date|time|timestamp|at|on|when|since|reasons?|cause|mode|type|explanation|details?"
    r"|comments?)\b|日期|时间|原因|备注|方式|说明"
)
"""Headers whose values say when or why: for objections, any of them is one."""
WITHOUT_MAIL = r"\bfax|postal|\bpost\b|\bletter|传真|邮寄"
"""Headers of ways to reach somebody that do not make a company one not to be contacted."""

OF_THE_ADDRESS = (
    r"^(?:e-?mail|mail)[ _-]*(?:address[ _-]*)?(?:status|state|(?:is[ _-]*)?valid\w*)$"
    r"|^(?:邮箱|邮件)(?:地址)?状态$"
)
"""Headers of whether an address works, which nobody has consented to: empty, they say nothing."""

PURPOSES = (
    ("ads", r"\bads?\b|advert|audience|re-?(?:target|market)ing|customer match"
            r"|personali[sz](?:ed|ation)|广告|投放|再营销"),
    ("messages", r"\bsms\b|\btext messag|\bmms\b|whats ?app|we ?chat|\bim\b|短信|微信|企微"),
    ("phone", r"\bphone|\bcall(?:s|ed|ing)?\b|telemarket|电话|致电|外呼|来电"),
    ("post", r"\bfax|postal|\bpost\b|\bletters?\b|direct mail|传真|邮寄"),
    ("email", r"e-?mail|newsletter|\bmail(?:s|ing|able)?\b|subscri|邮件|邮箱|订阅|资讯"),
)  # fmt: skip
"""What somebody may have said yes to, by the header; what names none of these is for any."""
ANY = "any"
"""A yes to being marketed to, whatever the way."""
ENDS = r"expir|valid (?:until|to|till|thru|through)|\buntil\b|\bends?\b|有效期|到期|截止|失效"
"""Headers of the day on which a consent ends."""
WITHDRAWS = r"withdr[ae]w|revok|unsub|un subscri|opt(?:ed|s)? ?out|退订|取消订阅|撤回|撤销"
"""What says that somebody had said yes, or was taken to, and takes it back."""

# The words of values, folded: lower case, no width, one space for what parts words.
WORD_YES = (
    "on", "ok", "okay", "enabled", "checked", "si", "sí", "oui", "ja", "sim", "tak", "да", "はい",
    "예", "kyllä", "ano", "evet", "可", "可以", "允许", "能", "愿意", "接收", "接受", "好",
)  # fmt: skip
"""Yes in a column that asks for permission or for an objection, beside what means it anywhere."""
WORD_NO = (
    "off", "disabled", "unchecked", "nein", "non", "não", "nao", "nie", "нет", "いいえ", "아니오",
    "nei", "nej", "ei", "ne", "hayır", "否定", "未", "没有", "不", "不可", "不可以", "不能",
    "不愿意", "不允许",
)  # fmt: skip
SAYS_NOTHING = r"^(?:not applicable|not specified|not set|no preference|不适用|未填写?|未设置)$"
"""Values that are as good as none."""
NONE_GIVEN = ("none", "nothing", "无", "沒有", "没有", "無", "暂无")
"""Values that elsewhere say that nothing is known, and of consent that there is none."""
OBJECTS = (
    r"unsub|un subscri|opt(?:ed|s|ing)? ?out|do(?:es)? ?n[o ]?t\b|dont\b|\bdn[cmed]\b"
    r"|(?:non|not|never|no longer) (?:been )?subscri|black ?list|suppress|complain|spam|abuse"
    r"|withdr[ae]w|revok|declin|refus|object(?:ed|s|ion)|stop\b|remove me|leave me"
    r"|退订|取消订阅|拒收|拒绝|拒$|黑名单|勿扰|免打扰|请勿|不再|撤回|撤销|屏蔽"
    r"|不(?:要|想|愿意?|可|能|允许|希望|接收|接受)*(?:接收|接受|联系|打扰|营销|推送|订阅)"
)
"""What says no to being contacted by itself, in whatever column."""
FORBIDS = (
    OBJECTS + r"|block|bounc|clean(?:ed)?\b|invalid|undeliver|unreach|reject|denied|deny|disallow"
    r"|forbid|forbidden|prohibit|quarantin|ineligib|non ?marketing|expired|pending|unconfirm"
    r"|unverif|requested|disabled|inactive|archiv|cancel|lapsed|removed|deleted|blocked|no consent"
    r"|无效|失效|过期|注销|停用|禁|取消|待|冻结|退信"
)
"""What says no in a column that is about it."""
ALLOWS = (
    r"subscri|opt(?:ed|s|ing)? ?in\b|allow|grant|given|agree|accept|activ|confirm|consent|permit"
    r"|permission|valid|verif|deliver|eligib|marketing contact|express|implied|implicit|explicit"
    r"|(?:single|double) opt|enabled|legitimate|contract|interest|guess|extrapolat|catch ?all"
    r"|risky|\bsent\b|open(?:ed)?\b|click|repli|okay|\bok\b|welcome|please do"
    r"|订阅|同意|允许|授权|许可|接收|接受|正常|有效|可联系|可以|愿意|已验证|已确认|已开启"
)
DENIES = (
    r"\b(?:dis|de|un|non) ?(?:agree|activ|accept|consent|interest|permit|grant|authori)"
    r"|\b(?:no|not|never|without|missing|lack(?:s|ing)?|cannot|n t|\w+n t|cant|dont|doesnt|hasnt"
    r"|havent)\b(?: \w+){0,4}? (?:consent|agree|accept|permi|grant|given|allow|interest|confirm"
    r"|valid|verif|eligib|authori|opt(?:ed)? ?in)"
    r"|(?:consent|permission|agreement|approval) (?:is )?(?:required|needed|missing|absent)"
    r"|[不未没無无非][^,，。;；]{0,4}(?:同意|允许|授权|许可|接受|接收|订阅|愿意)"
)
"""What denies a yes in the same answer: `I do not agree`, `暂不同意`, `consent required`."""
BEGINS_YES = r"^(?:y|yes|yep|yeah|sure|true|si|oui|ja|是|对|好|可|愿意|同意)\b"
"""How answers begin that say yes in more words than one."""
NEGATED = (
    r"^(?:not|never|no|none|has not|hasn ?t|without|没有?|未曾?|从未|非|不在|无)\s*"
    r"(?:been |yet )?(?="
    r"unsub|opt(?:ed|s|ing)? ?out|black ?list|suppress|block|bounc|objec|withdr|refus|declin"
    r"|complain|spam|退订|取消订阅|拒|黑名单|屏蔽|撤)"
)
"""How answers begin that deny what would be a no: `not opted out`, `未退订`."""
