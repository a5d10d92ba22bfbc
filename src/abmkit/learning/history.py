"""Histories: accounts or opportunities whose outcome is known, and what was known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.loading import Project
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import dates as days
from abmkit.domain.arrays import flags, numbered, places_of, where_known, whole
from abmkit.domain.cells import as_texts, typed
from abmkit.domain.companies.identified import FURTHER
from abmkit.domain.facts import Fact, fact
from abmkit.domain.identity import GIVEN
from abmkit.domain.recognition.proving import proven
from abmkit.domain.values.dates import days_of
from abmkit.domain.values.industries.labels import labelled
from abmkit.domain.values.names import name_keys
from abmkit.domain.values.unknown import known
from abmkit.errors import ColumnError, InputError, UsageError, some
from abmkit.learning.predictors import as_doubles
from abmkit.places import Place
from abmkit.schema.accounts import CASES
from abmkit.schema.answers import NO, YES
from abmkit.sources.finding import named_source, source_of
from abmkit.sources.given import rows_given
from abmkit.sources.loading import industry_labels
from abmkit.sources.matching import rows_of_file
from abmkit.sources.tables import PLANNING_ROWS
from abmkit.steps.load import load, plan

_CAME = frozenset([*YES, "1.0", "won", "closed won", "赢单", "成交"])
_DID_NOT = frozenset([*NO, "0.0", "lost", "closed lost", "输单", "丢单"])
_SHOWN = 5
_LATEST = 0.3
_EPOCH = date(1970, 1, 1)
_FEW_ACCOUNTS = 20
"""Outcomes of fewer accounts hardly say anything, however many rows they have."""
_MADE_BY_ABMKIT = frozenset(["account_id", "name_key"])


@dataclass(frozen=True)
class History:
    """Cases, one a row; any order of the rows of a file is one history."""

    accounts: pa.Table
    """What is known of each: canonical columns and the file's own, all but those `apart`."""
    outcome: npt.NDArray[Any]
    """1.0 where it came about, 0.0 where it did not, NaN where it is not known."""
    dates: pa.Array | None
    """When each outcome was known; null where that is not read."""
    groups: npt.NDArray[Any]
    """A number for each account: cases of one are not independent of each other."""
    outcome_is: str
    """What counts as having come about, such as `Stage = Closed Won`."""
    told: tuple[Fact, ...]
    """What was not read, or may not be as it was meant."""
    apart: frozenset[str] = frozenset()
    """The file's columns of the outcome, the day and the account."""

    @property
    def known(self) -> npt.NDArray[Any]:
        """Which cases have an outcome."""
        return np.asarray(~np.isnan(self.outcome))

    @property
    def days(self) -> npt.NDArray[Any]:
        """The day of each case as a number, NaN where it has none."""
        if self.dates is None:
            return np.full(len(self.outcome), np.nan)
        return as_doubles(self.dates)

    @property
    def latest(self) -> npt.NDArray[Any]:
        """Which cases with an outcome are of the latest three tenths; those of a day together."""
        dated = np.asarray(self.known & ~np.isnan(self.days))
        if not dated.any():
            return dated
        cut = np.quantile(self.days[dated], 1 - _LATEST, method="inverted_cdf")
        return np.asarray(dated & (self.days > cut))

    @property
    def first_day(self) -> date:
        """The first day of the dated cases."""
        return _EPOCH + timedelta(days=int(np.nanmin(self.days)))

    def those(self, rows: npt.NDArray[Any]) -> History:
        """Some of the cases, by their numbers or by a flag each."""
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        taken = pa.array(places)
        return replace(
            self,
            accounts=self.accounts.take(taken),
            outcome=self.outcome[places],
            dates=None if self.dates is None else self.dates.take(taken),
            groups=self.groups[places],
        )


def read_history(
    given: Any,
    project: Project,
    outcome: str,
    *,
    date_column: str | None = None,
    id_column: str | None = None,
    listed: pa.Table | None = None,
    format: str | None = None,
) -> History:
    """The history in a file, on stdin for `-`, or in a frame.

    `outcome` is a column of two values, `COLUMN=VALUE`, or `COLUMN=VALUE/OTHER` where only these
    two count. Columns are recognised, and industries labelled, as those of a source of the project
    are. What is known of `listed` accounts is added to the rows whose `id_column` has their id or
    name. Raises ColumnError for a column that is not there, UsageError for an outcome without two
    sides, InputError for a file that cannot be read.
    """
    rows, where, told = _rows(given, format)
    column, wanted = _outcome_column(outcome, rows.column_names)
    texts = as_texts(rows)
    order = pc.sort_indices(texts, [(name, "ascending") for name in sorted(texts.column_names)])
    rows, texts = rows.take(order), texts.take(order)
    apart = {column}
    for name, flag in ((date_column, "--date"), (id_column, "--id")):
        if name is not None and name not in rows.column_names:
            raise ColumnError(name, rows.column_names, where=flag)
        apart |= {name} if name is not None else set()
    came, outcome_is, doubts = _outcomes(known(whole(texts[column])), column, wanted)
    dates = None
    if date_column is not None:
        dates, doubt = _dates(known(whole(texts[date_column])), date_column)
        doubts += doubt
    groups = np.arange(rows.num_rows)
    if id_column is not None:
        groups, doubt = _groups(known(whole(texts[id_column])), id_column)
        doubts += doubt
    left = rows.drop_columns(list(apart))
    if left.column_names:
        accounts, unread = _accounts(left, given, where, project)
        doubts += unread
    else:
        accounts = pa.table({"source_row": np.arange(1, rows.num_rows + 1)})
    if listed is not None:
        if id_column is None:
            remedy = "say which column names the accounts, --id COLUMN"
            raise UsageError(
                "nothing says which account a row is of", where="--list", remedy=remedy
            )
        accounts, doubts_too = _joined(accounts, known(whole(texts[id_column])), listed)
        doubts += doubts_too
    return History(accounts, came, dates, groups, outcome_is, (*told, *doubts), frozenset(apart))


def read_cases(given: Any, project: Project) -> tuple[pa.Table, list[Fact]]:
    """What is known of the companies of a file or frame, as of those of a history, and what is
    said of its rows."""
    rows, where, told = _rows(given, None)
    return _accounts(rows, given, where, project)[0], told


def _rows(given: Any, format: str | None) -> tuple[pa.Table, str, list[Fact]]:
    if not isinstance(given, str | Place):
        rows, told = rows_given(given)
        return rows, "history", told
    rows, rejects = rows_of_file(given, format)
    if not rows.num_rows:
        raise InputError("has no rows", where=str(given))
    told = []
    if rejects.num_rows:
        told.append(fact("history.rejected", count=rejects.num_rows, rows=rows.num_rows))
    return rows, str(given), told


def _outcome_column(outcome: str, names: Sequence[str]) -> tuple[str, str | None]:
    """The outcome's column and the value asked for; a column may have `=` in its name."""
    if outcome in names:
        return outcome, None
    for at, sign in enumerate(outcome):
        if sign == "=" and outcome[:at] in names:
            return outcome[:at], outcome[at + 1 :].strip()
    raise ColumnError(outcome.partition("=")[0], names, where="--outcome")


def _outcomes(
    values: pa.StringArray, column: str, wanted: str | None
) -> tuple[npt.NDArray[Any], str, list[Fact]]:
    """1, 0 or NaN of each value; what counts as 1 in words."""
    counted = [
        (each["values"], each["counts"]) for each in pc.value_counts(values.drop_null()).to_pylist()
    ]
    there = [text for text, _ in sorted(counted, key=lambda pair: (-pair[1], pair[0]))]
    folded = {text: text.strip().casefold() for text in there}
    told: list[Fact] = []
    no: set[str] | None
    if wanted is None:
        yes = {t for t in there if folded[t] in _CAME}
        no = {t for t in there if folded[t] in _DID_NOT}
        if len(yes | no) != len(there) or not yes or not no:
            raise UsageError(
                "{column} does not say by itself what came about: it has {there}",
                where="--outcome",
                remedy="say which value does: --outcome {column!r}=VALUE or =VALUE/OTHER",
                column=column,
                there=some(there),
            )
        said = column
    else:
        yes, no = _sides(wanted, folded, column)
        said = f"{column} = {wanted.partition('/')[0] if no is not None else wanted}"
        others = [text for text in there if text not in yes]
        if no is None and len(others) > 1:
            told.append(
                fact(
                    "history.many", column=column, values=others[:_SHOWN], count=len(others),
                    value=wanted, one=others[0],
                )
            )  # fmt: skip
        if no is not None and (open_ := [t for t in others if t not in no]):
            count = sum(n for text, n in counted if text in open_)
            told.append(fact("history.open", column=column, values=open_[:_SHOWN], count=count))
        no = no if no is not None else set(others)
    of = {**dict.fromkeys(no, 0.0), **dict.fromkeys(yes, 1.0)}
    came = np.array([of.get(text, np.nan) for text in values.to_pylist()])
    if unknown := int(values.null_count):
        told.append(fact("history.unknown", column=column, count=unknown))
    return came, said, told


def _sides(wanted: str, folded: dict[str, str], column: str) -> tuple[set[str], set[str] | None]:
    """The values that mean that it came about, and those that mean that it did not."""

    def meant(text: str) -> set[str]:
        return {value for value, low in folded.items() if low == text.strip().casefold()}

    if found := meant(wanted):
        return found, None
    for at, sign in enumerate(wanted):
        if sign == "/" and (yes := meant(wanted[:at])) and (no := meant(wanted[at + 1 :])):
            return yes, no
    raise UsageError(
        "{column} has no value {wanted!r}; it has {folded}",
        where="--outcome",
        remedy="write it as it stands there",
        column=column,
        wanted=wanted,
        folded=some(folded),
    )


def _groups(ids: pa.StringArray, column: str) -> tuple[npt.NDArray[Any], list[Fact]]:
    """A number for each account; a row that names none is one of its own."""
    groups = numbered(ids.fill_null(""))
    named = flags(ids.is_valid())
    alone = np.flatnonzero(~named)
    groups[alone] = len(ids) + alone
    told = [fact("history.no_id", column=column, count=len(alone))] if len(alone) else []
    accounts = len(np.unique(groups))
    if accounts < _FEW_ACCOUNTS:
        told.append(fact("history.few_ids", column=column, count=accounts))
    return groups, told


def _dates(values: pa.StringArray, column: str) -> tuple[pa.Array, list[Fact]]:
    found = days_of(values.drop_null().unique().to_pylist())
    read = days([None if text is None else found[text] for text in values.to_pylist()])
    unread = read.null_count - values.null_count
    if unread == len(values) - values.null_count:
        raise UsageError(
            "{column} has no dates", where="--date", remedy="name another column", column=column
        )
    return read, [fact("history.dates", column=column, count=unread)] if unread else []


def _accounts(
    rows: pa.Table, given: Any, where: str, project: Project
) -> tuple[pa.Table, list[Fact]]:
    """What is known of each case, in order: as abmkit wrote it, or as a source of the project.

    Beside it what could not be read, and is unknown.
    """
    if set(rows.column_names) >= _MADE_BY_ABMKIT:
        return typed(rows, None, where).combine_chunks(), []
    source = None
    if isinstance(given, str | Place):
        found = source_of(given, project)
        source = found if isinstance(found, Source) else named_source(given, "history")
        left = [name for name in source.ignore if name in rows.column_names]
        source = source.model_copy(update={"ignore": left})
    source = source or Source(name="history", path="-")
    texts = as_texts(rows)
    sample = texts.slice(0, PLANNING_ROWS)
    planned = proven(
        plan(texts.column_names, sample, source, project.config, ask=False, entity=CASES), texts
    )
    loaded = load(texts, planned)
    accounts = loaded.accounts.combine_chunks()
    labels = industry_labels(project)
    if labels is not None and "industry" in accounts.column_names:
        accounts = labelled(accounts, labels, {})
    return accounts, [
        fact("history.unread", column=each.column, count=each.count, sample=each.samples[0])
        for each in loaded.issues
        if each.count and each.samples
    ]


def _joined(
    accounts: pa.Table, ids: pa.StringArray, listed: pa.Table
) -> tuple[pa.Table, list[Fact]]:
    """Accounts with what is known of the one on the list that each row's id, or name, is."""
    keys = name_keys(ids)
    given = pc.binary_join_element_wise(GIVEN, ids, "")
    found = np.full(len(ids), -1, dtype="int64")
    for column, texts in (
        ("account_id", given),
        ("account_id", ids),
        ("crm_id", ids),
        ("name_key", keys),
    ):
        if column in listed.column_names:
            at = places_of(texts, whole(listed[column]))
            found = np.where((found < 0) & flags(texts.is_valid()), at, found)
    own = {n.casefold() for n in accounts.column_names if accounts[n].null_count < len(accounts)}
    taken = where_known(found)
    for name in listed.column_names:
        if name.casefold() in own or name == FURTHER:
            continue
        if name in accounts.column_names:
            accounts = accounts.drop_columns([name])
        accounts = accounts.append_column(name, whole(listed[name]).take(taken))
    told = int(np.sum(found < 0))
    return accounts, [fact("history.not_listed", count=told, rows=len(ids))] if told else []
