"""What readers of files, recognition, matching and export targets say, in Chinese.

They say it in English, as they find it: by what a column was recognised, how a row was mended, what
speaks for two records being one company. Here it is by what it says; what is not here stays as it
is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter

from abmkit.reports.words.zh.forms.spaces import joined
from abmkit.reports.words.zh.forms.targets import TOLD

_VALUES = {
    "countries": "国家", "regions": "省份或地区", "web addresses": "网址", "numbers": "数字",
    "relationships": "客户关系", "company types": "企业类型", "funding stages": "融资阶段",
    "e-mail addresses": "邮箱", "web or e-mail addresses": "网址或邮箱",
    "LinkedIn addresses": "领英网址", "companies' LinkedIn addresses": "企业的领英网址",
    "bands of people": "人数区间", "people's names": "人名", "valid USCC": "有效的统一社会信用代码",
    "valid LEI": "有效的 LEI", "valid VAT ids": "有效的增值税号",
    "ids of Salesforce accounts": "Salesforce 客户编号",
}  # fmt: skip
_FIELDS = {
    "registry id": "登记编号", "domain": "域名", "phone": "电话", "LinkedIn page": "领英主页",
    "ticker": "股票代码", "country": "国家", "region": "省份", "city": "城市",
    "postal code": "邮编", "address": "地址", "industry": "行业",
}  # fmt: skip
_IN_COMMON = {
    "same name but for spaces": "名称相同，只差空格",
    "same name": "名称相同",
    "name spelled differently": "名称写法不同",
    "name abbreviated": "名称为缩写",
    "name cut off": "名称不完整",
    "same name but for its place": "名称相同，只差地名",
    "one name begins with the other": "一个名称以另一个开头",
    "one name within the other": "一个名称包含另一个",
    "names with words in common": "名称有相同的词",
    "other name": "名称不同",
}
_KINDS = {
    "by another name": "别名", "family name first": "姓在前", "in brackets": "括号内",
    "by a former name": "曾用名", "by the name it trades under": "商号",
    "written as one word": "连写", "by its initials": "首字母",
    "in pinyin and translation": "拼音和译名", "in pinyin": "拼音",
}  # fmt: skip
PHRASES: Mapping[str, str] = {
    # By what a column was recognised.
    "header": "表头",
    "config": "配置",
    "header alone": "只有表头",
    "header says little": "表头说明不了什么",
    "header names a place": "表头是地点",
    "header not known": "表头不认识",
    "header, but the rows are not accounts": "表头，但各行不是企业",
    "header, but {count} rows name only {names}": "表头，但 {count} 行只有 {names} 个名称",
    "header, but {rest}": "表头，但{rest}",
    "header, and {rest}": "表头，且{rest}",
    "header, beside {names}": "表头，旁边有 {names}",
    "header, {rest}": "表头，{rest}",
    "{rest}, the only ones": "{rest}，仅此一列",
    "{rest}, the only name there is": "{rest}，仅有的名称",
    "{rest}, no other is fuller": "{rest}，没有填得更满的",
    "people's names: their companies are in {column}": "是人名：所在企业在 {column}",
    "e-mail: its domain, where a row names no site": "邮箱：没有网址的行取邮箱的域名",
    "{column} in {currency}, for which rates has none": "以 {currency} 计的 {column}，"
    "而 rates 没有汇率",
    "{target} comes from {column}": "{target} 取自 {column}",
    "{column} is set by the config": "{column} 由配置指定",
    **{f"{{share}} of values are {en}": f"{{share}} 的值是{zh}" for en, zh in _VALUES.items()},
    **{f"only {{share}} of values are {e}": f"只有 {{share}} 是{z}" for e, z in _VALUES.items()},
    **{f"few values are {en}": f"很少有值是{zh}" for en, zh in _VALUES.items()},
    "values are countries": "值是国家",
    "web addresses, but only {rest} of their domains differ": "网址，但只有 {rest} 的域名各不相同",
    "few values can be read as numbers": "很少有值能读作数字",
    "only {share} of values are valid {scheme}": "只有 {share} 的值是有效的 {scheme}",
    "only {share} of values look like phone numbers": "只有 {share} 的值像电话号码",
    "only {share} of values look like tickers": "只有 {share} 的值像股票代码",
    "only {share} of values name a year": "只有 {share} 的值是年份",
    "only {share} of values say yes or no": "只有 {share} 的值是“是”或“否”",
    "{share} of values say yes or no": "{share} 的值是“是”或“否”",
    "{share} of values count people": "{share} 的值是人数",
    "{share} of values look like companies": "{share} 的值像企业",
    "{share} of values look like company names": "{share} 的值像企业名称",
    "{share} of values say how something stands": "{share} 的值说明某种状态",
    # What could not be read.
    "without a country: if all are of one, {setting} or another says so": "不知道国家："
    "如果都属于同一国家，"
    "请写 {setting} 之类",
    "neither yes nor no, so taken for a no to being contacted": "看不出是还是否，"
    "因此按不得联系处理",
    "there is no rate for {names}: {setting}": "没有 {names} 的汇率：{setting}",
    "ranges that a spreadsheet turned into dates": "表格软件把区间变成了日期",
    "digits lost to a spreadsheet's rounding": "表格软件四舍五入丢失了数位",
    # Of sheets.
    "the sheet {name} is hidden": "工作表 {name} 是隐藏的",
    "hidden sheets: {names}": "隐藏的工作表：{names}",
    "no row is a header: the columns are numbered": "没有表头：列按序号命名",
    "{count} hidden row{s} read like the others": "隐藏的 {count} 行照样读取",
    "{count} hidden column{s} read like the others": "隐藏的 {count} 列照样读取",
    "{count} formula{s} without a stored result: open the file in Excel and save it again":
    "{count} 个"
    "公式没有保存结果：请用 Excel 打开并重新保存",
    "{count} cell{s} with an error such as #N/A read as unknown":
    "{count} 个单元格是 #N/A 之类的错误，"
    "按未知处理",
    "cells far from the table, out to {cell}: read without the empty rows and columns between":
    "表格远处"
    "（直到 {cell}）还有单元格：读取时略去中间的空行和空列",
    "the header takes {rows} rows: {names}": "表头占 {rows} 行：{names}",
    "the header takes {rows} rows": "表头占 {rows} 行",
    # How rows and cells were mended, and why some are no rows.
    "a row in quotes": "整行在引号里",
    "separated by {sign}": "以 {sign} 分隔",
    "quotes astray": "引号错位",
    "quotes that do not match": "引号不成对",
    "cells missing at the end": "行尾缺单元格",
    "a delimiter too many": "多一个分隔符",
    "delimiters too many at its end": "行尾多余分隔符",
    "a delimiter too few": "少一个分隔符",
    "a delimiter within a cell": "单元格内有分隔符",
    "a stray quote": "多余的引号",
    "text that was encoded twice": "文字经过两次编码",
    "control characters that were punctuation": "控制字符还原为标点",
    "NUL characters left out": "去掉了空字符",
    "in another encoding": "另一种编码",
    "bytes in no known encoding": "字节不属于任何已知编码",
    "too many cells: {count}, the header has {width}": "单元格太多：{count} 个，表头有 {width} 个",
    "too few cells: {count}, the header has {width}": "单元格太少：{count} 个，表头有 {width} 个",
    "header: {rest}": "表头：{rest}",
    "the header again": "重复的表头",
    "a total, not a record": "是合计，不是记录",
    "a note, not a record": "是说明文字，不是记录",
    "a note below the table, not a record": "是表格下方的说明文字，不是记录",
    "a heading over rows, not a record": "是分组标题，不是记录",
    "line {line}: {rows} rows of {width} columns ({names})": "第 {line} 行："
    "{rows} 行 {width} 列（{names}）",
    "above the table: {shown}": "表格上方：{shown}",
    "line {line}: {rest}": "第 {line} 行：{rest}",
    "element {at} is not an object": "第 {at} 个元素不是对象",
    "is not an object": "不是对象",
    "is nested too deeply": "嵌套太深",
    # What speaks for two records being one company, and what against it.
    "through other records": "通过其他记录",
    "but other records of the two are less alike or contradict each other": "但两家的其他记录不太像"
    "或互相矛盾",
    "one is short for the other name": "一个是另一个的简称",
    "{rest} by a former name": "{rest}（曾用名）",
    **_IN_COMMON,
    **{f"{e} {how}": f"{z}（{of}）" for e, z in _IN_COMMON.items() for how, of in _KINDS.items()},
    "different first words": "开头的词不同",
    "different names of one kind of institution": "同类机构的不同名称",
    "different places in the names": "名称中的地名不同",
    "different trades in the names": "名称中的行业不同",
    "different kinds of institution in the names": "名称中的机构类型不同",
    "different numbers in the names": "名称中的数字不同",
    "differ in {one} / {other}": "差别在 {one} / {other}",
    "only one has {words}": "只有一个含有 {words}",
    **{f"same {en}": f"{zh}相同" for en, zh in _FIELDS.items()},
    **{f"same name and {en}": f"名称和{zh}相同" for en, zh in _FIELDS.items()},
    **{f"different {en}": f"{zh}不同" for en, zh in _FIELDS.items()},
    **{f"contradictory {en}": f"{zh}矛盾" for en, zh in _FIELDS.items()},
    **TOLD,
    "{rest} ({share})": "{rest}（{share}）",
}  # fmt: skip
"""By template, the first that fits; `{rest}` is a phrase itself."""


def phrase(text: str) -> str:
    """A phrase in Chinese; several are parted by `; ` or, where that is none, by `, `."""
    for between, mark in (("", ""), ("; ", "；"), (", ", "，")):
        parts = text.split(between) if between else [text]
        told = [_one(part) for part in parts]
        if all(each is not None for each in told) and (len(parts) > 1 or not between):
            return mark.join(each or "" for each in told)
    return "; ".join(_one(part) or part for part in text.split("; "))


def _one(text: str) -> str | None:
    """One phrase; None where it is none that is known."""
    if text in PHRASES:
        return PHRASES[text]
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(text):
            values = found.groupdict()
            if "rest" in values:
                values["rest"] = phrase(values["rest"])
            return _filled(chinese, values)
    return None


def _filled(chinese: str, values: Mapping[str, str]) -> str:
    text = ""
    for own, field, _, _ in Formatter().parse(chinese):
        text = joined(text, own)
        text = text if field is None else joined(text, values[field])
    return text


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """What recognises each phrase that has fields."""
    return [
        (re.compile(re.sub(r"\\\{(\w+)\\\}", _field, re.escape(english))), chinese)
        for english, chinese in PHRASES.items()
        if "{" in english
    ]


def _field(found: re.Match[str]) -> str:
    """What a field of a phrase may be."""
    name = found[1]
    if name == "s":
        return "(?P<s>s?)"
    return rf"(?P<{name}>\S+)" if name in _SINGLE else rf"(?P<{name}>.+)"


_SINGLE = ("share", "line", "rows", "count", "width", "at")
"""Fields that are one number."""
