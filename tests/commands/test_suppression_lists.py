"""Suppression lists as people have them: by site, mail, phone, id; and rows that exclude nobody."""

from __future__ import annotations

import csv
import io
import warnings
from datetime import date
from pathlib import Path

import pytest

import abmkit
from abmkit.errors import InputError

CONFIG = """\
version = 1
[[sources]]
name = "market"
path = "market.csv"
[[suppress]]
name = "never"
path = "never.csv"
reason = "Asked us to stop"
{more}
[[score.criteria]]
id = "size"
bands = [{{ when = {{ employees = {{ at_least = 1 }} }}, points = 1 }}]
[[tier.tiers]]
id = "A"
"""
MARKET = """\
Company,Website,Country,Phone,CRM ID,CIK,Employees
Zenvero Inc,zenvero.com,US,+1 650 253 0001,C-1,0000320193,10
Quaxon GmbH,quaxon.de,DE,+49 30 901820,C-2,0000789019,20
Brelvik Ltd,brelvik.co.uk,GB,+44 20 7946 0958,C-3,0001018724,30
北京木瓦信息技术有限公司,muwa.cn,CN,010-62512345,C-4,0001652044,40
"""
DAY = date(2026, 11, 29)


def ran(folder: Path, never: str, more: str = "", **options):
    """Who is on the list, the warnings, and the rows of review.csv."""
    (folder / "abmkit.toml").write_text(CONFIG.format(more=more), encoding="utf-8")
    (folder / "market.csv").write_text(MARKET, encoding="utf-8")
    (folder / "never.csv").write_text(never, encoding="utf-8")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        done = abmkit.run(folder / "abmkit.toml", output=folder / "out", as_of=DAY, **options)
    text = (folder / "out" / "review.csv").read_text(encoding="utf-8-sig")
    listed = [name[:4] for name in done.target_accounts["name"].to_pylist()]
    said = [str(each.message) for each in told]
    return sorted(listed), said, list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("never", "left"),
    [
        ("Email\nann@zenvero.com\nbo@quaxon.de\n", ["Brel", "北京木瓦"]),
        ("First Name,Last Name,E-mail Address\nAnn,Lee,ann@mail.zenvero.com\n",
         ["Brel", "Quax", "北京木瓦"]),
        ("电子邮箱\nli@muwa.cn\n", ["Brel", "Quax", "Zenv"]),
        ("CRM ID\nC-1\nC-4\n", ["Brel", "Quax"]),
        ("Salesforce ID,Account Name\nC-3,\n", ["Quax", "Zenv", "北京木瓦"]),
        ("CIK\n0000320193\n789019\n", ["Brel", "北京木瓦"]),
        ("Phone,Why\n+16502530001,asked\n+44 (0)20 7946 0958,asked\n", ["Quax", "北京木瓦"]),
        ("Phone Number,Why\n(650) 253-0001,asked\n", ["Brel", "Quax", "北京木瓦"]),
        ("电话\n010-62512345\n", ["Brel", "Quax", "Zenv"]),
    ],
)  # fmt: skip
def test_a_list_finds_by_whatever_it_has(tmp_path: Path, never: str, left: list[str]) -> None:
    listed, said, review = ran(tmp_path, never)
    assert listed == left
    assert said == []
    assert review == []


def test_a_persons_record_id_is_no_companys(tmp_path: Path) -> None:
    never = "Record ID,First Name,Last Name,Email\nC-3,Ann,Lee,ann@zenvero.com\n"
    listed, _, _ = ran(tmp_path, never)
    assert listed == ["Brel", "Quax", "北京木瓦"]


def test_rows_that_name_nobody_are_told_and_stand_in_the_review(tmp_path: Path) -> None:
    never = "Email,Company\nann@gmail.com,\n,\nbo@zenvero.com,\n,Nowhere Ltd\nx,-\n"
    listed, said, review = ran(tmp_path, never)
    assert listed == ["Brel", "Quax", "北京木瓦"]
    (told,) = said
    assert told == (
        "suppression list never: 2 of 4 rows name nobody, so exclude nobody: row 1 (its e-mail "
        "address names a person, not a company), row 4 (no name, domain or id); a run's review.csv "
        "has all"
    )
    assert [(row["kind"], row["list"], row["row"]) for row in review] == [
        ("suppression", "never", "3"),
        ("suppression", "never", "1"),
        ("suppression", "never", "4"),
    ]
    assert review[1]["left_name"] == "ann@gmail.com,"


def test_more_rejects_than_allowed_stop_a_run_for_lists_as_for_sources(tmp_path: Path) -> None:
    never = "Email\nann@gmail.com\nbo@zenvero.com\n"
    with pytest.raises(InputError, match="suppression list never: 1 of 2 rows rejected"):
        ran(tmp_path, never, max_rejects="0")
    assert not (tmp_path / "out" / "run.json").exists()
    ran(tmp_path, never, max_rejects="1")


@pytest.mark.parametrize(
    ("never", "more", "told"),
    [
        ("Website\n", "", "never: it is empty, so excludes nobody"),
        ("Website\nelsewhere.org\n", "", "not one of its 1 entry is an account here; is it the "
         "right file, and 'Website' the right column?"),
        ("Website\nzenvero.com\n", "until = 2026-01-31", "it ended on 2026-01-31, so its 1 entry "
         "excludes nobody"),
        ("Website,Status\nzenvero.com,Left\n", 'when = { Status = "gone" }',
         "its when leaves none of 1 rows, so it excludes nobody"),
        ("Website,Status\nzenvero.com,Left\n", 'when = { country = "Atlantis" }',
         "its when leaves none of 1 rows, so it excludes nobody"),
    ],
)  # fmt: skip
def test_a_list_that_excludes_nobody_is_told(tmp_path: Path, never, more, told) -> None:
    listed, said, _ = ran(tmp_path, never, more)
    assert len(listed) == 4
    assert [each for each in said if told in each]


def test_what_the_run_before_had_and_this_one_has_not_is_told(tmp_path: Path) -> None:
    whole = "Website,Company\nzenvero.com,Zenvero\nquaxon.de,Quaxon\n"
    assert ran(tmp_path, whole)[1] == []
    _, said, _ = ran(tmp_path, whole.rpartition("quaxon")[0])
    assert said == ["suppression list never: 1 entry, 2 in the run before; is it whole?"]
    assert ran(tmp_path, whole)[1] == []
    _, said, _ = ran(tmp_path, whole.replace("Website", "W9x", 1))
    assert "suppression list never: no 'Website' (website), which it had in the run before" in said
