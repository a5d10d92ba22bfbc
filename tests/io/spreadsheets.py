"""Workbooks that tests write, change and read."""

from __future__ import annotations

import zipfile
from pathlib import Path

from openpyxl import Workbook

from abmkit.io.reading import Records

HEADER = ["Company Name", "Country", "Website"]
COMPANIES = [["Acme GmbH", "DE", "acme.de"], ["Beta Ltd", "GB", "beta.co.uk"]]
START = "from abmkit.cli.main import main; main()"
NOTE = "cells far from the table, out to {}: read without the empty rows and columns between"


def rows_of(records: Records) -> list[list[str | None]]:
    return [list(row.values()) for table in records.batches() for row in table.to_pylist()]


def workbook(path: Path, **stray: str) -> Path:
    book = Workbook()
    for row in (HEADER, *COMPANIES):
        book.active.append(row)
    for place, text in stray.items():
        book.active[place] = text
    book.save(path)
    return path


def changed(path: Path, part: str, change: object) -> Path:
    """A workbook with one part of its archive rewritten."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[part] = change(members.get(part, b""))  # type: ignore[operator]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path
