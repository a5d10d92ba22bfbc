"""Score: how well each account fits the ideal customer profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.verb import Option, verb
from abmkit.commands.work import Work

if TYPE_CHECKING:
    from abmkit.commands.checking import Checking
    from abmkit.config.project import Config


def scored(work: Work, accounts: Any, *, points: bool = False, reasons: bool = False) -> Any:
    """The accounts with their fit by the config's criteria, its reasons in words."""
    from abmkit.reports.reasons import fit_in_words
    from abmkit.steps.score import score

    card = work.config.score
    frame = score(accounts, card, as_of=work.as_of, points=points, reasons=reasons)
    return fit_in_words(frame, card, work.words)


def doubts(config: Config) -> list[str]:
    """Bands that nothing reaches, and a config without criteria."""
    from abmkit.domain.rules.scorecards import unreachable_bands

    found = [
        f"score.criteria.{criterion.id}: band {later + 1} is never reached, "
        f"band {earlier + 1} takes all of it"
        for criterion in config.score.criteria
        for later, earlier in unreachable_bands(criterion)
    ]
    if config.sources and not config.score.criteria:
        found.append("score: there are no criteria, so no account has a score")
    return found


def problems(checking: Checking) -> None:
    """Bands that ask of columns that are not there."""
    for criterion in checking.config.score.criteria:
        for number, band in enumerate(criterion.bands, start=1):
            where = f"score.criteria.{criterion.id}.bands.{number}.when"
            checking.condition(band.when, where)


@verb(
    reads="accounts", gives="table", sections=("score",), dated=True, engine=True,
    problems=problems, doubts=doubts,
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
