"""`[exclude]`: profiles that are not wanted."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PrivateAttr

from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.score import Outcome, Score
from abmkit.config.sections.section import Name, Section, Share
from abmkit.errors import Message

CHURN = "churn"
"""The id, among the reasons of exclusions, of what `[exclude.churn]` excludes."""
Amount = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class ExclusionRule(Section):
    """A profile that is not wanted."""

    id: Name
    """Short name, kept with each account it excludes."""
    reason: str
    """Why, in the words the list's readers will see."""
    when: Condition
    """Which accounts."""


class Churn(Section):
    """Accounts whose like left: excluded by what a scorecard learned of former customers.

    `margin`, `acquisition_cost` and `months` exclude nobody: with them `learn churn` and `backtest`
    say from which probability on a customer does not pay for itself.
    """

    scorecard: Annotated[str, Field(min_length=1)]
    """The config that `abmkit learn churn` wrote; its [score] alone is read."""
    max_probability: Share
    """An account is excluded where it is likelier than this to leave, whatever is unknown of it."""
    margin: Amount | None = None
    """What a customer brings in a month, less what serving it costs."""
    acquisition_cost: Amount | None = None
    """What it costs to win a customer, in the same currency."""
    months: Annotated[int, Field(gt=0)] = 12
    """Within how many months customers left, of whom the scorecard learned."""

    _card: Score | None = PrivateAttr(default=None)

    @property
    def card(self) -> Score:
        """The scorecard, read when the config is."""
        if self._card is None:
            raise ValueError(
                Message("the scorecard is read by abmkit.config.loading.with_scorecard")
            )
        return self._card

    @property
    def outcome(self) -> Outcome:
        """What the scorecard foretells."""
        assert self.card.outcome is not None
        return self.card.outcome

    @property
    def is_read(self) -> bool:
        """Whether the scorecard was read."""
        return self._card is not None

    def with_card(self, card: Score) -> Churn:
        """The section with its scorecard, which foretells an outcome."""
        read = self.model_copy()
        read._card = card
        return read


class Exclude(Section):
    """Which accounts are not wanted, and why."""

    rules: list[ExclusionRule] = []
    """Profiles to exclude; all that hold are kept as reasons."""
    churn: Churn | None = None
    """Accounts that would soon leave, by a learned scorecard."""
