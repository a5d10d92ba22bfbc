"""Rows of a table that are no records: totals, and what an export says of itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_COUNTED = (
    r"(?:records?|rows?|results?|accounts?|compan(?:y|ies)|entries|items|contacts|leads|lines|"
    r"条|條|页|頁|家|行|个|個|户|戶|笔|筆|项|項|位)"
)
_COUNT = rf"[(\[]?\s*[:=]?\s*[\d,.]+\s*{_COUNTED}?(?:记录|記錄|数据|企业|公司|客户)?\s*[)\]]?"
_UNIT = r"[(\[]\s*[^\d()\[\]]{1,12}\s*[)\]]"
# What nothing but a sum is called.
_SURE_TOTALS = (
    r"(?:grand|overall|report|page|running|final|sheet)[\s-]?(?:sub-?)?(?:totals?|sum)|"
    r"sub[\s-]?totals?|(?:grand |sub-?)?totals?\s+(?:of\s+)?(?:all\s+)?{counted}|"
    r"gesamt(?:summe|ergebnis|betrag)|zwischensumme|total g[eé]n[eé]ral|sous-total|"
    r"totale complessivo|suma (?:total|końcowa)|"
    r"(?:本页|本頁|全部|以上|各项)?(?:合\s*计|总\s*计|小\s*计|合\s*計|總\s*計|小\s*計|共\s*计|共\s*計|"
    r"累\s*计|累\s*計|总\s*和|汇\s*总|彙\s*總|合计数|总计数)"
).replace("{counted}", _COUNTED)
# What a company may be called, too.
_TOTALS = (
    r"totals?|t o t a l|sum|summe|gesamt|overall|all|average|avg|mean|median|max(?:imum)?|"
    r"min(?:imum)?|count|平均|平均值|平均数|均值|中位数|最大值|最小值|最高|最低|总数|總數|总额|總額"
)
_SURE = re.compile(rf"(?:{_SURE_TOTALS})\s*(?:{_UNIT})?\s*(?:{_COUNT})?|(?:totals?)\s*{_COUNT}")
_MAYBE = re.compile(rf"(?:{_TOTALS})\s*(?:{_UNIT})?")
_OF_GROUP = re.compile(r"(.+?)[\s:-]*(?:(?:sub)?totals?|汇总|小计|合计|彙總|小計|合計)")
_NUMBER = re.compile(
    r"[-+(]?\D{0,3}\s?\d[\d\s,.']*\s?[%万亿萬億]?\D{0,3}\)?|[-–—.\s]+|n/?a|#[a-z/0!]+", re.I
)
_LONGEST_LABEL = 40

_TIMES = r"(?:时间|時間|日期|人员?|人員|者|单位|單位|部门|部門|于|於|自)"
_MADE = (
    r"(?:导出|導出|匯出|打印|列印|制表|製表|生成|下载|下載|更新|统计|統計|查询|查詢|截止|采集|採集|"
    r"填报|填報|编制|編制|审核|審核|发布|發佈)"
)
_HOLDS = (
    r"(?:数据|數據|信息|資訊|资料|資料|内容|內容|报表|報表|名单|名單|列表|报告|報告|表|文件|"
    r"清单|清單)"
)
_NOTES = (
    # Pages and counts.
    r"(?:page|seite|página|pagina)\s*\d+(?:\s*(?:of|/|von|de|di)\s*\d+)?$",
    rf"(?:total\s+)?(?:number|no\.?|count) of {_COUNTED}\b\W*\d",
    rf"(?:total\s+)?(?:{_COUNTED}|record count|row count)"
    r"(?:\s+(?:exported|found|total|returned|shown|selected))?\s*[:=]\s*[\d,.]+$",
    rf"[(\[]?[\d,]+\s+{_COUNTED}(?:\s+(?:total|found|selected|exported|affected|returned|shown|"
    r"in set|in total))*[)\]]?\.?$",
    r"showing\s+[\d,]+.*\bof\s+[\d,]+|n\s*=\s*\d+$|[<\[]?eof[>\]]?$",
    r"第\s*[\d一二三四五六七八九十]+\s*[页頁]",
    rf"(?:总|總|合)?[共计計]\s*[::]?\s*\d[\d,]*\s*{_COUNTED}",
    r"(?:总|總)?(?:记录|記錄|条|數據|数据|企业|公司)(?:总)?[数數]\s*[::]\s*\d",
    r"[总總][计計]?[数數]量?\s*[::]\s*\d",
    # How and when the list was made.
    r"(?:this )?(?:report|list|file|data|document)?\s*(?:was )?"
    r"(?:generated|exported|printed|downloaded|extracted) (?:by|on|at|from|with|using)\b",
    r"(?:report )?(?:created|produced|prepared|retrieved|run|updated|modified|refreshed)"
    r"\s*(?:by|on|at|date|time)?\s*[:]",
    r"(?:report|list|data)\s+(?:created|produced|prepared|retrieved|run|updated|refreshed)\b",
    r"(?:export|report|print|run|creation|generation|download|extraction)\s?"
    r"(?:date|time|by|user|id|name)\s*[:]",
    r"(?:last )?(?:updated|modified|refreshed)\s*(?:on|at)?\s*[:]?\s*\d",
    r"(?:data )?(?:as of|valid at|status at|stand)\s*[:]?\s*(?:\w+ )?\d",
    r"(?:filtered|sorted|grouped) by\b|(?:applied )?filters?(?: applied)?\s*[:]",
    r"(?:generated|exported|printed|downloaded|extracted)\s*[:]\s*\d",
    r"end of (?:report|file|list|data|document|export|records?)\b",
    rf"{_HOLDS}?{_MADE}{_TIMES}(?:\s*[::]|\s*\d|\s|$)",
    r"截(?:至|止)\s*[::]?\s*\d",
    # Whose it is, where it comes from, and what may be done with it.
    r"copyright\s*(?:\(c\)|©|\d{4}|by\b)|©|\(c\)\s*(?:copyright\s*)?\d{4}|all rights reserved",
    r"(?:strictly |company |highly )?confidential\s*(?:$|[-–—:.!*]|information\b|and proprietary)",
    r"proprietary (?:and|&) confidential|(?:for )?internal use only|do not (?:distribute|copy)\b",
    r"not for (?:distribution|resale)\b|disclaimer\b",
    r"terms (?:of (?:use|service)|(?:and|&) conditions)\b|powered by \S+\.\w+$",
    r"data (?:is |was )?(?:provided|supplied|compiled|collected|sourced) (?:by|from)\b",
    r"\*\s?(?:estimated?s?|preliminary|unaudited|provisional)\b",
    r"(?:data )?(?:sources?|notes?|quellen?|remarks?|legend|fuente|nota)\s*[:]",
    r"(?:this|the) (?:report|list|file|data|document|export|table)\b.*\b"
    r"(?:is|was|are|were|contains?|includes?|may|must|has|have)\b",
    rf"{_HOLDS}?(?:来源|來源|出处)\s*[::]",
    r"(?:注|备注|備註|说明|說明|声明|聲明|提示|温馨提示|特别提示|注意|注意事项)\s*\d?\s*[::]",
    rf"免责声明|免責聲明|(?:以上|以下|上述|本)(?:企业|公司|客户|企業|客戶)?{_HOLDS}",
    r"仅供(?:参考|内部)|僅供參考|内部资料|內部資料",
    rf"版权所有|版權所有|未经(?:授权|许可)|{_HOLDS}由.+(?:提供|导出|生成)",
    r"(?:金额|金額|计量|計量|货币|貨幣)?(?:单位|單位)\s*[::]\s*(?:人民币|人民幣)?[百千万萬亿億]*"
    r"(?:元|人|美元|港元)$|(?:以下|此行以下|下方)(?:空白|无正文|無正文)|(?:全文)?[完终終]\W*$",
    r"更多.*(?:请|請|访问|訪問|查看|关注)",
    r"[-=_~#*]{3,}$",
)
_NOTE = re.compile(r"\W{0,5}(?:" + "|".join(_NOTES) + ")")
# As in a pair of cells: what was done to the list, and when or by whom.
_LABEL = re.compile(
    r"(?:(?:report |list |data )?(?:generated|exported|printed|downloaded|extracted)"
    r"(?: (?:by|on|at|from|date|time))?|(?:export|report|print|run)\s?(?:date|time|by|user)|"
    rf"{_HOLDS}?{_MADE}{_TIMES})\s*:?|"
    r"(?:sources?|notes?|remarks?|数据来源|数据來源|资料来源|資料來源|备注|備註|说明|說明|注)\s*:"
)
POSSIBLE_NOTE = (r"(?i:^\W{0,5}(?:" + "|".join(_NOTES) + "))").replace("[::]", "[:：]")
"""A pattern for what may be a note, for engines of any make."""
POSSIBLE = (
    r"^[\W_]*(?i:grand|overall|report|page|running|final|sheet|sub|total|sum|gesamt|zwischen|"
    r"sous|suma|average|avg|mean|count|本|全部|以|各项|合|总|總|小|共|累|汇|彙|平均|第|导|導|匯|打印|"
    r"列印|制表|製表|export|generat|print|download|extract|copyright|©|confidential|seite|"
    r"\(?[0-9,]+ (?:rec|row|res|acc|com|ent)|[-=_~#*]{3,}$|"
    r"(?:all|max|min|maximum|minimum|mean|median|t o t a l|均值|中位数|最[大小高低]值?)"
    r"\W*$)"
)
"""A pattern for how what may be a total begins, for engines of any make."""


def folded(text: str) -> str:
    """A text as totals and notes are told: width and case aside, and marks at its ends."""
    return unicodedata.normalize("NFKC", text).strip(" \t:.*·-—–_=|").casefold()


def is_total(row: Sequence[str], before: Sequence[str] = (), *, sure: bool = False) -> bool:
    """Whether a row adds up the rows above it: it says so, and otherwise holds numbers only.

    The total of a group is told by the row before, which has the group in the same column. A row
    that has to be sure bears a word that no company is called by.
    """
    at, said = next(((i, c) for i, c in enumerate(row) if c and not c.isspace()), (0, ""))
    if not said or len(said) > _LONGEST_LABEL:
        return False
    said = folded(said)
    if _SURE.fullmatch(said) is None and (sure or _MAYBE.fullmatch(said) is None):
        group = _OF_GROUP.fullmatch(said)
        if group is None or at >= len(before) or folded(before[at]) != group[1].strip():
            return False
    cells = [unicodedata.normalize("NFKC", cell).strip() for cell in row if cell.strip()]
    numbers = all(_NUMBER.fullmatch(cell) or _MAYBE.fullmatch(folded(cell)) for cell in cells[1:])
    return numbers and (len(cells) > 1 or len(row) > 1)


def lacks_words(row: Sequence[str], before: Sequence[str]) -> bool:
    """Whether a row is blank where the record before it has words."""
    return any(
        text.strip() and not _NUMBER.fullmatch(text.strip()) and not cell.strip()
        for text, cell in zip(before, [*row, *[""] * len(before)], strict=False)
    )


def is_export_note(text: str) -> bool:
    """Whether a text is what exports say of themselves, and no company is called."""
    return _NOTE.match(unicodedata.normalize("NFKC", text).strip(' \t"').casefold()) is not None


def is_note_label(text: str) -> bool:
    """Whether a cell names what a note beside it says: `Exported by`, `导出时间`."""
    said = unicodedata.normalize("NFKC", text).strip(' \t"').casefold()
    return _LABEL.fullmatch(said) is not None
