"""Messy rows through `load`, beside a pandas and regular-expression script doing the same.

    python tests/benchmarks/messy.py [ROWS]

Prints the rows per second of both, by the clock and by the time that processors spent, best of
three runs in turn, and where they differ. Timings inform; nothing here is a test. The script is
what an analyst would write: a function per column, applied row by row, with the Public Suffix List
for domains. It does less than `load` in turning currencies, leaving out hosts that many companies
share, and putting unreadable values on record; it does more in taking 集团 off a key.
"""

from __future__ import annotations

import html
import random
import re
import sys
import time
import unicodedata
from collections.abc import Callable
from typing import Any

from publicsuffixlist import PublicSuffixList

from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import strings
from abmkit.steps.load import Loaded, load, plan

COLUMNS = ("company", "website", "employees", "revenue", "founded")
BATCH = 50_000

_FIRST = [
    "Apex",
    "Nord",
    "Blue",
    "Silver",
    "Delta",
    "Prime",
    "Summit",
    "Harbor",
    "Vertex",
    "Nova",
    "Alta",
    "Cobalt",
    "Iron",
    "Cedar",
]
_SECOND = "Systems Foods Logistics Energy Media Partners Software Motors Health Labs Steel".split()  # noqa: SIM905
_FORMS = ["Inc.", "LLC", "Co., Ltd.", "GmbH", "S.A.", "Corporation", "PLC", "Limited", "AG", ""]
_PLACES = ["北京", "上海", "深圳", "杭州", "广州", "成都", "武汉", "苏州"]
_SIGNS = "华中天新国安信达科创远方智云海明盛博泰恒"
_TRADES = ["科技", "网络技术", "生物医药", "电子", "软件", "机械制造", "贸易", "信息技术"]
_HAN_FORMS = ["有限公司", "股份有限公司", "有限责任公司", "集团有限公司", "（集团）股份有限公司"]
_RANGES = ["1-10", "11-50", "51-200", "201-500", "501-1,000", "1,001-5,000", "5001–10000"]
_HAN_RANGES = ["少于50人", "50-99人", "100-499人", "500-999人", "1000-4999人", "10000人以上"]
_UNKNOWN = ["", "N/A", "-", "暂无", "未知", "null"]
_ENDS = ["com", "com", "com", "de", "co.uk", "com.cn", "cn", "io", "net", "fr"]


def records(count: int, seed: int = 7) -> list[tuple[str, ...]]:
    """Rows as directories have them: names, sites, ranges, amounts and years in two languages."""
    chance = random.Random(seed)
    return [_record(chance, number) for number in range(count)]


def _record(chance: random.Random, number: int) -> tuple[str, ...]:
    chinese = chance.random() < 0.5
    word = f"{chance.choice(_FIRST)}{number}".lower()
    return (
        _chinese_name(chance) if chinese else _english_name(chance, number),
        _site(chance, word),
        _people(chance, chinese),
        _money(chance, chinese),
        _year(chance, chinese),
    )


def _chinese_name(chance: random.Random) -> str:
    own = "".join(chance.choices(_SIGNS, k=3))
    place, trade, form = (chance.choice(each) for each in (_PLACES, _TRADES, _HAN_FORMS))
    name = f"{place}{own}{trade}{form}"
    kind = chance.random()
    if kind < 0.1:
        return f"{own}{trade}（{place}）{form}"
    if kind < 0.15:
        return f" {name}\u3000"
    if kind < 0.18:
        return f"{name}\u200b"
    if kind < 0.2:
        return " ".join(own)
    return name


def _english_name(chance: random.Random, number: int) -> str:
    first, second, form = (chance.choice(each) for each in (_FIRST, _SECOND, _FORMS))
    name = f"{first} {second} {number} {form}".strip()
    kind = chance.random()
    if kind < 0.1:
        return name.upper()
    if kind < 0.14:
        return f"{first} &amp; {second} {number} {form}"
    if kind < 0.17:
        return f"  {first}  {second} {number}, {form} "
    if kind < 0.19:
        return f"Zoë’s {second} {number} {form}"
    if kind < 0.2:
        return chance.choice(_UNKNOWN)
    return name


def _site(chance: random.Random, word: str) -> str:
    host = f"{word}.{chance.choice(_ENDS)}"
    kind = chance.random()
    if kind < 0.1:
        return chance.choice(_UNKNOWN)
    if kind < 0.2:
        return f"[https://www.{host}](https://www.{host})"
    if kind < 0.25:
        return f"http://{host}:8080/index.html?ref=list"
    if kind < 0.3:
        return f"info@{host}"
    if kind < 0.33:
        return f"www.{host}; shop.{host}"
    if kind < 0.34:
        return "http://"
    if kind < 0.5:
        return f"www.{host}"
    if kind < 0.6:
        return f"HTTP://WWW.{host.upper()}/"
    return f"https://www.{host}/{chance.choice(['', 'en/', 'about'])}"


def _people(chance: random.Random, chinese: bool) -> str:
    kind = chance.random()
    if kind < 0.1:
        return chance.choice(_UNKNOWN)
    if kind < 0.5:
        return chance.choice(_HAN_RANGES if chinese else _RANGES)
    exact = chance.randrange(1, 60_000)
    if kind < 0.7:
        return f"{exact}人" if chinese else f"{exact:,}"
    if kind < 0.85:
        return f"{exact}+人" if chinese else f"{exact:,}+"
    return f"约{exact}人" if chinese else f"{exact} employees"


def _money(chance: random.Random, chinese: bool) -> str:
    kind = chance.random()
    if kind < 0.2:
        return chance.choice(_UNKNOWN)
    exact = round(chance.lognormvariate(6, 2), 2)
    if chinese:
        return f"{exact:,.2f}万元" if kind < 0.6 else f"{exact / 100:.2f}亿元"
    if kind < 0.5:
        return f"${exact:,.1f}M"
    return f"US$ {exact / 100:.2f} bn" if kind < 0.7 else f"{int(exact * 1e6):,}"


def _year(chance: random.Random, chinese: bool) -> str:
    year = chance.randrange(1900, 2025)
    kind = chance.random()
    if kind < 0.1:
        return chance.choice(_UNKNOWN)
    if chinese:
        return f"{year}年"
    return str(year) if kind < 0.8 else f"est. {year}"


SUFFIXES = PublicSuffixList()
FORMS = re.compile(
    r"[ ,]+(?:inc|llc|co|ltd|gmbh|sa|corporation|corp|plc|limited|ag)$|"
    r"(?:集团|股份|有限责任公司|有限公司|公司)$"
)
NUMBER = re.compile(
    r"^(?:约)?(?P<money>us\$|\$|¥)?\s*(?P<low>[\d,.]+)\s*(?P<unit>万|亿|m|bn|k)?(?:元)?"
    r"(?:\s*[-–]\s*(?P<high>[\d,.]+))?(?P<plus>\+)?\s*(?:人|employees)?(?P<more>以上)?$"
)
UNITS = {"万": 1e4, "亿": 1e8, "m": 1e6, "bn": 1e9, "k": 1e3}


def _script_name(text: str) -> tuple[str | None, str | None]:
    shown = html.unescape(text)
    shown = re.sub(r"[\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", shown))
    shown = re.sub(r"\s+", " ", shown).strip()
    shown = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", shown)
    if shown.lower() in {"", "n/a", "-", "暂无", "未知", "null"}:
        return None, None
    key = unicodedata.normalize("NFKD", shown.lower())
    key = "".join(sign for sign in key if not unicodedata.combining(sign))
    key = re.sub(r"['’.]", "", key.replace("&", " and "))
    key = re.sub(r"[\W_]+", " ", key).strip()
    while (shorter := FORMS.sub("", key).strip()) != key and shorter:
        key = shorter
    return shown, re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", key)


def _script_site(text: str) -> tuple[str | None, str | None]:
    text = text.strip()
    if link := re.search(r"\[[^\]]*\]\(([^)]+)\)", text):
        text = link[1]
    text = re.split(r"[;,\s]+", text)[0]
    match = re.match(r"^(?:https?://)?(?:[^@/]+@)?([^/:?#]+)(?::\d+)?([^?#]*)", text, re.IGNORECASE)
    if not match or "." not in match[1]:
        return None, None
    host = match[1].lower().rstrip(".")
    domain = SUFFIXES.privatesuffix(host)
    return domain, None if "@" in text else f"https://{host}{match[2].rstrip('/')}"


def _script_amount(text: str) -> tuple[float | None, float | None, float | None]:
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().lower()
    if match := re.match(r"^少于(\d+)人$", text):
        return float(match[1]), None, float(match[1])
    match = NUMBER.match(text)
    if not match:
        return None, None, None
    low = round(float(match["low"].replace(",", "")) * UNITS.get(match["unit"], 1.0), 6)
    if match["plus"] or match["more"]:
        return low, low, None
    if match["high"]:
        high = float(match["high"].replace(",", ""))
        return (low * high) ** 0.5, low, high
    return low, low, low


def _script_year(text: str) -> int | None:
    match = re.search(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)", text)
    return int(match[1]) if match else None


def script(frame: Any) -> Any:
    """The same normalisation with pandas, row by row."""
    import pandas as pd

    result = pd.DataFrame(index=frame.index)
    result["name"], result["name_key"] = zip(*frame["company"].map(_script_name), strict=True)
    result["domain"], result["website"] = zip(*frame["website"].map(_script_site), strict=True)
    for column in ("employees", "revenue"):
        ends = zip(*frame[column].map(_script_amount), strict=True)
        for end, values in zip(("", "_min", "_max"), ends, strict=True):
            result[column + end] = values
    result["founded_year"] = frame["founded"].map(_script_year)
    return result


def _speeds(run: Callable[[], None], rows: int) -> tuple[float, float]:
    """Rows per second by the clock and by the time that processors spent."""
    start, spent = time.perf_counter(), time.process_time()
    run()
    return rows / (time.perf_counter() - start), rows / (time.process_time() - spent)


def main(count: int) -> None:
    """Both, three times in turn."""
    import pandas as pd
    import pyarrow as pa

    columns = [strings(column) for column in zip(*records(count), strict=True)]
    table = pa.Table.from_arrays(columns, names=list(COLUMNS))
    frame = table.to_pandas()
    project = Config(version=1, currency="USD", rates={"CNY": 0.14})
    made = plan(list(COLUMNS), table.slice(0, 1000), Source(name="messy", path="x"), project)
    parts: list[Loaded] = []
    by_script = frame

    def loading() -> None:
        parts[:] = (
            load(table.slice(at, BATCH), made, first_row=at + 1) for at in range(0, count, BATCH)
        )

    def scripting() -> None:
        nonlocal by_script
        by_script = script(frame)

    best = {loading: (0.0, 0.0), scripting: (0.0, 0.0)}
    for _ in range(3):
        for run, fastest in best.items():
            clock, processor = _speeds(run, count)
            best[run] = (max(fastest[0], clock), max(fastest[1], processor))
    for kind, ours, theirs in zip(("clock", "processor"), *best.values(), strict=True):
        print(
            f"by the {kind}: load {ours:,.0f} rows/s, script {theirs:,.0f} rows/s: "
            f"{ours / theirs:.1f} times"
        )
    accounts = pa.concat_tables([part.accounts for part in parts]).to_pandas()
    by_script = by_script.loc[accounts["source_row"] - 1].reset_index(drop=True)
    for column in ("name", "name_key", "domain", "employees_min", "founded_year"):
        one, other = accounts[column], by_script[column]
        same = (one == other) | (pd.isna(one) & pd.isna(other))
        print(
            f"{column}: {(~same).sum():,} of {len(same):,} differ",
            list(zip(one[~same], other[~same], strict=True))[:2],
        )
    for part in parts[:1]:
        print(part.issues, part.repairs)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
