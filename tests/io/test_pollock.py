from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from shell import abmkit

_TOOL = Path(__file__).parents[1] / "benchmarks" / "pollock.py"


@pytest.fixture(scope="module")
def pollock():
    spec = importlib.util.spec_from_file_location("pollock", _TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(shared_data, pollock, tmp_path_factory):
    unpacked = tmp_path_factory.mktemp("pollock")
    pollock.unpacked(shared_data / "pollock" / "polluted.tar.xz", unpacked)
    return unpacked


def _sample(folder: Path, of: str, every: int = 1) -> list[str]:
    return sorted(path.name for path in (folder / "csv").glob(f"{of}*.csv"))[::every]


def test_every_pollution_of_a_whole_file_is_seen_through(pollock, folder):
    names = [*_sample(folder, "file_"), "source.csv"]
    scores = {name: sum(m) for name, m in pollock.scored(pollock.by_abmkit, folder, names).items()}
    # Its content was damaged on the way: a doubled quote that now means two.
    assert scores.pop("file_quotation_char_0x27.csv") > 9.5
    assert scores == dict.fromkeys(scores, 10.0)


@pytest.mark.parametrize("of", ["row_more_sep", "row_less_sep", "row_extra_quote", "row_field"])
def test_rows_that_were_broken_on_purpose_are_repaired(pollock, folder, of):
    names = _sample(folder, of, every=41)
    results = pollock.scored(pollock.by_abmkit, folder, names)
    # A header of capitals that lost a delimiter (`DATETIME`) cannot be told from one name.
    assert pollock.simple(results) > 9.95


def test_the_command_gives_what_the_reader_gives(pollock, folder, tmp_path):
    names = ["file_preamble", "file_no_header", "file_no_payload", "file_multitable_less"]
    for name in names:
        out = tmp_path / f"{name}.csv"
        assert abmkit("convert", folder / "csv" / out.name, "-o", out).returncode == 0
        assert pollock.wanted(out) == pollock.wanted(folder / "clean" / out.name)
