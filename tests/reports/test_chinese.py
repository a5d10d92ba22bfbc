"""Chinese: its sentences, numbers, days, labels and codes, and reasons on every engine."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter

import narwhals as nw
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.score import Score
from abmkit.config.sections.tier import Tiers
from abmkit.domain.frames import opened
from abmkit.domain.matching import explanation
from abmkit.reports.conditions import condition_text
from abmkit.reports.console.explain import place_of
from abmkit.reports.console.width import measure, wrap
from abmkit.reports.funnel import place_text
from abmkit.reports.numbers import MYRIADS, number
from abmkit.reports.reasons import fit_in_words, tier_in_words
from abmkit.reports.reasons.numbers import with_number_texts
from abmkit.reports.words import en, words
from abmkit.reports.words.zh.forms.codes import VOCABULARIES
from abmkit.reports.words.zh.forms.phrases import phrase
from abmkit.reports.words.zh.forms.spaces import joined
from abmkit.schema.accounts import ACCOUNTS
from abmkit.schema.people import PEOPLE
from abmkit.steps.score import score
from abmkit.steps.tier import tier

ZH = words("zh")
SIGN, LATIN, FULL = "[\u3400-\u9fff]", "[A-Za-z0-9]", "[，。；：、？！（）“”]"
# Products, measures, and names that are written alike in every language.
KEPT = {
    "ICP", "AUC", "PSI", "Brier", "Gupta", "Lehmann", "CSV", "FILE", "ACCOUNTS", "csv", "json",
    "pip", "install", "abmkit", "learn", "score", "odds", "exp", "crm", "ledger", "parquet", "runs",
    "Excel", "JavaScript", "yes", "clear", "fields", "export", "research", "intercept", "run",
}  # fmt: skip


def own_texts(sentence: str) -> list[str]:
    """What of a sentence is said in words: not what is filled in, typed, or a setting's name."""
    texts = []
    for text, *_ in Formatter().parse(sentence):
        text = re.sub(r"`[^`]*`|--[\w-]+|\[\[?[\w.]*\]?\]?|&[A-Z]\b|pip install '[^']*'", " ", text)
        text = re.sub(r"\{|\}|\w*_\w+|[\w-]+(?:\.\w+)+(?:\(\))?|\w+ =(?: \w+\b)?|\d+", " ", text)
        texts.append(text)
    return texts


# Sentences ----------------------------------------------------------------------------------------


def test_no_word_of_english_is_left_in_a_sentence() -> None:
    names = {
        *ACCOUNTS.kinds,
        *ACCOUNTS.step_kinds,
        "rates",
        "columns",
        "when",
        "override",
        "prefer",
    }
    names |= {
        "consent",
        "by",
        "why",
        "account",
        "capacity",
        "tier",
        "map",
        "newest",
        "rollback",
        "true",
    }
    left = {
        (name, word)
        for name, sentence in ZH.sentences.items()
        for text in own_texts(sentence)
        for word in re.findall(r"[A-Za-z]{2,}", text)
        if word not in KEPT | names and name != "page.language"
    }
    assert left == set()


def test_a_sentence_says_something_in_chinese() -> None:
    silent = {
        name for name, text in ZH.sentences.items()
        if re.search("[A-Za-z]{3,}", "".join(own_texts(en.SENTENCES[name])))
        and not re.search(SIGN, text)
    }  # fmt: skip
    assert silent <= {"card.outcome", "backtest.column_auc", "backtest.column_psi", "curve.yours",
                      "match.reached", "inspect.split"}  # fmt: skip


def test_punctuation_and_spaces_are_those_of_chinese() -> None:
    odd = re.compile(
        f"{SIGN}{LATIN}|{LATIN}{SIGN}|{SIGN}[,;:!?()]|[,;:!?()]{SIGN}| {FULL}|{FULL} [^ ]|{SIGN} {SIGN}"
    )
    texts = {
        (name, text)
        for name, sentence in ZH.sentences.items()
        for text, *_ in Formatter().parse(sentence)
        if odd.search(re.sub("`[^`]*`", "x", text)) and name != "value.date"
    }
    assert texts == set()


@pytest.mark.parametrize(
    ("left", "right", "text"),
    [
        ("在", "专用机械", "在专用机械"),
        ("在 ", "专用机械", "在专用机械"),
        ("在 ", "SaaS", "在 SaaS"),
        ("在", "SaaS", "在 SaaS"),
        ("自 2026年12月1日", " 以来", "自 2026年12月1日以来"),
        ("industry（行业）", " 为", "industry（行业）为"),
        ("高于", "（无）", "高于（无）"),
        ("  更新 ", "3", "  更新 3"),
    ],
)
def test_a_value_stands_with_the_space_that_it_wants(left: str, right: str, text: str) -> None:
    assert joined(left, right) == text


# What is no sentence ------------------------------------------------------------------------------

NUMBERS = [
    (0, "0"), (2.5, "2.5"), (1200, "1,200"), (999_999, "999,999"), (1_234_567, "123.46万"),
    (50_000_000, "5,000万"), (100_000_000, "1亿"), (18_720_000_000, "187.2亿"),
    (1_234_500_000_000, "1.23万亿"), (-2_500_000, "-250万"),
]  # fmt: skip


def test_numbers_are_in_myriads_on_every_engine(engine) -> None:
    assert [ZH.number(value) for value, _ in NUMBERS] == [text for _, text in NUMBERS]
    frame = opened(engine.frame([{"potential": value} for value, _ in NUMBERS]))
    frame = with_number_texts(frame, {"text": nw.col("potential")}, MYRIADS)
    assert [row["text"] for row in engine.rows(frame.to_native())] == [t for _, t in NUMBERS]


@settings(max_examples=15, deadline=None)
@given(values=st.lists(st.floats(-1e14, 1e14), min_size=20, max_size=60))
def test_any_number_is_in_myriads_alike(arrow, values) -> None:
    frame = opened(arrow.frame([{"potential": value} for value in values]))
    frame = with_number_texts(frame, {"text": nw.col("potential")}, MYRIADS)
    told = [row["text"] for row in arrow.rows(frame.to_native())]
    assert told == [number(value, MYRIADS) for value in values]


def test_values_are_written_as_people_do() -> None:
    assert ZH.value(date(2026, 11, 29)) == ZH.day("2026-11-29T08:00:00") == "2026年11月29日"
    assert words("en").value(date(2026, 1, 5)) == "2026-01-05"
    assert ZH.day("yesterday") == "yesterday"
    assert (ZH.value(True), ZH.value(False)) == ("是", "否")
    assert ZH.either(["甲", "乙", "丙"]) == "甲、乙或丙"
    assert ZH.cell("founded_year", 1985) == "1985"
    assert ZH.cell("Relationship", "customer") == "现有客户"
    assert [ZH.cell("region", code) for code in ("CN-ZJ", "CN-NM", "US-CA", "Bayern")] == [
        "浙江", "内蒙古", "加利福尼亚州", "Bayern",
    ]  # fmt: skip
    assert [ZH.cell("country", code) for code in ("CN", "US", "HK", "KR")] == [
        "中国", "美国", "中国香港", "韩国",
    ]  # fmt: skip


def test_places_go_from_the_large_to_the_small() -> None:
    austin = {"city": "Austin", "region": "US-TX", "country": "US"}
    assert place_of(austin, words("en")) == "Austin, US-TX, US"
    assert place_of({"city": "杭州市", "region": "CN-ZJ", "country": "CN"}, ZH) == "中国浙江杭州市"
    assert place_of({"city": "上海市", "region": "CN-SH", "country": "CN"}, ZH) == "中国上海市"
    assert place_of({"city": None, "region": None, "country": "CN"}, ZH) == "中国"
    assert place_text({"territory": None, "owner": "张三"}, ZH) == "销售区域未知、张三"


def test_every_column_has_a_chinese_label_where_it_has_an_english_one() -> None:
    columns = (*ACCOUNTS.columns, *ACCOUNTS.beside, *ACCOUNTS.steps, *PEOPLE.columns)
    assert [each.name for each in columns if each.label and not each.chinese] == []
    shown = [each.chinese for each in (*ACCOUNTS.columns, *ACCOUNTS.steps) if each.label]
    assert len(shown) == len(set(shown))
    assert (ZH.label("points_size"), ZH.label("备注")) == ("得分：size", "备注")
    assert (ZH.both("fit_score"), ZH.both("备注")) == ("fit_score（ICP 匹配度）", "备注")


def test_every_value_of_a_vocabulary_has_a_name() -> None:
    declared = {c.name: set(c.values) for c in ACCOUNTS.columns if c.values}
    assert {name: set(called) for name, called in VOCABULARIES.items()} == declared
    assert len(ZH.forms.codes("country")) > 240
    for column in (*VOCABULARIES, "country", "region"):
        assert all(re.search(SIGN, called) for called in ZH.forms.codes(column).values())


# What recognition and matching say ----------------------------------------------------------------


def test_what_columns_are_told_by_is_known() -> None:
    looks = [
        look.says.format(share="42%", rest="58%", scheme="LEI")
        for entity in (ACCOUNTS, PEOPLE)
        for column in (*entity.columns, *entity.beside)
        for look in (*column.needed, *column.against, *column.told, *column.told_unnamed)
    ]
    proofs = [c.proof.says.format(share="42%") for c in ACCOUNTS.columns if c.proof is not None]
    unknown = {says for says in (*looks, *proofs) if says in phrase(says)}
    assert unknown == set()
    assert phrase("header, but only 30% of values are valid USCC") == (
        "表头，但只有 30% 是有效的统一社会信用代码"
    )


def test_what_speaks_for_a_match_is_known() -> None:
    alike = explanation._IN_COMMON.values()
    told = [*alike, *(f"{a} {k}" for a in alike for k in explanation._KINDS.values())]
    told += [
        f"{level} {f}" for _, level in explanation._LEVELS for f in explanation._FIELDS.values()
    ]
    told += explanation._APART.values()
    assert [
        each for each in told if re.search("[A-Za-z]", phrase(each).replace("LinkedIn", ""))
    ] == []
    assert phrase("same name in pinyin; same city; only one has abc (97%)") == (
        "名称相同（拼音）；城市相同；只有一个含有 abc（97%）"
    )


def test_what_is_not_known_stays_as_it_is() -> None:
    assert phrase("see page 9; or not") == "see page 9; or not"


# Reasons ------------------------------------------------------------------------------------------

SCORE = Score.model_validate(
    {
        "missing": 0.5,
        "criteria": [
            {"id": "规模", "bands": [{"when": {"employees": {"between": [200, 2000]}}, "points": 40}]},
            {"id": "收入", "bands": [{"when": {"revenue": {"above": 50_000_000}}, "points": 20}]},
            {"id": "地区", "bands": [{"when": {"region": ["CN-ZJ", "CN-JS"]}, "points": 10}]},
            {"id": "国家", "bands": [{"when": {"country": "CN"}, "points": 10}]},
            {"id": "关系", "bands": [{"when": {"relationship": "prospect"}, "points": 10}]},
            {"id": "上市", "missing": "skip", "bands": [{"when": {"listed": True}, "points": 5}]},
            {"id": "新旧", "bands": [{"when": {"as_of": {"older_than_days": 30}}, "points": 5}]},
        ],
    }
)  # fmt: skip
TIERS = Tiers.model_validate(
    {
        "tiers": [
            {"id": "A", "min_score": 80, "min_known": 0.6, "capacity": 1,
             "when": {"country": {"in": ["CN", "US"]}}},
            {"id": "重点", "min_score": 50},
        ]
    }
)  # fmt: skip


def row(number: int, **values: object) -> dict[str, object]:
    known = {
        "account_id": f"name:{number}", "employees": 500, "employees_min": 201,
        "employees_max": 500, "revenue": 18.72e9, "region": "CN-ZJ", "country": "CN",
        "relationship": "prospect", "listed": True, "as_of": date(2026, 1, 5), "excluded": False,
    }  # fmt: skip
    return {**known, **values}


ROWS = [
    row(1),
    row(2, region="US-CA", country="US", relationship="customer", listed=False),
    row(3, employees=None, employees_min=None, employees_max=None, revenue=1_234_567.0),
    row(4, region=None, country=None, relationship=None, listed=None, as_of=None),
]


def test_reasons_are_the_same_chinese_on_every_engine(engine) -> None:
    scored = score(engine.frame(ROWS), SCORE, as_of=date(2026, 11, 1), reasons=True)
    told = tier_in_words(
        fit_in_words(tier(scored, TIERS, as_of=date(2026, 11, 1)), SCORE, ZH), TIERS, ZH
    )
    rows = sorted(engine.rows(told), key=lambda each: each["account_id"])
    assert [each["fit_reasons"] for each in rows] == [
        "员工人数 201–500，在 200–2,000 之间：得 40 分（满分 40）；"
        "营业收入 187.2亿，高于 5,000万：得 20 分（满分 20）；省份 浙江：得 10 分（满分 10）；"
        "国家 中国：得 10 分（满分 10）；客户关系 潜在客户：得 10 分（满分 10）；"
        "是否上市 是：得 5 分（满分 5）；数据日期 2026年1月5日，早于 30 天前：得 5 分（满分 5）",
        "员工人数 201–500，在 200–2,000 之间：得 40 分（满分 40）；"
        "营业收入 187.2亿，高于 5,000万：得 20 分（满分 20）；"
        "省份 加利福尼亚州，不在任何分档：得 0 分（满分 10）；国家 美国，不在任何分档：得 0 分（满分 10）；"
        "客户关系 现有客户，不在任何分档：得 0 分（满分 10）；是否上市 否，不在任何分档：得 0 分（满分 5）；"
        "数据日期 2026年1月5日，早于 30 天前：得 5 分（满分 5）",
        "员工人数 未知：暂按 20 分计（满分 40）；"
        "营业收入 123.46万，不在任何分档：得 0 分（满分 20）；省份 浙江：得 10 分（满分 10）；"
        "国家 中国：得 10 分（满分 10）；客户关系 潜在客户：得 10 分（满分 10）；"
        "是否上市 是：得 5 分（满分 5）；数据日期 2026年1月5日，早于 30 天前：得 5 分（满分 5）",
        "员工人数 201–500，在 200–2,000 之间：得 40 分（满分 40）；"
        "营业收入 187.2亿，高于 5,000万：得 20 分（满分 20）；省份 未知：暂按 5 分计（满分 10）；"
        "国家 未知：暂按 5 分计（满分 10）；客户关系 未知：暂按 5 分计（满分 10）；"
        "是否上市 未知：不计分；数据日期 未知：暂按 2.5 分计（满分 5）",
    ]  # fmt: skip
    asks = "A 级要求信息完整度不低于 60%，且国家为中国或美国"
    assert [each["tier_reason"] for each in rows] == [
        "匹配度 100，达到 80",
        "匹配度 65，达到 50",
        "匹配度 60，达到 50",
        f"{asks}；匹配度 81.58，达到 50",
    ]


def test_conditions_read_as_sentences() -> None:
    (asked,) = (each.when for each in TIERS.tiers if each.when is not None)
    assert condition_text(asked, ZH) == "国家为中国或美国"
    assert condition_text(asked, words("en")) == "country is CN or US"


def test_a_sentence_in_chinese_fills_its_lines() -> None:
    text = "名额已满：B 级华东 694 家候补（名额 60，已用 60）；" * 4
    lines = wrap(text).split("\n")
    assert all(70 < measure(line) <= 80 for line in lines[:-1])
    assert not any(line[0] in "，。；：、）”" for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    # Names are kept whole where there is room for them.
    assert wrap("account 云杉食品有限公司", 20) == "account\n云杉食品有限公司"


def test_arrow_text_is_plain() -> None:
    assert pa.array([ZH("stage.market")]).to_pylist() == ["全部潜在市场"]
