"""What is declared of columns holds: names resolve, words mean one thing, nothing is unread."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import strings
from abmkit.domain.kinds import arrow_type
from abmkit.domain.matching.profiles import FIELDS
from abmkit.domain.matching.similar import COLUMNS
from abmkit.domain.recognition.content import TESTS
from abmkit.domain.recognition.header_words import (
    declared_words,
    header_of,
    known_header,
    meaning_of,
)
from abmkit.domain.recognition.headers import recognise
from abmkit.domain.recognition.mapping import plan
from abmkit.domain.recognition.personal import names_people
from abmkit.domain.recognition.plans import OwnType
from abmkit.domain.recognition.proving import PROOFS
from abmkit.domain.recognition.readings import READERS
from abmkit.schema.accounts import ACCOUNTS, CANONICAL, STEP, kind_of
from abmkit.schema.answers import MORE_NO, MORE_YES, NO, YES
from abmkit.schema.column import Column, Entity, Look
from abmkit.schema.people import PEOPLE
from abmkit.sources.quality import SourceQuality
from abmkit.steps.load import load

ENTITIES = {entity.name: entity for entity in (ACCOUNTS, PEOPLE)}
COLUMNS_OF = [(name, column) for name, entity in ENTITIES.items() for column in entity.columns]


def looks(column: Column) -> list[Look]:
    found = [*column.needed, *column.against, *column.told, *column.told_unnamed]
    return [*found, column.proof] if column.proof else found


@pytest.mark.parametrize(
    ("entity", "column"), COLUMNS_OF, ids=lambda each: getattr(each, "name", each)
)
def test_every_name_in_a_declaration_is_one_that_there_is(entity: str, column: Column) -> None:
    others = {*ENTITIES[entity].kinds, ""}
    assert column.reader in READERS
    assert {look.test for look in looks(column)} <= set(TESTS)
    assert {column.instead, column.fills, column.end_of, column.survives_with} <= others
    assert set(column.after) <= others
    assert set(column.schemes) <= set(READERS[column.reader].schemes)
    assert arrow_type(column.kind) == arrow_type(kind_of(column.name) or column.kind)
    for pattern in (column.pattern, column.mentions, column.valid):
        re.compile(pattern)
    for look in looks(column):
        assert look.says.format(share="50%", rest="50%", scheme="CIK")
    if column.reader == "choice":
        assert column.values
    if column.end_of:
        assert next(c for c in ENTITIES[entity].columns if c.name == column.end_of).interval


def test_what_can_be_proven_is_proven_for_readers_and_types_that_there_are() -> None:
    assert {name.partition(":")[0] for name in PROOFS} <= {*READERS, *OwnType.__args__}
    assert {column.reader for column in ACCOUNTS.beside} <= set(OwnType.__args__)


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_labels_are_there_and_name_one_column_each(entity: Entity) -> None:
    seen = [c for c in (*entity.columns, *entity.steps) if c.name != "excluded"]
    labels = [column.label for column in seen if not column.derived]
    chinese = [column.chinese for column in (*entity.columns, *entity.beside) if not column.derived]
    assert all(labels)
    assert all(chinese)
    assert len(set(labels)) == len(labels)
    assert len(set(chinese)) == len(chinese)


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_no_header_word_means_two_things(entity: Entity) -> None:
    meant = defaultdict(set)
    for word, meaning in declared_words(entity):
        meant[word.replace(" ", "")].add((meaning.column.name, *meaning[1:]))
    assert {word: means for word, means in meant.items() if len(means) > 1} == {}


@pytest.mark.parametrize("column", [c for c in ACCOUNTS.columns if c.chinese], ids=lambda c: c.name)
def test_a_name_and_a_chinese_label_are_headers(column: Column) -> None:
    for header in (column.name, column.chinese):
        assert known_header(header)
        (meaning, shortened) = meaning_of(header_of(header))
        assert (meaning is not None and meaning.column.name, shortened) == (column.name, False)


def test_no_word_means_two_values_of_a_column_nor_yes_and_no() -> None:
    for column in ACCOUNTS.columns:
        words = [w for v, words in column.values.items() for w in {v, *words.split(", ")}]
        assert len(set(words)) == len(words), column.name
    answers = (*YES, *MORE_YES, *NO, *MORE_NO)
    assert len(set(answers)) == len(answers)


def test_nothing_is_declared_that_no_code_reads() -> None:
    source = Path(__file__).parents[2] / "src" / "abmkit"
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in source.rglob("*.py")
        if path.parent.name != "schema" or path.name in ("column.py", "accounts.py")
    )
    fields = {f.name for kind in (Column, Entity) for f in dataclasses.fields(kind)}
    fields |= {*Look._fields}
    assert {name for name in fields if not re.search(rf"\.{name}\b", code)} == set()


def test_columns_of_matching_are_those_that_are_compared() -> None:
    assert set(COLUMNS) == {"name", "name_key", "aliases", "registry_ids", *FIELDS}


def test_kinds_and_order_follow_the_declarations() -> None:
    assert list(CANONICAL) == [column.name for column in ACCOUNTS.columns]
    assert not CANONICAL.keys() & STEP.keys()
    given = ["tier", "points_size", "own", "city", "fit_score", "points_to_next_tier", "name"]
    assert ACCOUNTS.in_order(given) == [
        "name", "city", "own", "fit_score", "points_size", "tier", "points_to_next_tier",
    ]  # fmt: skip
    assert (kind_of("points_size"), kind_of("own")) == ("double", None)


def test_declarations_need_neither_arrow_nor_the_domain() -> None:
    code = (
        "import sys, abmkit.schema.accounts, abmkit.schema.people, abmkit.schema.answers;"
        "print([m for m in sys.modules if m.startswith(('pyarrow', 'numpy', 'pandas'))"
        " or (m.startswith('abmkit.') and not m.startswith('abmkit.schema'))])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# Entities that are handed on ---------------------------------------------------------------------


def test_people_are_recognised_by_their_own_schema() -> None:
    header = [
        "Name",
        "Company",
        "Work Email",
        "Email opt-out",
        "GDPR",
        "hasOptedOut",
        "Entity name",
    ]
    found = {each.column: each.canonical for each in recognise(header, entity=PEOPLE)}
    assert found == {
        "Name": "full_name",
        "Company": "company",
        "Work Email": "email",
        "Email opt-out": "objection",
        "GDPR": "consent",
        "hasOptedOut": "objection",
        "Entity name": None,
    }
    table = pa.table({"xyz": strings([f"a{n}@b.com" for n in range(5)])})
    assert recognise(["xyz"], table, PEOPLE)[0].canonical == "email"
    assert recognise(["xyz"], table)[0].canonical is None


@pytest.mark.parametrize(
    "header", ["E-Mail", "Tel", "Vorname / first name", "CEO", "联系人", "手机号"]
)
def test_what_speaks_of_people_is_masked(header: str) -> None:
    assert names_people(header)


GRADED = Entity(
    "graded",
    (
        *ACCOUNTS.columns,
        Column(
            name="grade",
            label="Grade",
            chinese="等级",
            headers="rating grade",
            hints="class",
            reader="choice",
            values={"good": "fine, 优", "poor": "weak, 差"},
            proof=Look("vocabulary", 0.8, "{share} of values are grades"),
            masked="always",
        ),
        Column(name="visits", kind="int64", reader="count", plausible=(None, 10), counted=True),
    ),
)


def test_a_column_of_an_entity_that_is_handed_on_is_known_everywhere() -> None:
    cells = pa.table(
        {
            "company": strings(["Acme", "Beta", "Gamma", "Delta", "Eta", "Zeta"]),
            "class": strings(["Fine", "weak", "优", "差", "odd", "poor"]),
            "visits": strings(["1", "2", "3", "400", None, "5"]),
        }
    )
    source = Source(name="list", path="x.csv")
    made = plan(cells.column_names, cells, source, Config(version=1), entity=GRADED)
    assert {m.column: m.target for m in made.mapped} == {
        "company": "name", "class": "grade", "visits": "visits",
    }  # fmt: skip
    loaded = load(cells, made)
    assert loaded.accounts["grade"].to_pylist() == ["good", "poor", "good", "poor", None, "poor"]
    assert loaded.accounts["visits"].type == pa.int64()
    (issue,) = loaded.issues
    assert (issue.canonical, issue.samples) == ("grade", ("xxx",))
    quality = SourceQuality(entity=GRADED)
    quality.add(loaded.accounts, date(2026, 1, 1))
    assert quality.columns["visits"].outlier_samples == ["400"]
    # Accounts know nothing of it.
    plain = plan(cells.column_names, cells, source, Config(version=1))
    assert [m.target for m in plain.mapped] == ["name"]
