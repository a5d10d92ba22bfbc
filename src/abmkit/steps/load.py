"""Load: a source's text cells become canonical accounts, by a plan made from its header."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from abmkit.columns import CANONICAL, INTERVALS, arrow_type
from abmkit.domain.cells import (
    OWN_READERS,
    READERS,
    as_lists,
    merged,
    own_integer,
    own_number,
    split_aliases,
    tickers,
)
from abmkit.domain.damage import RANGE_NOTE, note
from abmkit.domain.dates import dates
from abmkit.domain.mapping import AMOUNTS, Mapped, Own, Plan, plan
from abmkit.domain.personal import masked
from abmkit.domain.phones import phones as phones_of
from abmkit.domain.unknown import known

if TYPE_CHECKING:
    import pyarrow as pa

    from abmkit.domain.proofs import Proofs

__all__ = ["Issue", "Loaded", "Mapped", "Own", "Plan", "load", "plan"]

COUNTS = ("employees", "employees_min", "employees_max")
PERSONAL = frozenset(["phone", "owner", "linkedin_url", "address"])
_SAMPLES = 5


@dataclass(frozen=True)
class Issue:
    """Values of a column that could not be read, and became unknown."""

    column: str
    """The source's column."""
    canonical: str
    count: int
    samples: tuple[str, ...]
    """Up to five of the texts; masked where they are personal."""
    note: str = ""
    """What a spreadsheet did to them, where the texts say so."""


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


def load(table: pa.Table, plan: Plan, *, first_row: int = 1, as_of: date | None = None) -> Loaded:
    """A source's text cells as accounts, by its plan.

    `table` has text columns only, by the names the plan was made with. Gives the canonical columns
    that the plan maps or that follow from them, always `account_id`, `name`, `name_key`, `domain`,
    `source` and `source_row`; then the source's own. A row without name, domain and registry id
    is a reject. Values that can't be read are null and counted in `issues`.
    """
    work = _Loading(table, plan, as_of or plan.as_of)
    columns = work.canonical()
    count = table.num_rows
    columns["source"] = _texts(plan.source, count)
    columns["source_row"] = _row_numbers(first_row, count)
    own = {each.name: work.own(each) for each in plan.own}
    return _assembled(work, columns, own, first_row)


class _Loading:
    """One table on its way to accounts."""

    def __init__(self, table: pa.Table, plan: Plan, as_of: date | None) -> None:
        self.table = table
        self.plan = plan
        self.as_of = as_of
        self.issues: list[Issue] = []
        self.repairs: list[Issue] = []

    def cells(self, column: str) -> pa.StringArray:
        return self.table.column(column).combine_chunks()

    def _noted(
        self, column: str | None, target: str, result: tuple[pa.Array, pa.Array]
    ) -> pa.Array:
        """The values read, with the unreadable ones put on record."""
        import pyarrow.compute as pc

        values, unreadable = result
        count = pc.sum(unreadable).as_py() or 0
        if count and column is not None:
            texts = self.cells(column).filter(unreadable).dictionary_encode().dictionary
            ids = target in ("phone", "registry_ids", "ticker")
            what = note(texts.to_pylist(), counts=target in COUNTS, ids=ids)
            self.issues.append(Issue(column, target, count, _samples(texts, target), what))
        return values

    def _repaired(self, each: Mapped, where: pa.Array | None, what: str) -> None:
        """Values that were put right on record."""
        import pyarrow.compute as pc

        count = 0 if where is None else pc.sum(where).as_py() or 0
        if count and each.column is not None:
            texts = self.cells(each.column).filter(where).dictionary_encode().dictionary
            samples = _samples(texts, each.target)
            self.repairs.append(Issue(each.column, each.target, count, samples, what))

    def _proofs(self, each: Mapped | Own) -> Proofs:
        from abmkit.domain.proofs import Proofs

        return self.plan.proofs.get(each.column or "", Proofs())

    def canonical(self) -> dict[str, pa.Array]:
        """The canonical columns that the plan maps and those that follow from them."""
        from abmkit.domain.names import inverted_names, name_keys

        columns: dict[str, pa.Array] = {}
        ids: list[pa.Array] = []
        aliases: list[pa.Array] = []
        phones: list[tuple[Mapped, pa.StringArray]] = []
        # A region is read in its country, a website fills up the domains.
        ordered = sorted(self.plan.mapped, key=lambda each: each.target in ("region", "website"))
        for each in ordered:
            cells = self._source_cells(each)
            if each.target == "registry_ids":
                ids.append(self._registry(each, cells))
            elif each.target == "aliases":
                aliases.append(split_aliases(cells))
            elif each.target == "phone":
                phones.append((each, cells))
            else:
                columns.update(self._column(each, cells, columns))
        if ids:
            columns["registry_ids"] = merged(ids)
        if any(self._proofs(each).inverted for each in ordered if each.target == "name"):
            aliases.append(as_lists(inverted_names(columns["name"])))
        if aliases:
            columns["aliases"] = merged(aliases)
        count = self.table.num_rows
        for name in ("name", "domain"):
            columns.setdefault(name, _texts(None, count))
        columns["name_key"] = name_keys(columns["name"])
        self._split_places(columns)
        self._countries_of_regions(columns)
        for each, cells in phones:
            read = phones_of(cells, columns.get("country"))
            columns["phone"] = self._noted(each.column, "phone", read)
        self._industries(columns)
        _intervals(columns)
        if "as_of" not in columns and self.as_of is not None:
            columns["as_of"] = _dates(self.as_of, count)
        return columns

    def _source_cells(self, each: Mapped | Own) -> pa.StringArray:
        if each.column is not None:
            return known(self.cells(each.column))
        value = each.value
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return _texts(text, self.table.num_rows)

    def _registry(self, each: Mapped, cells: pa.StringArray) -> pa.ListArray:
        from abmkit.domain.registry import registry_ids

        given = registry_ids(cells, each.scheme, zeros_lost=self._proofs(each).zeros_lost)
        read = self._noted(each.column, each.target, given)
        return as_lists(read)

    def _column(
        self, each: Mapped, cells: pa.StringArray, columns: dict[str, pa.Array]
    ) -> dict[str, pa.Array]:
        """What one mapped column gives: itself and what is read with it."""
        target = each.target
        if target in COUNTS or target in AMOUNTS:
            return self._quantity(each, cells)
        if target in ("website", "domain", "parent_domain"):
            return self._site(each, cells, columns)
        if target == "region":
            return self._region(cells, columns)
        proofs = self._proofs(each)
        if target == "as_of":
            read = dates(cells, proofs.order)
        elif target == "ticker":
            read = tickers(cells, zeros_lost=proofs.zeros_lost is True)
        else:
            read = READERS[target](cells, each.scheme, self.as_of)
        return {target: self._noted(each.column, target, read)}

    def _quantity(self, each: Mapped, cells: pa.StringArray) -> dict[str, pa.Array]:
        import pyarrow as pa
        import pyarrow.compute as pc

        from abmkit.domain.arrays import doubles, only_where, unread
        from abmkit.domain.numbers import quantities

        counts = each.target in COUNTS
        read = quantities(
            cells,
            each.unit,
            each.rate,
            currency=each.currency,
            rates=None if counts else self.plan.rates,
            whole=counts,
            proofs=self._proofs(each),
        )
        self._repaired(each, read.repaired, RANGE_NOTE)
        values = [read.best, read.min, read.max]
        if counts:
            # Nobody employs less than no one, and whole people.
            zero, most = doubles([0.0])[0], doubles([1e15])[0]
            sound = pc.and_(pc.greater_equal(read.best, zero), pc.less_equal(read.best, most))
            values = [pc.round(only_where(sound, v)).cast(pa.int64()) for v in values]
        self._noted(each.column, each.target, (values[0], unread(known(cells), values[0])))
        if each.target in INTERVALS:
            names = (each.target, f"{each.target}_min", f"{each.target}_max")
            return dict(zip(names, values, strict=True))
        return {each.target: values[0]}

    def _site(
        self, each: Mapped, cells: pa.StringArray, columns: dict[str, pa.Array]
    ) -> dict[str, pa.Array]:
        import pyarrow.compute as pc

        from abmkit.domain.arrays import unread
        from abmkit.domain.domains import domains_and_websites

        given = known(cells)
        found, links = domains_and_websites(given)
        # A social or hosting page is read, but identifies nobody.
        unreadable = pc.and_(unread(given, found), unread(given, links))
        self._noted(each.column, each.target, (found, unreadable))
        if each.target != "website":
            return {each.target: found}
        # The domain column is believed first, the website where it says nothing.
        known_domains = columns.get("domain")
        domain = found if known_domains is None else pc.coalesce(known_domains, found)
        return {"website": links, "domain": domain}

    def _region(self, cells: pa.StringArray, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """Regions; a Chinese city that stands for its province is a city, too."""
        import pyarrow.compute as pc

        from abmkit.domain.chinese_places import cities_of_regions
        from abmkit.domain.countries import regions

        found = {"region": regions(cells, columns.get("country"))}
        city = cities_of_regions(cells)
        if city.null_count < len(city):
            given = columns.get("city")
            found["city"] = city if given is None else pc.coalesce(given, city)
        return found

    def _split_places(self, columns: dict[str, pa.Array]) -> None:
        """City, region and country from a column such as `Saint Paul, Minnesota`."""
        for each in self.plan.mapped:
            if each.split and each.column is not None:
                from abmkit.domain.places import parts

                city, region, country = parts(self.cells(each.column))
                columns.setdefault("city", city)
                columns.setdefault("region", region)
                columns.setdefault("country", country)

    def _countries_of_regions(self, columns: dict[str, pa.Array]) -> None:
        """The country of a recognised region, where the source gives none."""
        import pyarrow.compute as pc

        from abmkit.domain.arrays import each_distinct
        from abmkit.domain.chinese_places import regions_of_cities

        if "city" in columns:
            place = (columns.get(name) for name in ("region", "city", "country"))
            found = regions_of_cities(*place)
            if "region" in columns or found.null_count < len(found):
                columns["region"] = found
        if "region" not in columns:
            return
        from abmkit.domain.countries import country_of_region

        of_region = each_distinct(columns["region"], country_of_region)
        known_country = columns.get("country")
        found = of_region if known_country is None else pc.coalesce(known_country, of_region)
        if known_country is not None or found.null_count < len(found):
            columns["country"] = found

    def _industries(self, columns: dict[str, pa.Array]) -> None:
        """The title of an industry code, where the source gives no label."""
        if "industry_code" not in columns:
            return
        import pyarrow.compute as pc

        from abmkit.domain.industries import labels

        titles = labels(columns["industry_code"])
        given = columns.get("industry")
        columns["industry"] = titles if given is None else pc.coalesce(given, titles)

    def own(self, each: Own) -> pa.Array:
        """A column of the source's own, typed as the config says."""
        cells = self._source_cells(each)
        if each.type in ("capital", "capital_currency"):
            return self._capital(each, cells)
        proofs = self._proofs(each)
        if each.type == "number":
            read = own_number(cells, each.unit, each.rate, proofs)
        elif each.type == "integer":
            read = own_integer(cells, proofs)
        elif each.type == "date":
            read = dates(cells, proofs.order)
        else:
            read = OWN_READERS[each.type](cells)
        return self._noted(each.column, each.name, read)

    def _capital(self, each: Own, cells: pa.StringArray) -> pa.Array:
        """Registered capital in whole units of its own currency, or that currency."""
        from abmkit.domain.capital import capitals

        amounts, currencies, unreadable = capitals(cells, each.unit, each.currency)
        if each.type == "capital_currency":
            return currencies
        return self._noted(each.column, each.name, (amounts, unreadable))


def _intervals(columns: dict[str, pa.Array]) -> None:
    """Best values from ends that are columns of their own."""
    from abmkit.domain.arrays import doubles, int64s
    from abmkit.domain.numbers import best_of

    for name in INTERVALS:
        ends = (f"{name}_min", f"{name}_max")
        if name in columns or not any(end in columns for end in ends):
            continue
        count = len(next(columns[end] for end in ends if end in columns))
        low, high = (columns[end].to_pylist() if end in columns else [None] * count for end in ends)
        whole = CANONICAL[name] == "int64"
        best = [best_of(*pair, whole=whole) for pair in zip(low, high, strict=True)]
        columns[name] = (
            int64s([None if b is None else int(b) for b in best]) if whole else doubles(best)
        )


def _assembled(
    work: _Loading, columns: dict[str, pa.Array], own: dict[str, pa.Array], first_row: int
) -> Loaded:
    """The accounts in canonical order with their ids, and the rejected rows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from abmkit.domain.identity import account_ids

    usable = pc.or_(pc.is_valid(columns["name"]), pc.is_valid(columns["domain"]))
    if "registry_ids" in columns:
        usable = pc.or_(usable, pc.is_valid(columns["registry_ids"]))
    ordered = [name for name in CANONICAL if name in columns]
    accounts = pa.Table.from_arrays(
        [*(_typed(name, columns[name]) for name in ordered), *own.values()],
        names=[*ordered, *own],
    )
    rejects = _rejects(work.table, work.plan.source, usable, first_row)
    if rejects.num_rows:
        accounts = accounts.filter(usable)
    ids = account_ids(accounts)
    if "account_id" in accounts.column_names:
        accounts = accounts.set_column(0, "account_id", ids)
    else:
        accounts = accounts.add_column(0, "account_id", ids)
    count = work.table.num_rows
    return Loaded(accounts, rejects, tuple(work.issues), count, repairs=tuple(work.repairs))


def _typed(name: str, values: pa.Array) -> pa.Array:
    wanted = arrow_type(CANONICAL[name])
    return values if values.type == wanted else values.cast(wanted)


def _rejects(table: pa.Table, source: str, usable: pa.Array, first_row: int) -> pa.Table:
    import csv
    import io

    import pyarrow as pa
    import pyarrow.compute as pc

    from abmkit.domain.arrays import int64s, strings

    rows = pc.indices_nonzero(pc.invert(usable))
    raw = []
    for cells in zip(*(column.to_pylist() for column in table.take(rows).columns), strict=True):
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(
            ["" if cell is None else cell for cell in cells]
        )
        raw.append(line.getvalue())
    count = len(rows)
    return pa.Table.from_arrays(
        [
            _texts(source, count),
            int64s([first_row + index for index in rows.to_pylist()]),
            _texts("no name, domain or registry id", count),
            strings(raw) if raw else _texts(None, count),
        ],
        names=["source", "row", "reason", "raw"],
    )


def _samples(texts: pa.StringArray, target: str) -> tuple[str, ...]:
    shown = texts.slice(0, _SAMPLES).to_pylist()
    return tuple(masked(text) if target in PERSONAL or "@" in text else text for text in shown)


def _texts(text: str | None, count: int) -> pa.StringArray:
    from abmkit.domain.arrays import repeated

    return repeated(text, count)


def _row_numbers(first_row: int, count: int) -> pa.Int64Array:
    import numpy as np

    from abmkit.domain.arrays import from_numpy

    return from_numpy(np.arange(first_row, first_row + count, dtype="int64"))


def _dates(day: date, count: int) -> pa.Date32Array:
    import numpy as np

    from abmkit.domain.arrays import dates as days
    from abmkit.domain.arrays import from_numpy

    return days([day]).take(from_numpy(np.zeros(count, dtype="int64")))
