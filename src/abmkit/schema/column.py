"""What a column is, said once, and an entity: the columns that one kind of table has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

Kind = Literal["string", "list", "int64", "double", "bool", "date"]


class Look(NamedTuple):
    """What values look like: the share of them that passes a test, and what follows from it."""

    test: str
    """A test of `abmkit.domain.recognition.content`, by name."""
    share: float
    """From so large a share on they look like it."""
    says: str
    """The evidence in words; `{share}` is the share, `{rest}` that of the others."""
    confidence: float = 0.4
    """How sure the column is where the values decide: against it, or with no header for it."""
    least: int = 5
    """Fewer known values say nothing against a header."""
    scheme: str | None = None
    """The scheme whose codes are looked for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """One column of an entity. Words are parted by commas; a name and a label are words, too."""

    name: str
    kind: Kind = "string"
    label: str = ""
    """As people read it in English; none where they never see it."""
    chinese: str = ""
    """As people read it in Chinese, and so a header that says it; `""` where the label is none."""
    headers: str = ""
    """Headers that say by themselves that a source's column is this one."""
    hints: str = ""
    """Headers that say so only if the values look like it (`proof`)."""
    schemes: Mapping[str, str] = field(default_factory=dict)
    """The schemes of its codes, each with the headers that name it."""
    places: str = ""
    """Headers of a place in one cell, from which city, region and country are read."""
    pattern: str = ""
    """A regular expression: headers that it finds are this column's, whatever else they say."""
    mentions: str = ""
    """A regular expression: values under headers that it finds may be about a person."""
    headquarters: bool = False
    """Whether `billing`, `main`, `hq` and the like may stand before its headers."""
    reader: str = "text"
    """How its cells are read: a reader of `abmkit.domain.recognition.readings`, by name."""
    values: Mapping[str, str] = field(default_factory=dict)
    """The values of a closed set, each with the words that mean it."""
    elsewhere: str = ""
    """Words that are understood and are no value of it: they say something of other columns."""
    proof: Look | None = None
    """What proves a hint."""
    unproven: float = 0.55
    """How sure a hint is where there is no value to prove it by, or nothing that would."""
    instead: str = ""
    """The column that a hint means where its values prove that one, and not this."""
    needed: tuple[Look, ...] = ()
    """What values must look like, or even a sure header is not believed."""
    against: tuple[Look, ...] = ()
    """What values must not look like."""
    told: tuple[Look, ...] = ()
    """What values tell the column by, whatever their header says."""
    told_unnamed: tuple[Look, ...] = ()
    """The same under a header that only numbers its column."""
    identifies: Literal["", "company", "record"] = ""
    """What a value stands for: a company wherever it is known, or a record of one system."""
    reaches: bool = False
    """Whether who is called by nothing else is found by it on a list."""
    derived: bool = False
    """Whether loading makes it from other columns, so that no source gives it."""
    fills: str = ""
    """The column that its cells give a value, too, where that has none."""
    after: tuple[str, ...] = ()
    """The columns that must be known before it is read."""
    gathered: bool = False
    """A list that a company has from all its records, and a record from several columns."""
    interval: bool = False
    """Whether a cell may be a range, whose ends are `<name>_min` and `<name>_max`."""
    end_of: str = ""
    """The interval that it is an end of."""
    money: bool = False
    """An amount in the project's currency."""
    compared: bool = False
    """Whether records are compared by it to tell whether they are one company."""
    survives_with: str = ""
    """The column beside which it survives: both of one record, the one that knows the latter."""
    counted: bool = True
    """Whether the quality of a source tells of it; of what is derived and of ends it never does."""
    valid: str = ""
    """A regular expression for values that are what the column wants, where others are kept."""
    plausible: tuple[int | None, int | None] = (None, None)
    """The least and the greatest value that can be; a year's greatest is the current one."""
    family: bool = False
    """Whether the name begins those of several columns, as many as there are criteria."""
    masked: Literal["", "unread", "always"] = ""
    """Whether its cells may be about a person: those that cannot be read, or all."""
    answers: Literal["", "objection", "consent", "standing"] = ""
    """What its cells say of being contacted: that somebody objects, that one consents, or, among
    other things, either."""
    of_companies: bool = False
    """Whether such a column is about companies, too: one not to be contacted is protected."""
    protected: tuple[str | bool, ...] = ()
    """Values that hold for a company when any of its records has them, those that count first."""


@dataclass(frozen=True, eq=False)
class Entity:
    """What one kind of table is about: its columns, in order."""

    name: str
    columns: tuple[Column, ...] = field(repr=False)
    called: tuple[str, ...] = ()
    """What a row is called; such a word before a header changes nothing."""
    beside: tuple[Column, ...] = field(default=(), repr=False)
    """Columns that are recognised, and stay a source's own; read by the types that these have."""
    steps: tuple[Column, ...] = field(default=(), repr=False)
    """The columns that steps add."""
    by_record: bool = False
    """Whether an id that one system gave its record says by itself which company a row is."""
    by_reach: bool = False
    """Whether what one is reached by, such as a phone, does so, too."""
    unnamed: bool = False
    """Whether a row may be of a company that nothing names."""

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Every column that is recognised, by its name."""
        return {column.name: column for column in (*self.columns, *self.beside)}

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """The kinds of its own columns."""
        return {column.name: column.kind for column in self.columns}

    @cached_property
    def step_kinds(self) -> dict[str, Kind]:
        """The kinds of the columns that steps add."""
        return {column.name: column.kind for column in self.steps if not column.family}

    @cached_property
    def identity(self) -> tuple[str, ...]:
        """The columns one of which a row must have: they say which company it is."""
        wanted = ("company", "record") if self.by_record else ("company",)
        return self.those(
            lambda column: column.identifies in wanted or (self.by_reach and column.reaches)
        )

    @cached_property
    def telling(self) -> frozenset[str]:
        """The columns that give a row its identity: those, and what fills them."""
        return frozenset(c.name for c in self.columns if {c.name, c.fills} & {*self.identity})

    @cached_property
    def identifying(self) -> frozenset[str]:
        """The columns in which a wrong guess would make the wrong companies one."""
        return self.telling | {column.name for column in self.columns if column.identifies}

    @cached_property
    def surviving_together(self) -> tuple[tuple[str, ...], ...]:
        """The groups of columns that survive whole, first the one that decides whose they are."""
        groups: dict[str, list[str]] = {}
        for column in self.columns:
            if leader := column.survives_with or column.end_of:
                groups.setdefault(leader, [leader]).append(column.name)
        return tuple(map(tuple, groups.values()))

    def those(self, has: Callable[[Column], object]) -> tuple[str, ...]:
        """The names of the columns that have a property, in order."""
        return tuple(column.name for column in self.columns if has(column))

    def rank(self, name: str) -> int:
        """When a column is read: after all that it is read after, or fills."""
        column = self.by_name[name]
        earlier = [each for each in (*column.after, column.fills) if each]
        return max((1 + self.rank(each) for each in earlier), default=0)

    def column(self, name: str) -> Column | None:
        """What is declared of a column, a step's too; None for one that is a source's own."""
        return self._declared.get(name) or next(
            (family for family in self._families if name.startswith(family.name)), None
        )

    def kind_of(self, column: str) -> Kind | None:
        """The type abmkit gives a column, None for one that is a source's own."""
        declared = self.column(column)
        return None if declared is None else declared.kind

    def in_order(self, columns: Iterable[str]) -> list[str]:
        """Columns sorted: the entity's first, then the sources' own, then the steps'."""

        def place(name: str) -> int:
            declared = self.column(name)
            return self._own_place if declared is None else self._places[declared.name]

        return sorted(columns, key=place)

    @cached_property
    def _declared(self) -> dict[str, Column]:
        return {c.name: c for c in (*self.columns, *self.steps) if not c.family}

    @cached_property
    def _families(self) -> tuple[Column, ...]:
        return tuple(column for column in self.steps if column.family)

    @cached_property
    def _own_place(self) -> int:
        return len(self.columns)

    @cached_property
    def _places(self) -> dict[str, int]:
        names = [column.name for column in (*self.columns, *self.steps)]
        return {name: at + (at >= self._own_place) for at, name in enumerate(names)}
