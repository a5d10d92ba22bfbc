"""Load: a source's text cells become canonical accounts, by a plan made from its header."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import itemgetter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    bools,
    doubles,
    each_distinct,
    from_flags,
    from_numpy,
    int64s,
    only_where,
    repeated,
    scalar,
    strings,
)
from abmkit.domain.arrays import dates as days
from abmkit.domain.identity import account_ids
from abmkit.domain.kinds import arrow_type
from abmkit.domain.recognition.mapping import plan
from abmkit.domain.recognition.parsers import merged, without_own
from abmkit.domain.recognition.plans import Mapped, Own, Plan
from abmkit.domain.recognition.readings import ColumnReader, Issue, Reading
from abmkit.domain.values.domains import own_or_of_email
from abmkit.domain.values.industries.codes import titles_of
from abmkit.domain.values.numbers.quantities import best_of
from abmkit.domain.values.permissions import either
from abmkit.domain.values.phones import dialled_in_china
from abmkit.domain.values.places.addresses import located
from abmkit.domain.values.places.chinese import places_of_addresses, regions_of_cities
from abmkit.domain.values.places.combined import parts
from abmkit.domain.values.places.regions import country_of_region
from abmkit.domain.values.vocabularies import choices, listed_by_kind
from abmkit.schema.column import Entity, Kind

__all__ = ["Issue", "Loaded", "Mapped", "Own", "Plan", "load", "plan"]

_OF_A_PERSON = "its e-mail address names a person, not a company"
# Below, starting threads takes longer than they save.
_FEW_ROWS = 5_000


@dataclass(frozen=True)
class Loaded:
    """A source's accounts, the rows that could not be used, and the values that were not read."""

    accounts: pa.Table
    rejects: pa.Table
    """`source`, `row` (1-based data row), `reason`, `raw` (the row's cells as a line of CSV)."""
    issues: tuple[Issue, ...]
    read: int
    filtered: int = 0
    repairs: tuple[Issue, ...] = ()
    """Values that were damaged and are known again, such as ranges turned into dates."""


REJECTED = pa.schema(
    [("source", pa.string()), ("row", pa.int64()), ("reason", pa.string()), ("raw", pa.string())]
)


def load(
    table: pa.Table,
    plan: Plan,
    *,
    first_row: int = 1,
    as_of: date | None = None,
    alone: bool = True,
) -> Loaded:
    """A source's text cells as accounts, by its plan.

    `table` has text columns only, by the names the plan was made with. Gives the canonical columns
    that the plan maps or that follow from them (the domain of an e-mail address, where a row names
    no site), always `account_id`, `name`, `name_key`, `domain`, `source` and `source_row`; then
    the source's own. A row without name, domain and registry id
    is a reject. Values that can't be read are null and counted in `issues`. Where the table is not
    `alone`, for others are loaded beside it, its columns are read one after the other.
    """
    as_of = as_of or plan.as_of
    reader = ColumnReader(table, plan, as_of)
    declared = plan.entity.by_name
    mapped = sorted(plan.mapped, key=lambda each: plan.entity.rank(each.target))
    apart = [each for each in mapped if not declared[each.target].after]
    readings = _readings(reader, [*apart, *plan.own], alone)
    columns, in_order = _canonical(reader, mapped, dict(zip(apart, readings, strict=False)))
    own = readings[len(apart) :]
    for each in plan.asked:
        asked = reader.asked(each)
        for name, values in asked.columns.items():
            columns[name] = either(values, columns[name]) if name in columns else values
        own.append(replace(asked, columns={}))
    count = table.num_rows
    if "as_of" not in columns and as_of is not None:
        columns["as_of"] = _dates(as_of, count)
    columns["source"] = _texts(plan.source, count)
    columns["source_row"] = _row_numbers(first_row, count)
    usable = _usable(columns, plan.entity)
    kinds = plan.entity.kinds
    ordered = {name: _typed(columns[name], kinds[name]) for name in kinds if name in columns}
    for reading in own:
        ordered.update(reading.columns)
    rejects = _rejects(table, plan, usable, first_row)
    accounts = _accounts(ordered, usable if rejects.num_rows else None)
    issues, repairs = (
        tuple(issue for reading in [*in_order, *own] for issue in getattr(reading, kind))
        for kind in ("issues", "repairs")
    )
    return Loaded(accounts, rejects, issues, count, repairs=repairs)


def _readings(reader: ColumnReader, columns: Sequence[Mapped | Own], alone: bool) -> list[Reading]:
    """The readings of columns, in their order; Arrow's kernels work in several threads at once."""
    threads = min(pa.cpu_count(), len(columns)) if alone else 1
    if reader.table.num_rows < _FEW_ROWS or threads < 2:
        return [reader.read(each) for each in columns]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(reader.read, columns))


def _canonical(
    reader: ColumnReader, mapped: Sequence[Mapped], ready: dict[Mapped, Reading]
) -> tuple[dict[str, pa.Array], list[Reading]]:
    """The canonical columns that the plan maps and those that follow from them; all readings."""
    columns: dict[str, pa.Array] = {}
    readings: list[Reading] = []
    count = reader.table.num_rows
    entity = reader.plan.entity
    last = [each for each in mapped if "region" in entity.by_name[each.target].after]
    for each in mapped[: len(mapped) - len(last)]:
        reading = ready.get(each) or reader.read(each, columns.get("country"))
        readings.append(reading)
        for name, values in reading.columns.items():
            given = columns.get(name) if name == entity.by_name[each.target].fills else None
            columns[name] = values if given is None else pc.coalesce(given, values)
    for name in entity.those(lambda column: column.gathered):
        lists = [
            (each.target != name, reading.columns[name])
            for each, reading in zip(mapped, readings, strict=False)
            if name in reading.columns
        ]
        if lists:
            # Names turned round come after the aliases that the source gives.
            columns[name] = merged([values for _, values in sorted(lists, key=itemgetter(0))])
    for name in ("name", "name_key", "domain"):
        columns.setdefault(name, _texts(None, count))
    if reader.plan.email is not None:
        emails = reader.known_texts(reader.plan.email)
        columns["domain"] = own_or_of_email(columns["domain"], emails)
    if "other_domains" in columns:
        columns["other_domains"] = without_own(columns["other_domains"], columns["domain"])
    _split_places(reader, columns)
    _places_of_addresses(columns)
    _countries_of_regions(columns)
    for each in last:
        if entity.by_name[each.target].reader == "phone" and each.column is not None:
            _countries_of_phones(reader.known_texts(each.column), columns)
        reading = reader.read(each, columns.get("country"))
        readings.append(reading)
        columns.update(reading.columns)
    _industries(columns)
    _listed(reader, columns)
    _intervals(columns, entity)
    return columns, readings


def _split_places(reader: ColumnReader, columns: dict[str, pa.Array]) -> None:
    """City, region and country from a column such as `Saint Paul, Minnesota`."""
    for each in reader.plan.mapped:
        if each.split and each.column is not None:
            city, region, country = parts.of_known(reader.known_texts(each.column))
            if each.target == "city":
                columns["city"] = pc.coalesce(city, columns["city"])
            columns.setdefault("city", city)
            columns.setdefault("region", region)
            columns.setdefault("country", country)


def _places_of_addresses(columns: dict[str, pa.Array]) -> None:
    """What addresses say of places, where nothing else tells and nothing contradicts."""
    if "address" not in columns:
        return
    if (told := located(columns["address"])) is not None:
        _fill_places(columns, told._asdict(), told.country, told.region)
    if (found := places_of_addresses(columns["address"])) is not None:
        city, region = found
        china = pc.if_else(pc.is_valid(region), scalar("CN"), pa.nulls(len(region), pa.string()))
        _fill_places(columns, {"city": city, "region": region}, china, region)


def _fill_places(
    columns: dict[str, pa.Array],
    told: dict[str, pa.StringArray],
    country: pa.StringArray,
    region: pa.StringArray,
) -> None:
    """Fills the places that are unknown, of rows whose country and region do not say otherwise."""
    nothing = pa.nulls(len(region), pa.string())
    given_country, given_region = (columns.get(name, nothing) for name in ("country", "region"))
    here = pc.fill_null(pc.equal(given_country, country), scalar(True))
    same = pc.fill_null(pc.equal(given_region, region), scalar(True))
    fits = pc.and_(here, same)
    for name, values in told.items():
        filled = pc.coalesce(columns.get(name, nothing), only_where(fits, values))
        if name in columns or filled.null_count < len(filled):
            columns[name] = filled


def _countries_of_phones(texts: pa.StringArray, columns: dict[str, pa.Array]) -> None:
    """China, where a company of unknown country has a Chinese name and a number dialled there."""
    given = columns.get("country", pa.nulls(len(texts), pa.string()))
    if not given.null_count:
        return
    there = pc.and_(pc.is_null(given), dialled_in_china(texts, columns["name"]))
    if pc.any(there).as_py():
        columns["country"] = pc.if_else(there, scalar("CN"), given)


def _countries_of_regions(columns: dict[str, pa.Array]) -> None:
    """The country of a recognised region, where the source gives none."""
    if "city" in columns:
        place = (columns.get(name) for name in ("region", "city", "country"))
        found = regions_of_cities(*place)
        if "region" in columns or found.null_count < len(found):
            columns["region"] = found
    if "region" not in columns:
        return
    of_region = each_distinct(columns["region"], country_of_region)
    known_country = columns.get("country")
    found = of_region if known_country is None else pc.coalesce(known_country, of_region)
    if known_country is not None or found.null_count < len(found):
        columns["country"] = found


def _industries(columns: dict[str, pa.Array]) -> None:
    """The title of an industry code, where the source gives no label."""
    if "industry_code" not in columns:
        return
    titles = titles_of(columns["industry_code"])
    given = columns.get("industry")
    columns["industry"] = titles if given is None else pc.coalesce(given, titles)


def _listed(reader: ColumnReader, columns: dict[str, pa.Array]) -> None:
    """Whether companies are listed, and privately owned, from words for their kind."""
    for each in reader.plan.mapped:
        if each.target not in ("company_type", "ownership") or each.column is None:
            continue
        texts = reader.known_texts(each.column)
        found = {"listed": listed_by_kind.of_known(texts)}
        if each.target == "company_type":
            owned = reader.plan.entity.by_name["ownership"]
            found["ownership"] = choices.of_known(texts, owned)[0]
        for name, values in found.items():
            if values.null_count < len(values):
                given = columns.get(name)
                columns[name] = values if given is None else pc.coalesce(given, values)


def _intervals(columns: dict[str, pa.Array], entity: Entity) -> None:
    """Best values from ends that are columns of their own."""
    for name in entity.those(lambda column: column.interval):
        ends = (f"{name}_min", f"{name}_max")
        if name in columns or not any(end in columns for end in ends):
            continue
        count = len(next(columns[end] for end in ends if end in columns))
        low, high = (columns[end].to_pylist() if end in columns else [None] * count for end in ends)
        whole = entity.kinds[name] == "int64"
        best = [best_of(*pair, whole=whole) for pair in zip(low, high, strict=True)]
        columns[name] = (
            int64s([None if b is None else int(b) for b in best]) if whole else doubles(best)
        )


def _usable(columns: dict[str, pa.Array], entity: Entity) -> pa.BooleanArray:
    """Where something tells which company a row is, if that is asked."""
    if entity.unnamed:
        return from_flags(np.ones(len(columns["source"]), dtype=bool))
    return reduce(pc.or_, [pc.is_valid(columns[n]) for n in entity.identity if n in columns])


def _accounts(columns: dict[str, pa.Array], usable: pa.BooleanArray | None) -> pa.Table:
    """The usable rows, all of them where it is None, with their ids."""
    accounts = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    if usable is not None:
        accounts = accounts.filter(usable)
    ids = account_ids(accounts)
    if "account_id" in columns:
        return accounts.set_column(0, "account_id", ids)
    return accounts.add_column(0, "account_id", ids)


def _typed(values: pa.Array, kind: Kind) -> pa.Array:
    wanted = arrow_type(kind)
    return values if values.type == wanted else values.cast(wanted)


def _rejects(table: pa.Table, plan: Plan, usable: pa.Array, first_row: int) -> pa.Table:

    rows = pc.indices_nonzero(pc.invert(usable))
    raw = []
    for cells in zip(*(column.to_pylist() for column in table.take(rows).columns), strict=True):
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(
            ["" if cell is None else cell for cell in cells]
        )
        raw.append(line.getvalue())
    count = len(rows)
    nameless = _texts(f"no name, domain or {'' if plan.entity.by_record else 'registry '}id", count)
    if plan.email is not None and count:
        mailed = pc.match_substring(table[plan.email].combine_chunks().take(rows), "@")
        mailed = pc.fill_null(mailed, bools([False])[0])
        nameless = pc.if_else(mailed, _texts(_OF_A_PERSON, count), nameless)
    return pa.Table.from_arrays(
        [
            _texts(plan.source, count),
            int64s([first_row + index for index in rows.to_pylist()]),
            nameless,
            strings(raw) if raw else _texts(None, count),
        ],
        schema=REJECTED,
    )


def _texts(text: str | None, count: int) -> pa.StringArray:

    return repeated(text, count)


def _row_numbers(first_row: int, count: int) -> pa.Int64Array:

    return from_numpy(np.arange(first_row, first_row + count, dtype="int64"))


def _dates(day: date, count: int) -> pa.Date32Array:

    return days([day]).take(from_numpy(np.zeros(count, dtype="int64")))
