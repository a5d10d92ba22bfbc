"""What a run's record says of how each file was read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

import abmkit

CONFIG = """
version = 1
[[sources]]
name = "old"
path = "old.csv"
[[sources]]
name = "members"
path = "members.xlsx"
[[sources]]
name = "export"
path = "export.json"
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { at_least = 10 } }, points = 1 }]
[[tier.tiers]]
id = "A"
"""
CHINESE = [
    ["公司名称", "城市", "员工人数"],
    ["云杉食品有限公司", "上海", 12],
    ["新希望集团有限公司", "成都", 90],
]


def recorded(folder: Path) -> dict[str, Any]:
    (folder / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    lines = "成员名单 ann@acme.de;;\n" + "\n".join(";".join(map(str, row)) for row in CHINESE)
    lines += "\n深圳电子科技股份有限公司;深圳;7;\n"
    (folder / "old.csv").write_bytes(lines.encode("gb18030"))
    book = Workbook()
    people = [["First Name", "Last Name", "Phone"], ["Ann", "Ash", "1"], ["Bob", "Birch", "2"]]
    for row in (
        ["Members 2024"],
        ["Company Name", "Website"],
        ["Acme", "acme.de"],
        ["Beta", "beta.fr"],
        [],
        *people,
    ):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.save(folder / "members.xlsx")
    rows = [dict(zip(CHINESE[0], row, strict=True)) for row in CHINESE[1:]]
    (folder / "export.json").write_bytes(json.dumps(rows, ensure_ascii=False).encode("gbk"))
    abmkit.run(folder / "abmkit.toml", as_of=date(2024, 1, 1), output=folder / "out")
    record: dict[str, Any] = json.loads((folder / "out" / "run.json").read_text("utf-8"))
    return record


def test_a_run_records_how_each_file_was_read(tmp_path: Path) -> None:
    old, members, export = (
        {**source["files"][0], "sha256": None} for source in recorded(tmp_path)["inputs"]
    )
    counts = {
        "blank": 0, "rejected": 0, "filtered": 0, "sha256": None, "left_out": [],
        "other_sheets": [],
    }  # fmt: skip
    assert old == {
        **counts, "path": "old.csv", "format": "csv", "read": 3, "accepted": 3,
        "encoding": "gb18030", "delimiter": ";", "other_tables": [],
        "repaired": {"a delimiter too many": 1}, "notes": ["成员名单 xxx@xxxx.xx;;"],
    }  # fmt: skip
    assert members == {
        **counts, "blank": 1, "path": "members.xlsx", "format": "xlsx", "read": 2, "accepted": 2,
        "encoding": None, "delimiter": None, "repaired": {},
        "other_tables": ["line 6: 2 rows of 3 columns (First Name, Last Name, Phone)"],
        "notes": ["above the table: Members 2024", "1 hidden row read like the others"],
    }  # fmt: skip
    assert export == {
        **counts, "path": "export.json", "format": "json", "read": 2, "accepted": 2,
        "encoding": "gb18030", "delimiter": None, "repaired": {}, "other_tables": [], "notes": [],
    }  # fmt: skip
