"""The config as a whole: all sections of `abmkit.toml`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from abmkit.config.sections.assign import Assign
from abmkit.config.sections.dedupe import Dedupe
from abmkit.config.sections.exclude import CHURN, Exclude
from abmkit.config.sections.learn import Learn
from abmkit.config.sections.output import Export, Output
from abmkit.config.sections.planning.visibility import Visibility
from abmkit.config.sections.score import Score
from abmkit.config.sections.section import Currency, Section
from abmkit.config.sections.sources import Industry, Source
from abmkit.config.sections.suppress import Suppress
from abmkit.config.sections.tier import Tiers
from abmkit.errors import Message


class Config(Section):
    """A project: its sources, its rules and its tiers."""

    version: Literal[1]
    """The version of this format."""
    name: str = "abmkit"
    """The project's name, shown in reports."""
    lang: Literal["en", "zh"] | None = None
    """The language of what people read; else ABMKIT_LANG, else the machine's. An option wins."""
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
    learn: Learn = Learn()
    """How scorecards are learned."""
    tier: Tiers = Tiers()
    """Tiers and their capacity."""
    visibility: Visibility = Visibility()
    """How large the market is, and how much of it is known."""
    output: Output = Output()
    """Where a run's files go."""
    export: dict[str, Export] = {}
    """What files for CRM and ad platforms have beside, by target."""

    @model_validator(mode="after")
    def _names_are_told_apart(self) -> Config:
        for problem in names_given_twice(self.model_dump(include={"sources", "suppress"} | _IDS)):
            raise ValueError(problem)
        return self

    def with_churn_card(self, card: Score) -> Config:
        """The config with the scorecard that its `[exclude.churn]` names."""
        assert self.exclude.churn is not None
        exclude = self.exclude.model_copy(update={"churn": self.exclude.churn.with_card(card)})
        return self.model_copy(update={"exclude": exclude})


_IDS = {"exclude", "score", "tier"}


def names_given_twice(data: Mapping[str, Any]) -> Iterator[Message]:
    """What is wrong with names in a config's table, valid otherwise or not: one stands for two."""

    def named(*path: str) -> list[str]:
        place: Any = data
        for part in path[:-1]:
            place = place.get(part) if isinstance(place, Mapping) else None
        entries = place if isinstance(place, list) else []
        return [str(e[path[-1]]) for e in entries if isinstance(e, Mapping) and path[-1] in e]

    exclude = data.get("exclude")
    churn = isinstance(exclude, Mapping) and exclude.get("churn") is not None

    spaces = {
        "sources": named("sources", "name"),
        "suppress and exclude": named("suppress", "name")
        + named("exclude", "rules", "id")
        + [CHURN] * churn,
        "score.criteria": named("score", "criteria", "id"),
        "score.segments": named("score", "segments", "id"),
        "tier.tiers": named("tier", "tiers", "id"),
    }
    score = data.get("score")
    segments = score.get("segments") if isinstance(score, Mapping) else None
    every = set(spaces["score.criteria"])
    for number, each in enumerate(segments if isinstance(segments, list) else [], start=1):
        if isinstance(each, Mapping):
            where = f"score.segments.{each.get('id', number)}.criteria"
            criteria = each.get("criteria")
            rows = criteria if isinstance(criteria, list) else []
            spaces[where] = [str(e["id"]) for e in rows if isinstance(e, Mapping) and "id" in e]
            every |= set(spaces[where])
    alike = Counter(name.casefold() for name in every)
    unlike = sorted(name for name in every if alike[name.casefold()] > 1)
    if unlike:
        yield Message(
            "score: criteria that share a column are spelled differently, {spelled}: write one",
            spelled=" / ".join(map(repr, unlike)),
        )
    for where, names in spaces.items():
        folded = [name.casefold() for name in names]
        twice = {name: None for name in names if folded.count(name.casefold()) > 1}
        if twice:
            names = [" / ".join(map(repr, twice))]
            yield Message("{section}: the name {names} is given twice", section=where, names=names)
