"""Text that DOS or Windows' command line wrote, and none that only resembles it."""

from __future__ import annotations

from pathlib import Path

import pytest

from abmkit.io.reading import read

NAMES = {
    "german": ["Königlich Essen", "Die Wandernde Kuh Köln", "Frankenversand München", "Süß AG"],
    "french": ["Mère Paillarde Montréal", "Spécialités du monde", "La maison d'Asie à Reims"],
    "spanish": ["Galería del gastrónomo", "Bólido Comidas preparadas", "Compañía López"],
    "nordic": ["Folk och fä HB Bräcke", "Berglunds snabbköp Luleå", "Vaffeljernet Århus"],
    "portuguese": ["São Paulo Comércio", "Tradição Hipermercados"],
}


def names_in(path: Path) -> list[str]:
    with read(path) as records:
        return [name for table in records.batches() for name in table["Name"].to_pylist()]


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("encoding", ["cp850", "cp1252"])
def test_letters_are_read_as_they_were_written(
    tmp_path: Path, language: str, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    text = "".join(f"{name};x\n" for name in NAMES[language])
    path.write_bytes(f"Name;Kind\n{text}".encode(encoding))
    assert names_in(path) == NAMES[language]


@pytest.mark.parametrize(
    "name",
    ["L’Oréal", "O’Brien", "Acme–Beta", "“Quoted” Ltd", "Acme™ Inc", "don’t", "5 £", "A • B"],
)
def test_signs_of_windows_are_no_letters_of_dos(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"Name;Kind\n{name};x\nPlain;y\nOther;z\n".encode("cp1252"))
    assert names_in(path) == [name, "Plain", "Other"]
