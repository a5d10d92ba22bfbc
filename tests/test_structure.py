"""The house: rooms that stay small, and functions that can be read at one go."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "abmkit"
FILES = sorted(SOURCE.rglob("*.py"))
MOST_LINES_OF_A_FILE = 400
MOST_FILES_OF_A_FOLDER = 12
MOST_LINES_OF_A_FUNCTION = 60
LAZY = re.compile(
    r"xlsxwriter|scipy|pycountry|gettext|rapidfuzz|stdnum|pandas|python_calamine|duckdb|polars|rich|"
    r"publicsuffixlist|sklearn|threadpoolctl|lightgbm|altair|charset_normalizer|phonenumbers|xlrd|pyspark|jinja2|markupsafe|pyarrow\.parquet"
)
"""What costs much to import, and is not always needed."""
DOORS = ("cli", "commands", "__init__.py", "__main__.py", "api.py")
LATE = {
    "domain/recognition/tables/header_names.py": "what recognises headers, where two rows may be one",
    "config/loading.py": "what explains a mistake, where there is one",
    "domain/rules/literals.py": "what reads a kind of value, where a rule names one",
    "domain/rules/tables.py": "what reads cells, where a table of rules has them",
    "domain/rules/unmet.py": "countries, regions and codes, where a rule names one",
    "io/text/delimited.py": "what recognises headers, where a file has several tables",
    "reports/words/zh/forms/codes.py": "the names of regions, where one is told",
    "sources/lists.py": "what reads a list, where there is one",
    "steps/suppression.py": "what looks companies up, where there is a list",
}
"""Rooms that import some of their own when it is needed: a step of a pipe starts sooner."""


def test_no_file_is_over_400_lines() -> None:
    long = {str(f): n for f in FILES if (n := len(f.read_text("utf-8").splitlines())) > 400}
    assert long == {}


def test_no_folder_has_over_a_dozen_files() -> None:
    folders = {file.parent for file in FILES}
    counts = {str(f): len([p for p in f.glob("*.py") if p.name != "__init__.py"]) for f in folders}
    assert {f: n for f, n in counts.items() if n > MOST_FILES_OF_A_FOLDER} == {}


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_a_function_over_60_lines_says_why() -> None:
    long = [
        f"{file}:{each.lineno} {each.name}"
        for file in FILES
        for each in functions(file)
        if (each.end_lineno or 0) - each.lineno >= MOST_LINES_OF_A_FUNCTION
        and "in one piece" not in (ast.get_docstring(each) or "")
    ]
    assert long == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_imports_stand_at_the_top_but_at_the_doors(file: Path) -> None:
    inside = file.relative_to(SOURCE)
    if inside.parts[0] in DOORS or inside.as_posix() in LATE:
        return
    inner = [
        (node.lineno, ast.unparse(node))
        for each in functions(file)
        for node in ast.walk(each)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and not LAZY.match(getattr(node, "module", None) or node.names[0].name)
    ]
    assert inner == []


def test_nothing_is_called_that_imports_pandas_by_the_way() -> None:
    # pyarrow does, to make an empty table; Table.from_batches([], schema) does not.
    assert [str(file) for file in FILES if ".empty_table(" in file.read_text("utf-8")] == []
