"""People of the accounts on a list who have agreed to be written to, as rows for a target."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    flags,
    from_flags,
    only_where,
    places_of,
    repeated,
    scalar,
    where_known,
    whole,
)
from abmkit.domain.recognition.people import STATES, UNASKED, YES, told_of_people
from abmkit.domain.values.phones import phones
from abmkit.domain.values.places.countries import countries
from abmkit.domain.values.unknown import known
from abmkit.exports.preflight import Left
from abmkit.sources.matching import Matched

_TOLD = (
    ("first_name", r"first[ _-]?name|given[ _-]?name|forename|^名$|^名字$"),
    ("last_name", r"last[ _-]?name|family[ _-]?name|surname|^姓$|^姓氏$"),
    ("job_title", r"job[ _-]?title|^title$|^position$|^role$|职位|职务"),
    ("country", r"^country\b|^(?:国家|国家/地区)$"),
    ("postal_code", r"^(?:zip|postal|post)[ _-]?(?:code)?$|^邮编$|^邮政编码$"),
    ("city", r"^city$|^城市$"),
    ("region", r"^(?:state|region|province|state/region)$|^(?:省|省份)$"),
    ("googleaid", r"google[ _-]?aid|advertising[ _-]?id"),
)
"""What of a person's row a target may take, beside e-mail, phone and name, by its header."""
_ADDRESS = r"^[^\s@]+@[^\s@]+\.[^\s@]+$"


@dataclass(frozen=True)
class People:
    """Rows of people, and those who are in no file."""

    rows: pa.Table
    held: tuple[Left, ...]
    """By the reason: a state of `domain.recognition.people.STATES` that is no yes, `other_purpose`
    (a yes to something else) or `not_listed`."""


def people_listed(matched: Matched, accounts: pa.Table, purpose: str) -> People:
    """The people of a match against a run who are of an account on its list, and have said yes to
    this purpose or to any.

    Where no column asks for consent nobody has said so, and nobody is given.
    """
    told = matched.permission
    allowed = np.flatnonzero(~told.refused)
    status = as_strings(whole(matched.table["match_list_status"]))
    sure = pc.equal(whole(matched.table["match_status"]), scalar("matched"))
    on_list = flags(pc.fill_null(pc.and_(pc.equal(status, scalar("on_list")), sure), False))
    agreed = told.agrees(purpose)[allowed]
    kept = on_list & agreed
    table = matched.table.filter(from_flags(kept)).combine_chunks()
    days = told.days.to_pylist()
    held = [
        Left(None, None, STATES[told.state[row]], row=row + 1, day=days[row])
        for row in np.flatnonzero(told.refused).tolist()
    ]
    ids, names = (matched.table[f"match_{name}"].to_pylist() for name in ("account_id", "name"))
    said_yes = told.is_(YES)[allowed]
    for at in np.flatnonzero(~kept).tolist():
        why = "not_listed" if not on_list[at] else "other_purpose" if said_yes[at] else UNASKED
        account, name = (ids[at], names[at]) if on_list[at] else (None, None)
        held.append(Left(account, name, why, row=int(allowed[at]) + 1))
    return People(_rows(table, matched.email, accounts), tuple(sorted(held, key=_row)))


def _row(each: Left) -> int:
    return each.row or 0


def _rows(table: pa.Table, email: str | None, accounts: pa.Table) -> pa.Table:
    own = [name for name in table.column_names if not name.startswith("match_")]
    found: dict[str, pa.StringArray] = {}
    for what, header in _TOLD:
        named = [n for n in own if re.search(header, n, re.IGNORECASE) and n != email]
        if named:
            found[what] = known(as_strings(whole(table[named[0]])))
    for what in ("phone", "full_name"):
        named = [n for n in own if told_of_people(n) == what]
        named = [n for n in named if not re.search("first|last|given|family|fax", n, re.IGNORECASE)]
        if named:
            found[what] = known(as_strings(whole(table[named[0]])))
    if email is not None:
        found["email"] = _addresses(as_strings(whole(table[email])))
    ids = as_strings(whole(table["match_account_id"]))
    place = where_known(places_of(ids, whole(accounts["account_id"])))
    country = _of_account(accounts, "country", place)
    if "country" in found:
        country = pc.coalesce(countries(found["country"]), country)
    found["country"] = country
    if "phone" in found:
        found["phone"], _ = phones(found["phone"], found["country"])
    if "full_name" not in found and {"first_name", "last_name"} <= found.keys():
        found["full_name"] = _full_names(found["first_name"], found["last_name"])
    found["company"] = as_strings(whole(table["match_name"]))
    found["tier"] = _of_account(accounts, "tier", place)
    # In what is written of rows that are left out, a person goes by the account.
    return pa.table({"account_id": ids, "name": found["company"], **found})


def _full_names(first: pa.StringArray, last: pa.StringArray) -> pa.StringArray:
    """First and last names as one: Chinese ones have the family's in front, and no space."""
    chinese = pc.fill_null(pc.match_substring_regex(last, r"^\p{Han}+$"), scalar(False))
    joined = pc.binary_join_element_wise(first, last, scalar(" "))
    return pc.if_else(chinese, pc.binary_join_element_wise(last, first, scalar("")), joined)


def _of_account(accounts: pa.Table, column: str, place: pa.Array) -> pa.StringArray:
    if column not in accounts.column_names:
        return repeated(None, len(place))
    return as_strings(whole(accounts[column])).take(place)


def _addresses(texts: pa.StringArray) -> pa.StringArray:
    """E-mail addresses in lower case, without outer space; null for what is none."""
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(known(texts)))
    return only_where(pc.match_substring_regex(plain, _ADDRESS), plain)
