"""What a config says of the slips that people make in it: one line each, with what to write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abmkit.config.loading import parse_config, read_config
from abmkit.errors import ConfigError

SOURCE = 'version = 1\n[[sources]]\nname = "crm"\npath = "crm.csv"\n'
RULE = SOURCE + '[[exclude.rules]]\nid = "small"\nreason = "Too small"\n'
TIER = SOURCE + '[[tier.tiers]]\nid = "A"\n'


def said(config: str | bytes, folder: Path) -> list[str]:
    file = folder / "abmkit.toml"
    file.write_bytes(config if isinstance(config, bytes) else config.encode())
    with pytest.raises(ConfigError) as caught:
        read_config(file)
    lines = str(caught.value).splitlines()
    assert lines
    assert all(line.startswith(f"{file}:") for line in lines)
    return [line.removeprefix(f"{file}:").strip() for line in lines]


def case(name: str, config: str | bytes, wanted: str) -> object:
    return pytest.param(config, wanted, id=name)


SLIPS = [
    case("one bracket", 'version = 1\n[sources]\nname = "x"\npath = "x.csv"\n', "sources: there may be several, each with two brackets; write [[sources]]"),
    case("suppress", SOURCE + '[suppress]\nname = "x"\n', "suppress: there may be several, each with two brackets; write [[suppress]]"),
    case("assign", SOURCE + '[assign]\ncolumn = "owner"\nvalue = "Ann"\n', "assign: there may be several, each with two brackets; write [[assign]]"),
    case("rules", SOURCE + '[exclude.rules]\nid = "x"\n', "exclude.rules: there may be several, each with two brackets; write [[exclude.rules]]"),
    case("tiers", SOURCE + '[tier.tiers]\nid = "A"\n', "tier.tiers: there may be several, each with two brackets; write [[tier.tiers]]"),
    case("criteria", SOURCE + '[score.criteria]\nid = "A"\n', "score.criteria: there may be several, each with two brackets; write [[score.criteria]]"),
    case("named source", 'version = 1\n[sources.hubspot]\npath = "x.csv"\n', 'write [[sources]], and name = "hubspot" in it'),
    case("named tier", SOURCE + "[tier.Gold]\ncapacity = 5\n", 'write [[tier.tiers]], and id = "Gold" in it'),
    case("two brackets", SOURCE + '[[tier]]\nwithin = "owner"\n', "tier: there is one of it, with one bracket; write [tier]"),
    case("section elsewhere", SOURCE + '[[criteria]]\nid = "x"\n', "did you mean [[score.criteria]]?"),
    case("singular", 'version = 1\n[[source]]\nname = "x"\n', "did you mean [[sources]]?"),
    case("windows path", 'version = 1\n[[sources]]\nname = "x"\npath = "D:\\lists\\q1.xlsx"\n', r"4:13: \ in double quotes has a meaning of its own; use single quotes: 'D:\lists\q1.xlsx'"),
    case("windows home", 'version = 1\n[[sources]]\nname = "x"\npath = "C:\\Users\\ann\\x.csv"\n', r"use single quotes: 'C:\Users\ann\x.csv'"),
    case("windows path that TOML takes", 'version = 1\n[[sources]]\nname = "x"\npath = "C:\\new\\table.csv"\n', r"sources.x.path: \ in double quotes has a meaning of its own; use single quotes: 'C:\new\table.csv'"),
    case("curly quotes", "version = 1\nname = “Ziele”\n", '2:8: “ is no quote of TOML; use straight ones: " … "'),
    case("corner quotes", "version = 1\nname = 「名单」\n", "「 is no quote of TOML"),
    case("wide comma", SOURCE + 'ignore = ["甲"，"乙"]\n', "， is a full-width sign; type ,"),
    case("wide equals", "version ＝ 1\n", "＝ is a full-width sign; type ="),
    case("wide colon", "version：1\n", "write = for ："),
    case("wide bracket", 'version = 1\n【【sources】】\nname = "x"\n', "【 is a full-width sign; type ["),
    case("no-break space", "version\u00a0= 1\n", "a no-break space (U+00A0) stands in this line"),
    case("bare text", 'version = 1\nname = north america\n', '2:8: text needs quotes: "north america"'),
    case("bare path", 'version = 1\n[[sources]]\nname = "x"\npath = lists/x.csv\n', 'text needs quotes: "lists/x.csv"'),
    case("open text", 'version = 1\nname = "x\ncurrency = "EUR"\n', "2:10: a text is not closed; put a quote at its end"),
    case("half a quote", 'version = 1\nname = x"\n', 'text needs quotes: "x"'),
    case("chinese key", SOURCE + '[sources.columns]\n净利润 = { from = "净利", type = "number" }\n', 'put the Chinese key in quotes: "净利润" = …'),
    case("chinese key within", RULE + 'when = { 经营状态 = "注销" }\n', 'put the Chinese key in quotes: "经营状态" = …'),
    case("number in quotes", RULE + 'when = { revenue = { below = "2.5M" } }\n', "exclude.rules.small.when.revenue.below: '2.5M' is no number; write 2_500_000"),
    case("chinese unit", RULE + 'when = { revenue = { below = "300万" } }\n', "'300万' is no number; write 3_000_000"),
    case("number with a unit", RULE + "when = { revenue = { below = 10k } }\n", "10k is no number of TOML; write 10_000"),
    case("number with a comma", RULE + "when = { employees = { below = 2,500 } }\n", "2,500 is no number of TOML; write 2500"),
    case("percent in quotes", TIER + 'min_score = "70%"\n', "tier.tiers.A.min_score: '70%' is no number; write 70"),
    case("share in quotes", TIER + 'min_known = "60%"\n', "tier.tiers.A.min_known: '60%' is no number; write 0.6"),
    case("share of a hundred", TIER + "min_known = 55\n", "55 is above 1; write a share of 1, such as 0.55"),
    case("percent", TIER + "min_score = 70%\n", "70% is no number of TOML; write 70"),
    case("no whole number", TIER + "capacity = 7.5\n", "7.5 is no whole number"),
    case("range as text", RULE + 'when = { employees = { between = "10-50" } }\n', "'10-50' is no list of two; write it like [10, 50]"),
    case("yes", SOURCE + "canonical = yes\n", "write true, not yes"),
    case("False", SOURCE + "canonical = False\n", "write false, not False"),
    case("None", SOURCE + "sheet = None\n", "TOML has no None; leave the line out"),
    case("no value", SOURCE + "sheet =\n", "5:8: a value is missing after ="),
    case("key twice", SOURCE + 'path = "other.csv"\n', "path stands twice, first in line 4; keep one"),
    case("table twice", TIER + '[score]\nmissing = 0\n[output]\ndir = "o"\n[score]\nmissing = 1\n', "[score] stands twice, first in line 7; put all its keys under one"),
    case("one and two brackets", 'version = 1\n[sources]\nname = "x"\n[[sources]]\nname = "y"\n', "[sources] and [[sources]] both stand here, first in line 2; write [[sources]] each time"),
    case("key at the top", "capacity = 5\n" + SOURCE, "capacity: unknown key 'capacity'; it belongs in [[tier.tiers]]"),
    case("key a room above", SOURCE + "[tier]\nmin_score = 5\n", "tier.min_score: unknown key 'min_score'; it belongs in [[tier.tiers]]"),
    case("another word", SOURCE + '[[score.criteria]]\nid = "x"\nweight = 5\nbands = [{ when = { country = "US" }, points = 1 }]\n', "it is called 'points' and belongs in [[score.criteria.bands]]"),
    case("another operator", RULE + 'when = { country = { equals = "US" } }\n', "unknown key 'equals'; did you mean 'is'?"),
    case("condition without when", SOURCE + '[[exclude.rules]]\nid = "x"\nreason = "y"\nwhen = { country = "US" }\nindustry = "Food"\n', "a condition on it belongs in when = { industry = … }"),
    case("arrow", "version => 1\n", "write = for =>"),
    case("colon", "version: 1\n", "write = for :"),
    case("colon within", RULE + 'when = { country: "US" }\n', "write = for :"),
    case("comparison", RULE + "when = { employees < 10 }\n", "< is no TOML; write employees = { below = 10 }"),
    case("comma before a brace", RULE + 'when = { country = "US", }\n', "a comma too many before }"),
    case("table over lines", RULE + 'when = {\n  country = "US"\n}\n', "an inline table { … } has to stay on one line"),
    case("no brace", RULE + 'when = { country = "US"\n', "} is missing"),
    case("no comma", RULE + 'when = { country = "US" industry = "Food" }\n', "a comma is missing before industry"),
    case("no comma in a list", SOURCE + 'ignore = ["x" "y"]\n', 'a comma is missing before "y"'),
    case("open list", SOURCE + 'ignore = ["x", "y"\n[tier]\nwithin = "owner"\n', "] is missing: a list is not closed"),
    case("open header", 'version = 1\n[[sources]\nname = "x"\n', "a bracket is missing; write [[sources]]"),
    case("name with a blank", 'version = 1\n[my list]\nname = "x"\n', 'write ["my list"]'),
    case("three brackets", 'version = 1\n[[[sources]]\nname = "x"\n', "a bracket too many; write [[sources]]"),
    case("closing bracket only", 'version = 1\ntier]\nwithin = "owner"\n', "a bracket is missing; write [tier]"),
    case("list left open above a header", SOURCE + 'ignore = [\n  "x",\n[[tier.tiers]]\nid = "A"\n', "] is missing: a list above is not closed"),
    case("two commas", SOURCE + 'ignore = ["x",, "y"]\n', "two commas side by side; one is enough"),
    case("two quotes", 'version = 1\nname = ""mine"\n', "two quotes side by side; one is enough"),
    case("no opening brace", RULE + 'when = country = "US" }\n', "{ is missing before country"),
    case("list open before a brace", RULE + 'when = { country = ["US", "DE" }\n', "] is missing before }"),
    case("no equals", 'version = 1\nname "x"\n', "= is missing behind name"),
    case("semicolon", 'version = 1\nname = "x";\n', "no ; at the end of a line"),
    case("comma at the end", 'version = 1,\n', "no , at the end of a line"),
    case("two keys", 'version = 1 name = "x"\n', "a line has one key; begin a new line before name"),
    case("comment", "// mine\nversion = 1\n", "a comment begins with #"),
    case("date", SOURCE + "as_of = 31.12.2025\n", "a date is written 2024-02-01, without quotes"),
    case("no such day", SOURCE + "as_of = 2027-02-30\n", "there is no day 2027-02-30"),
    case("date in quotes", SOURCE + 'as_of = "31.12.2025"\n', "'31.12.2025' is no date; write 2024-02-01, without quotes, or \"mtime\""),
    case("list of one", SOURCE + '[dedupe]\nkeys = "domain"\n', "dedupe.keys: 'domain' is no list; write [\"domain\"]"),
    case("condition as text", RULE + 'when = "country = US"\n', 'write it like { country = "US" }'),
    case("currency", 'version = 1\ncurrency = "eur"\n', "'eur' is no currency code; write it like \"EUR\""),
    case("name", 'version = 1\n[[sources]]\nname = "our crm"\npath = "x.csv"\n', 'write "our-crm"'),
    case("no version", '[[sources]]\nname = "x"\npath = "x.csv"\n', "version: is missing; write version = 1"),
    case("empty", b"", "is empty; `abmkit init` makes one that runs"),
    case("comments only", b"# soon\n\n", "is empty; `abmkit init` makes one that runs"),
    case("utf-16", SOURCE.encode("utf-16"), "is UTF-16, not UTF-8; save it as UTF-8"),
    case("utf-16 without a mark", SOURCE.encode("utf-16-be"), "is UTF-16, not UTF-8; save it as UTF-8"),
    case("gbk", 'version = 1\nname = "华东区名单"\n'.encode("gbk"), "is in GBK, not UTF-8; save it as UTF-8"),
    case("latin-1", 'version = 1\nname = "Größe"\n'.encode("latin-1"), "is not UTF-8; save it as UTF-8"),
    case("json", '{"version": 1, "sources": []}', "is JSON, not TOML; write a key a line, such as version = 1"),
    case("yaml", "version: 1\nsources:\n  - name: x\n    path: x.csv\n", "is YAML, not TOML; write a key a line, such as version = 1"),
    case("csv", "Company,Site\nAcme,acme.com\n", "is a table, not a config"),
    case("fence", "```toml\nversion = 1\n```\n", "``` is no TOML; remove the line"),
]  # fmt: skip


@pytest.mark.parametrize(("config", "wanted"), SLIPS)
def test_a_slip_is_told_in_one_line_with_what_to_write(config, wanted, tmp_path: Path) -> None:
    (line,) = said(config, tmp_path)
    assert wanted in line


def test_what_is_told_to_write_can_be_read(tmp_path: Path) -> None:
    (line,) = said(RULE + 'when = { revenue = { below = "1.2bn" } }\n', tmp_path)
    number = re.search(r"write (\S+)$", line)
    assert number is not None
    file = tmp_path / "abmkit.toml"
    file.write_text(RULE + f"when = {{ revenue = {{ below = {number[1]} }} }}\n")
    (rule,) = read_config(file).exclude.rules
    assert rule.when.columns["revenue"].below == 1_200_000_000


def test_a_byte_order_mark_is_no_slip(tmp_path: Path) -> None:
    file = tmp_path / "abmkit.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SOURCE.encode())
    assert read_config(file).sources[0].name == "crm"


def test_an_error_without_a_problem_cannot_be() -> None:
    with pytest.raises(ValueError, match="needs a problem"):
        ConfigError([])


@pytest.mark.parametrize("given", [[], {}, "x", 5, True, [1], [{}], {"x": {}}, [[]], None])
@pytest.mark.parametrize(
    "path",
    [
        ("sources",), ("suppress",), ("assign",), ("exclude",), ("exclude", "rules"), ("score",),
        ("score", "criteria"), ("tier",), ("tier", "tiers"), ("dedupe",), ("dedupe", "prefer"),
        ("industry",), ("output",), ("rates",), ("currency",), ("version",), ("tier", "rank_by"),
    ],
)  # fmt: skip
def test_whatever_stands_in_a_section_it_is_taken_or_told(given, path) -> None:
    data: dict[str, object] = {"version": 1}
    inner = data
    for part in path[:-1]:
        inner = inner.setdefault(part, {})  # type: ignore[assignment]
    inner[path[-1]] = given
    told = "config: taken"
    try:
        parse_config(data)
    except ConfigError as error:
        told = str(error)
    assert told.strip()
    assert all(line.startswith("config: ") for line in told.splitlines())


def test_the_yuan_may_be_called_rmb() -> None:
    config = parse_config({"version": 1, "currency": "RMB", "rates": {"RMB": 0.14}})
    assert config.currency == "CNY"
    assert config.rates == {"CNY": 0.14}
