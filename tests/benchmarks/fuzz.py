"""Throw broken files at the reader for a while: nothing but InputError, and no row lost.

    python tests/benchmarks/fuzz.py [--minutes 10] [--seed 1] [--spreadsheets FOLDER]

Half of the files are random bytes or mutations of real dialects' bytes; the other half are tables
whose rows are known, damaged line by line, of which every row must come out, be rejected or be
kept as a note.

With a folder of spreadsheets it is these that are damaged, each read in a process of its own with
4 GB of memory: besides, the process may not end by itself nor print anything.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import sys
import tempfile
import time
import zipfile
from pathlib import Path

NAMES = (
    "Acme Inc.",
    "Globex, Ltd.",
    "新希望集团有限公司",
    "Müller & Söhne",
    'The "Big" One',
    "Łódź",
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "utf-32")
MARKS = (",", ";", "\t", "|", "||", ", ")
ENDS = ("\n", "\r\n", "\r")


def table(chosen: random.Random) -> tuple[list[str], str, str]:
    """The lines of a sound table, its delimiter and its line end."""
    mark, end = chosen.choice(MARKS), chosen.choice(ENDS)

    def cell(text: str) -> str:
        odd = mark.strip() in text if mark.strip() else mark in text
        return '"' + text.replace('"', '""') + '"' if odd or '"' in text or "," in text else text

    lines = [mark.join(("name", "website", "employees", "founded", "city"))]
    for at in range(chosen.randint(5, 80)):
        name = chosen.choice(NAMES)
        year, month = chosen.randint(1900, 2024), chosen.randint(1, 9)
        row = (name, f"www.c{at}.com", str(chosen.randint(1, 9999)), f"{year}-0{month}-11", "Bonn")
        lines.append(mark.join(map(cell, row)))
    return lines, mark, end


def damaged(line: str, mark: str, chosen: random.Random) -> str:
    """A line with one thing wrong."""
    at = chosen.randint(0, len(line))
    return chosen.choice(
        (
            line.replace(mark, "", 1),
            line[:at] + mark + line[at:],
            line[:at] + '"' + line[at:],
            line.replace(mark, " "),
            line.replace(mark, ";"),
            line + mark,
            line[:at] + "\0" + line[at:],
            line[: max(at, 1)],
        )
    )


def mutated(data: bytes, chosen: random.Random) -> bytes:
    """Bytes with some of them changed, cut out or doubled."""
    changed = bytearray(data)
    for _ in range(chosen.randint(1, 12)):
        at = chosen.randint(0, max(len(changed) - 1, 0))
        what = chosen.random()
        if what < 0.4 and changed:
            changed[at] = chosen.randint(0, 255)
        elif what < 0.7:
            changed[at:at] = chosen.choice(
                (b'"', b"\0", b"\n", b"\r", b",", b"\xff", b'""', b"\xef\xbb")
            )
        else:
            del changed[at : at + chosen.randint(1, 40)]
    return bytes(changed)


REFERENCE = re.compile(rb'(?<= r=")[A-Z]+\d+|(?<=repeated=")\d+|(?<=uniqueCount=")\d+')


def broken_workbook(data: bytes, chosen: random.Random) -> bytes:
    """A workbook with some bytes changed: of the file, or of the parts in its archive."""
    if not data.startswith(b"PK") or chosen.random() < 0.2:
        changed = bytearray(data)
        for _ in range(chosen.randint(1, 20)):
            changed[chosen.randrange(len(changed))] = chosen.randrange(256)
        return bytes(changed)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w") as copy:
        names = archive.namelist()
        hit = chosen.sample(names, min(len(names), chosen.randint(1, 3)))
        hit += [name for name in names if "sheet" in name or name == "content.xml"]
        for name in names:
            part = bytearray(archive.read(name))
            if name in hit and part:
                if chosen.random() < 0.5:
                    far = chosen.choice((b"XFD1048576", b"ABC90000", b"A1048576", b"XFD2", b"zz"))
                    places = list(REFERENCE.finditer(part))
                    for match in chosen.sample(places, min(len(places), 2)):
                        digits = match[0].isdigit()
                        part[match.start() : match.end()] = b"999999999" if digits else far
                        break
                else:
                    for _ in range(chosen.randint(1, 6)):
                        part[chosen.randrange(len(part))] = chosen.randrange(256)
            copy.writestr(name, bytes(part))
    return packed.getvalue()


def outcome(path: Path) -> tuple[str, str]:
    """What reading a workbook comes to in a child process, and what that printed."""
    import resource

    from abmkit.errors import InputError
    from abmkit.io.reading import read

    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 2)
            resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
            resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            code = 0
            try:
                for _ in read(path).batches():
                    pass
            except InputError as error:
                code = 3 if "\n" not in str(error) else 4
            except BaseException as error:
                os.write(2, f"{type(error).__name__}: {error}".encode())
                code = 5
            os._exit(code)
        _, status = os.waitpid(child, 0)
        said.seek(0)
        ended = os.waitstatus_to_exitcode(status)
        words = {0: "read", 3: "refused", 4: "several lines", 5: "an exception"}
        return words.get(ended, f"ended by {ended}"), said.read().decode(errors="replace")[:300]


def spreadsheets(folder: Path, until: float, chosen: random.Random, seed: int) -> int:
    """Damage the spreadsheets of a folder, print the counts; how many faults were found."""

    paths = [p for p in sorted(folder.iterdir()) if 0 < p.stat().st_size < 60_000]
    paths = [p for p in paths if p.suffix in (".xlsx", ".xls", ".xlsb", ".ods", ".xlsm")]
    found: dict[str, int] = {}
    faults = files = 0
    with tempfile.TemporaryDirectory() as place:
        while time.monotonic() < until:
            origin = chosen.choice(paths)
            try:
                data = broken_workbook(origin.read_bytes(), chosen)
            except zipfile.BadZipFile:
                continue
            files += 1
            path = Path(place) / f"x{origin.suffix}"
            path.write_bytes(data)
            what, said = outcome(path)
            found[what] = found.get(what, 0) + 1
            if what not in ("read", "refused") or said:
                faults += 1
                Path(f"fault-{seed}-{files}{origin.suffix}").write_bytes(data)
                print(f"file {files}, {origin.name}: {what}: {said}", file=sys.stderr)
    print(f"seed {seed}: {files} spreadsheets, {found}, {faults} faults")
    return faults


def main() -> int:
    """Fuzz, print the counts; 1 where something was found."""
    from abmkit.errors import InputError
    from abmkit.io.reading import read

    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--spreadsheets", type=Path)
    given = parser.parse_args()
    chosen = random.Random(given.seed)
    until = time.monotonic() + 60 * given.minutes
    if given.spreadsheets is not None:
        return 1 if spreadsheets(given.spreadsheets, until, chosen, given.seed) else 0
    files = refused = rows = faults = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        while time.monotonic() < until:
            files += 1
            lines, mark, end = table(chosen)
            count = None
            if chosen.random() < 0.5:
                for at in chosen.sample(range(1, len(lines)), min(3, len(lines) // 3)):
                    lines[at] = damaged(lines[at], mark, chosen) or mark
                count = len(lines) - 1
                data = end.join(lines).encode(chosen.choice(ENCODINGS))
            elif chosen.random() < 0.8:
                data = mutated(end.join(lines).encode(chosen.choice(ENCODINGS)), chosen)
            else:
                data = chosen.randbytes(chosen.randint(0, 2_000))
            path.write_bytes(data)
            try:
                records = read(path)
                found = sum(batch.num_rows for batch in records.batches())
            except InputError:
                refused += 1
                continue
            except Exception as error:
                faults += 1
                Path(f"fault-{given.seed}-{files}.csv").write_bytes(data)
                print(f"file {files}: {type(error).__name__}: {error}", file=sys.stderr)
                continue
            rows += found
            aside = len(records.rejects) + len(records.preamble) + len(records.footnotes)
            aside += records.blank_rows
            if count is not None and found + aside != count:
                faults += 1
                Path(f"fault-{given.seed}-{files}.csv").write_bytes(data)
                print(f"file {files}: {count} rows, {found} and {aside} aside", file=sys.stderr)
    print(f"seed {given.seed}: {files} files, {refused} refused, {rows} rows, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
