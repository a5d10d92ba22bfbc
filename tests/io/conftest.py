from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from abmkit.domain.arrays import bools, dates, doubles, int64s, lists, strings


@pytest.fixture
def accounts_table() -> pa.Table:
    return pa.table(
        {
            "account_id": strings(["domain:acme.com", "name:新希望+CN", "id:3", "id:4"]),
            "registry_ids": lists([["cik:1;2", "a\\b"], None, ["lei:x", "uscc:y\\"], ["\\;"]]),
            "name": strings(['Acme "Corp", Inc.', "新 希 望\n集团", None, "  padded "]),
            "country": strings(["US", "CN", None, "NA"]),
            "employees": int64s([2_200_000, None, 0, 9_007_199_254_740_993]),
            "revenue": doubles([523_964_000_000.0, 0.1, None, 1e-7]),
            "listed": bools([True, None, False, True]),
            "technologies": lists([None, ["Java", "C;C++"], None, None]),
            "description": strings(["=1+1", "+49 30", "@acme\r\nline", "tab\there"]),
            "as_of": dates([date(2024, 2, 29), None, date(1899, 12, 31), date(9999, 1, 1)]),
            "注释": strings(["#N/A", "nan", None, "'quoted'"]),
            "fit_score": doubles([80.25, 66.67, None, 100.0]),
        }
    )
