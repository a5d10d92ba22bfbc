"""What a run says on the screen: the funnel, what is left to decide, the files written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from abmkit.reports.console.diff import changes_in_short
from abmkit.reports.console.width import WIDTH, fit, measure, pad, wrap
from abmkit.reports.funnel import expansion_texts, room_texts
from abmkit.reports.words import Words
from abmkit.runs.funnel import TierCount, WouldReach
from abmkit.runs.parts import Parts
from abmkit.runs.result import Run
from abmkit.runs.review import kinds_of
from abmkit.steps.tiers.counts import RoomCounts
from abmkit.steps.tiers.rising import Rising

_COUNT, _SHARE, _TIER, _STRATEGY = 9, 8, 4, 7
_MOST_PINS, _MOST_CLUSTERS = 2, 3


def run_report(run: Run, files: Sequence[Path], words: Words) -> str:
    """The funnel of a run and the files it wrote."""
    name = run.project.config.name
    lines = ["", words("run.title", name=name, as_of=run.as_of), ""]
    lines += [*_lines([*_stages(run, words), *_relationships(run, words)]), ""]
    lines += [*_cards(run.parts, words), *_clusters(run.parts, words)]
    lines += [_proof(each, words) for each in run.funnel.customers]
    lines += [words("run.expand", parts=text) for text in expansion_texts(run.funnel.lists, words)]
    if run.changes is not None:
        lines += changes_in_short(run.changes, words)
    lines += room_texts(run.funnel.rooms, words)
    if run.funnel.could_rise:
        lines.append(words("run.could_rise", count=run.funnel.could_rise))
    what = _to_decide(run, words)
    lines += [words("run.to_decide", what=words("reason.separator").join(what))] if what else []
    lines += ["", *(str(_short(path)) for path in files)] if files else [words("moves.would")]
    return "\n".join(wrap(line) for line in lines).rstrip()


def rooms_text(rooms: RoomCounts, words: Words) -> str:
    """How full tiers are."""
    return "\n".join(map(wrap, room_texts(rooms, words)))


_Line: TypeAlias = tuple[str, str, float | None]
"""A count, what it counts, and its share of the market."""


def _stages(run: Run, words: Words) -> Iterator[_Line]:
    for stage in run.funnel.stages:
        for reason in stage.left:
            yield f"{-reason.count:+,}", f"  {words.of(reason.why)}", None
        yield f"{stage.count:,}", words(f"stage.{stage.code}"), stage.share
    widest = max((measure(tier.id) + 1 for tier in run.funnel.tiers), default=0)
    for tier in run.funnel.tiers:
        name, strategy = pad(tier.id, max(widest, _TIER)), pad(tier.strategy or "", _STRATEGY)
        text = f"  {name}{strategy}{_room(run, tier, words)}"
        yield f"{tier.count:,}", text, _of_market(run, tier.count)


def _room(run: Run, tier: TierCount, words: Words) -> str:
    if tier.slots is not None:
        room = words("run.slots", slots=tier.slots)
        return words("run.tier", least=tier.min_score, room=room, within="")
    if tier.capacity is None:
        return words("run.tier", least=tier.min_score, room="", within="")
    column = run.project.config.tier.within
    within = words("run.within", within=column) if column else ""
    room = words("run.room", capacity=tier.capacity)
    return words("run.tier", least=tier.min_score, room=room, within=within)


def _relationships(run: Run, words: Words) -> Iterator[_Line]:
    for relationship in ("open_opportunity", "customer"):
        if count := run.funnel.relationships.get(relationship, 0):
            yield f"{count:,}", words(f"run.{relationship}"), _of_market(run, count)


def _cards(parts: Parts, words: Words) -> Iterator[str]:
    """How many accounts each card scores."""
    if parts.cards:
        told = [
            words("run.no_card", accounts=each.accounts)
            if each.card is None
            else words("run.card", card=each.card, accounts=each.accounts, listed=each.listed)
            if each.accounts
            else words("run.card_of_none", card=each.card)
            for each in parts.cards
        ]
        yield words("run.cards", cards=told)


def _clusters(parts: Parts, words: Words) -> Iterator[str]:
    """How many clusters there are, and what the largest that share something share."""
    sizes = [each.accounts for each in parts.clusters]
    if not sizes:
        return
    yield words("run.clusters", count=len(sizes), least=min(sizes), most=max(sizes))
    for each in sorted(parts.clusters, key=lambda e: e.shares is None)[:_MOST_CLUSTERS]:
        shares = "" if each.shares is None else words("run.shares", shares=each.shares)
        text = words("run.cluster", cluster=each.name, accounts=each.accounts, shares=shares)
        yield from wrap(text, indent="  ", hanging="    ").split("\n")


def _of_market(run: Run, count: int) -> float | None:
    market = run.funnel.count("market")
    return count / market if market else None


def rising_text(found: Rising, words: Words) -> str:
    """How many accounts could be in a better tier, and the best of them."""
    best = words("run.could_rise_most", accounts=list(found.best))
    return wrap(f"{words('run.could_rise', count=found.count)} {best}")


def _lines(told: Sequence[_Line]) -> Iterator[str]:
    """Counts, what they count and their shares, in columns; a longer text is cut with an
    ellipsis."""
    width = max([_COUNT, *(len(count) for count, _, _ in told)])
    room = WIDTH - width - 2 - _SHARE
    for count, text, share in told:
        shown = fit(text, room)
        if shown.endswith(" …"):
            shown = pad(f"{shown[:-1].rstrip()}…", room)
        percent = "" if share is None else f"{share:.1%}"
        yield f"{count:>{width}}  {shown}{percent:>{_SHARE}}".rstrip()


def _proof(each: WouldReach, words: Words) -> str:
    """Where the customers of a list would rank."""
    medians = ""
    if each.median_score is not None and each.median_score_of_all is not None:
        medians = words("run.medians", median=each.median_score, all=each.median_score_of_all)
    tiers = [
        words("run.in_tier", count=count, tier=tier) for tier, count in each.tiers.items() if count
    ]
    sentence = "run.would_be" if tiers else "run.no_tier"
    return words(sentence, count=each.accounts, list=each.list, tiers=tiers, medians=medians)


def _to_decide(run: Run, words: Words) -> list[str]:
    """What the run leaves to a person."""
    kinds = kinds_of(run.review)
    what = [words("run.pairs", count=kinds["company"])] if "company" in kinds else []
    what += [
        words(
            "run.not_found",
            list=each.name,
            missing=each.entries - each.found,
            entries=each.entries,
        )
        for each in run.funnel.lists
        if each.found < each.entries and not each.expired
    ]
    if run.pinned.unfollowed:
        pins = [
            words("run.pin", account=pin.account, why=why)
            for pin, why in run.pinned.unfollowed[:_MOST_PINS]
        ]
        count = len(run.pinned.unfollowed)
        more = words("list.and_more") if count > len(pins) else ""
        what.append(words("run.pins", count=count, pins=pins, more=more))
    if "decision" in kinds:
        what.append(words("run.decisions", count=kinds["decision"]))
    return what


def _short(path: Path) -> Path:
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
