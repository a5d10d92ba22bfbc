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


def warn_of_cards(work: Work, accounts: Any) -> None:
    """Warn of segments that hold for accounts, all of which are in one before, and say how many
    accounts no card scores."""
    from abmkit.domain.facts import fact
    from abmkit.domain.rules.asked import asked, held_counts
    from abmkit.domain.rules.scorecards import segment_place
    from abmkit.steps.score import card_counts

    config, words = work.config, work.words
    counts = card_counts(accounts, config.score, as_of=work.as_of)
    empty = {segment_place(str(id)) for id, count in counts.items() if not count}
    rules = [e for e in asked(config, ("score",)) if e.band is None and e.where in empty]
    # Of one that holds for nobody that is said with the other rules.
    held = zip(rules, held_counts(accounts, rules, work.as_of), strict=True)
    found = [fact("doubt.segment_taken", where=e.where, held=count) for e, count in held if count]
    if count := counts.get(None, 0):
        found.append(fact("doubt.no_card", count=count, accounts=sum(counts.values())))
    work.warn(map(words.of, found))


def doubts(config: Config) -> list[Fact]:
    """Bands that nothing reaches, and a config without criteria."""
    from abmkit.domain.facts import fact
    from abmkit.domain.rules.scorecards import segment_place, unreachable_bands

    score = config.score
    parts = [(f"{segment_place(each.id)}.criteria", each.criteria) for each in score.segments]
    parts.append(("score.criteria", score.criteria))
    found = [
        fact("doubt.band", where=f"{where}.{each.id}", band=later + 1, earlier=earlier + 1)
        for where, criteria in parts
        for each in criteria
        for later, earlier in unreachable_bands(each)
    ]
    if config.sources and not score.scores:
        found.append(fact("doubt.no_criteria"))
    return found


def problems(checking: Checking) -> None:
    """Segments and bands that ask of columns that are not there."""
    checking.cards(checking.config.score)


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
    """Score the fit with the ideal customer profile, 0 to 100.

    Where the config has segments, by the card of the first that an account is in; fit_card says
    which that is.
    """
    frame = scored(work, accounts, points=points, reasons=reasons)
    work.output.frame(frame, work.engine)
    if (over := work.once_over(accounts)) is not None:
        warn_of_missed(work, missed(work, over, steps=("score",)), every=True)
        warn_of_cards(work, over)
