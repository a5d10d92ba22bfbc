"""What may stand in `abmkit.toml`: one declaration per key, its meaning beneath it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from abmkit.config.conditions import Condition

Share = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1, pattern=r"^[^\s/\\;]+$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Section(BaseModel):
    """A table of the config: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ColumnMapping(Section):
    """Where a column's values come from and how they are read."""

    from_: str | None = Field(default=None, alias="from")
    """The source's column."""
    value: str | int | float | bool | date | None = None
    """A constant for every row, instead of a column."""
    unit: str | None = None
    """What the numbers count: `thousand`, `million`, `billion`, `万`, `亿`, `万元` and the like."""
    currency: Currency | None = None
    """The currency of the amounts, turned into the project's with `rates`."""
    scheme: str | None = None
    """The scheme of registry ids (`cik`, `ein`, `lei`, `uscc`, `vat`) or of industry codes."""
    type: Literal["text", "number", "integer", "boolean", "date", "list"] | None = None
    """The type of a column that is not canonical; text where none is given."""

    @model_validator(mode="before")
    @classmethod
    def _from_a_bare_name(cls, data: Any) -> Any:
        return {"from": data} if isinstance(data, str) else data

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core_schema))
        description = schema.pop("description", None)
        bare = {"type": "string", "description": "The source's column, read as it is."}
        return {"description": description, "anyOf": [bare, schema]}

    @model_validator(mode="after")
    def _from_or_value(self) -> ColumnMapping:
        if (self.from_ is None) == (self.value is None):
            raise ValueError("give either from (a column of the source) or value (a constant)")
        return self


class Source(Section):
    """A company directory, CRM export or register."""

    name: Name
    """Short name, kept as provenance. The order of sources is their priority in dedupe."""
    path: str | list[str]
    """A file or glob, or several; relative to the config."""
    as_of: date | Literal["mtime"] | None = None
    """When the source knew what it says: a date, or `mtime` for the file's own date."""
    sheet: str | None = None
    """The sheet of a workbook; the first with a table where none is given."""
    encoding: str | None = None
    """The encoding of a text file: `utf-8`, `gb18030`, `big5`, `cp1252` …; detected by default."""
    delimiter: Annotated[str, Field(min_length=1)] | None = None
    """What separates cells in a text file, one or several characters; detected by default."""
    quote: Annotated[str, Field(max_length=1)] | None = None
    """What cells are quoted with; `""` for nothing; detected by default."""
    escape: Annotated[str, Field(max_length=1)] | None = None
    """What stands before a quote within a cell; `""` where it is doubled; detected by default."""
    header_rows: Annotated[int, Field(ge=0, le=9)] | None = None
    """How many rows of a text file name the columns; detected by default."""
    skip_rows: Annotated[int, Field(ge=0)] = 0
    """Lines of a text file to leave out before all else."""
    ignore: list[str] = []
    """Columns to leave out."""
    columns: dict[str, ColumnMapping | list[ColumnMapping]] = {}
    """Columns to set by hand; the rest are recognised by their headers."""
    when: Condition | None = None
    """Rows to take, told by canonical and own columns; all where none is given."""
    canonical: bool = False
    """Written by abmkit: taken as it is, not normalised again."""

    @field_validator("columns")
    @classmethod
    def _several_only_for_registry_ids(cls, columns: dict[str, Any]) -> dict[str, Any]:
        for name, mapping in columns.items():
            if isinstance(mapping, list) and name != "registry_ids":
                raise ValueError(f"only registry_ids takes a list of columns, not {name}")
        return columns

    def text_settings(self) -> dict[str, Any]:
        """What the source says about how its text files were written."""
        names = ("encoding", "delimiter", "quote", "escape", "header_rows", "skip_rows")
        return {name: getattr(self, name) for name in names}

    def paths(self) -> list[str]:
        """The path or paths, always as a list."""
        return [self.path] if isinstance(self.path, str) else self.path


class Dedupe(Section):
    """How records become companies."""

    keys: list[str] = ["registry_ids", "domain", "name_key+country"]
    """Columns whose equal values make two records one company; `+` joins columns."""
    similar: bool = True
    """Whether records that share no key are compared by name, place, site and phone."""
    same: Annotated[float, Field(gt=0, le=1)] = 0.7
    """The probability from which records that are alike are one company."""
    review: Share = 0.2
    """The probability from which a person should decide."""
    decisions: str | None = None
    """A table of what was decided: left, right, decision (`same` or `different`), by, why."""
    level: Literal["company", "group"] = "company"
    """One row per company, or one per group: the ultimate parent's, else the largest member's. At
    level group, lists find a group by the company whose row it has."""
    prefer: dict[str, list[str] | Literal["newest"]] = {}
    """Per column, the sources to believe first, or the newest `as_of`."""

    @field_validator("keys")
    @classmethod
    def _named(cls, keys: list[str]) -> list[str]:
        for key in keys:
            if not all(part.strip() for part in key.split("+")):
                raise ValueError(f"key {key!r} names no column")
        return keys


class Industry(Section):
    """The project's own industry labels."""

    map: str
    """A table with the columns `from` and `to`: a source's label or code, and the project's."""


class Assign(Section):
    """A rule that fills a column where it is unknown; the first that holds wins."""

    column: str | None = None
    """The column to fill."""
    value: str | int | float | bool | None = None
    """What to fill it with."""
    when: Condition | None = None
    """Where; everywhere when none is given."""
    table: str | None = None
    """A table to join instead."""
    on: list[str] = []
    """The columns joined on; the table's other columns are filled."""

    @model_validator(mode="after")
    def _rule_or_table(self) -> Assign:
        if self.table is not None:
            if not self.on or self.column is not None or self.value is not None:
                raise ValueError("a table takes on = [columns], and neither column nor value")
        elif self.column is None or self.value is None or self.on:
            raise ValueError("give column and value, or table and on")
        return self


class Suppress(Source):
    """A list of companies to exclude."""

    reason: str
    """Why, in the words the list's readers will see."""
    subsidiaries: Literal["suppress", "keep", "expand"] = "keep"
    """What becomes of the group: `suppress` takes all below what is on the list, however far;
    `expand` keeps the rest of the group, marked in `expand_from` (land and expand)."""
    until: date | None = None
    """The last day on which the list counts."""


class ExclusionRule(Section):
    """A profile that is not wanted."""

    id: Name
    """Short name, kept with each account it excludes."""
    reason: str
    """Why, in the words the list's readers will see."""
    when: Condition
    """Which accounts."""


class Exclude(Section):
    """Which accounts are not wanted, and why."""

    rules: list[ExclusionRule] = []
    """Profiles to exclude; all that hold are kept as reasons."""


class Band(Section):
    """Points for a condition."""

    when: Condition
    """The condition; the first band that is true earns its points."""
    points: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """What it earns, before the scale to 100."""


class Criterion(Section):
    """One thing that makes an account fit."""

    id: Annotated[str, Field(pattern=r"^[^\s;+]+$")]
    """Short name; `--points` adds the column `points_<id>`."""
    bands: Annotated[list[Band], Field(min_length=1)]
    """Tried in order; 0 points when all are false."""
    missing: Share | Literal["skip"] | None = None
    """As `score.missing`, for this criterion alone."""


class Score(Section):
    """Fit with the ideal customer profile, 0 to 100."""

    missing: Share | Literal["skip"] = 0.5
    """The share of its best points that an unknown criterion earns, or `skip`."""
    criteria: list[Criterion] = []
    """What is scored; the best points are scaled to 100 together."""

    @field_validator("criteria")
    @classmethod
    def _something_to_earn(cls, criteria: list[Criterion]) -> list[Criterion]:
        for criterion in criteria:
            if max(band.points for band in criterion.bands) == 0:
                raise ValueError(f"criterion {criterion.id!r} has nothing to earn: every band is 0")
        return criteria


class Tier(Section):
    """A level of attention."""

    id: Name
    """Its name on the list."""
    strategy: Literal["1:1", "1:few", "1:many"] | None = None
    """How its accounts are worked."""
    min_score: Annotated[float, Field(ge=0, le=100)] = 0
    """The least fit score."""
    min_known: Share = 0
    """The least share of points whose value is known."""
    capacity: Annotated[int, Field(ge=0)] | None = None
    """How many accounts can be worked, per value of `within`; no limit where none is given."""
    when: Condition | None = None
    """Which accounts may enter at all."""


class Tiers(Section):
    """Who works which accounts how closely."""

    within: str | None = None
    """Capacity is counted per value of this column; unknown is a value of its own."""
    rank_by: Annotated[list[str], Field(min_length=1)] = ["fit_score", "potential", "revenue"]
    """Best first, by these columns; then by `account_id`."""
    pins: str | None = None
    """A table of named accounts: account, tier, by, why, until, override."""
    tiers: list[Tier] = []
    """Tried from the top."""


class Output(Section):
    """Where a run's files go."""

    dir: str = "out"
    """The folder, relative to the config."""
    formats: list[Literal["parquet", "xlsx", "csv"]] = ["parquet", "xlsx", "csv"]
    """The formats of the target-account list."""


class Config(Section):
    """A project: its sources, its rules and its tiers."""

    version: Literal[1]
    """The version of this format."""
    name: str = "abmkit"
    """The project's name, shown in reports."""
    currency: Currency = "USD"
    """The currency of revenue and potential."""
    rates: dict[Currency, Annotated[float, Field(gt=0)]] = {}
    """What one unit of another currency is worth in the project's."""
    sources: list[Source] = []
    """The company directories, best first."""
    dedupe: Dedupe = Dedupe()
    """How records become companies."""
    industry: Industry | None = None
    """The project's own industry labels."""
    assign: list[Assign] = []
    """Territories, owners, segments by rule."""
    suppress: list[Suppress] = []
    """Lists of companies to exclude."""
    exclude: Exclude = Exclude()
    """Which accounts are not wanted."""
    score: Score = Score()
    """Fit with the ideal customer profile."""
    tier: Tiers = Tiers()
    """Tiers and their capacity."""
    output: Output = Output()
    """Where a run's files go."""

    @model_validator(mode="after")
    def _names_are_told_apart(self) -> Config:
        for problem in names_given_twice(self.model_dump(include={"sources", "suppress"} | _IDS)):
            raise ValueError(problem)
        return self


_IDS = {"exclude", "score", "tier"}


def names_given_twice(data: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with names in a config's table, valid otherwise or not: one stands for two."""

    def named(*path: str) -> list[str]:
        place: Any = data
        for part in path[:-1]:
            place = place.get(part) if isinstance(place, Mapping) else None
        entries = place if isinstance(place, list) else []
        return [str(e[path[-1]]) for e in entries if isinstance(e, Mapping) and path[-1] in e]

    spaces = {
        "sources": named("sources", "name"),
        "suppress and exclude.rules": named("suppress", "name") + named("exclude", "rules", "id"),
        "score.criteria": named("score", "criteria", "id"),
        "tier.tiers": named("tier", "tiers", "id"),
    }
    for where, names in spaces.items():
        folded = [name.casefold() for name in names]
        twice = {name: None for name in names if folded.count(name.casefold()) > 1}
        if twice:
            yield f"{where}: the name {' / '.join(map(repr, twice))} is given twice"
