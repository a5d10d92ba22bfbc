"""Charts of the page, as shapes: how scores are spread, and what came of scores before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abmkit.config.sections.score import Outcome
from abmkit.domain.rules.scorecards import probability
from abmkit.reports.html.tables import (
    Bar,
    Chart,
    Label,
    Line,
    Section,
    Table,
    cell,
    columns,
    row,
)
from abmkit.reports.words import Words
from abmkit.runs.overview.accounts import BIN, ScoreBin
from abmkit.runs.result import Run

_WIDTH, _HEIGHT = 640.0, 190.0
_LEFT, _TOP, _BOTTOM = 52.0, 46.0, 26.0
_GAP = 2.0
_TICK = 20
"""Points between two labels below a chart."""
_DWARFED = 4
"""A bar so many times as high as the next is cut, or the others could not be told apart."""
_NARROW = 36.0
"""Two thresholds that are nearer than this have their names on two lines."""


def scores_section(run: Run, words: Words) -> Section | None:
    """How the scores of the target market are spread, with the least score of each tier."""
    bins = run.overview.scores
    if not bins:
        return None
    notes = [words("page.why_not")]
    if run.overview.unscored:
        notes.append(words("page.unscored", count=run.overview.unscored))
    return Section(
        "scores",
        words("page.scores"),
        (_numbers(bins, words),),
        (_histogram(run, words),),
        tuple(notes),
    )


def _range(each: ScoreBin, words: Words) -> str:
    return words("page.score_range", least=each.least, most=each.least + BIN)


def _numbers(bins: tuple[ScoreBin, ...], words: Words) -> Table:
    rows = [
        row(_range(each, words), each.listed, each.others)
        for each in bins
        if each.listed or each.others
    ]
    titles = [words(f"page.column_{name}") for name in ("score", "listed", "others")]
    caption = words("page.scores_table")
    return Table(caption, columns(*titles), tuple(rows), folded=caption, hidden=True)


def _histogram(run: Run, words: Words) -> Chart:
    bins = run.overview.scores
    most = _scale([each.listed + each.others for each in bins])
    floor, step = _TOP + _HEIGHT, _WIDTH / len(bins)
    bars, cuts, told = [], [], []
    for n, each in enumerate(bins):
        says = words("page.bar", range=_range(each, words), listed=each.listed, others=each.others)
        x, count = round(_LEFT + n * step + _GAP / 2, 2), each.listed + each.others
        # One that is beyond the scale is cut: its parts keep their proportion, its number is told.
        unit = _HEIGHT / max(most, count)
        top = floor
        for kind, part in (("listed", each.listed), ("others", each.others)):
            # What is there is seen, however few they are.
            height = max(round(unit * part, 2), 1.5) if part else 0.0
            top -= height
            if part:
                bars.append(Bar(kind, x, round(top, 2), round(step - _GAP, 2), height, says))
        if count > most:
            cuts += [_cut(x, top + at, step - _GAP) for at in (14.0, 19.0)]
            told.append(Label(f"{count:,}", x + step / 2, top - 4, "middle", "count"))
    tiers = [(f"{tier.id} {tier.min_score:g}", tier.min_score) for tier in run.funnel.tiers]
    lines, labels = _thresholds(tiers, floor)
    axis = Line("axis", ((_LEFT, floor), (_LEFT + _WIDTH, floor)))
    labels += [*told, *_score_axis(floor), Label(f"{most:,}", _LEFT - 6, _TOP + 8, "end")]
    legend = (("listed", words("page.column_listed")), ("others", words("page.column_others")))
    return Chart(
        words("page.scores_chart", step=BIN),
        _LEFT + _WIDTH + 10,
        floor + _BOTTOM,
        tuple(bars),
        (axis, *lines, *cuts),
        tuple(labels),
        legend,
    )


def _scale(counts: Sequence[int]) -> int:
    """What the whole height stands for: the most, or where that dwarfs all others, what these
    need."""
    most, *rest = sorted(counts, reverse=True)
    next_ = rest[0] if rest else 0
    return next_ * 3 // 2 if 0 < next_ * _DWARFED < most else max(most, 1)


def _cut(x: float, y: float, width: float) -> Line:
    return Line("cut", ((x - 1, round(y + 4, 2)), (round(x + width + 1, 2), round(y - 4, 2))))


def _at(score: float) -> float:
    return round(_LEFT + _WIDTH * score / 100, 2)


def _thresholds(named: list[tuple[str, float]], floor: float) -> tuple[list[Line], list[Label]]:
    """A line up for each, its name above it; names that would meet stand on two levels."""
    lines: list[Line] = []
    labels: list[Label] = []
    last, low = -_NARROW, False
    for text, score in sorted(named, key=lambda each: each[1]):
        x = _at(score)
        low = x - last < _NARROW and not low
        last = x
        y = 26.0 if low else 12.0
        lines.append(Line("threshold", ((x, y + 4), (x, floor))))
        labels.append(Label(text, x, y, "middle", "threshold"))
    return lines, labels


def _score_axis(floor: float) -> Iterator[Label]:
    for score in range(0, 101, _TICK):
        yield Label(str(score), _at(score), floor + 16)


def outcome_sections(run: Run, words: Words) -> Iterator[Section]:
    """What came of scores before: of the scorecard in use, and of that of churn."""
    config = run.project.config
    churn = config.exclude.churn
    if config.score.outcome is not None and config.score.outcome.rates:
        outcome = config.score.outcome
        title = words("page.outcome", outcome=outcome.name)
        yield _outcome("outcome", title, outcome, None, words)
    if churn is not None and churn.is_read and churn.outcome.rates:
        title = words("page.churn", outcome=churn.outcome.name)
        yield _outcome("churn", title, churn.outcome, churn.max_probability, words)


def _outcome(id: str, title: str, outcome: Outcome, most: float | None, words: Words) -> Section:
    rates = outcome.rates
    ends = [*(rate.at_least for rate in rates[1:]), 100.0]
    seen = [rate.positives / rate.cases if rate.cases else 0.0 for rate in rates]
    # A score's middle stands for its range.
    middles = [(rate.at_least + end) / 2 for rate, end in zip(rates, ends, strict=True)]
    foretold = [probability(outcome, round(score * 100)) for score in middles]
    ranges = [
        words("page.score_range", least=words.number(rate.at_least), most=words.number(end))
        for rate, end in zip(rates, ends, strict=True)
    ]
    rows = [
        row(
            text,
            rate.cases,
            rate.positives,
            cell(words("page.whole_percent", share=share), share),
            words("page.whole_percent", share=expected),
        )
        for text, rate, share, expected in zip(ranges, rates, seen, foretold, strict=True)
    ]
    names = ("score", "cases", "positives", "rate", "foretold")
    titles = [words(f"page.column_{name}") for name in names]
    table = Table(words("page.outcome_table"), columns(*titles), tuple(rows), hidden=True)
    points = [
        words("page.point", range=text, positives=rate.positives, cases=rate.cases)
        for text, rate in zip(ranges, rates, strict=True)
    ]
    chart = _curve(outcome, list(zip(middles, seen, points, strict=True)), most, words)
    return Section(id, title, (table,), (chart,), (words("page.outcome_note"),))


def _curve(
    outcome: Outcome, seen: list[tuple[float, float, str]], most: float | None, words: Words
) -> Chart:
    floor = _TOP + _HEIGHT

    def y(share: float) -> float:
        return round(floor - _HEIGHT * share, 2)

    curve = tuple((_at(s), y(probability(outcome, s * 100))) for s in range(0, 101, 2))
    grid = [Line("grid", ((_LEFT, y(s)), (_LEFT + _WIDTH, y(s)))) for s in (0.25, 0.5, 0.75, 1.0)]
    lines = [*grid, Line("axis", ((_LEFT, floor), (_LEFT + _WIDTH, floor)))]
    lines.append(Line("foretold", curve))
    labels = [
        Label(words("page.whole_percent", share=s), _LEFT - 6, y(s) + 4, "end") for s in (0, 0.5, 1)
    ]
    if most is not None:
        lines.append(Line("threshold", ((_LEFT, y(most)), (_LEFT + _WIDTH, y(most)))))
        told = words("page.excluded_above", share=most * 100)
        labels.append(Label(told, _LEFT + 4, y(most) - 5, "start", "threshold"))
    side = 7.0
    dots = tuple(
        Bar("seen", _at(score) - side / 2, y(share) - side / 2, side, side, says)
        for score, share, says in seen
    )
    legend = (("seen", words("page.seen")), ("foretold", words("page.foretold")))
    labels += _score_axis(floor)
    return Chart(
        words("page.outcome_chart"),
        _LEFT + _WIDTH + 10,
        floor + _BOTTOM,
        dots,
        tuple(lines),
        tuple(labels),
        legend,
    )
