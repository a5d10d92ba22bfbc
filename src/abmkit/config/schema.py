"""The JSON Schema of a config, for editors that complete and check it."""

from __future__ import annotations

import json

from abmkit.config.descriptions import described
from abmkit.config.project import Config


def schema_text() -> str:
    """The JSON Schema as indented text, ending in a newline."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **described(Config).model_json_schema(by_alias=True),
        "title": "abmkit.toml",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
