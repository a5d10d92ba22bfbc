"""Every sentence is in a language's table, and a second language is a second table."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook, load_workbook

import abmkit
from abmkit.config.loading import Project, load_project
from abmkit.config.project import Config
from abmkit.config.schema import schema_text
from abmkit.domain.facts import Fact, fact
from abmkit.domain.recognition.questions import _ASKED
from abmkit.domain.rules.pins import Pin, Pinned
from abmkit.engines.engine import engine as engine_of
from abmkit.planning.reach import match_summary
from abmkit.reports.console.check import check_text
from abmkit.reports.console.explain import explanation_text
from abmkit.reports.console.init import next_steps, starter_report
from abmkit.reports.console.inspect import columns_to_paste, inspection_data, inspection_text
from abmkit.reports.console.match import match_data, match_text
from abmkit.reports.console.run import run_report
from abmkit.reports.excel.workbook import write_workbook
from abmkit.reports.init import config_text, label_table
from abmkit.reports.quality import industry_warnings, quality_warnings
from abmkit.reports.reasons import fit_in_words, tier_in_words
from abmkit.reports.record import record_of
from abmkit.reports.review import review_table
from abmkit.reports.words import LANGUAGES, Words, en, words
from abmkit.runs.explain import explain
from abmkit.schema.accounts import CANONICAL, STEP
from abmkit.sources.inspection import inspect
from abmkit.sources.matching import list_of_file, match_rows, rows_of_file
from abmkit.starter.labels import SameLabel
from abmkit.starter.starting import start_from
from abmkit.steps.score import score
from abmkit.steps.tier import tier

DAY = date(2026, 11, 1)
SOURCE = Path(abmkit.__file__).parent
EN = words("en")


def fields_of(sentence: str, *, told: bool = False) -> set[str]:
    """The fields of a sentence, or those that are `told`, and not only asked for a plural."""
    return {
        field for _, field, spec, _ in Formatter().parse(sentence)
        if field is not None and not (told and spec and spec.startswith("?"))
    }  # fmt: skip


def lacks(language: Mapping[str, str]) -> set[str]:
    """The sentences that a language does not have, or not with the fields they need."""
    needed = en.SENTENCES
    return {
        name for name in needed.keys() | language.keys()
        if name not in needed or name not in language
        or not fields_of(needed[name], told=True)
        <= fields_of(language[name])
        <= fields_of(needed[name])
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_sentence_or_a_field(language: str) -> None:
    assert lacks(words(language).sentences) == set()


def test_a_missing_sentence_is_found() -> None:
    one = dict(en.SENTENCES)
    del one["tier.full"]
    one["fit.unknown"] = "?"
    one["fit.other"] = ""
    assert lacks(one) == {"tier.full", "fit.unknown", "fit.other"}


# What the code asks for ---------------------------------------------------------------------------


def calls() -> Iterator[ast.Call]:
    """Where the code asks for a sentence by name: `words(…)`, `fact(…)` and the like."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id == "in_place":
                    yield ast.Call(node.func, node.args[1:], node.keywords)
                elif node.func.id in ("words", "fact") and node.args:
                    yield node


def names_in(argument: ast.expr) -> Iterator[str]:
    """The names that an argument may be; of one put together, its beginning with a `*`."""
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif isinstance(argument, ast.IfExp):
        yield from names_in(argument.body)
        yield from names_in(argument.orelse)
    elif isinstance(argument, ast.JoinedStr):
        yield f"{argument.values[0].value}*"


def test_every_sentence_that_the_code_asks_for_is_there_with_what_it_needs() -> None:
    asked = [(name, call) for call in calls() for name in names_in(call.args[0]) if name != "en"]
    assert len(asked) > 150
    for name, call in asked:
        if name.endswith("*"):
            assert any(each.startswith(name[:-1]) for each in en.SENTENCES), name
            continue
        given = {keyword.arg for keyword in call.keywords}
        assert None in given or fields_of(en.SENTENCES[name]) <= given, name


def test_every_sentence_is_asked_for() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in SOURCE.rglob("*.py")
        if path.parent.parent.name != "words"
    )
    begun = [name[:-1] for call in calls() for name in names_in(call.args[0]) if name[-1] == "*"]
    unused = {
        name for name in en.SENTENCES
        if f'"{name}"' not in code and f"'{name}'" not in code
        and not any(name.startswith(each) for each in begun)
    }  # fmt: skip
    assert unused == set()


# A stand-in for a second language -----------------------------------------------------------------


def wide(text: str) -> str:
    """The text with its letters as wide ones."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in text)


def marked(sentence: str) -> str:
    """The sentence with every letter of its own marked, its fields left as they are."""
    parts = []
    for text, field, spec, conversion in Formatter().parse(sentence):
        parts.append(wide(text).replace("{", "{{").replace("}", "}}"))
        if field is not None:
            spec = wide(spec) if spec.startswith("?") else spec
            parts.append(
                "{" + field + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
            )  # fmt: skip
    return "".join(parts)


OTHER = {name: marked(text) for name, text in en.SENTENCES.items()}
XX = Words(OTHER, en.FORMS)
CONFIG = """\
version = 1
name = "一"
[[sources]]
name = "甲"
path = "甲.csv"
[[sources]]
name = "乙"
path = "乙.csv"
as_of = 2019-01-01
[[suppress]]
name = "客户"
path = "客户.csv"
reason = "客户"
[[exclude.rules]]
id = "小"
reason = "太小"
when = { employees = { below = 2 } }
[[score.criteria]]
id = "规模"
bands = [{ when = { employees = { between = [100, 200] } }, points = 2 }]
[[score.criteria]]
id = "上市"
missing = "skip"
bands = [{ when = { listed = true }, points = 1 }, { when = { listed = false, city = "上" }, points = 1 }]
[tier]
within = "city"
pins = "指名.csv"
[[tier.tiers]]
id = "高"
strategy = "1:1"
min_score = 70
min_known = 0.6
capacity = 2
when = { country = { not_in = ["DE", "FR"] }, any = [{ employees = { above = 5 } }], none = [{ owner = { known = true } }] }
[[tier.tiers]]
id = "低"
min_score = 20
"""  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("xx")
    first = ["公司名称,员工人数,城市,国家,上市,行业,网站,备注"]
    for n in range(1, 41):
        listed = ("是", "否", "")[n % 3]
        people = "" if n % 7 == 0 else str(n * 9 if n != 3 else 1)
        first.append(f"云杉{n}有限公司,{people},上海,中国,{listed},食品{n % 3},{n}{n}.cn,{n}")
    first.append(",,,,,,,")
    second = [
        "公司名称,员工人数,行业",
        *(f"长江{n}有限公司,{'很多' if n % 3 == 0 else 9_000_000 + n},百货{n}" for n in range(9)),
        *(f",{n},百货" for n in range(4)),
    ]
    files = {
        "甲.csv": first,
        "乙.csv": second,
        "客户.csv": ["公司名称", "云杉1有限公司", "云杉2有限公司", "无此有限公司"],
        "指名.csv": ["account,tier,by,why,until", "云杉4有限公司,高,张,好,2027-01-01", "无,高,,,"],
        "abmkit.toml": [CONFIG],
    }  # fmt: skip
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_project(folder / "abmkit.toml")


@pytest.fixture(scope="module")
def done(project: Project) -> Any:
    return abmkit.run(project, as_of=DAY)


# Names of columns and settings, which every language shares.
SHARED = {
    word
    for name in (*CANONICAL, *STEP, *re.findall(r'"(\w+)":', schema_text()))
    for word in name.split("_")
} | {"csv", "utf", "utf8", "cn", "US", "CN", "SH", "abmkit", "toml", "out", "parquet", "xlsx", "review", "rejects", "run", "json", "members", "ledger", "B", "M", "T"}  # fmt: skip


def speaks_the_other_language(text: str, *data: str) -> bool:
    """Whether no sentence in the text is English: only names that every language shares are."""
    left = [
        word
        for word in re.findall("[A-Za-z]+", text)
        if word not in SHARED and word not in data and len(word) > 1
    ]
    return not left or pytest.fail(f"{sorted(set(left))} in:\n{text}")


def test_the_screen_after_a_run_is_all_words(done: Any) -> None:
    text = run_report(done.run, [], XX)
    assert wide("Total addressable market") in text
    assert wide("For a person to decide") in text
    assert speaks_the_other_language(text)


def test_explanations_are_all_words(project: Project, done: Any) -> None:
    with engine_of("duckdb") as running:
        for name in ("云杉2有限公司", "云杉3有限公司", "云杉6有限公司", "云杉12有限公司"):
            found = explain(project, running, name)
            # What the run's file says is in the run's language.
            at = found.account.column_names.index("tier_reason")
            account = found.account.set_column(at, "tier_reason", pa.array([None], pa.string()))
            told = explanation_text(type(found)(**{**vars(found), "account": account}), XX)
            assert wide("Fit") in told
            assert speaks_the_other_language(told, "domain")


def test_reasons_are_all_words(project: Project, done: Any) -> None:
    config = project.config
    accounts = pq.read_table(done.folder / "accounts.parquet")
    scored = score(accounts, config.score, as_of=DAY, reasons=True)
    pinned = Pinned({accounts["account_id"][5].as_py(): Pin("x", "高", "张", "好", DAY)}, ())
    tiered = tier(scored, config.tier, pinned, as_of=DAY)
    told = tier_in_words(fit_in_words(tiered, config.score, XX), config.tier, XX)
    for column in ("fit_reasons", "tier_reason"):
        texts = set(told[column].to_pylist())
        assert len(texts) > 4
        assert speaks_the_other_language("\n".join(texts))
    assert wide("pinned to") in "".join(told["tier_reason"].to_pylist())


def test_the_workbook_is_all_words(done: Any) -> None:
    file = io.BytesIO()
    write_workbook(file, done.run, XX)
    book = load_workbook(file)
    assert book.sheetnames == [wide(each) for each in ("Summary", "Accounts", "Excluded")]
    summary = book[wide("Summary")]
    cells = [str(cell) for row in summary.iter_rows(values_only=True) for cell in row if cell]
    assert speaks_the_other_language("\n".join(cells))
    assert wide("Page ") in summary.oddFooter.center.text


def test_the_record_and_what_to_decide_are_all_words(done: Any) -> None:
    record = record_of(done.run, XX)
    told = [record["funnel"], [pin["why"] for pin in record["pins"]["not_followed"]]]
    keys = ("name", "count", "share", "left", "text")
    assert speaks_the_other_language(json.dumps(told, ensure_ascii=False), *keys, "null")
    review = review_table(done.run.review, XX)
    assert speaks_the_other_language("\n".join(review["evidence"].to_pylist()))


@pytest.mark.parametrize(
    "found",
    [
        fact("suppression.several", accounts=["1", "2"]),
        fact("suppression.maybe", name="云", account="1", probability=0.5, evidence="名"),
        fact("review.giant", count=50),
        fact("review.no_record", called="云"),
        fact("pin.ended", until="2026-01-01"),
        fact("pin.already", account="1"),
    ],
)
def test_a_fact_is_told_in_the_language_asked_for(found) -> None:
    assert speaks_the_other_language(XX.of(found))
    assert XX.of(found) != EN.of(found)


def test_quality_is_all_words(project: Project, done: Any) -> None:
    sources = done.run.sources
    text = check_text(sources, done.run.lists.suppression, DAY, XX)
    assert wide("no problems found") in text
    assert speaks_the_other_language(text)
    warnings = quality_warnings(sources, project.config, XX)
    warnings += industry_warnings(sources, None, XX)
    assert len(warnings) > 2
    assert speaks_the_other_language("\n".join(warnings))


def test_inspection_is_all_words(project: Project) -> None:
    found = inspect(project.folder / "甲.csv")
    _, *lines = inspection_text(found, XX).splitlines()
    assert speaks_the_other_language("\n".join(lines))
    pasted = columns_to_paste(found, XX)
    # By what a column was recognised is said by recognition itself.
    evidence = {word for column in found.columns for word in re.findall("[a-z]+", column.evidence)}
    assert speaks_the_other_language(pasted, "sources", *evidence)


ODD = {
    "空.csv": "公司名称,城市\n",
    "谁.csv": "银行\n云杉食品有限公司\n长江百货有限公司\n黄河机械有限公司\n",
    "问.csv": "网站,银行\na.cn,云杉食品有限公司\nb.cn,长江百货有限公司\nc.cn,黄河机械有限公司\n",
    "州.csv": "Company,state,Employees,Revenue\n,TX,,\n"
    + "".join(f"云杉{n}有限公司,{at},{n}00,{n}5\n" for n, at in enumerate(["TX", "CA", "NY", "OH", "WA"], 1)),
    "率.csv": "公司名称,营业收入(人民币万元)\n云杉食品有限公司,5000\n",
    "旁.csv": "说明:甲\n\n公司名称,城市,员工人数\n云杉食品有限公司,上海,很多\n云杉, 百货有限公司,上海,2\n"
    "长江百货有限公司,上海,很多\n黄河机械有限公司,上海,9\nx,y,z,a,b,c\n",
    "无.csv": "云杉食品有限公司,上海,yunshan.cn\n长江百货有限公司,上海,cj.cn\n黄河机械有限公司,上海,hh.cn\n",
}  # fmt: skip


def made_elsewhere(found: Fact | str) -> Iterator[str]:
    """The words in a fact that recognition and the readers of files make themselves."""
    if isinstance(found, str):
        yield from re.findall("[A-Za-z]+", found)
        return
    for name, value in found.values.items():
        if name in ("evidence", "how", "table", "reason") or isinstance(value, Fact):
            yield from made_elsewhere(value)
        elif isinstance(value, list):
            yield from (word for each in value for word in made_elsewhere(each))


def codes_of(found: Fact | str) -> Iterator[str]:
    if isinstance(found, Fact):
        yield found.code
        for value in found.values.values():
            for each in value if isinstance(value, list) else [value]:
                yield from codes_of(each)


def test_what_is_odd_about_a_file_is_all_words(tmp_path: Path) -> None:
    for name, text in ODD.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    book = Workbook()
    rows = [["甲"], [], ["公司名称", "城市"], ["云杉有限公司", "上海"], ["长江有限公司", "上海"]]
    rows += [[], [], ["Region", "Boss", "Sum"], ["N", "x", 1], ["S", "y", 2]]
    for row in rows:
        book.active.append(row)
    book.create_sheet("其他").append(["甲", "乙"])
    book.save(tmp_path / "簿.xlsx")
    told = set()
    for path in sorted(tmp_path.iterdir()):
        found = inspect(path)
        facts = [*(each.fact for each in found.warnings), *found.rejects]
        told |= {code for each in facts for code in codes_of(each)}
        data = inspection_data(found, XX)
        texts = [*(each["text"] for each in data["warnings"]), *data["rejects"]]
        words_of_files = {word for each in facts for word in made_elsewhere(each)}
        assert speaks_the_other_language(
            "\n".join(texts), "state", "USD", "million", "Revenue", *words_of_files
        )
        assert all(text in inspection_text(found, XX) for text in data["rejects"])
    begun = ("notice.", "question.", "scale.", "country.", "reject.")
    needed = {name for name in en.SENTENCES if name.startswith(begun)}
    assert told == needed - {"question.website", "question.registry_ids"}


@pytest.mark.parametrize("target", ["name", "website", "registry_ids"])
def test_what_is_asked_for_is_called_as_in_errors(target: str) -> None:
    assert EN(f"question.{target}") == _ASKED[target]


def test_a_match_is_all_words(project: Project) -> None:
    empty = Project(Config(version=1))
    rows, _ = rows_of_file(project.folder / "客户.csv")
    listed = list_of_file(project.folder / "甲.csv", empty, DAY)
    found = match_summary(match_rows(rows, listed, empty))
    assert speaks_the_other_language(match_text(found, XX))
    labels = [each["label"] for each in match_data(found, XX)["found"]]
    assert speaks_the_other_language("\n".join(labels))


def test_a_first_config_is_all_words(project: Project) -> None:
    files = [project.folder / "甲.csv", project.folder / "乙.csv"]
    starter = start_from(project.folder / "新", files, project.folder / "客户.csv", as_of=DAY)
    texts = [starter_report(starter, XX), next_steps(["a"], Path("新"), XX, sample=True)]
    assert all(speaks_the_other_language(text, "too", "size") for text in texts)
    config = config_text(starter, XX)
    assert wide("The companies, best source first") in config
    settings = (
        "customers",
        "few",
        "many",
        "territory",
        "fit",
        "size",
        "too",
        "small",
        "our",
        "CNY",
    )
    # By what a column was recognised is said by recognition itself.
    evidence = {word for each in starter.sources for *_, why in each.open for word in why.split()}
    assert speaks_the_other_language(config, *settings, *(each.strip(",") for each in evidence))
    rows = list(csv.reader(io.StringIO(label_table([SameLabel("甲", "乙", 5, 6)], [], XX))))
    assert rows[1][2] == "5 " + wide("of") + " 6 " + wide("companies that are in both")
