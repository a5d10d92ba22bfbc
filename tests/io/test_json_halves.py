"""Halves of characters in JSON, as programs write them that cut a text within an emoji."""

from __future__ import annotations

import pytest

from abmkit.cli.main import run_command
from abmkit.io.reading import read


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
@pytest.mark.parametrize("half", ["\\ud83d", "\\uDE00", "\\ude00\\ud83d", "\\ud83d\\ud83d"])
def test_a_half_is_replaced_and_counted(tmp_path, name, half) -> None:
    rows = [
        f'{{"name":"Acme Foods","note":"cut {half}","a{half}b":1,"tags":["x{half}"]}}',
        '{"name":"Beta \\ud83d\\ude00","note":"\\\\ud83d"}',
    ]
    text = "\n".join(rows) if name == "x.jsonl" else "[\n" + ",\n".join(rows) + "]"
    (tmp_path / name).write_text(text)
    records = read(tmp_path / name)
    first, second = records.table().to_pylist()
    lost = "\ufffd" * (half.count("\\"))
    assert (first["note"], first["tags"], first[f"a{lost}b"]) == (f"cut {lost}", f"x{lost}", "1")
    assert (second["name"], second["note"]) == ("Beta 😀", "\\ud83d")
    assert records.repaired.total() == 1
    assert records.repairs[0].line == (2 if name == "x.json" else 1)


def test_load_says_so(tmp_path, capsys) -> None:
    (tmp_path / "x.json").write_text(
        '[{"name":"A Ltd","note":"\\ud83d"},{"name":"B Ltd"},["\\ud83d"]]'
    )
    assert (
        run_command(["load", str(tmp_path / "x.json"), "--rejects", str(tmp_path / "r.csv")]) == 0
    )
    said = capsys.readouterr().err
    assert "1 rows repaired: halves of characters (cut emoji) replaced by \ufffd" in said
    assert "\ufffd" in (tmp_path / "r.csv").read_text("utf-8-sig")
