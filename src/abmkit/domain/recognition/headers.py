"""Which column of an entity a source's column is, told by its header and its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa

from abmkit.domain.recognition.content import Cells, different, distinct
from abmkit.domain.recognition.header_words import Header, Meaning, header_of, meaning_of
from abmkit.domain.recognition.people import told_of_people
from abmkit.domain.recognition.plans import UNSURE, USED, Recognition
from abmkit.domain.values.unknown import known
from abmkit.schema.accounts import ACCOUNTS
from abmkit.schema.column import Column, Entity, Look

_SAMPLE = 500
# From so many rows on, names of which so few differ are not those of a directory; of a table
# with columns about people or deals, more have to.
_MANY, _DIFFERENT, _DIFFERENT_BESIDE = 20, 0.25, 0.6
_OF_OTHER_ROWS = re.compile(
    r"opportunit|\bdeal|\bstage\b|close[ _]?(?:date|value)|(?:first|last)[ _]?name|job[ _]?title|"
    r"invoice|subscription|churn|\bevent|\bticket[ _]|商机|合同|订单|姓名|职位",
    re.IGNORECASE,
)
# What a list of people has beside their names, and the share of their names that are common.
_OF_PEOPLE = re.compile(
    r"e-?mail|job[ _-]?title|(?:first|last)[ _-]?name|mobile|邮箱|职位|职务", re.I
)
_PEOPLE, _LEGAL = 0.5, 0.2
# What a row about a person has beside a name and a company.
_OF_A_PERSON = re.compile(
    rf"{_OF_PEOPLE.pattern}|^(?:job )?(?:title|role|position|function|department)s?$|岗位",
    re.IGNORECASE,
)
# So many whole places make a column of cities one of them.
_PLACES = 0.8
# A company that is known of so many of the named rows is what they are about.
_KNOWN_OF = 0.5
# Headers of companies that are not what a row is about.
_OF_ANOTHER = re.compile(
    r"parent|holding|subsidiar|owner|bank|broker|audit|supplier|vendor|agen[ct]|partner|compet|"
    r"invest|previous|former|past\b|acquir|incumbent|reseller|distribut|fund|lender|insur|"
    r"contact|manager|person|by\b|母公司|股东|银行|审计|供应|竞争|投资|前|代理|承办|中介|"
    r"担保|联系人|负责人|集团",
    re.IGNORECASE,
)
_WIDE = 200
_RANGED = re.compile(r"\b(?:range|size)\b|规模|范围")
# A header that only numbers its column.
_SILENT = re.compile(
    r"(?:column|col|field|var|attribute|unnamed|字段|列|未命名)?[\s_:\-]*\d*|[a-z]|", re.IGNORECASE
)
# Fewer values tell no column whose header does not.
_TELLING = 3


_OF_PERSONS = re.compile(
    r"contact|person|people|lead|user|owner|employee|member|attendee|registrant|联系人|人员",
    re.IGNORECASE,
)


def _by_header(name: str, header: Header, cells: Cells | None, entity: Entity) -> Recognition:
    meaning, shortened = meaning_of(header, entity)
    if meaning is None or meaning.column.derived:
        return Recognition(name, None, 0.0, "header not known", entity=entity)
    column = meaning.column
    if column.money and header.currency is not None:
        meaning = meaning._replace(sure=True)
    # Of a figure and its range, the figure is taken.
    ranged = column.interval and _RANGED.search(header.words) is not None
    found = Recognition(
        name,
        column.name,
        0.95 if meaning.sure and not shortened and not ranged else 0.9 if meaning.sure else 0.5,
        "header",
        scheme=meaning.scheme,
        entity=entity,
        by_header=meaning.sure and not meaning.place,
    )
    if column.money or column.interval or column.end_of:
        found = replace(found, unit=header.unit, currency=header.currency)
        if found.unit or found.currency:
            said = f"header, {found.currency or ''} {found.unit or ''}".strip()
            found = replace(found, evidence=said)
    return _with_values(found, meaning, cells)


def _with_values(found: Recognition, meaning: Meaning, cells: Cells | None) -> Recognition:
    column = meaning.column
    if meaning.place:
        return _place(found, cells)
    if cells is None or cells.count == 0:
        if meaning.sure:
            return found
        return replace(found, confidence=column.unproven, evidence="header alone")
    if not meaning.sure:
        return _proven(found, column, cells)
    against = next((look for look in column.needed if _misses(look, cells, column, found)), None)
    if against is None:
        against = next((look for look in column.against if _shows(look, cells, column)), None)
    if against is None:
        whole = column.name == "city" and cells.share("whole_places") >= _PLACES
        return replace(found, split=True) if whole else found
    said = f"header, but {_said(against, cells, column, found.scheme)}"
    return replace(found, confidence=against.confidence, evidence=said)


def _proven(found: Recognition, column: Column, cells: Cells) -> Recognition:
    """What a hint comes to: the column, the one that it means instead, or neither."""
    if column.proof is None:
        return replace(found, confidence=column.unproven, evidence="header says little")
    for each in (column, found.entity.by_name.get(column.instead)):
        if each is None or each.proof is None:
            continue
        if _share(each.proof, cells, each) >= each.proof.share:
            said = f"header, and {_said(each.proof, cells, each)}"
            return replace(found, canonical=each.name, confidence=0.85, evidence=said)
    said = f"header, but {_said(column.proof, cells, column)}"
    missed = [look for look in column.needed if _misses(look, cells, column, found)]
    confidence = min([column.proof.confidence, *(look.confidence for look in missed)])
    return replace(found, confidence=confidence, evidence=said)


def _share(look: Look, cells: Cells, column: Column, scheme: str | None = None) -> float:
    return cells.share(look.test, column, look.scheme or scheme)


def _shows(look: Look, cells: Cells, column: Column) -> bool:
    return cells.count >= look.least and _share(look, cells, column) >= look.share


def _misses(look: Look, cells: Cells, column: Column, found: Recognition) -> bool:
    """Whether values do not look as they must; codes of a scheme that is not known may."""
    if cells.count < look.least or (column.schemes and found.scheme is None):
        return False
    return _share(look, cells, column, found.scheme) < look.share


def _said(look: Look, cells: Cells, column: Column, scheme: str | None = None) -> str:
    share = _share(look, cells, column, scheme)
    return look.says.format(
        share=f"{share:.0%}", rest=f"{1 - share:.0%}", scheme=(scheme or "").upper()
    )


def _place(found: Recognition, cells: Cells | None) -> Recognition:
    """A header of a place: its country, its region, or an address of which both are parts."""
    if cells is not None:
        for canonical, test, confidence, says in (
            ("country", "country_names", 0.9, "countries"),
            ("region", "region_names", 0.85, "regions"),
        ):
            if (share := cells.share(test)) >= 0.8:
                said = f"header, and {share:.0%} of values are {says}"
                return replace(found, canonical=canonical, confidence=confidence, evidence=said)
    return replace(found, confidence=0.8, evidence="header names a place", split=True)


def _by_values(found: Recognition, cells: Cells | None) -> Recognition:
    if cells is None or cells.count < _TELLING:
        return found
    silent = _SILENT.fullmatch(found.column.strip()) is not None
    for column in found.entity.columns:
        for look in (*column.told_unnamed, *column.told) if silent else column.told:
            if _share(look, cells, column) >= look.share:
                said = _said(look, cells, column)
                canonical = column.name if look.confidence else None
                return replace(
                    found,
                    canonical=canonical,
                    confidence=look.confidence,
                    evidence=said,
                    scheme=look.scheme,
                )
    return found


def recognise(
    header: Sequence[str], sample: pa.Table | None = None, entity: Entity = ACCOUNTS
) -> list[Recognition]:
    """What each column of a source is, in the source's order, at most one for each of an entity's.

    `sample` holds some rows as text, its columns in the header's order; without it the header
    alone decides. Only gathered ones may come from several columns. A further column of company
    names becomes an alias where its header says so, else it stays the source's.
    """
    cells: list[Cells | None] = [None] * len(header)
    if sample is not None:
        cells = list(_cells(sample))
    # A prefix that all columns share says nothing of one of them.
    shared = _shared_prefix(header)
    found = [
        _by_header(name, header_of(name[shared:]), values, entity)
        for name, values in zip(header, cells, strict=True)
    ]
    found = [
        _by_values(each, values) if each.canonical is None else each
        for each, values in zip(found, cells, strict=True)
    ]
    found = _without_people(_companies_of_people(found, cells), cells)
    return _one_each(_repeated(_names(found, cells), cells), entity)


def _without_people(found: list[Recognition], cells: Sequence[Cells | None]) -> list[Recognition]:
    """Names of people, as a list of contacts has them, are no companies' names."""
    if not any(_OF_PEOPLE.search(each.column) for each in found):
        return found
    kept = []
    for each, values in zip(found, cells, strict=True):
        if each.canonical == "name" and values is not None and values.count:
            share = values.share("person_names")
            if share >= _PEOPLE and values.share("companies") < _LEGAL:
                said = f"header, but {share:.0%} of values are people's names"
                each = replace(each, canonical=None, confidence=0.0, evidence=said)
        kept.append(each)
    return kept


def _companies_of_people(
    found: list[Recognition], cells: Sequence[Cells | None]
) -> list[Recognition]:
    """Beside their company, and an e-mail address or a title, names are people's."""
    if not any(_OF_A_PERSON.search(each.column) for each in found):
        return found
    said = [told_of_people(each.column) for each in found]
    named = {s: at for at, s in reversed([*enumerate(said)]) if s in ("full_name", "company")}
    if len(named) < 2 or found[named["company"]].canonical != "name":
        return found
    person, company = cells[named["full_name"]], cells[named["company"]]
    if person is not None and company is not None:
        legal = [each.share("companies") for each in (person, company)]
        if company.count < _KNOWN_OF * person.count or legal[0] > max(_LEGAL, legal[1]):
            return found
    at = named["full_name"]
    evidence = f"people's names: their companies are in {found[named['company']].column!r}"
    return [
        replace(each, canonical=None, confidence=0.0, evidence=evidence)
        if here == at and each.canonical in ("name", "aliases")
        else each
        for here, each in enumerate(found)
    ]


def _cells(sample: pa.Table) -> Iterator[Cells]:
    """The cells of each column; in a wide table, where many are alike, equal ones once."""
    wide = sample.num_columns > _WIDE
    looked_at: dict[tuple[str | None, ...], Cells] = {}
    for at in range(sample.num_columns):
        values = sample.column(at).slice(0, _SAMPLE)
        if not wide:
            yield Cells(known(values))
            continue
        content = tuple(values.to_pylist())
        if content not in looked_at:
            looked_at[content] = Cells(known(values))
        yield looked_at[content]


def _shared_prefix(header: Sequence[str]) -> int:
    """How long the part before a dot is with which all columns begin, unless it names people."""
    if len(header) < 2 or "." not in header[0]:
        return 0
    first = header[0].rpartition(".")[0].split(".")
    length = 0
    for at in range(len(first)):
        prefix = ".".join(first[: at + 1]) + "."
        if any(not name.startswith(prefix) or name == prefix for name in header):
            break
        if _OF_PERSONS.search(first[at]):
            return 0
        length = len(prefix)
    return length


def _names(found: list[Recognition], cells: Sequence[Cells | None]) -> list[Recognition]:
    """A weak header such as `title` is the name where a company's other ids stand beside it."""
    if any(each.canonical == "name" and each.confidence >= USED for each in found):
        return found
    weak = [
        each
        for each in found
        if each.canonical == "name"
        and each.confidence >= UNSURE
        and each.evidence.startswith("header")
    ]
    short = [each for each in found if each.canonical == "aliases" and each.confidence >= USED]
    told = [
        each
        for each in found
        if each.canonical == "name"
        and UNSURE <= each.confidence < USED
        and not each.evidence.startswith("header")
        and not _OF_ANOTHER.search(each.column)
    ]
    if not weak and not short and len(told) == 1:
        only = replace(told[0], confidence=0.85, evidence=f"{told[0].evidence}, the only ones")
        return [only if each is told[0] else each for each in found]
    if not weak and short:
        filled = {e.column: c.count for e, c in zip(found, cells, strict=True) if c is not None}
        fullest = max(short, key=lambda each: filled.get(each.column, 0))
        only = replace(fullest, canonical="name", confidence=0.85, split=False)
        which = "the only name there is" if len(short) == 1 else "no other is fuller"
        only = replace(only, evidence=f"{only.evidence}, {which}")
        return [only if each is fullest else each for each in found]
    beside = [
        each.column
        for each in found
        if each.canonical in ("ticker", "registry_ids", "domain", "website")
        and each.confidence >= USED
    ]
    if len(weak) != 1 or not beside:
        return found
    return [
        replace(each, confidence=0.85, evidence=f"header, beside {', '.join(beside)}")
        if each is weak[0]
        else each
        for each in found
    ]


def _repeated(found: list[Recognition], cells: Sequence[Cells | None]) -> list[Recognition]:
    """Names that come again and again are those of deals, people or events about companies.

    Then what such a table calls an owner is not the account's, either.
    """
    others = sum(_OF_OTHER_ROWS.search(each.column) is not None for each in found)
    least = _DIFFERENT_BESIDE if others >= 2 else _DIFFERENT
    for at, (each, values) in enumerate(zip(found, cells, strict=True)):
        if each.canonical != "name" or each.confidence < USED or values is None:
            continue
        if values.count >= _MANY and different(values.values) < least:
            said = f"header, but {values.count} rows name only {distinct(values.values)}"
            found = [
                replace(e, confidence=0.45, evidence="header, but the rows are not accounts")
                if e.canonical == "owner"
                else e
                for e in found
            ]
            found[at] = replace(each, confidence=0.6, evidence=said)
    return found


def _one_each(found: list[Recognition], entity: Entity) -> list[Recognition]:
    best: dict[str, Recognition] = {}
    single = [e for e in found if e.canonical and not entity.by_name[e.canonical].gathered]
    for each in single:
        kept = best.get(each.canonical or "")
        if kept is None or each.confidence > kept.confidence:
            best[each.canonical or ""] = each
    # `website` beside `domain`, both web addresses, are two columns; a split place yields to a
    # real address.
    return [
        each
        if (kept := best.get(each.canonical or "")) is None
        or kept is each
        # As long as none is sure, all of them may be meant.
        or (each.canonical in entity.identifying and not kept.used)
        else Recognition(
            each.column, None, 0.0, f"{each.canonical} comes from {kept.column!r}", entity=entity
        )
        for each in found
    ]
