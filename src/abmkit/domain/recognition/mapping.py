"""Making the plan of a load, from a source's header, its config and some of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date

import pyarrow as pa

from abmkit.config.project import Config
from abmkit.config.sections.sources import ColumnMapping, Source
from abmkit.config.sections.suppress import Suppress
from abmkit.domain.recognition.headers import recognise
from abmkit.domain.recognition.people import companies_asked, companies_email_column
from abmkit.domain.recognition.plans import (
    Mapped,
    Own,
    OwnType,
    Plan,
    Recognition,
    Unused,
    own_type,
)
from abmkit.domain.recognition.proving import proven
from abmkit.domain.recognition.questions import nobody_told, questions, unused
from abmkit.domain.recognition.readings import READERS
from abmkit.domain.values.numbers.amounts import multiplier, unit_names
from abmkit.domain.values.numbers.yuan import YUAN, means_yuan
from abmkit.domain.values.registry import SCHEMES
from abmkit.errors import AbmkitError, ColumnError, ConfigError, Message, UsageError, nearest
from abmkit.schema.accounts import ACCOUNTS
from abmkit.schema.column import Column, Entity


@dataclass
class _Planning:
    """What is being decided for one source."""

    header: list[str]
    where: str
    project: Config
    entity: Entity
    problems: list[AbmkitError] = field(default_factory=list)

    def found(self, column: str, key: str) -> str | None:
        """The source's column of this name, the case aside; a problem where there is none."""
        if column in self.header:
            return column
        same = [name for name in self.header if name.casefold() == column.casefold()]
        if same:
            return same[0]
        self.problems.append(ColumnError(column, self.header, where=f"{self.where}.{key}"))
        return None

    def problem(self, key: str, what: Message, remedy: Message | None) -> None:
        self.problems.append(UsageError(what, where=f"{self.where}.{key}", remedy=remedy))

    def beside(self, name: str | None) -> Column | None:
        """A column that is recognised and stays the source's own, by its name."""
        return next((column for column in self.entity.beside if column.name == name), None)

    def canonical(self, target: str) -> str | None:
        """The entity's column of this name, the case aside, where a source may give it."""
        column = self.entity.by_name.get(target.casefold())
        known = column is not None and column.name in self.entity.kinds and not column.derived
        return column.name if column is not None and known else None

    def rates(self) -> dict[str, float]:
        return {**self.project.rates, self.project.currency: 1.0}

    def own(self, name: str, column: str | None, setting: ColumnMapping) -> Own:
        """A column of the source's own as the config sets it; a unit makes it a number."""
        beside = self.beside(name)
        if beside is not None and column is not None and setting.type is None:
            kind = own_type(beside)
            return Own(name, column, None, kind, setting.unit, currency=setting.currency)
        amount = setting.unit is not None or setting.currency is not None
        if amount and setting.type not in (None, "number"):
            self.problem(
                f"columns.{name}",
                Message("only a number has a unit or currency, not {type}", type=setting.type),
                Message('give it type = "number"'),
            )
        rate = 1.0
        if amount:
            checked = self.mapped(name, setting.model_copy(update={"from_": None, "scheme": None}))
            rate = checked.rate if checked else 1.0
        kind = "number" if amount else setting.type or _type_of(setting)
        return Own(name, column, setting.value, kind, setting.unit, rate)

    def mapped(self, target: str, setting: ColumnMapping) -> Mapped | None:
        """A canonical column as the config sets it."""
        key = f"columns.{target}"
        declared = self.entity.by_name.get(target)
        column = None if setting.from_ is None else self.found(setting.from_, key)
        if setting.from_ is not None and column is None:
            return None
        currency = setting.currency
        if setting.unit is not None:
            read = multiplier(setting.unit)
            if read is None:
                units = unit_names()
                self.problem(
                    f"{key}.unit",
                    Message("unknown unit {unit!r}", unit=setting.unit),
                    nearest(setting.unit, units) or Message("units are {units}", units=units),
                )
            else:
                currency = currency or (read[1] if declared and declared.money else None)
        if setting.scheme is not None:
            schemes = (declared and READERS[declared.reader].schemes) or tuple(SCHEMES)
            if setting.scheme not in schemes:
                self.problem(
                    f"{key}.scheme",
                    Message("unknown scheme {scheme!r}", scheme=setting.scheme),
                    nearest(setting.scheme, schemes)
                    or Message("schemes are {schemes}", schemes=schemes),
                )
                return None
        rate = 1.0
        if currency is not None:
            known_rate = self.rates().get(currency)
            if known_rate is None:
                self.problem(
                    key,
                    Message("no rate for {currency}", currency=currency),
                    Message(
                        "give rates.{currency}: what one {currency} is worth in {own}",
                        currency=currency,
                        own=self.project.currency,
                    ),
                )
                return None
            rate = known_rate
        return Mapped(target, column, setting.value, setting.unit, currency, rate, setting.scheme)


def plan(
    header: Sequence[str],
    sample: pa.Table | None,
    source: Source,
    project: Config,
    *,
    ask: bool = True,
    entity: Entity = ACCOUNTS,
    email: str | None = None,
) -> Plan:
    """Decides what each column of a source becomes: the config's word first, then recognition.

    `sample` holds some of its rows as text; `email` is the column of e-mail addresses, where that
    is known already. Raises ConfigError, with every problem at once, for columns that are not
    there, currencies without a rate, unknown units and schemes, a source in which nothing tells
    companies apart, and, with `ask`, for each name, website and registry id that only unsure
    columns could give: a wrong guess there would make the wrong companies one.
    """
    table = "suppress" if isinstance(source, Suppress) else "sources"
    work = _Planning(list(header), f"{table}.{source.name}", project, entity)
    ignored = [column for name in source.ignore if (column := work.found(name, "ignore"))]
    mapped, own = _set_by_config(work, source)
    given = {
        **dict.fromkeys(ignored, "ignored"),
        **{m.column: "config" for m in mapped if m.column is not None},
        **{o.column: "config" for o in own if o.column is not None},
    }
    taken: set[str | None] = set(given)
    recognitions = _recognised(work, sample, source, taken, {m.target for m in mapped})
    if email is None and sample is not None:
        other = {*ignored, *(m.column for m in mapped)}
        email = companies_email_column(sample.rename_columns(work.header), other, recognitions)
    _use_all(work, [r for r in recognitions if r.column != email], taken, mapped, own)
    mapped, without_rate = _in_yuan(work, mapped, taken, sample)
    targets = {m.column: m.target for m in mapped}
    told = email is not None or bool({*targets.values()} & entity.telling)
    if ask or not told:
        _ask(work, recognitions, targets, taken, told)
    if work.problems:
        raise ConfigError(work.problems)
    own += _currencies_of_capitals(own)
    mapped = [_with_scheme(m, sample, work) for m in mapped]
    renamed = _pass_through(work, taken, own, source.name)
    made = Plan(
        source=source.name,
        mapped=tuple(mapped),
        own=tuple(own),
        ignored=tuple(ignored),
        recognitions=tuple(_as_given(each, given, targets, email) for each in recognitions),
        renamed=renamed,
        rates=work.rates(),
        as_of=source.as_of if isinstance(source.as_of, date) else None,
        entity=entity,
        email=email,
        unused=(*without_rate, *unused(recognitions, work.header, taken, targets, sample)),
        asked=companies_asked(header, {*ignored}, mapped) if entity is ACCOUNTS else (),
    )
    return made if sample is None else proven(made, sample.rename_columns(work.header))


def _ask(
    work: _Planning,
    recognitions: Sequence[Recognition],
    targets: Mapping[str | None, str],
    taken: Set[str | None],
    sure: bool,
) -> None:
    """Puts what is asked on record: which company a row is, where none says so surely."""
    if work.entity.unnamed:
        return
    if not sure:
        if not work.problems:
            work.problem("columns", *nobody_told(recognitions, work.header, work.entity))
        return
    for question in questions(recognitions, {*targets.values()}, {*taken}):
        work.problem("columns", question.text, question.answer)


def _set_by_config(work: _Planning, source: Source) -> tuple[list[Mapped], list[Own]]:
    """The columns that the config sets."""
    mapped: list[Mapped] = []
    own: list[Own] = []
    for target, settings in source.columns.items():
        several = settings if isinstance(settings, list) else [settings]
        if (canonical := work.canonical(target)) is not None:
            mapped += [m for s in several if (m := work.mapped(canonical, s)) is not None]
        elif work.entity.kind_of(target.casefold()) is not None:
            work.problem(
                f"columns.{target}",
                Message("{target} is a column that abmkit makes", target=target),
                Message("choose another name"),
            )
        else:
            (setting, *_) = several
            column = setting.from_ and work.found(setting.from_, f"columns.{target}")
            if setting.from_ is None or column is not None:
                own.append(work.own(target, column, setting))
    return mapped, own


def _use_all(
    work: _Planning,
    recognitions: Sequence[Recognition],
    taken: set[str | None],
    mapped: list[Mapped],
    own: list[Own],
) -> None:
    """Take the columns that are sure enough for what they were recognised as."""
    for found in recognitions:
        if found.used and found.column not in taken and _use(work, found, mapped, own):
            taken.add(found.column)


def _use(work: _Planning, found: Recognition, mapped: list[Mapped], own: list[Own]) -> bool:
    """Take a column for what it was recognised as; whether it is of use."""
    asked = found.canonical == "do_not_contact" and found.column.casefold() != found.canonical
    if found.canonical is None or asked:  # What is asked stays the source's own, too.
        return False
    if (beside := work.beside(found.canonical)) is not None:
        if beside.name in {o.name for o in own}:
            return False
        unit, currency = found.unit, found.currency
        own.append(Own(beside.name, found.column, None, own_type(beside), unit, currency=currency))
        return True
    mapped.append(
        Mapped(
            found.canonical,
            found.column,
            unit=found.unit,
            currency=found.currency,
            rate=work.rates()[found.currency] if found.currency else 1.0,
            scheme=found.scheme,
            split=found.split,
        )
    )
    return True


def _in_yuan(
    work: _Planning, mapped: list[Mapped], taken: set[str | None], sample: pa.Table | None
) -> tuple[list[Mapped], list[Unused]]:
    """Amounts of a Chinese list that name no currency are in yuan, or of no use without a rate."""
    kept: list[Mapped] = []
    left_out: list[Unused] = []
    for each in mapped:
        declared = work.entity.by_name[each.target]
        name = each.column or ""
        amounts = declared.money and each.currency is None and name != ""
        cells = None if sample is None or not name else sample.column(work.header.index(name))
        if not amounts or not means_yuan(work.header, name, cells):
            kept.append(each)
        elif (rate := work.rates().get(YUAN)) is not None:
            kept.append(replace(each, rate=rate, assumed=YUAN))
        else:
            taken.discard(name)
            left_out.append(Unused(name, each.target, "", (), YUAN))
    return kept, left_out


def _as_given(
    found: Recognition, given: dict[str, str], targets: dict[str | None, str], email: str | None
) -> Recognition:
    """What a column was taken for, where the config says so; one that it ignores is none."""
    said = given.get(found.column)
    if found.used and said is None and found.canonical and found.column not in targets:
        lacking = f"{found.canonical} in {YUAN}, for which rates has none"
        if (declared := found.entity.by_name[found.canonical]).money:
            found = replace(found, canonical=None, confidence=0.0, evidence=lacking)
            return replace(found, without_rate=declared.name, currency=YUAN)
    if said is None and found.column == email:
        said = "e-mail: its domain, where a row names no site"
        return replace(found, canonical=None, confidence=0.0, evidence=said)
    if said is None:
        return found
    sure = 1.0 if said == "config" else 0.0
    canonical = targets.get(found.column) if said == "config" else None
    return replace(found, canonical=canonical, confidence=sure, evidence=said)


def _with_scheme(mapped: Mapped, sample: pa.Table | None, work: _Planning) -> Mapped:
    """Codes with the scheme that their values tell, where nothing else does."""
    scheme_of = READERS[work.entity.by_name[mapped.target].reader].scheme_of
    if scheme_of is None or mapped.scheme is not None or sample is None or mapped.column is None:
        return mapped
    cells = sample.column(work.header.index(mapped.column)).combine_chunks()
    return replace(mapped, scheme=scheme_of(cells))


def _currencies_of_capitals(own: Sequence[Own]) -> list[Own]:
    capitals = (each for each in own if each.type == "capital")
    return [replace(o, name=f"{o.name}_currency", type="capital_currency") for o in capitals]


def _type_of(setting: ColumnMapping) -> OwnType:
    value = setting.value
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "date" if isinstance(value, date) else "text"


def _recognised(
    work: _Planning,
    sample: pa.Table | None,
    source: Source,
    taken: set[str | None],
    set_by_config: set[str],
) -> list[Recognition]:
    """Recognition of the columns that the config leaves open, in the source's order."""
    free = [name for name in work.header if name not in taken]
    rows = None
    if sample is not None:
        rows = sample.rename_columns(work.header).select(free)
    by_column = {found.column: found for found in recognise(free, rows, work.entity)}
    rates = work.rates()
    result = []
    for name in work.header:
        found = by_column.get(name) or Recognition(name, None, 0.0, "")
        if found.canonical in set_by_config and not work.entity.by_name[found.canonical].gathered:
            found = Recognition(name, None, 0.0, f"{found.canonical} is set by the config")
        elif (
            found.currency is not None
            and found.currency not in rates
            and work.beside(found.canonical) is None
        ):
            found = replace(
                found,
                canonical=None,
                confidence=0.0,
                evidence=f"{found.canonical} in {found.currency}, for which rates has none",
                without_rate=found.canonical or "",
            )
        elif source.as_of is not None and found.canonical == "as_of":
            found = Recognition(name, None, 0.0, "as_of is set by the config")
        result.append(found)
    return result


def _pass_through(
    work: _Planning, taken: set[str | None], own: list[Own], source: str
) -> dict[str, str]:
    """Adds the columns nobody took to the own ones; returns those that had to be renamed."""
    used = {o.name.casefold() for o in own}
    renamed: dict[str, str] = {}
    for column in work.header:
        if column in taken:
            continue
        name = column
        if work.entity.kind_of(column.casefold()) is not None:
            name = f"{source}_{column}"
        number = 2
        while name.casefold() in used or work.entity.kind_of(name.casefold()) is not None:
            name, number = f"{column}_{number}", number + 1
        used.add(name.casefold())
        if name != column:
            renamed[column] = name
        own.append(Own(name, column))
    return renamed
