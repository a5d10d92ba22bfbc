"""What each column of a source gives: values, and the texts that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import doubles, flags, only_where, repeated, to_numpy, unread
from abmkit.domain.recognition import personal
from abmkit.domain.recognition.parsers import (
    OWN_PARSERS,
    PARSERS,
    as_given,
    as_lists,
    own_integer,
    own_number,
    tickers,
    tickers_like_words,
)
from abmkit.domain.recognition.plans import Asked, Mapped, Own, Plan, Proofs
from abmkit.domain.values.dates import dates
from abmkit.domain.values.domains import all_domains, domains_and_websites, further_domains
from abmkit.domain.values.ids import ids
from abmkit.domain.values.industries import codes
from abmkit.domain.values.industries.sections import SCHEMES as INDUSTRY_SCHEMES
from abmkit.domain.values.names import inverted_names, name_keys
from abmkit.domain.values.names.shown import stands_for_nobody
from abmkit.domain.values.numbers.amounts import amount
from abmkit.domain.values.numbers.capital import capitals
from abmkit.domain.values.numbers.damage import NO_RATE, RANGE_NOTE, note
from abmkit.domain.values.numbers.quantities import Quantities, quantities
from abmkit.domain.values.permissions import objections
from abmkit.domain.values.phones import national_numbers, phones
from abmkit.domain.values.places.chinese import cities_of_regions
from abmkit.domain.values.places.regions import regions
from abmkit.domain.values.postal_codes import postal_codes
from abmkit.domain.values.registry import SCHEMES, registry_ids
from abmkit.domain.values.unknown import known, repeats
from abmkit.domain.values.vocabularies import choices
from abmkit.schema.column import Column

Text: TypeAlias = pa.StringArray
MANY = 2_000
"""From so many rows on it is asked whether a column has few different texts."""
PROTECTED = "do_not_contact"
UNCLEAR_NOTE = "neither yes nor no, so taken for a no to being contacted"


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


NO_COUNTRY = 'without a country: if all are of one, country = { value = "US" } or another says so'
"""Why a phone was not read whose row is of no country that is known."""


@dataclass(frozen=True)
class Reading:
    """The columns that one column of a source gives, and what was wrong with its texts."""

    columns: dict[str, pa.Array]
    issues: tuple[Issue, ...] = ()
    repairs: tuple[Issue, ...] = ()
    """Values that were damaged and are known again."""


class ColumnReader:
    """Reads the columns of a source's table, each on its own, as their plan says."""

    def __init__(
        self,
        table: pa.Table,
        plan: Plan,
        as_of: date | None,
        rows: npt.NDArray[np.int64] | None = None,
    ) -> None:
        """Of a table whose rows stand for as many each as `rows` says, for one where it is None."""
        self.table = table
        self.plan = plan
        self.as_of = as_of
        self._rows = rows
        self._known: dict[str, pa.StringArray] = {}

    def read(self, each: Mapped | Own, country: pa.StringArray | None = None) -> Reading:
        """What one column gives; `country` is where its rows are, for regions and phones."""
        if country is None and (reading := self._of_distinct(each)) is not None:
            return reading
        cells = self._known_cells(each)
        if isinstance(each, Own):
            return self._own(each, cells)
        return READERS[self._declared(each).reader].read(self, each, cells, country)

    def _of_distinct(self, each: Mapped | Own) -> Reading | None:
        """What one column gives that has few different texts: each of them is read once.

        None where it has many, or where its texts are not read by themselves.
        """
        if self._rows is not None or each.column is None or self.table.num_rows < MANY:
            return None
        if isinstance(each, Mapped) and not READERS[self._declared(each).reader].apart:
            return None
        cells = self.cells(each.column)
        if not repeats(cells):
            return None
        encoded = cells.dictionary_encode(null_encoding="encode")
        texts, places = encoded.dictionary, encoded.indices
        rows = np.bincount(to_numpy(places.cast(pa.int64())), minlength=len(texts))
        once = pa.Table.from_arrays([texts], names=[each.column])
        reading = ColumnReader(once, self.plan, self.as_of, rows).read(each)
        columns = {name: values.take(places) for name, values in reading.columns.items()}
        return replace(reading, columns=columns)

    def cells(self, column: str) -> pa.StringArray:
        """A column's texts as they stand."""
        return self.table.column(column).combine_chunks()

    def known_texts(self, column: str) -> pa.StringArray:
        """A column's texts, null where unknown: asked once, however many columns come of it."""
        if column not in self._known:
            proofs = self.plan.proofs.get(column, Proofs())
            self._known[column] = known(self.cells(column), na=proofs.na)
        return self._known[column]

    def proofs(self, each: Mapped | Own) -> Proofs:
        """What the source's column proves about how its texts are to be read."""
        return self.plan.proofs.get(each.column or "", Proofs())

    def _declared(self, each: Mapped) -> Column:
        return self.plan.entity.by_name[each.target]

    def _known_cells(self, each: Mapped | Own) -> pa.StringArray:
        if each.column is not None:
            return self.known_texts(each.column)
        value = each.value
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return known(repeated(text, self.table.num_rows))

    def _reading(self, each: Mapped | Own, read: tuple[pa.Array, pa.BooleanArray]) -> Reading:
        """One column's values, with the unreadable ones put on record."""
        name = each.target if isinstance(each, Mapped) else each.name
        values, unreadable = read
        return Reading({name: values}, self._unreadable(each, name, unreadable))

    def _unreadable(
        self, each: Mapped | Own, name: str, where: pa.BooleanArray
    ) -> tuple[Issue, ...]:
        count, texts = self._texts(each, where)
        if not count or each.column is None:
            return ()
        damage = READERS[self._declared(each).reader].damage if isinstance(each, Mapped) else ""
        what = note(texts, counts=damage == "counts", ids=damage == "ids")
        return (Issue(each.column, name, count, self._samples(texts, each), what),)

    def _repaired(self, each: Mapped, where: pa.BooleanArray | None) -> tuple[Issue, ...]:
        count, texts = (0, []) if where is None else self._texts(each, where)
        if not count or each.column is None:
            return ()
        samples = self._samples(texts, each)
        return (Issue(each.column, each.target, count, samples, RANGE_NOTE),)

    def _texts(self, each: Mapped | Own, where: pa.BooleanArray) -> tuple[int, list[str]]:
        """How many texts those are, and the distinct ones among them."""
        count = pc.sum(where).as_py() or 0
        if not count or each.column is None:
            return count, []
        if self._rows is not None:
            count = int(self._rows[flags(where)].sum())
        distinct = self.cells(each.column).filter(where).dictionary_encode().dictionary
        return count, distinct.to_pylist()

    def _own(self, each: Own, cells: pa.StringArray) -> Reading:
        """A column of the source's own, typed as the config says."""
        proofs = self.proofs(each)
        if each.type in ("capital", "capital_currency"):
            amounts, currencies, unreadable = capitals.of_known(cells, each.unit, each.currency)
            if each.type == "capital_currency":
                return Reading({each.name: currencies})
            return self._reading(each, (amounts, unreadable))
        if each.type == "number":
            return self._reading(each, own_number(cells, each.unit, each.rate, proofs.point))
        if each.type == "integer":
            return self._reading(each, own_integer(cells, proofs.point))
        if each.type == "date":
            return self._reading(each, dates.of_known(cells, proofs.order))
        return self._reading(each, OWN_PARSERS[each.type](cells))

    def _samples(self, texts: Iterable[str], each: Mapped | Own) -> tuple[str, ...]:
        """The first texts, masked where the column, the source's or ours, holds people."""
        declared = self._declared(each) if isinstance(each, Mapped) else None
        return personal.shown(texts, each.column or "", declared)

    def _parsed(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        """A column whose cells are read by themselves."""
        parse = PARSERS[self._declared(each).reader]
        return self._reading(each, parse(cells, each.scheme, self.as_of))

    def _choice(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        return self._reading(each, choices.of_known(cells, self._declared(each)))

    def _objection(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        refused, unclear = objections(cells, "objection", each.column or "")
        return self._reading(each, (refused, unclear))

    def asked(self, each: Asked) -> Reading:
        """Whether companies may not be contacted, by a column that says so."""
        texts = pc.utf8_trim_whitespace(self.cells(each.column))
        refused, unclear = objections(texts, each.answers, each.column)
        issues: tuple[Issue, ...] = ()
        if count := pc.sum(unclear).as_py():
            samples = texts.filter(unclear).unique().slice(0, personal.SAMPLES).to_pylist()
            shown = tuple(map(personal.answer_shown, samples))
            issues = (Issue(each.column, PROTECTED, count, shown, UNCLEAR_NOTE),)
        return Reading({PROTECTED: refused}, issues)

    def _name(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        (shown, _) = PARSERS["shown"](cells, None, None)
        shown = only_where(pc.invert(stands_for_nobody(shown)), shown)
        columns = {"name": shown, "name_key": name_keys.of_known(shown)}
        if self.proofs(each).inverted:
            columns["aliases"] = as_lists(inverted_names(shown))
        return Reading(columns)

    def _registry_id(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        zeros_lost = self.proofs(each).zeros_lost
        ids, unreadable = registry_ids.of_known(cells, each.scheme, zeros_lost=zeros_lost)
        return self._reading(each, (as_lists(ids), unreadable))

    def _id(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        return self._reading(each, ids.of_known(cells, fractions=self.proofs(each).fractions))

    def _given_id(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        read, unreadable = ids.of_known(cells, fractions=self.proofs(each).fractions)
        return self._reading(each, (as_given(read), unreadable))

    def _postal_code(self, each: Mapped, cells: Text, country: Text | None) -> Reading:
        return self._reading(each, postal_codes.of_known(cells, country))

    def _ticker(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        zeros_lost = self.proofs(each).zeros_lost is True
        if each.column is not None:
            cells = pc.coalesce(cells, tickers_like_words(self.cells(each.column)))
        return self._reading(each, tickers(cells, zeros_lost=zeros_lost))

    def _date(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        return self._reading(each, dates.of_known(cells, self.proofs(each).order))

    def _phone(self, each: Mapped, cells: Text, country: Text | None) -> Reading:
        read, unreadable = phones.of_known(cells, country)
        if self.plan.entity.by_reach:
            # Dialled from its own country; which that is, the account's own number says.
            read = pc.coalesce(read, national_numbers.of_known(cells))
            unreadable = pc.and_(unreadable, pc.is_null(read))
        reading = self._reading(each, (read, unreadable))
        abroad = unreadable if country is None else pc.and_(unreadable, pc.is_null(country))
        if 2 * (pc.sum(abroad).as_py() or 0) <= (pc.sum(unreadable).as_py() or 0):
            return reading
        issues = tuple(replace(issue, note=issue.note or NO_COUNTRY) for issue in reading.issues)
        return replace(reading, issues=issues)

    def _count(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        """Whole people: nobody employs less than no one."""
        read = self._quantities(each, cells, whole=True)
        zero, most = doubles([0.0])[0], doubles([1e15])[0]
        sound = pc.and_(pc.greater_equal(read.best, zero), pc.less_equal(read.best, most))
        values = [
            pc.round(only_where(sound, v)).cast(pa.int64()) for v in (read.best, read.min, read.max)
        ]
        return self._interval(each, cells, values, read)

    def _amount(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        read = self._quantities(each, cells, whole=False)
        return self._interval(each, cells, [read.best, read.min, read.max], read)

    def _quantities(self, each: Mapped, cells: Text, *, whole: bool) -> Quantities:
        proofs = self.proofs(each)
        return quantities.of_known(
            cells,
            each.unit,
            each.rate,
            currency=each.currency,
            rates=None if whole else self.plan.rates,
            assumed=each.assumed,
            whole=whole,
            point=proofs.point,
            ranges=proofs.ranges,
        )

    def _interval(
        self, each: Mapped, cells: Text, values: list[pa.Array], read: Quantities
    ) -> Reading:
        """The best values, with their ends where the column is an interval."""
        issues = self._unreadable(each, each.target, unread(cells, values[0]))
        if self._declared(each).money:
            issues = tuple(replace(issue, note=self._without_rate(issue)) for issue in issues)
        names = [each.target]
        if self._declared(each).interval:
            names += [f"{each.target}_min", f"{each.target}_max"]
        columns = dict(zip(names, values, strict=False))
        return Reading(columns, issues, self._repaired(each, read.repaired))

    def _without_rate(self, issue: Issue) -> str:
        """Which currencies of amounts that were not read have no rate."""
        read = [amount(text) for text in issue.samples]
        named = {each.currencies[0] for each in read if each is not None and each.currencies}
        lacking = sorted(code for code in named if code not in self.plan.rates)
        rates = ", ".join(f"{code} = …" for code in lacking)
        return (
            f"{NO_RATE} {' and '.join(lacking)}: rates = {{ {rates} }}" if lacking else issue.note
        )

    def _site(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        """The domains of sites; those of a company may name further ones, and web addresses."""
        found, links = domains_and_websites.of_known(cells)
        # A social or hosting page is read, but identifies nobody.
        unreadable = pc.and_(unread(cells, found), unread(cells, links))
        issues = self._unreadable(each, each.target, unreadable)
        fills = self._declared(each).fills
        columns = {each.target: links, fills: found} if fills else {each.target: found}
        if self.proofs(each).several:
            columns["other_domains"] = further_domains.of_known(cells)
        return Reading(columns, issues)

    def _domains(self, each: Mapped, cells: Text, _country: Text | None) -> Reading:
        """Every site of a cell."""
        found = all_domains.of_known(cells)
        return self._reading(each, (found, unread(cells, found)))

    def _region(self, each: Mapped, cells: Text, country: Text | None) -> Reading:
        """Regions; a Chinese city that stands for its province is a city, too."""
        columns = {each.target: regions.of_known(cells, country)}
        city = cities_of_regions.of_known(cells)
        if city.null_count < len(city):
            columns[self._declared(each).fills] = city
        return Reading(columns)


@dataclass(frozen=True)
class Reader:
    """How the columns of a kind are read."""

    read: Callable[[ColumnReader, Mapped, Text, Text | None], Reading]
    apart: bool = False
    """Whether a text is read by itself, wherever and however often it stands in the column."""
    schemes: tuple[str, ...] = ()
    """The schemes that its codes may be of."""
    scheme_of: Callable[[Text], str | None] | None = None
    """Tells the scheme from the codes."""
    damage: Literal["", "counts", "ids"] = ""
    """What a spreadsheet may have made something else of."""


READERS: dict[str, Reader] = {
    **{name: Reader(ColumnReader._parsed, apart=True) for name in PARSERS},
    "amount": Reader(ColumnReader._amount, apart=True),
    "choice": Reader(ColumnReader._choice, apart=True),
    "count": Reader(ColumnReader._count, apart=True, damage="counts"),
    "date": Reader(ColumnReader._date, apart=True),
    "domain": Reader(ColumnReader._site),
    "domains": Reader(ColumnReader._domains),
    "given_id": Reader(ColumnReader._given_id, damage="ids"),
    "id": Reader(ColumnReader._id, damage="ids"),
    "industry_code": Reader(
        ColumnReader._parsed, schemes=INDUSTRY_SCHEMES, scheme_of=codes.scheme_of
    ),
    "name": Reader(ColumnReader._name),
    "objection": Reader(ColumnReader._objection),
    "phone": Reader(ColumnReader._phone, damage="ids"),
    "postal_code": Reader(ColumnReader._postal_code),
    "region": Reader(ColumnReader._region),
    "registry_id": Reader(ColumnReader._registry_id, schemes=tuple(SCHEMES), damage="ids"),
    "site": Reader(ColumnReader._site),
    "ticker": Reader(ColumnReader._ticker, damage="ids"),
    "website": Reader(ColumnReader._site),
}
"""The readers, by the names that columns are declared with."""
