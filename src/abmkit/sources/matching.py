"""People or companies as they are matched against a list: what their rows say, and the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.loading import Project
from abmkit.config.sections.sources import ColumnMapping, Source
from abmkit.domain.arrays import (
    from_flags,
    from_numpy,
    lists,
    only_where,
    order_of,
    strings,
    where_known,
    whole,
)
from abmkit.domain.cells import as_texts
from abmkit.domain.companies.identified import FURTHER, IDS, only_given_ids
from abmkit.domain.companies.listed import called, companies_of
from abmkit.domain.identity import GIVEN
from abmkit.domain.matching.similar import COLUMNS
from abmkit.domain.recognition.parsers import as_given, as_lists, merged
from abmkit.domain.recognition.people import (
    STATES,
    Permission,
    email_column,
    permission,
    permission_columns,
    person_columns,
    person_ids,
)
from abmkit.domain.recognition.plans import DERIVED, Asked, Mapped, Plan
from abmkit.domain.recognition.questions import names_companies, telling_ids, unsure_ids
from abmkit.domain.values.domains import domains
from abmkit.errors import ColumnError, ConfigError, UsageError, instead, the_columns
from abmkit.io.reading import expand, read
from abmkit.places import Place
from abmkit.schema.accounts import CANONICAL, ENTRIES, GATHERED, IDENTITY
from abmkit.sources.finding import named_source
from abmkit.sources.loading import Loaded, load_sources
from abmkit.sources.rejects import reject_table, rejects_of
from abmkit.steps.load import load, plan
from abmkit.steps.match import PREFIX, match

EMAIL = "email"
ASKED = ("consent", "objection")
"""What else may be told of a file: which columns say whether a person may be written to."""
_SITE_OF_EMAIL = "e-mail"


@dataclass(frozen=True)
class Matched:
    """A file's rows with what each is on the list."""

    table: pa.Table
    """The file's own columns and those of `match`; people who said no, or not yes, are left out."""
    accounts: pa.Table
    """The list."""
    held_back: int
    """How many rows are of people who said no or what nobody understands, or gave no consent."""
    permission: Permission
    """What was not understood, or not said, of who may be written to."""
    rejects: pa.Table
    """Rows of a file that do not fit its header: source, file, row, reason, raw."""
    email: str | None
    """The column of e-mail addresses."""
    whole_run: bool


@dataclass(frozen=True)
class _Read:
    """What rows say, in their order."""

    canonical: pa.Table
    """What is known of each row's company."""
    permission: Permission
    email: str | None


def rows_of_file(file: Place | str, format: str | None = None) -> tuple[pa.Table, pa.Table]:
    """A file's rows as text cells, and its rejects. Raises InputError for what cannot be read."""
    with read(file, format=format) as records:
        return records.table(), reject_table(records)


def match_rows(
    rows: pa.Table,
    accounts: pa.Table,
    project: Project,
    *,
    mapping: Mapping[str, str] | None = None,
    whole_run: bool = False,
    rejects: pa.Table | None = None,
    where: str = "rows",
    as_of: date | None = None,
) -> Matched:
    """Match rows of any columns against a list of companies.

    `mapping` gives the rows' columns for canonical ones, `email`, `consent` and `objection`;
    the rest are recognised. Raises ColumnError for a column that is not there, UsageError where the
    rows name neither companies nor addresses.
    """
    told_before = [name for name in rows.column_names if name.startswith(PREFIX)]
    own = rows.drop_columns(told_before).combine_chunks()
    texts = as_texts(own)
    listed = frozenset(name.casefold() for name in accounts.column_names)
    wanted = _checked(mapping or {}, own.column_names)
    given = _read(texts, project, wanted, where, listed, as_of)
    allowed = from_flags(~given.permission.refused)
    own, canonical = own.filter(allowed), given.canonical.filter(allowed)
    sites = [name for name in ("domain", _SITE_OF_EMAIL) if name in canonical.column_names]
    told = match(
        canonical.combine_chunks(),
        accounts,
        project.config.dedupe,
        sites=sites,
        whole_run=whole_run,
    )
    table = own.combine_chunks()
    for name in told.column_names:
        table = table.append_column(name, told[name])
    if given.permission.asked or given.email is not None:
        table = _with_consent(table, given.permission)
    held_back = int(given.permission.refused.sum())
    if rejects is None:
        rejects = rejects_of([], where)
    return Matched(table, accounts, held_back, given.permission, rejects, given.email, whole_run)


def _checked(mapping: Mapping[str, str], names: list[str]) -> dict[str, str]:
    """A mapping of what `match` knows to columns that there are."""
    if not isinstance(mapping, Mapping):
        raise UsageError(
            "a {kind} maps nothing",
            where="mapping",
            remedy='write it like {{"name": "Company"}}',
            kind=type(mapping).__name__,
        )
    known = [EMAIL, *ASKED, *(column for column in CANONICAL if column not in DERIVED)]
    for wanted, name in mapping.items():
        if wanted not in known:
            told = instead(str(wanted), known, "things to map")
            raise UsageError(
                "nothing is called {wanted!r}", where="--map", remedy=told, wanted=wanted
            )
        if name not in names:
            raise ColumnError(str(name), names, where=f"--map {wanted}")
    return dict(mapping)


def _with_consent(table: pa.Table, found: Permission) -> pa.Table:
    """The rows of people who are not held back with what they said, to what, and when."""
    allowed = np.flatnonzero(~found.refused)
    states = strings(STATES[number] for number in found.state[allowed].tolist())
    said = {name: flags[allowed].tolist() for name, flags in found.agreed.items()}
    purposes = [
        [name for name, yes in said.items() if yes[row]] or None for row in range(len(allowed))
    ]
    table = table.append_column(f"{PREFIX}consent", states)
    table = table.append_column(f"{PREFIX}consent_for", lists(purposes))
    return table.append_column(f"{PREFIX}consent_date", found.days.take(from_numpy(allowed)))


def _read(
    own: pa.Table,
    project: Project,
    mapping: dict[str, str],
    where: str,
    listed: frozenset[str],
    as_of: date | None,
) -> _Read:
    email = mapping.pop(EMAIL, None) or email_column(own)
    told = {mapping.pop(answers): answers for answers in ASKED if answers in mapping}
    asked = [each for each in permission_columns(own.column_names) if each.column not in told]
    asked += [_told(column, answers) for column, answers in told.items()]
    # What stands for much else, too, may be what is matched by.
    apart = [each.column for each in asked if each.answers != "standing"]
    canonical = _canonical(own, email, apart, mapping, project, listed)
    if email is not None:
        canonical = canonical.append_column(_SITE_OF_EMAIL, domains(own[email].combine_chunks()))
    elif not set(ENTRIES.identity) & set(canonical.column_names):
        raise UsageError(
            "no column names companies, sites or e-mail addresses",
            where=where,
            remedy="say which does, --map name=COLUMN or --map email=COLUMN; {columns}",
            columns=the_columns(own.column_names),
        )
    return _Read(canonical, permission(own, asked, as_of), email)


def _told(column: str, answers: str) -> Asked:
    """A column that a person names; a header that says the contrary is believed more."""
    own = {each.column: each for each in permission_columns([column])}
    found = own.get(column)
    said = found if found is not None and found.answers in ASKED else Asked(column, answers)
    return replace(said, any_purpose=True)


def _canonical(
    own: pa.Table,
    email: str | None,
    asked: list[str],
    mapping: dict[str, str],
    project: Project,
    listed: frozenset[str],
) -> pa.Table:
    """What each row says of a company, in the rows' order; nothing where no column does.

    `listed` are the names of the list's columns, in lower case.
    """
    columns = {to: ColumnMapping.model_validate(name) for to, name in mapping.items()}
    told = mapping.values()
    apart = [
        name
        for name in (*asked, *person_columns(own.column_names), *person_ids(own.column_names))
        if name not in told and name != email
    ]
    source = Source(name="file", path="-", columns={**columns}, ignore=apart)
    planned = _planned(own, source, project, email)
    if planned is None:
        return own.select([])
    for name in unsure_ids(planned):
        if names_companies(name) and (name.casefold() in listed or telling_ids(own[name])):
            planned = replace(planned, mapped=(*planned.mapped, Mapped("account_id", name)))
    loaded = load(own, planned).accounts
    place = np.full(own.num_rows, -1, dtype="int64")
    place[np.array(loaded["source_row"].to_pylist(), dtype="int64") - 1] = np.arange(len(loaded))
    known = [name for name in loaded.column_names if name in (*COLUMNS, *GATHERED, *IDS, "website")]
    return only_given_ids(loaded.select(known).combine_chunks()).take(where_known(place))


def _planned(own: pa.Table, source: Source, project: Project, email: str | None) -> Plan | None:
    """The plan of the rows; None where nothing but addresses tells of companies."""
    sample = own.slice(0, 1_000)
    for ask in (True, False):
        try:
            return plan(
                own.column_names, sample, source, project.config, ask=ask, entity=ENTRIES,
                email=email,
            )  # fmt: skip
        except ConfigError:
            # What is mapped tells enough, unless it names companies itself: then doubt is told.
            if source.columns and (email is None or set(IDENTITY) & set(source.columns)):
                raise
    return None


def list_of_file(path: Place | str, project: Project, as_of: date) -> pa.Table:
    """The companies of a file, one that abmkit wrote or any other."""
    with read(path) as records:
        canonical = {"account_id", "name_key"} <= set(records.header)
    if isinstance(path, Path):
        (path,) = expand([str(path)], Path())
    source = named_source(path, "list", canonical=canonical)
    return list_of(load_sources(project, [source], as_of=as_of))


def list_of(loaded: Loaded) -> pa.Table:
    """The companies of one source that was loaded, as a list to match against."""
    listed = loaded.table().combine_chunks()
    planned = loaded.reports[0].plan
    return each_once(listed, _further_ids(listed, planned) if planned else None)


def _further_ids(listed: pa.Table, planned: Plan) -> pa.ListArray | None:
    """The ids of a list's companies in the one column that may have them, as in `FURTHER`."""
    names = unsure_ids(planned)
    own = [each.name for each in planned.own if [each.column] == names]
    if not own or not (names_companies(names[0]) or telling_ids(listed[own[0]])):
        return None
    return as_lists(as_given(whole(listed[own[0]])))


def each_once(listed: pa.Table, further: pa.ListArray | None = None) -> pa.Table:
    """The list with one id for all rows of a company: it is reached when one of them is, and no
    other one that shares a value which is nobody's.

    What the other rows were called, and `further` ids of each, are in `FURTHER`.
    """
    company = companies_of(listed)
    own = called(listed)
    order = np.argsort(order_of(own))
    first = order[np.unique(company[order], return_index=True)[1]]
    ids = own.take(from_numpy(first[company]))
    listed = listed.set_column(listed.column_names.index("account_id"), "account_id", ids)
    other = pc.and_(pc.starts_with(own, GIVEN), pc.not_equal(own, ids))
    beside = [] if further is None else [further]
    if pc.any(other, min_count=0).as_py():
        beside.append(as_lists(only_where(other, own)))
    return listed.append_column(FURTHER, merged(beside)) if beside else listed
