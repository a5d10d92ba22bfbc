"""The project's own industry labels, for the labels and codes of its sources."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import as_strings, each_distinct
from abmkit.domain.values.industries.crosswalks import HUBS, crosswalk
from abmkit.domain.values.industries.sections import SCHEMES, prefixes_under, split_code


def folded(label: str) -> str:
    """A label as it is compared: width, case and spaces aside."""
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())


@dataclass(frozen=True)
class IndustryLabels:
    """The project's taxonomy: its labels by those of sources, and by codes."""

    by_label: Mapping[str, str]
    """Case, width and spaces of a source's label don't matter."""
    by_code: Mapping[str, str]
    """By the beginnings of codes; the longest counts."""
    own: frozenset[str]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> IndustryLabels:
        """From the rows of the table: a label or a `scheme:code`, and the project's label.

        Raises UsageError for a section that its scheme does not have.
        """
        by_label: dict[str, str] = {}
        by_code: dict[str, str] = {}
        sections: dict[str, str] = {}
        for given, own in pairs:
            scheme = split_code(given)[0]
            if ":" not in given or scheme not in SCHEMES:
                by_label.setdefault(folded(given), own)
                continue
            prefixes = prefixes_under(given)
            # The divisions of a section give way to a row of their own.
            codes = by_code if len(prefixes) == 1 else sections
            for prefix in prefixes:
                codes.setdefault(prefix, own)
        own_labels = frozenset([*by_label.values(), *by_code.values(), *sections.values()])
        return cls(by_label, {**sections, **by_code}, own_labels)

    def of_label(self, label: str) -> str | None:
        """The project's label for a source's, or for one that is the project's already."""
        return self.by_label.get(folded(label)) or (label if label in self.own else None)

    def of_code(self, code: str) -> str | None:
        """The project's label for a code: that of the longest code in the table it begins with.

        Where there is none, that of its ISIC or NACE codes in the table, if they agree.
        """
        if (own := self._longest(code)) is not None or not self.international:
            return own
        for hub in HUBS:
            meant = {self._longest(target) for target in crosswalk(code, hub)}
            if len(meant) == 1 and None not in meant:
                return meant.pop()
        return None

    @cached_property
    def international(self) -> bool:
        """Whether the table has codes of ISIC or NACE, which stand for other schemes' codes."""
        return any(code.startswith(tuple(f"{hub}:" for hub in HUBS)) for code in self.by_code)

    def _longest(self, code: str) -> str | None:
        ends = range(len(code), code.find(":") + 1, -1)
        return next((own for end in ends if (own := self.by_code.get(code[:end]))), None)


def labelled(accounts: pa.Table, labels: IndustryLabels, unmapped: dict[str, int]) -> pa.Table:
    """The industries by the project's own labels: by label, else by code, else as written.

    Adds the labels that have none to `unmapped`, with their counts.
    """
    given = as_strings(accounts["industry"].combine_chunks())
    own = each_distinct(given, labels.of_label)
    if "industry_code" in accounts.column_names and labels.by_code:
        codes = as_strings(accounts["industry_code"].combine_chunks())
        own = pc.coalesce(own, each_distinct(codes, labels.of_code))
    rest = given.filter(pc.and_(pc.is_null(own), pc.is_valid(given)))
    for count in pc.value_counts(rest).to_pylist():
        unmapped[count["values"]] = unmapped.get(count["values"], 0) + count["counts"]
    place = accounts.column_names.index("industry")
    return accounts.set_column(place, "industry", pc.coalesce(own, given))
