"""Learn: a scorecard from outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.learning.cases import Day, Id, Outcome, cases_of
from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.errors import Message, NoSignalError, UsageError
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.config.sections.learn import Learn
    from abmkit.config.sections.score import Score
    from abmkit.learning.history import History
    from abmkit.learning.lesson import Lesson

Ignore = Annotated[
    list[str] | None, Option("--ignore", "Columns not to learn from.", metavar="COLUMN")
]
Keep = Annotated[
    list[str] | None,
    Option("--keep", "Learn from it, though it looks known too late.", metavar="COLUMN"),
]
OUTCOMES = {"icp": "outcome.icp", "churn": "outcome.churn"}
"""What each scorecard foretells, by the name of its sentence."""


@verb(
    reads="any table",
    config="if there",
    sections=("score", "learn"),
    dated=True,
    writes_scorecards=True,
)
def learn(
    work: Work,
    what: Annotated[str, Argument("icp|churn", "Who buys, or who leaves.")],
    history: Annotated[
        Place,
        Argument("HISTORY", "Accounts or opportunities with outcomes; - is stdin.", frames=True),
    ],
    *,
    outcome: Outcome,
    date: Day = None,
    id: Id = None,
    listed: Annotated[
        Place | None,
        Option("--list", "What is known of the accounts, by --id.", metavar="LIST", frames=True),
    ] = None,
    prospects: Annotated[
        Place | None,
        Option(
            "--prospects", "Whom it is for: what they lack is refused.", metavar="FILE", frames=True
        ),
    ] = None,
    output: Annotated[
        Place | None,
        Option("-o/--output", "The scorecard; stdout by default.", metavar="FILE"),
    ] = None,
    directions: Annotated[
        dict[str, str] | None,
        Option("--direction", "More never counts less, or more: up, down.", metavar="COLUMN=up"),
    ] = None,
    ignore: Ignore = None,
    keep: Keep = None,
    force: Annotated[bool, Option("--force", "Write a card that is likely chance.")] = False,
) -> None:
    """Learn a scorecard from outcomes: who buys (icp), or who leaves within a year (churn).

    Writes a config whose [score] anybody can read and edit: few bands, whole points that are 100
    together, each with its cases. The config's own criteria are where it begins from; one with
    segments is refused. Columns known only after the outcome are refused. Where outcomes can't be
    told from chance, nothing is written (exit 5).
    """
    from abmkit.learning.lesson import lesson_of

    if what not in OUTCOMES:
        raise UsageError(
            "{outcome!r} cannot be learned", where="learn", remedy="icp or churn can", outcome=what
        )
    name, expert = str(work.words(OUTCOMES[what])), _expert(work, what)
    known = cases_of(work, history, outcome, date, id, listed)
    lacking = _lacking(work, known, prospects)
    learning = _asked(work, known, directions, ignore, keep)
    work.progress("learn")
    lesson = lesson_of(
        known, name, as_of=work.as_of, asked=learning, lacking=lacking, force=force,
        expert=expert,
    )  # fmt: skip
    work.diagnostics.done()
    _warn(work, lesson)
    work.output.value(lesson)
    _told(work, lesson, what, history, output, force)


def _told(
    work: Work, lesson: Lesson, what: str, history: Any, output: Place | None, force: bool
) -> None:
    """Say what was learned, and write the card. Raises NoSignalError where there is none."""
    from abmkit.reports.console.outcomes.card import card_text
    from abmkit.reports.console.outcomes.churn import churn_text
    from abmkit.reports.console.outcomes.learn import lesson_text

    name, aside = work.words(OUTCOMES[what]), output is None
    work.output.words(lesson_text(lesson, name, work.words), aside=aside, needed=False)
    _refuse(work, lesson, history, force)
    if what == "churn":
        asked = work.config.exclude.churn
        curve = churn_text(lesson.expected, lesson.came, name, work.words, asked)
        work.output.words(f"\n{curve}", aside=aside, needed=False)
    told = str(history) if isinstance(history, str | Place) else "a frame"
    text = card_text(lesson, what, told.replace("\\", "/").rpartition("/")[2], work.words)
    if output is None:
        work.output.words(text.rstrip("\n"))
        return
    with work.files.replacing(output) as file:
        file.write(text.encode())
    work.output.words(f"\n{work.words('learn.written', path=output)}", needed=False)


def _expert(work: Work, what: str) -> Score | None:
    """The card that is there already; that of a whole project says who buys, and not who leaves."""
    config = work.config
    score = config.score if what == "icp" or not config.sources else None
    if score is not None and score.segments:
        raise UsageError(
            "learning begins from one card, and this has one for each segment",
            where=f"{work.project.path or 'config'}: score.segments",
            remedy="learn a segment from its own cases, with -c a config whose [[score.criteria]] "
            "are that segment's, or that has none",
        )
    return score if score is not None and score.criteria else None


def _lacking(work: Work, known: History, prospects: Any) -> list[str]:
    """The columns of a history that those it is for have not, or only empty."""
    if prospects is None:
        return []
    from abmkit.learning.history import read_cases

    there, told = read_cases(prospects, work.project)
    work.warn(f"{_where(prospects, 'prospects')}: {work.words.of(each)}" for each in told)
    own = {n.casefold() for n in there.column_names if there[n].null_count < there.num_rows}
    return [name for name in known.accounts.column_names if name.casefold() not in own]


def _where(given: Any, name: str) -> str:
    """The file that is given; the name that a frame has here."""
    return str(given) if isinstance(given, str | Place) else name


def _asked(
    work: Work,
    known: History,
    directions: dict[str, str] | None,
    ignore: list[str] | None,
    keep: list[str] | None,
) -> Learn:
    """What the config and the command ask for together."""
    from abmkit.config.sections.learn import Learn

    for column, way in (directions or {}).items():
        if way not in ("up", "down"):
            remedy = Message("write {column}=up or {column}=down", column=column)
            raise UsageError("{way!r} is no direction", where="--direction", remedy=remedy, way=way)
    asked = work.config.learn
    made = Learn.model_validate(
        {
            "directions": {**asked.directions, **(directions or {})},
            "ignore": [*asked.ignore, *(ignore or ())],
            "keep": [*asked.keep, *(keep or ())],
        }
    )
    flags = {"--direction": made.directions, "--ignore": made.ignore, "--keep": made.keep}
    for where, names in flags.items():
        _check_there(work, names, where, known)
    return made


def _warn(work: Work, lesson: Lesson) -> None:
    listed: dict[str, list[str]] = {"learn": [], "pooled": []}
    for fact in lesson.said:
        kind, told = fact.code.partition(".")[0], work.words.of(fact)
        if kind in listed:
            listed[kind].append(told)
        else:
            work.warn(told)
    for sentence, parts in (("learn.not_used", "learn"), ("learn.pooled", "pooled")):
        if listed[parts]:
            work.warn(work.words(sentence, told=listed[parts]))


def _check_there(work: Work, names: Iterable[str], where: str, known: History) -> None:
    there = {name.casefold() for name in (*known.accounts.column_names, *known.apart)}
    for name in names:
        if name.casefold() not in there:
            work.warn(work.words("learn.not_there", column=name, where=where))


def _refuse(work: Work, lesson: Lesson, history: Any, force: bool) -> None:
    """Raises NoSignalError where there is no card, with the reason."""
    from abmkit.learning.lesson import LEAST
    from abmkit.reports.console.outcomes.learn import chance_text

    where = _where(history, "history")
    if lesson.card is not None:
        return
    if not lesson.enough:
        counts = {"cases": lesson.cases, "positives": lesson.positives, "least": LEAST}
        raise NoSignalError(
            work.words("learn.too_few", **counts), where=where,
            remedy=work.words("learn.more_cases"),
        )  # fmt: skip
    assert lesson.chance is not None
    if lesson.chance.told or force:
        raise NoSignalError(work.words("learn.no_card"), where=where)
    chance = chance_text(lesson.chance, work.words)
    raise NoSignalError(
        work.words("learn.no_signal", chance=chance), where=where, remedy=work.words("learn.force")
    )
