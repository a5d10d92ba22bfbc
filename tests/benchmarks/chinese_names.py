"""A-share short names → full names.

    python tests/benchmarks/chinese_names.py [real] [made] [write FOLDER]

real: short names as the exchange lists them (`*ST龙力`, `粤高速Ａ`, `新 希 望`) against full names
people typed. The two lists are linked by *stock code*, which both have, never by name, so the truth
favours no way of comparing names. Where several full names carry one code, each is right. Limits:
the full names are unverified. Some are former names, some name a place the company is not in, a few
are subsidiaries under the parent's code; links read and found wrong are in `NOT_LINKED`, and only
names that end in 股份有限公司 count (a listed company is one). It is 190 pairs, most of them
technology companies of five cities, nearly all with the short name's core in the full name.

made: all other short names, with a full name put together from the short name, a place of its area,
trade words of its industry and 股份有限公司. The truth is exact but the names are not the registered
ones: companies whose full name has nothing of the short one are missing, so this is easier than
life. Harder than life is that each third one has a company beside it in the list with the same core
in another place and trade, each fifth one whose core is longer by a sign, and that one company of
ten is not in the list (its look-alikes are).

Both print rapidfuzz, and abmkit where it can `match`, with each of abmkit's errors.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matching import ABSENT, Ranked, _write, abmkit_matches, best, told, told_of_abmkit
from pools import Pools, read_csv, read_json, short_name

STRANGERS = 0.1  # the share of short names whose company is not in the list
NOT_LINKED = {
    ("证通电子", "深圳市金证科技股份有限公司"): "another company under this code",
    ("小康股份", "赛力斯集团股份有限公司"): "renamed: right, but not by name",
    ("每日互动", "杭州每日互送科技股份有限公司"): "misspelled",
}
CAPITALS = {
    "浙江": "杭州 宁波 温州 绍兴", "江苏": "南京 苏州 无锡 常州", "广东": "广州 东莞 佛山 珠海",
    "山东": "济南 青岛 烟台 潍坊", "福建": "福州 厦门 泉州", "四川": "成都 绵阳", "湖南": "长沙 株洲",
    "安徽": "合肥 芜湖", "湖北": "武汉 宜昌", "河南": "郑州 洛阳", "辽宁": "沈阳 大连",
    "河北": "石家庄 唐山", "新疆": "乌鲁木齐", "陕西": "西安 宝鸡", "江西": "南昌", "吉林": "长春",
    "黑龙江": "哈尔滨", "广西": "南宁 桂林", "山西": "太原", "云南": "昆明", "甘肃": "兰州",
    "海南": "海口", "贵州": "贵阳", "内蒙": "呼和浩特 包头", "西藏": "拉萨", "宁夏": "银川", "青海": "西宁",
}  # fmt: skip
SIGNS_OF_AREAS = {
    "深": "深圳", "粤": "广东", "渝": "重庆", "湘": "湖南", "鲁": "山东", "苏": "江苏", "闽": "福建",
    "皖": "安徽", "川": "四川", "陕": "陕西", "沪": "上海", "津": "天津", "鄂": "湖北", "桂": "广西",
}  # fmt: skip
LONGER = {
    "科技": "科技 高新科技 信息科技", "生物": "生物制品 生物技术 生物科技", "医疗": "医疗器械 医疗科技",
    "环保": "环保科技 环保工程", "材料": "新材料 材料科技", "软件": "软件 软件技术", "传媒": "文化传媒 传媒",
    "能源": "能源科技 能源", "环境": "环境技术 环境科技", "精密": "精密技术 精密制造", "智能": "智能技术 智能科技",
    "信息": "信息技术 信息科技 信息产业", "通信": "通信技术 通信", "网络": "网络科技 网络技术", "电气": "电气 电气设备",
    "电子": "电子 电子科技", "药业": "药业 医药", "制药": "制药", "机械": "机械 机械制造", "化工": "化工 精细化工",
    "光电": "光电科技 光电子", "重工": "重型机械 重工", "控股": "控股", "实业": "实业", "银行": "银行", "证券": "证券",
    "汽车": "汽车 汽车工业", "家居": "家居 家居用品", "电力": "电力", "水泥": "水泥", "股份": "", "集团": "",
    "发展": "发展", "地产": "房地产开发", "置业": "置业", "高科": "高新技术", "新材": "新材料", "数控": "数控设备",
}  # fmt: skip
TRADES = {
    "软件服务": "软件 信息技术 信息系统", "电气设备": "电气 电力设备", "元器件": "电子 电子元件", "化工原料": "化工 化学",
    "汽车配件": "汽车零部件 汽车部件", "专用机械": "机械 装备", "通信设备": "通信技术 通讯设备", "化学制药": "药业 制药",
    "建筑施工": "建设工程 建设集团", "中成药": "药业 中药", "机械基件": "机械 轴承", "医疗保健": "医疗器械 医疗",
    "环境保护": "环保 环境科技", "区域地产": "房地产 置业", "全国地产": "房地产开发", "食品": "食品", "服饰": "服饰 服装",
    "半导体": "半导体 微电子", "互联网": "网络科技 信息技术", "纺织": "纺织 印染", "影视音像": "影视 文化传媒",
    "农药化肥": "农化 化肥", "百货": "百货 商业", "生物制药": "生物制品 生物工程", "家用电器": "电器 家电",
    "仓储物流": "物流 供应链管理", "煤炭开采": "煤业 能源", "工程机械": "工程机械 重工", "白酒": "酒业 酿酒",
    "汽车整车": "汽车", "普钢": "钢铁", "钢加工": "金属制品", "铝": "铝业", "铜": "铜业", "塑料": "塑胶 新材料",
}  # fmt: skip


class Pairs(NamedTuple):
    """Short names and their numbers; the list of full names by number, distractors among them."""

    shorts: list[str]
    numbers: list[int]
    listed: list[tuple[int, str]]


def _linked() -> tuple[dict[str, int], dict[int, str]]:
    """Full names with the stock code they carry, and each code's short name."""
    by_code = {row["code"]: row["name"] for row in read_csv("cn_a_share_2019__stock_basic.csv")}
    names: dict[str, int] = {}
    shorts: dict[int, str] = {}
    for row in read_json("cn_companies_standup__companies.json"):
        name = row["name"].strip()
        codes = re.findall(r"(?<!\d)([036]\d{5})(?!\d)", row["listingStatus"])
        known = [code for code in codes if code in by_code]
        if not known or not name.endswith("股份有限公司"):
            continue
        short = by_code[known[0]]
        if (short_name(short), name) not in NOT_LINKED:
            names[name] = int(known[0])
            shorts[int(known[0])] = short
    return names, shorts


def real(seed: int = 4) -> Pairs:
    """Pairs that both lists know under one stock code, as many strangers, and distractors."""
    names, shorts = _linked()
    cores = {_core(short) for short in shorts.values()}
    for at, row in enumerate(read_json("cn_companies_standup__companies.json")):
        name = row["name"].strip()
        # The same company without its code, or a subsidiary? Nothing says, so it is left out.
        told_apart = not any(core in name for core in cores if len(core) > 1)
        if re.search(r"[\u4e00-\u9fff]", name) and "公司" in name and told_apart:
            names.setdefault(name, 10_000_000 + at)
    others = made(seed)
    strangers = [s for s, n in zip(others.shorts, others.numbers, strict=True) if not n]
    strangers = strangers[: len(shorts)]
    listed = [(number, name) for name, number in names.items()]
    listed += [(n, name) for n, name in others.listed if n < 10_000_000 and name not in names]
    return Pairs([*shorts.values(), *strangers], [*shorts, *(ABSENT for _ in strangers)], listed)


def _core(short: str) -> str:
    name = short_name(short)
    return name[:-2] if len(name) >= 4 and name[-2:] in LONGER else name


def made(seed: int = 4) -> Pairs:
    """Every other A-share company with a full name put together, and look-alikes beside them."""
    chance = random.Random(seed)
    linked = set(_linked()[1])
    pools = Pools()
    shorts: list[str] = []
    numbers: list[int] = []
    listed: dict[str, int] = {}
    beside: list[str] = []
    for row in read_csv("cn_a_share_2019__stock_basic.csv"):
        number, short = int(row["code"]), short_name(row["name"])
        if number in linked or not re.fullmatch(r"[\u4e00-\u9fffA-Z]{2,6}", short):
            continue
        full, core = _full(short, row["area"], row["industry"], chance)
        if full in listed:
            continue
        shorts.append(row["name"])
        absent = chance.random() < STRANGERS
        numbers.append(ABSENT if absent else number)
        if not absent:
            listed[full] = number
        other = chance.choice(pools.china)[0]
        if chance.random() < 1 / 3:
            beside.append(f"{other}{core}{chance.choice(pools.han_trades)}有限公司")
        if chance.random() < 1 / 5:
            sign = chance.choice("华新盛泰达兴")
            beside.append(full.replace(core, core + sign if len(core) < 4 else sign + core, 1))
    for at, name in enumerate(beside):
        listed.setdefault(name, 10_000_000 + at)
    rows = [(number, name) for name, number in listed.items()]
    chance.shuffle(rows)
    return Pairs(shorts, numbers, rows)


def _full(short: str, area: str, industry: str, chance: random.Random) -> tuple[str, str]:
    """A full name such as the company might have, and the core it shares with the short one."""
    core, places = short, [area, *CAPITALS.get(area, area).split()] if area else [""]
    place = chance.choice(["", area, chance.choice(places)])
    if len(core) > 2 and SIGNS_OF_AREAS.get(core[0], "-") in (
        area,
        "深圳" if area == "深圳" else area,
    ):
        core, place = core[1:], SIGNS_OF_AREAS[core[0]]
    tail = core[-2:] if len(core) >= 4 and core[-2:] in LONGER else ""
    if tail:
        core = core[: -len(tail)]
    group = "集团" if tail == "集团" or chance.random() < 0.12 else ""
    trade = chance.choice(LONGER[tail].split() or [""]) if tail else ""
    if not trade:
        words = TRADES.get(industry, industry).split() or [""]
        trade = chance.choice(words) if len(core) < 4 or chance.random() < 0.5 else ""
    if core.startswith(tuple({each[:2] for each in places} - {""}) or "-"):
        place = ""
    if place in ("深圳", "广州", "苏州", "无锡") and chance.random() < 0.6:
        place += "市"
    brackets = "（集团）" if group and chance.random() < 0.3 else group
    return f"{place}{core}{trade}{brackets}股份有限公司", core


def by_partial_ratio(names: Sequence[str], listed: Sequence[tuple[int, str]]) -> Ranked:
    """rapidfuzz, partial_ratio on cleaned names; ratio decides between equals."""
    from rapidfuzz import fuzz, process

    ours = [short_name(name) for name in names]
    theirs = [
        re.sub(r"(?:[（(]?集团[）)]?)?(?:股份|有限|责任)*公司$", "", name) for _, name in listed
    ]
    scores = process.cdist(ours, theirs, scorer=fuzz.partial_ratio)
    scores = scores + process.cdist(ours, theirs, scorer=fuzz.ratio) / 1000
    return best(scores, np.array([number for number, _ in listed]))


def by_jaro_winkler(names: Sequence[str], listed: Sequence[tuple[int, str]]) -> Ranked:
    """rapidfuzz, Jaro-Winkler on names as they are."""
    from rapidfuzz import distance, process

    scores = process.cdist(
        names, [name for _, name in listed], scorer=distance.JaroWinkler.similarity
    )
    return best(scores, np.array([number for number, _ in listed]))


def main(wanted: Sequence[str]) -> None:
    """Runs what is wanted."""
    for which, pairs in (("real", real), ("made", made)):
        if which not in wanted:
            continue
        shorts, numbers, listed = pairs()
        print(f"{which}: {len(shorts)} short names, {len(listed)} full names")
        for peer, run in (
            ("rapidfuzz Jaro-Winkler", by_jaro_winkler),
            ("rapidfuzz partial", by_partial_ratio),
        ):
            start = time.perf_counter()
            told(peer, run(shorts, listed), numbers, time.perf_counter() - start)
        ours = abmkit_matches(shorts, listed, with_cik=False)
        if ours is not None:
            told_of_abmkit(shorts, numbers, dict(reversed(listed)), *ours)


def write(folder: Path) -> None:
    """Writes short names with truth, and the lists, as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for which, pairs in (("real", real), ("made", made)):
        shorts, numbers, listed = pairs()
        right: dict[int, list[str]] = {}
        for number, name in listed:
            right.setdefault(number, []).append(name)
        rows = [(s, ";".join(right.get(n, []))) for s, n in zip(shorts, numbers, strict=True)]
        _write(folder / f"{which}_truth.csv", ("short", "full"), rows)
        _write(folder / f"{which}_list.csv", ("name",), [(name,) for _, name in listed])


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(Path(sys.argv[2]))
    else:
        main(sys.argv[1:] or ["real", "made"])
