"""Industry codes as branches: which codes lie under another."""

from __future__ import annotations

from abmkit.errors import UsageError

# Sections and the two-digit divisions they hold, as first and last division.
# GB/T 4754-2017 (National Bureau of Statistics of China); ISIC Rev. 4 (United Nations), whose
# sections NACE Rev. 2 (Eurostat) shares.
SECTIONS: dict[str, dict[str, tuple[int, int]]] = {
    "gbt4754": {
        "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52),
        "G": (53, 60), "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72),
        "M": (73, 75), "N": (76, 79), "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90),
        "S": (91, 96), "T": (97, 97),
    },
    "isic": {
        "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43),
        "G": (45, 47), "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68),
        "M": (69, 75), "N": (77, 82), "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93),
        "S": (94, 96), "T": (97, 98), "U": (99, 99),
    },
}  # fmt: skip
SECTIONS["nace"] = SECTIONS["isic"]


def prefixes_under(code: str) -> list[str]:
    """The beginnings that codes under this one have: itself, and a section's divisions.

    Raises `UsageError` for a section letter that its scheme does not have.
    """
    scheme, _, value = code.partition(":")
    sections = SECTIONS.get(scheme.lower())
    if sections is None or not value.isalpha():
        return [code]
    span = sections.get(value.upper())
    if span is None:
        raise UsageError(
            f"{scheme} has no section {value!r}", remedy=f"its sections are {', '.join(sections)}"
        )
    divisions = range(span[0], span[1] + 1)
    return [f"{scheme}:{value.upper()}", *(f"{scheme}:{division:02d}" for division in divisions)]
