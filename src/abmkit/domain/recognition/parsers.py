"""How known texts are read, each by itself.

A parser gives the values and where a known text could not be read. Those of canonical columns
also take the scheme of the column's codes and the date at which its source knew them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    doubles,
    each_distinct,
    lists,
    only_where,
    scalar,
    unread,
)
from abmkit.domain.identity import GIVEN
from abmkit.domain.values.dates import dates, years
from abmkit.domain.values.domains import websites
from abmkit.domain.values.ids import whole_numbers
from abmkit.domain.values.industries.codes import codes
from abmkit.domain.values.lists import items
from abmkit.domain.values.names import display_name, display_names
from abmkit.domain.values.numbers.numerals import Point
from abmkit.domain.values.numbers.quantities import quantities
from abmkit.domain.values.places.countries import countries
from abmkit.domain.values.unknown import tokens
from abmkit.domain.values.vocabularies import booleans, listed

Parser = Callable[["pa.Array", str | None, date | None], "tuple[pa.Array, pa.BooleanArray]"]
OwnParser = Callable[["pa.Array"], "tuple[pa.Array, pa.BooleanArray]"]


def text(cells: pa.Array) -> pa.StringArray:
    """Known texts as they are."""
    return cells


def _readable(values: pa.Array) -> tuple[pa.Array, pa.BooleanArray]:
    return values, unread(values, values)


def _always(function: Callable[[pa.Array], pa.Array]) -> Parser:
    """A parser to which every known text is readable."""
    return lambda cells, _scheme, _as_of: _readable(function(cells))


def _shown(cells: pa.Array) -> pa.StringArray:

    return display_names.of_known(cells)


def as_given(ids: pa.Array) -> pa.StringArray:
    """Ids that a source gives, as an `account_id` has them."""
    return pc.replace_substring_regex(ids, pattern=f"^(?:{GIVEN})?", replacement=GIVEN)


def _upper(cells: pa.Array) -> pa.StringArray:

    return pc.utf8_upper(cells)


def tickers_like_words(cells: pa.Array) -> pa.StringArray:
    """Tickers such as `NAT` and `TBC`, which say elsewhere that nothing is known.

    In capitals, and once in a column: what says that nothing is known stands more often.
    """
    texts = pc.utf8_trim_whitespace(as_strings(cells))
    like = only_where(pc.match_substring_regex(texts, _LIKE_WORDS), texts)
    counts = pc.value_counts(like.drop_null())
    single = counts.field("values").filter(pc.equal(counts.field("counts"), scalar(1)))
    return only_where(pc.is_in(like, value_set=single), like)


_LIKE_WORDS = "^(?:NAN|NAT|TBC|TBA|TBD|NIL|NULL|NONE)$"


def tickers(cells: pa.Array, *, zeros_lost: bool = False) -> tuple[pa.StringArray, pa.BooleanArray]:
    """Tickers in capitals; stock codes of a column that lost its zeros have them again."""
    read = whole_numbers(_upper(cells))
    if zeros_lost:
        short = pc.match_substring_regex(read, pattern=r"^\d{1,4}$")
        read = pc.if_else(short, pc.utf8_lpad(read, width=6, padding="0"), read)
    return _readable(read)


def _country(
    cells: pa.Array, _scheme: str | None, _as_of: date | None
) -> tuple[pa.StringArray, pa.BooleanArray]:

    read = countries.of_known(cells)
    return read, unread(cells, read)


def _year(
    cells: pa.Array, _scheme: str | None, as_of: date | None
) -> tuple[pa.Int64Array, pa.BooleanArray]:

    return years.of_known(cells, as_of=as_of)


def _code(
    cells: pa.Array, scheme: str | None, _as_of: date | None
) -> tuple[pa.StringArray, pa.BooleanArray]:

    return codes.of_known(cells, scheme)


def _link(
    cells: pa.Array, _scheme: str | None, _as_of: date | None
) -> tuple[pa.StringArray, pa.BooleanArray]:

    read = websites.of_known(cells)
    return read, unread(cells, read)


def own_number(
    cells: pa.Array, unit: str | None = None, rate: float = 1.0, point: Point | None = None
) -> tuple[pa.DoubleArray, pa.BooleanArray]:
    """Single numbers of a unit and currency, and which cells are none."""
    read = quantities.of_known(cells, unit, rate, point=point)
    # A column typed as a number holds single numbers: a range or an open end is none.
    return _single(cells, read.best, read.min, read.max)


def _single(
    cells: pa.Array, best: pa.DoubleArray, least: pa.DoubleArray, most: pa.DoubleArray
) -> tuple[pa.DoubleArray, pa.BooleanArray]:

    exact = only_where(pc.coalesce(pc.equal(least, most), pc.is_null(cells)), best)
    return exact, unread(cells, exact)


def own_integer(
    cells: pa.Array, point: Point | None = None
) -> tuple[pa.Int64Array, pa.BooleanArray]:
    """Single whole numbers, and which cells are none."""
    read = own_number(cells, point=point)[0]
    # Beyond 2**53 a double no longer tells whole numbers apart.
    exact = pc.less_equal(pc.abs(read), doubles([2.0**53])[0])
    whole = pc.and_(pc.equal(read, pc.round(read)), exact)
    integers = only_where(whole, read).cast(pa.int64())
    return integers, unread(cells, integers)


def _boolean(cells: pa.Array) -> tuple[pa.BooleanArray, pa.BooleanArray]:

    return booleans.of_known(cells)


def _date(cells: pa.Array) -> tuple[pa.Date32Array, pa.BooleanArray]:

    return dates.of_known(cells)


def _plain(parser: OwnParser) -> Parser:
    return lambda cells, _scheme, _as_of: parser(cells)


def _split(cells: pa.Array, pattern: str) -> pa.ListArray:
    """Texts split into lists without repeats; null where nothing is known."""

    def parts(given: str) -> list[str] | None:
        shown = (display_name(part) for part in items(given, pattern))
        kept = [part for part in shown if part and part.casefold() not in tokens()]
        return list(dict.fromkeys(kept)) or None

    return each_distinct(cells, parts, lists)


def split_aliases(cells: pa.Array) -> pa.ListArray:
    """Other names as lists. A comma does not part them: it belongs to `Acme, Inc.`."""
    return _split(cells, "[;；|、]")


def _split_all(cells: pa.Array) -> pa.ListArray:
    return _split(cells, r"[;；,，、|](?![^()（）]*[)）])")


def as_lists(values: pa.Array) -> pa.ListArray:
    """Each text as a list of one, null for null."""
    return each_distinct(values, lambda given: [given], lists)


def merged(columns: list[pa.ListArray]) -> pa.ListArray:
    """The lists of several columns as one per row, without repeats."""
    if len(columns) == 1:
        return columns[0]
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return lists(list(dict.fromkeys(item for part in row if part for item in part)) for row in rows)


def without_own(values: pa.ListArray, own: pa.StringArray) -> pa.ListArray:
    """Each row's list without the text that the row has itself."""
    rows = zip(values.to_pylist(), own.to_pylist(), strict=True)
    return lists([text for text in each or () if text != known] for each, known in rows)


PARSERS: dict[str, Parser] = {
    "text": _always(text),
    "shown": _always(_shown),
    "names": _always(split_aliases),
    "list": _always(_split_all),
    "country": _country,
    "year": _year,
    "boolean": _plain(_boolean),
    "listed": _plain(lambda cells: listed.of_known(cells)),
    "industry_code": _code,
    "link": _link,
}
"""What reads cells by themselves, by the names that columns are declared with."""

OWN_PARSERS: dict[str, OwnParser] = {
    "text": lambda cells: _readable(cells),
    "number": own_number,
    "integer": own_integer,
    "boolean": _boolean,
    "date": _date,
    "list": lambda cells: _readable(_split_all(cells)),
}
"""The same for each type that a config may give a column of the source's own."""
