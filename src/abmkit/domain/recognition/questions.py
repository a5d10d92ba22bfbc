"""What recognition can't decide alone, and asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.writing import toml_key, toml_value
from abmkit.domain.arrays import distinct, whole
from abmkit.domain.recognition import personal
from abmkit.domain.recognition.plans import Plan, Recognition, Unused
from abmkit.domain.values.unknown import known
from abmkit.errors import Message, the_columns
from abmkit.schema.accounts import ACCOUNTS
from abmkit.schema.column import Entity

# What is asked for, as it is called: a column that a source gives, which may fill another.
_ASKED = {
    "name": "the company's name",
    "website": "the company's website",
    "registry_ids": "the company's id in a public register",
}

_OF_COMPANIES = re.compile(r"compan|account|organi[sz]ation|firm|企业|公司|客户", re.IGNORECASE)
# Numbers that any table counts its rows by, and the share of them that tells nothing.
_COUNTED = r"^\d{1,4}(?:\.0)?$"
_FEW = 0.1


@dataclass(frozen=True)
class Question:
    """What recognition can't decide about a column that says which company a row is."""

    target: str
    candidates: tuple[Recognition, ...]
    """The columns it may be, the likeliest first."""

    @property
    def text(self) -> Message:
        """The question as an error asks it, with each candidate's confidence and evidence."""
        listed = [f"{e.column!r} ({e.confidence:.0%}: {e.evidence})" for e in self.candidates]
        one = len(listed) == 1
        return Message(
            "not sure which column is {asked}: is it {listed}"
            if one
            else "not sure which column is {asked}: which of these is it {listed}",
            asked=Message(_ASKED[self.target]),
            listed=listed,
        )

    @property
    def answer(self) -> Message:
        """What to put into the config for either answer, as an error says it."""
        told = "put {mapping} into its columns; or leave them out: {ignore}"
        return Message(told, mapping=self.mapping, ignore=self.ignore)

    @property
    def mapping(self) -> str:
        """The line of the config for the likeliest column."""
        best = self.candidates[0]
        target = toml_key(best.canonical or self.target)
        given: str | dict[str, str] = best.column
        if best.scheme is not None:
            given = {"from": best.column, "scheme": best.scheme}
        return f"{target} = {toml_value(given)}"

    @property
    def ignore(self) -> str:
        """The line of the config that leaves them all out."""
        return f"ignore = {toml_value([each.column for each in self.candidates])}"


def questions(
    recognitions: Sequence[Recognition], targets: Set[str], taken: Set[str | None] = frozenset()
) -> tuple[Question, ...]:
    """What must be asked: an identity that only unsure columns could give."""
    found = []
    for target in _ASKED:
        alike = {target, ACCOUNTS.by_name[target].fills}
        unsure = [
            each
            for each in recognitions
            if each.canonical in alike and not each.used and each.column not in taken
        ]
        if unsure and not targets & alike:
            best_first = sorted(unsure, key=lambda each: -each.confidence)
            found.append(Question(target, tuple(best_first)))
    return tuple(found)


def unused(
    recognitions: Sequence[Recognition],
    header: Sequence[str],
    taken: Set[str | None],
    targets: Mapping[str | None, str],
    sample: pa.Table | None,
) -> tuple[Unused, ...]:
    """The columns whose header says what they are, where that is used of no column.

    `targets` are what the columns are used for; `sample` has the source's columns in their order.
    """
    found = []
    for each in recognitions:
        target = each.without_rate or each.canonical or ""
        declared = each.entity.by_name.get(target)
        if declared is None or not each.by_header or each.used or each.column in taken:
            continue
        if target in targets.values() or target in each.entity.telling:
            continue
        if declared in each.entity.beside:
            continue
        texts: tuple[str, ...] = ()
        if sample is not None:
            cells = known(sample.column(header.index(each.column)))
            texts = personal.shown(distinct(cells), each.column, declared)
        currency = (each.currency or "") if each.without_rate else ""
        found.append(Unused(each.column, target, each.evidence, texts, currency))
    return tuple(found)


def unsure_ids(planned: Plan) -> list[str]:
    """The columns that may be the `account_id`, where none surely is."""
    if any(each.target == "account_id" for each in planned.mapped):
        return []
    return [r.column for r in planned.recognitions if r.canonical == "account_id" and not r.used]


def names_companies(header: str) -> bool:
    """Whether a header says that what it is about is a company: `Company ID`, and not `id`."""
    return _OF_COMPANIES.search(header) is not None


def telling_ids(cells: pa.ChunkedArray | pa.Array) -> bool:
    """Whether ids are more than numbers that any table counts its rows by."""
    given = known(whole(cells)).drop_null()
    counted = pc.sum(pc.match_substring_regex(given, _COUNTED)).as_py() or 0
    return len(given) > 0 and bool(counted <= _FEW * len(given))


def nobody_told(
    recognitions: Sequence[Recognition], header: Sequence[str], entity: Entity
) -> tuple[Message, Message]:
    """What is wrong where no column tells companies apart, and what to do."""
    unsure = [r for r in recognitions if r.canonical in entity.telling]
    may_be = [f"{r.column!r} ({r.confidence:.0%}: {r.evidence})" for r in unsure]
    such = 'name = "…"'
    if unsure and unsure[0].canonical in ("account_id", "crm_id"):
        such = f"{unsure[0].canonical} = {toml_value(unsure[0].column)}"
    what = "no column gives a name, a domain or a registry id"
    what = "no column gives a name, a domain or an id" if entity.by_record else what
    remedy = "map one, such as {such}; {columns}"
    remedy = "map one, such as {such}; it may be {may_be:or}; {columns}" if unsure else remedy
    columns = the_columns(header)
    return Message(what), Message(remedy, such=such, may_be=may_be, columns=columns)
