"""A made CRM export, two runs on it, and people of its companies."""

from __future__ import annotations

import csv
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import abmkit

HEADER = (
    "Account ID", "Company", "Website", "Country", "State", "City", "Employees", "Ticker", "Owner",
    "统一社会信用代码", "Remark",
)  # fmt: skip
COMPANIES = (
    ("001A", "Acme, \"Best\" Inc", "acme.com", "US", "California", "Oakland", "500", "ACM", "Dana", "", "nan"),
    ("001B", "北京字节跳动科技有限公司", "bytedance.com", "CN", "北京市", "北京", "900", "", "周岚", "91110108551385082Q", "x"),
    ("", "Globex Corporation", "globex.de", "DE", "", "Berlin", "700", "", "", "", ""),
    ("001D", "Leaving Ltd", "leaving.com", "GB", "", "London", "600", "", "", "", ""),
    ("001C", "=1+1 Ltd", "oneplus.com", "GB", "", "London", "600", "", "", "", ""),
    ("001E", "Initech", "initech.com", "US", "Texas", "Austin", "800", "", "", "", ""),
    ("", "No Site", "", "US", "", "", "800", "", "", "", ""),
    ("001F", "Two\nLines", "twolines.com", "US", "", "", "800", "", "", "", ""),
    ("", "Later Known", "later.com", "US", "", "", "300", "", "", "", ""),
    ("001H", "Too Small", "small.com", "US", "", "", "5", "", "", "", ""),
)  # fmt: skip
CHANGED = {
    "Leaving Ltd": {"Employees": "5"},
    "Initech": None,
    "Later Known": {"Employees": "5", "Account ID": "001G"},
}
"""What becomes of companies between the runs: one is gone, two are too small."""
PEOPLE = """\
Email,First Name,Last Name,Job Title,Company,Phone,Zip,Google AID,Consent
 Ann@Acme.com,Ann,Lee,CEO,Acme Best,(212) 555-0100,94607,,yes
bob@acme.com,Bob,Ray,CTO,Acme Best,,,,no
zoe@acme.com,Zoe,Ray,CTO,Acme Best,,,,
cara@globex.de,Cara,Dee,"=CFO, acting",Globex,,,,yes
ann@acme.com,Ann,Lee,CEO,Acme Best,,,,yes
not an address,Nobody,,,Acme Best,,,,yes
wang@bytedance.com,芳,王,经理,北京字节跳动科技有限公司,13800138000,,,同意
sid@small.com,Sid,Small,CEO,Too Small,,,,yes
eve@elsewhere.org,Eve,Else,CEO,Elsewhere,,,,yes
"""
CONFIG: dict[str, Any] = {
    "version": 1,
    "score": {
        "criteria": [
            {"id": "size", "bands": [{"when": {"employees": {"at_least": 100}}, "points": 10}]}
        ]
    },
    "tier": {"tiers": [{"id": "A", "min_score": 50, "capacity": 3}, {"id": "B", "min_score": 50}]},
    "export": {"salesforce-accounts": {"fields": {"ABM_Tier__c": "tier", "Remark__c": "Remark"}}},
}


def project(folder: Path, **export: Any) -> dict[str, Any]:
    """A config on the companies of a folder; `export` are its sections, `_` for `-`."""
    source = {
        "name": "crm", "path": str(folder / "crm.csv"),
        "columns": {
            "crm_id": "Account ID", "registry_ids": {"from": "统一社会信用代码", "scheme": "uscc"},
        },
    }  # fmt: skip
    own = {name.replace("_", "-"): each for name, each in export.items()} or CONFIG["export"]
    return {**CONFIG, "sources": [source], "export": own}


def write_companies(folder: Path, *, later: bool = False) -> None:
    rows = []
    for company in COMPANIES:
        change = CHANGED.get(company[1], {}) if later else {}
        if change is not None:
            rows.append({**dict(zip(HEADER, company, strict=True)), **change})
    with (folder / "crm.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)


def made(folder: Path) -> Path:
    """Two runs in `out`, and `people.csv`."""
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for later in (False, True):
            write_companies(folder, later=later)
            abmkit.run(project(folder), as_of=date(2026, 11, 21), output=folder / "out")
    return folder


def exported(folder: Path, platform: str, to: Path, **options: Any) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = options.pop("config", project(folder))
        return str(abmkit.export(folder / "out", config, platform=platform, output=to, **options))
