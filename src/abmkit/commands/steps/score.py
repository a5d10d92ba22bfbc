"""Score: how well each account fits the ideal customer profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.meeting import missed, warn_of_missed
from abmkit.commands.verb import Option, verb
from abmkit.commands.work import Work

if TYPE_CHECKING:
    from abmkit.commands.checking import Checking
    from abmkit.config.project import Config
    from abmkit.domain.facts import Fact


def scored(work: Work, accounts: Any, *, points: bool = False, reasons: bool = False) -> Any:
    """The accounts with their fit by the config's criteria, its reasons in words."""
    from abmkit.reports.reasons import fit_in_words
    from abmkit.steps.score import score

    card = work.config.score
    frame = score(accounts, card, as_of=work.as_of, points=points, reasons=reasons)
    return fit_in_words(frame, card, work.words)


def doubts(config: Config) -> list[Fact]:
    """Bands that nothing reaches, and a config without criteria."""
    from abmkit.domain.facts import fact
    from abmkit.domain.rules.scorecards import unreachable_bands

    found = [
        fact("doubt.band", criterion=criterion.id, band=later + 1, earlier=earlier + 1)
        for criterion in config.score.criteria
        for later, earlier in unreachable_bands(criterion)
    ]
    if config.sources and not config.score.criteria:
        found.append(fact("doubt.no_criteria"))
    return found


def problems(checking: Checking) -> None:
    """Bands that ask of columns that are not there."""
    checking.card(checking.config.score, "score.criteria")


@verb(
    reads="accounts", gives="table", sections=("score",), dated=True, engine=True,
    problems=problems, doubts=doubts, one_by_one=lambda _config, _own: True,
)  # fmt: skip
def score(
    work: Work,
    accounts: Any,
    *,
    points: Annotated[
        bool, Option("--points", "Add each criterion's points; they sum to the score.")
    ] = False,
    reasons: Annotated[bool, Option("--reasons", "Add the score's reasons in words.")] = False,
) -> None:
    """Score the fit with the ideal customer profile, 0 to 100."""
    frame = scored(work, accounts, points=points, reasons=reasons)
    work.output.frame(frame, work.engine)
    if (over := work.once_over(accounts)) is not None:
        warn_of_missed(work, missed(work, over, steps=("score",)), every=True)
