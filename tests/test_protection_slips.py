"""Slips in what protects: whoever must not be on a list is not, or the slip has its word.

A small project with every kind of protection, and a slip in one of them at a time: each either
still protects, or is told by a warning, an error or review.csv.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

import abmkit
from abmkit.errors import AbmkitError

NAMES = [
    "Quaxon",
    "Brelvik",
    "Zenvero",
    "Morvale",
    "Tarnix",
    "Oskelund",
    "Pryvane",
    "Feldmark",
    "Vantora",
    "Drexley",
    "Solmira",
    "Kestwick",
    "Halvorn",
    "Jundra",
    "Wexcombe",
    "Ithmere",
    "Nordquil",
    "Ravencor",
    "Lumbrek",
    "Yarrowby",
]
PHONES = {name: f"+1-650-253-{1000 + 37 * number}" for number, name in enumerate(NAMES)}
DIRECTORY = "Company,Website,Country,Phone,Employees\n" + "".join(
    f"{name} Inc,{name.lower()}.com,US,{PHONES[name]},{100 + number}\n"
    for number, name in enumerate(NAMES)
)
SAID = {
    "Quaxon": ("Prospect", "0", "C-001"),
    "Brelvik": ("Customer", "0", "C-002"),
    "Zenvero": ("Competitor", "0", "C-003"),
    "Morvale": ("Partner", "0", "C-004"),
    "Tarnix": ("Prospect", "1", "C-005"),
    "Oskelund": ("Prospect", "1", "C-006"),
    "Pryvane": ("Prospect", "0", "C-007"),
    "Feldmark": ("Prospect", "0", "C-008"),
}
CRM = "Account Name,Website,CRM ID,Relationship Type,Email Opt Out\n" + "".join(
    f"{name} Inc,{name.lower()}.com,{crm_id},{relation},{out}\n"
    for name, (relation, out, crm_id) in SAID.items()
)
LISTS = {
    "by-domain": "Website\nvantora.com\ndrexley.com\n",
    "by-mail": "Email\nann@solmira.com\nbo.li@kestwick.com\n",
    "by-id": "CRM ID\nC-007\nC-008\n",
    "by-phone": f"Phone\n{PHONES['Halvorn']}\n{PHONES['Jundra']}\n",
    "by-name": "Company,Country\nWexcombe Inc,US\nIthmere Inc,US\n",
}
CONFIG = """\
version = 1
name = "slips"
output = { formats = ["csv"] }
[[sources]]
name = "directory"
path = "directory.csv"
[[sources]]
name = "crm"
path = "crm.csv"
""" + "".join(
    f'[[suppress]]\nname = "{name}"\npath = "{name}.csv"\nreason = "On {name}"\n' for name in LISTS
) + """\
[[exclude.rules]]
id = "no-target"
reason = "Customer, partner or competitor"
when = { relationship = ["customer", "partner", "competitor"] }
[[exclude.rules]]
id = "opted-out"
reason = "Must not be contacted"
when = { do_not_contact = true }
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { at_least = 1 } }, points = 1 }]
[[tier.tiers]]
id = "A"
"""  # fmt: skip
FILES = {
    "abmkit.toml": CONFIG,
    "directory.csv": DIRECTORY,
    "crm.csv": CRM,
    **{f"{name}.csv": text for name, text in LISTS.items()},
}
FREE = {"Quaxon", "Nordquil", "Ravencor", "Lumbrek", "Yarrowby"}
PROTECTED = set(NAMES) - FREE
DAY = date(2026, 11, 29)


class Slip(NamedTuple):
    """One thing done wrong to one file, and what must be named where somebody is let through."""

    file: str
    change: Callable[[str], str | bytes]
    names: tuple[str, ...]


def _write(folder: Path, file: str, text: str | bytes) -> None:
    (folder / file).write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """The project without a slip, run once."""
    folder = tmp_path_factory.mktemp("project")
    for file, text in FILES.items():
        _write(folder, file, text)
    listed, said = outcome(folder)
    assert listed == FREE
    assert said == ""
    return folder


def outcome(folder: Path, engine: str = "duckdb") -> tuple[set[str], str]:
    """Who is on the list of a run, and what is said of it."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            done = abmkit.run(
                folder / "abmkit.toml", output=folder / "out", as_of=DAY, engine=engine
            )
        except AbmkitError as error:
            return set(), str(error)
    said = [str(each.message) for each in told]
    said += [str(row) for row in _rows(folder / "out" / "review.csv")]
    listed = {name.split()[0] for name in done.target_accounts["name"].to_pylist()}
    return listed, "\n".join(said)


def _rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


# The slips ---------------------------------------------------------------------------------------


def _line(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        lines = text.splitlines()
        lines[number] = change(lines[number])
        return "\n".join(lines) + "\n"

    return changed


def _swapped(cell: str) -> str:
    """A cell with two letters changed places, the slip of a hand."""
    at = next((n for n in range(1, len(cell) - 2) if cell[n] != cell[n + 1]), 0)
    return cell[:at] + cell[at + 1] + cell[at] + cell[at + 2 :]


def _half(text: str) -> str:
    head, _, rest = text.partition("\n")
    return f"{head}\n{rest[: len(rest) // 2 - 1]}"


def _of_lists() -> dict[str, Slip]:
    """What goes wrong with a suppression list."""
    slips = {}
    for name, text in LISTS.items():
        header = text.partition("\n")[0]
        key = header.split(",")[0]
        changes: dict[str, Callable[[str], str | bytes]] = {
            "first key dropped": _line(1, lambda line: "," + line.partition(",")[2]),
            "last key dropped": _line(2, lambda line: "-" + "," * line.count(",")),
            "key misspelt": _line(1, _swapped),
            "cut in half": _half,
            "cut to the header": lambda text: text.partition("\n")[0] + "\n",
            "cut to nothing": lambda text: "",
            "first row lost": lambda text: text.replace(text.splitlines()[1] + "\n", ""),
            "key column renamed": lambda text, key=key: text.replace(key, "Zrx9", 1),
            "header lost": lambda text: text.partition("\n")[2],
            "upper case": lambda text: text.upper(),
            "UTF-16": lambda text: text.encode("utf-16"),
            "semicolons": lambda text: text.replace(",", ";"),
            "quoted": lambda text: "\n".join(
                ",".join(f'"{c}"' for c in line.split(",")) for line in text.splitlines()
            ),
            "a total": lambda text: text + "Total: 2\n",
            "doubled": lambda text: text + text.partition("\n")[2],
            "a note above": lambda text: "Exported 2026-11-01\n\n" + text,
            "values of another list": lambda text, header=header: f"{header}\nx9{text[-4:]}",
        }  # fmt: skip
        for what, change in changes.items():
            if change(text) != text:
                slips[f"{name}: {what}"] = Slip(f"{name}.csv", change, (name, *_keys_of(text)))
    return slips


def _keys_of(text: str) -> list[str]:
    return [line.split(",")[0] for line in text.splitlines()]


def _of_config() -> dict[str, Slip]:
    """What goes wrong in the config."""
    slips = {}
    for name in LISTS:
        entry = f'path = "{name}.csv"'
        changes = {
            "until is past": f"{entry}\nuntil = 2026-01-31",
            "when leaves nobody": f'{entry}\nwhen = {{ country = "Atlantis" }}',
            "the wrong file": 'path = "other.csv"',
        }
        for what, instead in changes.items():
            slips[f"{name}: {what}"] = Slip(
                "abmkit.toml",
                lambda text, entry=entry, instead=instead: text.replace(entry, instead),
                (name, "other.csv"),
            )
        gone = f'[[suppress]]\nname = "{name}"\n{entry}\nreason = "On {name}"\n'
        slips[f"{name}: left out"] = Slip(
            "abmkit.toml", lambda text, gone=gone: text.replace(gone, ""), (name,)
        )
    for what, old, new in (
        ("customer misspelt", '"customer"', '"custmer"'),
        ("partner in the plural of another word", '"partner"', '"partnr"'),
        ("competitor in capitals", '"competitor"', '"COMPETITOR"'),
        ("customer in Chinese", '"customer"', '"客户"'),
        ("rule left out", '[[exclude.rules]]\nid = "opted-out"\nreason = "Must not be contacted"\n'
         "when = { do_not_contact = true }\n", ""),
        ("rule of a source's column", "do_not_contact = true", '"Email Opt Out" = "yes"'),
        ("rule the other way round", "do_not_contact = true", '"Email Opt Out" = "0"'),
        ("rule of a column that is not there", "do_not_contact = true", "do_not_contct = true"),
        ("first the source that knows least", 'version = 1\n',
         'version = 1\ndedupe = { prefer = { relationship = ["directory"] } }\n'),
        ("the flags are left out", 'path = "crm.csv"', 'path = "crm.csv"\nignore = ["Email Opt Out"]'),
    ):  # fmt: skip
        slips[f"rule: {what}"] = Slip(
            "abmkit.toml",
            lambda text, old=old, new=new: text.replace(old, new),
            ("do_not_contact", "customer", "partner", "competitor", "do_not_contct"),
        )
    return slips


def _of_flags() -> dict[str, Slip]:
    """What goes wrong with the flags of a source."""
    slips = {}

    def slip(what: str, old: str, new: str, *names: str) -> None:
        slips[f"flag: {what}"] = Slip("crm.csv", lambda text: text.replace(old, new), names)

    for header in (
        "Unsubscribed",
        "Do Not Contact",
        "donotemail",
        "是否退订",
        "EOO",
        "Zrx9",
        "Flag",
    ):
        slip(f"opt-out called {header}", "Email Opt Out", header, "Email Opt Out", header)
    for value in ("yes", "TRUE", "x", "是", "已退订", "2024-05-01", "Do Not Allow", "yess", "Jo"):
        old, new = "C-005,Prospect,1", f"C-005,Prospect,{value}"
        slip(f"opted out is {value}", old, new, "Email Opt Out", "Tarnix")
    for header in ("Type", "Account Type", "客户类型", "Lifecycle Stage", "Zrx9"):
        slip(f"relationship called {header}", "Relationship Type", header, "Relationship", header)
    for value in ("CUSTOMER", "Customer - Direct", "成交客户", "Custmer", "client", "Kunde", "Key"):
        slip(f"customer is {value}", ",Customer,", f",{value},", "Relationship Type", value)
    for value in ("竞争对手", "competitors", "Competitr", "Rival"):
        slip(f"competitor is {value}", ",Competitor,", f",{value},", "Relationship Type", value)
    opted_in = "Account Name,Website,CRM ID,Relationship Type,Email Opt Out\n"
    slip(
        "a consent instead", opted_in, opted_in.replace("Email Opt Out", "Consent"), "Email Opt Out"
    )
    more = "Tarnix Inc,tarnix.com,C-005,Prospect,0\n"
    slip("a later record without it", "Pryvane Inc,", more + "Pryvane Inc,", "Email Opt Out")
    for lost in ("C-007", "C-008"):
        slip(f"id {lost} of two accounts", "C-001", lost, "by-id", lost)
    slip("columns swapped", "Relationship Type,Email Opt Out", "Email Opt Out,Relationship Type",
         "Email Opt Out", "Relationship Type")  # fmt: skip
    return slips


SLIPS = _of_lists() | _of_config() | _of_flags()
# Each is a run of its own: a third of every kind by default, all with ABMKIT_EVERY_SLIP=1.
# Small tables are quicker on pandas; the steps give the same on either.
ENGINES = ("pandas", "duckdb", "pandas")
TRIED = [*SLIPS] if os.environ.get("ABMKIT_EVERY_SLIP") else [*SLIPS][::3]


def test_there_are_many_slips() -> None:
    assert len(SLIPS) >= 100


@pytest.mark.parametrize("what", TRIED)
def test_a_slip_still_protects_or_has_its_word(project: Path, tmp_path: Path, what: str) -> None:
    slip = SLIPS[what]
    folder = tmp_path / "slip"
    shutil.copytree(project, folder)
    before = FILES[slip.file]
    after = slip.change(before)
    assert after != before, "the slip changes nothing"
    _write(folder, slip.file, after)
    _write(folder, "other.csv", "Website\nelsewhere.org\n")
    listed, said = outcome(folder, ENGINES[TRIED.index(what) % len(ENGINES)])
    let_through = listed & PROTECTED
    named = any(name.casefold() in said.casefold() for name in slip.names)
    assert not let_through or named, f"{sorted(let_through)} on the list; said: {said or 'nothing'}"
