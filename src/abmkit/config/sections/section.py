"""What every section of the config is: a closed table of typed keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1, pattern=r"^[^\s/\\;]+$")]
_ISO = {"RMB": "CNY"}
"""What people call a currency that ISO 4217 has under another code."""
Currency = Annotated[
    str,
    BeforeValidator(lambda code: _ISO.get(code, code) if isinstance(code, str) else code),
    Field(pattern=r"^[A-Z]{3}$"),
]


class Section(BaseModel):
    """A table of the config: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
