"""A target with what a config says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.sections.output import Export
from abmkit.domain.arrays import whole
from abmkit.domain.recognition.content import mailboxes
from abmkit.domain.recognition.people import told_of_people
from abmkit.errors import ConfigError, UsageError
from abmkit.exports.target import Column, Rule, Target
from abmkit.schema.accounts import CANONICAL, STEP

_OF_PEOPLE = ("email", "contact")
_SAMPLE, _FEW = 1_000, 0.1
_OWN_STAFF = {"owner", "phone", "channel_partner"}
"""Canonical columns that may tell of a person."""
_PERSONAL = re.compile(
    r"(?:first|last|family|given|full)[ _-]*name|surname|\bmobile\b|job[ _-]*title"
    r"|姓名|手机|联系人",
    re.IGNORECASE,
)


def configured(target: Target, own: Export | None, *, company_only: bool = False) -> Target:
    """The target with the fields of a config's `[export.TARGET]`, and perhaps without the columns
    that may tell of a person.

    A field that the target has itself is given the column that the config names. Raises ConfigError
    for fields of people.
    """
    columns = list(target.columns)
    own = own or Export()
    if target.people and (own.fields or own.clear or own.id):
        raise UsageError(
            "a list of people has no fields of the config", where=f"export.{target.name}",
            remedy="leave fields, clear and id out",
        )  # fmt: skip
    personal = [
        UsageError(
            "{column!r} is about people, and files of companies have no such column",
            where=f"export.{target.name}.fields.{field}", remedy="leave it out", column=column
        )
        for field, column in own.fields.items()
        if is_personal(column)
    ]  # fmt: skip
    unknown = [
        UsageError(
            "is none of the fields", where=f"export.{target.name}.clear.{field}",
            remedy="name it in fields, too, or leave it out",
        )
        for field in own.clear
        if field.casefold() not in {name.casefold() for name in (*own.fields, *target.headers)}
    ]  # fmt: skip
    if personal or unknown:
        raise ConfigError([*personal, *unknown])
    for field, column in own.fields.items():
        off = own.clear.get(field, target.empties)
        _put(columns, Column(field, (column,), off=off))
    if company_only:
        columns = [each for each in columns if not (each.personal or _OWN_STAFF & {*each.sources})]
    columns = [replace(each, off=own.clear.get(each.header, each.off)) for each in columns]
    rules = dict(target.rules)
    if own.rows is not None:
        most = min(own.rows, target.rule("most_rows") or own.rows)
        rules["most_rows"] = Rule(most, True, "the config", target.read)
    return replace(target, columns=tuple(columns), id=own.id or target.id, rules=rules)


def _put(columns: list[Column], column: Column) -> None:
    """Add a column, or put it where one of its header, in whatever case, is."""
    for at, each in enumerate(columns):
        if each.header.casefold() == column.header.casefold():
            columns[at] = replace(
                each, sources=column.sources, form="text", value=None,
                off=column.off if each.off is None else each.off,
            )  # fmt: skip
            return
    columns.append(column)


def is_personal(column: str) -> bool:
    """Whether a source's own column is about people by its name."""
    if column in CANONICAL or column in STEP:
        return False
    return told_of_people(column) in _OF_PEOPLE or _PERSONAL.search(column) is not None


def check_fields(accounts: pa.Table, own: Mapping[str, str]) -> None:
    """Raise UsageError where a column that the config names, each with its place there, holds
    e-mail addresses."""
    for column, where in own.items():
        if column in accounts.column_names and pa.types.is_string(accounts[column].type):
            texts = pc.drop_null(whole(accounts[column]))
            if mailboxes(texts.slice(0, _SAMPLE)) > _FEW:
                raise UsageError(
                    "{column!r} holds e-mail addresses, and files of companies have none",
                    where=where, remedy="leave it out", column=column
                )  # fmt: skip


def not_emptied(target: Target, own: Export | None) -> list[str]:
    """The fields of a config of which nothing says how they are emptied."""
    fields = own.fields if own is not None and target.id is not None else {}
    off = {each.header.casefold(): each.off for each in target.columns}
    return [field for field in fields if off[field.casefold()] is None]
