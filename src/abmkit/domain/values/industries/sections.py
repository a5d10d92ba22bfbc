"""Industry codes as branches: the sections of each scheme, and which codes lie under another."""

from __future__ import annotations

from abmkit.errors import UsageError

# Sections and the two-digit divisions they hold, as first and last division.
# GB/T 4754-2017 (National Bureau of Statistics of China); ISIC Rev. 4 and Rev. 3.1 (United
# Nations); NACE Rev. 2 (Eurostat) shares the sections of ISIC Rev. 4; SIC 1987 (US Office of
# Management and Budget).
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
    "isic31": {
        "A": (1, 2), "B": (5, 5), "C": (10, 14), "D": (15, 37), "E": (40, 41), "F": (45, 45),
        "G": (50, 52), "H": (55, 55), "I": (60, 64), "J": (65, 67), "K": (70, 74), "L": (75, 75),
        "M": (80, 80), "N": (85, 85), "O": (90, 93), "P": (95, 97), "Q": (99, 99),
    },
    "sic": {
        "A": (1, 9), "B": (10, 14), "C": (15, 17), "D": (20, 39), "E": (40, 49), "F": (50, 51),
        "G": (52, 59), "H": (60, 67), "I": (70, 89), "J": (91, 97), "K": (99, 99),
    },
    # Sectors of NAICS that are ranges of two-digit codes.
    "naics": {"31-33": (31, 33), "44-45": (44, 45), "48-49": (48, 49)},
}  # fmt: skip
SECTIONS["nace"] = SECTIONS["isic"]
SCHEMES = ("gbt4754", "naics", "isic", "sic", "nace", "isic31")


def section_of(scheme: str, digits: str) -> str | None:
    """The section that a code of digits lies in, None where its scheme has none for it."""
    division = int(digits[:2])
    for letter, (first, last) in SECTIONS[scheme].items():
        if first <= division <= last:
            return letter
    return None


def split_code(code: str) -> tuple[str, str]:
    """Scheme and value of `scheme:code`, as they are kept: `nace:62.01` is nace and `6201`."""
    scheme, _, value = code.partition(":")
    return scheme.strip().lower(), value.strip().upper().replace(".", "")


def prefixes_under(code: str) -> list[str]:
    """The beginnings that codes under this one have: itself, and a section's divisions.

    Sections are `gbt4754:C`, `isic:C`, `nace:C`, `sic:D`, `naics:31-33`. Raises `UsageError` for a
    section that its scheme does not have.
    """
    scheme, value = split_code(code)
    sections = SECTIONS.get(scheme)
    if sections is None:
        return [code]
    if not value.isalpha() and "-" not in value:
        # C39 is 39: codes are kept without the letter of their section.
        digits = value.lstrip("ABCDEFGHIJKLMNOPQRSTUV") if scheme != "naics" else value
        return [f"{scheme}:{digits or value}"]
    span = sections.get(value)
    if span is None:
        raise UsageError(
            "{scheme} has no section {value!r}",
            remedy="its sections are {sections}",
            scheme=scheme,
            value=value,
            sections=", ".join(sections),
        )
    divisions = range(span[0], span[1] + 1)
    return [f"{scheme}:{value}", *(f"{scheme}:{division:02d}" for division in divisions)]
