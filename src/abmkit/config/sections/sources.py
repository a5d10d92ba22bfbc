"""`[[sources]]`: company directories, how their columns are read; `[industry]`: their labels."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.section import Currency, Name, Section
from abmkit.errors import Message
from abmkit.places import Remote, is_url


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
            raise ValueError(
                Message("give either from (a column of the source) or value (a constant)")
            )
        return self


class Source(Section):
    """A company directory, CRM export or register."""

    name: Name
    """Short name, kept as provenance. The order of sources is their priority in dedupe."""
    path: str | list[str]
    """A file or glob, or several; relative to the config. Also `s3://bucket/key`, `gs://`, `az://`,
    `https://`, and a database's table, `postgresql://host/database#schema.table`."""
    query: Annotated[str, Field(min_length=1)] | None = None
    """SQL that gives the rows, in place of a table, for a `path` that is a database."""
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
    """How many rows of a text file or sheet name the columns; detected by default."""
    skip_rows: Annotated[int, Field(ge=0)] = 0
    """Lines of a text file, or rows of a sheet, to leave out before all else."""
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
                raise ValueError(
                    Message("only registry_ids takes a list of columns, not {name}", name=name)
                )
        return columns

    @model_validator(mode="after")
    def _query_of_a_database(self) -> Source:
        if self.query is not None and not (
            isinstance(self.path, str) and is_url(self.path) and Remote(self.path).is_warehouse
        ):
            raise ValueError(Message("a query is for a path such as postgresql://host/database"))
        return self

    def text_settings(self) -> dict[str, Any]:
        """What the source says about how its text files were written."""
        names = ("encoding", "delimiter", "quote", "escape", "header_rows", "skip_rows")
        return {name: getattr(self, name) for name in names}

    def paths(self) -> list[str]:
        """The path or paths, always as a list."""
        return [self.path] if isinstance(self.path, str) else self.path


class Industry(Section):
    """The project's own industry labels."""

    map: str
    """A table with the columns `from` and `to`: a source's label or code, and the project's."""
