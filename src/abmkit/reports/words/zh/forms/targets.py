"""What the declarations of export targets say of files and of where their rules stand, in Chinese.

Addresses of pages and titles of products are names, which stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

TOLD: Mapping[str, str] = {
    # Where rules stand.
    "a template that four public repositories quote": "四个公开代码库引用的同一份模板",
    "no public rule was found: the usual headers of a Chinese workbook": "没有找到公开的规则，"
    "按国内表格常用的表头",
    "a page of a third party, 2022-09": "第三方网页，2022 年 9 月",
    # What is to be known of a file.
    "a row that lacks a value may not match": "有空值的行可能匹配不上",
    "not checked against the system: map the headers in its wizard": "未在系统中实测，"
    "请在导入向导里核对各列的对应关系",
    "say that the data is hashed (SHA-256); Country and Zip are not": "上传时请注明数据已哈希"
    "（SHA-256）；Country 和 Zip 两列没有哈希",
    "a free account takes files of at most 20 MB and 500,000 rows a day": "免费账户单个文件"
    "不超过 20 MB，每天不超过 50 万行",
    "the first three tiers are its tier_1 to tier_3; further ones have none": "前三级对应它的"
    " tier_1 到 tier_3，其余各级没有对应值",
    "map the headers in the wizard, and choose there whether names or domains tell accounts apart":
    "请在导入向导里核对各列的对应关系，并选择按名称还是按域名区分企业",
    "10,000 rows are the most over all lists; some packages have 100,000": "所有名单合计最多"
    " 1 万行，部分套餐为 10 万行",
    "not sure: the header": "尚不确定：表头的写法",
    "the 300 are those that Microsoft matches": "300 指微软匹配到的人数",
    "not sure: whether the name is all that is needed, and how large a file may be": "尚不确定："
    "是否只需要名称，以及文件大小的上限",
    "#N/A empties a field where Data Loader uses the Bulk API; else tick 'insert null values' and "
    "leave the cells blank": "Data Loader 使用 Bulk API 时，#N/A 会清空字段；否则请勾选"
    " insert null values，并把单元格留空",
    "not sure: whether #N/A empties a field in the wizard, as it does in Data Loader; look at one "
    "account": "尚不确定：#N/A 在导入向导里能否像在 Data Loader 里一样清空字段，请先查看一条记录",
    "accounts cannot be removed from a Terminus list afterwards": "企业进入 Terminus 的名单后"
    "无法再移除",
    "not sure: read on a page of a third party; check the template that the system gives you":
    "尚不确定：规则来自第三方网页，请对照系统提供的模板",
    "a batch takes 1,000 rows in the free edition, 10,000 in standard, 20,000 in professional, "
    "30,000 in enterprise": "每批行数上限：免费版 1,000，标准版 1 万，专业版 2 万，企业版 3 万",
}  # fmt: skip
