"""Conditions as data: a table of column = matcher, all of which must hold."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from abmkit.errors import Message

Scalar = bool | int | float | date | str
Number = int | float | date
Texts = str | list[str]


class Matcher(BaseModel):
    """What a column's value is held against; every test given must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    is_: Scalar | None = Field(default=None, alias="is")
    """Equal to this value. A bare value means the same."""
    in_: Annotated[list[Scalar], Field(min_length=1)] | None = Field(default=None, alias="in")
    """Equal to one of these values. A bare list means the same."""
    not_in: Annotated[list[Scalar], Field(min_length=1)] | None = None
    """Known and equal to none of these values."""
    above: Number | None = None
    """Greater than this."""
    at_least: Number | None = None
    """This or greater."""
    below: Number | None = None
    """Less than this."""
    at_most: Number | None = None
    """This or less."""
    between: Annotated[list[Number], Field(min_length=2, max_length=2)] | None = None
    """From the first to the second, both included."""
    contains: Texts | None = None
    """Contains any of these texts, whatever the case; a list column has any of them."""
    starts_with: Texts | None = None
    """Begins with any of these texts."""
    under: Texts | None = None
    """One of these industry codes or any code below it, such as `gbt4754:C` or `naics:31-33`.
    Under `isic:` and `nace:` lie codes of all schemes, by the crosswalks."""
    matches: str | None = None
    """A regular expression (RE2) that is found in the text."""
    known: bool | None = None
    """Whether the value is known; this test is never unknown itself."""
    older_than_days: Annotated[int, Field(ge=0)] | None = None
    """A date more than this many days before the run's `as_of`."""

    @model_validator(mode="before")
    @classmethod
    def _from_a_bare_value(cls, data: Any) -> Any:
        if isinstance(data, Matcher | dict):
            return data
        return {"in": data} if isinstance(data, list) else {"is": data}

    @model_validator(mode="after")
    def _says_something(self) -> Matcher:
        if not self.tests():
            raise ValueError(Message("a matcher needs a test such as is, in, at_least or known"))
        if self.between is not None:
            low, high = self.between
            if isinstance(low, date) != isinstance(high, date):
                raise ValueError(Message("between takes two numbers or two dates"))
            if low > high:  # type: ignore[operator]
                raise ValueError(
                    Message(
                        "between = [{low}, {high}] is empty: the first is the larger",
                        low=low,
                        high=high,
                    )
                )
        if self.matches is not None:
            try:
                re.compile(self.matches)
            except re.error as error:
                raise ValueError(
                    Message("matches is no regular expression: {error}", error=error)
                ) from None
        return self

    def tests(self) -> dict[str, Any]:
        """The tests that were given, by the name they have in a config."""
        return {
            field.alias or name: getattr(self, name)
            for name, field in type(self).model_fields.items()
            if getattr(self, name) is not None
        }


class Condition(BaseModel):
    """All of these columns' tests, any of some conditions, and none of some others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, Matcher] = {}
    any: list[Condition] = []
    none: list[Condition] = []

    @model_validator(mode="before")
    @classmethod
    def _from_a_table(cls, data: Any) -> Any:
        if not isinstance(data, dict) or set(data) == {"columns", "any", "none"}:
            return data
        combined = {
            key: value
            for key, value in data.items()
            if key in ("any", "none") and isinstance(value, list)
        }
        return {"columns": {k: v for k, v in data.items() if k not in combined}, **combined}

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        if not (self.columns or self.any or self.none):
            raise ValueError(
                Message("an empty condition would hold for every account: name a column")
            )
        return self

    def column_names(self) -> list[str]:
        """The columns this condition reads, in the order they are named."""
        nested = [name for part in (*self.any, *self.none) for name in part.column_names()]
        return list(dict.fromkeys([*self.columns, *nested]))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core_schema))
        own = schema["properties"]
        matcher = own["columns"]["additionalProperties"]
        bare = [{"type": kind} for kind in ("string", "number", "boolean")]
        return {
            "type": "object",
            "description": cls.__doc__,
            "minProperties": 1,
            "properties": {"any": own["any"], "none": own["none"]},
            "additionalProperties": {
                "anyOf": [matcher, *bare, {"type": "array", "items": {"anyOf": bare}}]
            },
        }
