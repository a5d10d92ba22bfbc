"""Batches of a file are loaded side by side; what comes of it is the same however many threads."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from abmkit.config.loading import Project
from abmkit.config.project import Config
from abmkit.errors import UsageError
from abmkit.io.ahead import ahead, side_by_side, use_threads
from abmkit.io.reading import read
from abmkit.io.text import blocks, delimited
from abmkit.sources.loading import load_sources

HEADER = "Company,Website,Employees,Revenue,Founded,Note\r\n"
NAMES = [
    "Acme {} Inc.",
    "北京云海{}科技有限公司",
    "JÃ¤ger {} GmbH",
    "Zoë’s {}",
    '"Delta, {} Co., Ltd."',
]
EMPLOYEES = ["1-10", "约500人", '"1,200"', "n/a", "1000-4999人", "many", "7"]
ODD = [
    "one,cell,too,many,for,the,header,by,far",
    "Total,,,,,",
    ",,,,,",
    'a "stray" quote,x.com,,,,',
    "",
]


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    before = pa.cpu_count()
    yield
    pa.set_cpu_count(before)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (blocks, delimited):
        monkeypatch.setattr(module, "BLOCK_BYTES", 20_000)
        monkeypatch.setattr(module, "HEAD_BYTES", 8_000)
    monkeypatch.setattr(delimited, "_SMALL_BYTES", 4_000)


def messy(path: Path, seed: int, rows: int = 1_500) -> Path:
    chance = random.Random(seed)
    lines = [HEADER]
    for number in range(rows):
        if chance.random() < 0.004:
            lines.append(f"{chance.choice(ODD)}\r\n")
            continue
        site = chance.choice([f"www.site{number}.com", "http://", f"info@site{number}.cn", ""])
        name = chance.choice([*NAMES, ""]).format(number)
        people, year = chance.choice(EMPLOYEES), chance.randrange(1800, 2040)
        money = chance.choice([f"${number}M", f"{number}万元", "-", "€5M"])
        lines.append(f"{name},{site},{people},{money},{year},note {number}\r\n")
    path.write_text("".join(lines), encoding="utf-8", newline="")
    return path


def loaded(path: Path, count: int) -> Any:
    """All that a load says of a file, by so many threads."""
    use_threads(count)
    config = Config.model_validate(
        {
            "version": 1,
            "currency": "USD",
            "rates": {"CNY": 0.14},
            "sources": [
                {"name": "a", "path": str(path), "when": {"founded_year": {"at_least": 1850}}},
                {"name": "b", "path": str(path)},
            ],
        }
    )
    found = load_sources(Project(config), config.sources, as_of=date(2026, 1, 1))
    batches = list(found.batches)
    reports = [(r.files, r.issues, r.repairs, r.quality, r.plan) for r in found.reports]
    return [pa.concat_tables(batches).to_pylist(), found.rejects.table().to_pylist(), reports]


@pytest.mark.parametrize("seed", [3, 11])
def test_a_load_is_the_same_by_one_thread_and_by_many(
    tmp_path: Path, small_blocks: None, seed: int
) -> None:
    path = messy(tmp_path / "messy.csv", seed)
    rows, rejects, reports = loaded(path, 1)
    assert len(rows) > 2_000
    assert rejects
    (file,), issues, *_ = reports[0]
    assert issues
    assert file.filtered
    assert loaded(path, 4) == [rows, rejects, reports]


def test_lines_that_were_encoded_twice_are_mended_and_counted_in_regular_blocks(
    tmp_path: Path, small_blocks: None
) -> None:
    lines = [
        f"JÃ¤ger {n},x{n}.de\n" if n % 50 == 7 else f"Zoë’s {n},x{n}.de\n" for n in range(5_000)
    ]
    path = tmp_path / "twice.csv"
    path.write_text("Company,Website\n" + "".join(lines), encoding="utf-8")
    with read(path) as records:
        names = [name for batch in records.batches() for name in batch["Company"].to_pylist()]
    mended = [n for n in range(5_000) if n % 50 == 7]
    assert names == [f"Jäger {n}" if n in mended else f"Zoë’s {n}" for n in range(5_000)]
    assert [repair.line for repair in records.repairs] == [n + 2 for n in mended]
    assert {repair.text for repair in records.repairs} >= {"Jäger 7,x7.de"}


def test_what_goes_wrong_in_a_thread_is_raised_in_its_place() -> None:
    def work(number: int) -> int:
        if number == 5:
            raise ValueError("five")
        return number * 2

    for count in (1, 3):
        use_threads(count)
        got: list[int] = []

        def take(got: list[int] = got) -> None:
            with side_by_side(work, range(100)) as made:
                got.extend(made)

        with pytest.raises(ValueError, match="five"):
            take()
        assert got == [0, 2, 4, 6, 8]


def test_one_thread_works_in_no_other() -> None:
    import threading

    use_threads(1)
    with ahead(range(5)) as numbers, side_by_side(lambda n: threading.get_ident(), numbers) as made:
        assert set(made) == {threading.get_ident()}


def test_no_threads_are_an_error() -> None:
    with pytest.raises(UsageError, match="--threads: 0"):
        use_threads(0)
