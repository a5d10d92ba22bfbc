from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from abmkit.domain.arrays import int64s
from abmkit.errors import InputError
from abmkit.io.ahead import ahead
from abmkit.io.reading import read
from abmkit.sources.rejects import rows_of


def tables(count: int, made: list[int]) -> Iterator[pa.Table]:
    for number in range(count):
        made.append(number)
        yield pa.table({"number": int64s([number])})


def numbers(batches: Iterator[pa.Table]) -> list[int]:
    return [batch["number"][0].as_py() for batch in batches]


def threads() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("ahead")]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
def test_batches_read_ahead_come_in_order(count: int) -> None:
    with ahead(tables(count, [])) as batches:
        assert numbers(batches) == list(range(count))
    assert threads() == []


def test_what_goes_wrong_ahead_is_raised_where_the_batch_would_have_come() -> None:
    def failing() -> Iterator[pa.Table]:
        yield from tables(3, [])
        raise InputError("is damaged", where="accounts.csv")

    got: list[int] = []

    def take() -> None:
        with ahead(failing()) as batches:
            got.extend(batch["number"][0].as_py() for batch in batches)

    with pytest.raises(InputError, match="is damaged"):
        take()
    assert got == [0, 1, 2]
    assert threads() == []


def test_no_more_is_read_where_the_writer_fails() -> None:
    made: list[int] = []

    def write() -> None:
        with ahead(tables(1000, made)) as batches:
            next(batches)
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        write()
    assert threads() == []
    assert len(made) < 10


def test_rows_read_ahead_are_the_rows_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("name,city\n" + "".join(f"Acme {n},Bonn\n" for n in range(200_000)))
    with read(path) as records:
        plain = pa.concat_tables(records.batches())
    with read(path) as records, rows_of(records, str(path)) as batches:
        found = list(batches)
    assert len(found) >= 1
    assert pa.concat_tables(found).equals(plain)
