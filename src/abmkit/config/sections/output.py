"""`[output]` and `[export.TARGET]`: where a run's files go, how much of earlier runs is kept, and
what files for a CRM or ad platform have beside."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from abmkit.config.sections.section import Section

Status = Annotated[str, Field(min_length=1, max_length=60)]


class Keep(Section):
    """What is kept of earlier runs, in `runs/`; what is no more is said by `abmkit history`.

    A run is kept while it is among the newest `runs`, or not older than `days`. The newest, and the
    one that is in place after a rollback, always are, and as whole as they are.
    """

    whole: Annotated[int, Field(ge=1)] = 2
    """So many of the newest runs are kept whole, for `rollback previous` to give back all files.
    Older ones are made compact: their list as it was, and of each account what decided on it."""
    runs: Annotated[int, Field(ge=1)] = 12
    """So many of the newest runs are kept, however old they are."""
    days: Annotated[int, Field(ge=0)] = 90
    """Runs are kept for so many days, however many they are."""


class Output(Section):
    """Where a run's files go."""

    dir: str = "out"
    """The folder, relative to the config."""
    formats: list[Literal["parquet", "xlsx", "csv"]] = ["parquet", "xlsx", "csv"]
    """The formats of the target-account list."""
    report: bool = True
    """Whether `report.html` is written: the run as a page that any browser opens, with the first
    10,000 accounts of the list to search, each with how its score came about."""
    raw_csv: bool = False
    """CSV files for systems: no mark for Excel, no `'` before what a spreadsheet would run."""
    sheets: Literal["one", "owner"] = "one"
    """The workbook's accounts on one sheet, by owner, or on a sheet per owner."""
    statuses: Annotated[list[Status], Field(min_length=1)] | None = None
    """What a rep can choose under Status in the workbook, where the usual words are not yours."""
    personal: bool = False
    """Whether the workbook shows columns of your sources about people, such as contacts."""
    notes: str = "notes.csv"
    """What people typed into the workbook, as `abmkit notes` keeps it: read where it is there. Its
    owners and tiers count before all others."""
    keep: Keep = Keep()
    """What is kept of earlier runs."""


class Export(Section):
    """Files for one CRM or ad platform, `[export.TARGET]`: what they have beside what it takes."""

    fields: dict[Annotated[str, Field(min_length=1)], Annotated[str, Field(min_length=1)]] = {}
    """Further columns: the field there, and the column of the list that it is given, as in
    `{ ABM_Tier__c = "tier" }`."""
    clear: dict[str, str] = {}
    """What a field is given for an account that left the list, where the target cannot be told to
    empty it, or `"none"` says more."""
    id: Annotated[str, Field(min_length=1)] | None = None
    """The field there that has the accounts' `crm_id`: an external id, or that of a CRM whose own
    is not known here. Then there are files to update, to insert and to clear."""
    rows: Annotated[int, Field(ge=1)] | None = None
    """At most so many rows a file, where your edition takes fewer."""
