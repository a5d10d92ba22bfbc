"""The parts of the page that tell how the market became the list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from abmkit.reports.console.diff import cause, why
from abmkit.reports.funnel import room_texts
from abmkit.reports.html.saying import nobodys
from abmkit.reports.html.tables import Cell, Row, Section, Table, cell, columns, row, widths
from abmkit.reports.words import Words
from abmkit.runs.changes.moves import Changes
from abmkit.runs.funnel import Funnel, TierCount
from abmkit.runs.result import Run
from abmkit.steps.tiers.counts import RoomCount

_MOST_MOVES = 500
_MOST_PLACES = 100
_NONE = "–"


def funnel_section(run: Run, words: Words) -> Section | None:
    """How the market narrowed to the list."""
    stages = run.funnel.stages
    if not stages:
        return None
    lengths = widths([stage.count for stage in stages])
    rows = []
    for stage, length in zip(stages, lengths, strict=True):
        for reason in stage.left:
            code = "page.lost" if reason.count >= 0 else "page.came_back"
            rows.append(
                row(words.of(reason.why), words(code, count=abs(reason.count)), "", kind="part")
            )
        share = "" if stage.share is None else words("page.percent", share=stage.share)
        name = words(f"stage.{stage.code}")
        rows.append(row(name, cell(stage.count, length), share, kind="stage"))
    titles = [words(f"page.column_{name}") for name in ("stage", "accounts", "share")]
    table = Table(words("page.funnel_table"), columns(*titles), tuple(rows), hidden=True)
    return Section("funnel", words("page.funnel"), (table,))


def tiers_section(run: Run, words: Words) -> Section | None:
    """How full tiers are, by place and by owner."""
    if not run.funnel.tiers:
        return None
    places = [*_places(run, words)]
    tables = [_tiers(run, words), *places, *_owners(run, words)]
    # What the table of places shows is not said once more.
    notes = () if places else tuple(room_texts(run.funnel.rooms, words))
    return Section("tiers", words("page.tiers"), tuple(tables), notes=notes)


def _tiers(run: Run, words: Words) -> Table:
    tiers = run.funnel.tiers
    lengths = widths([tier.count for tier in tiers])
    names = ("tier", "strategy", "min_score", "capacity", "accounts")
    rows = [
        row(
            tier.id,
            tier.strategy or "",
            f"{tier.min_score:g}",
            _room(tier, run, words),
            cell(tier.count, length),
        )
        for tier, length in zip(tiers, lengths, strict=True)
    ]
    titles = [words(f"page.column_{name}") for name in names]
    shown = columns(*titles, numbers_from=2)
    return Table(words("page.tiers_table"), shown, tuple(rows), hidden=True)


def _room(tier: TierCount, run: Run, words: Words) -> str:
    if tier.slots is not None and tier.capacity is None:
        return words("page.slots", slots=tier.slots)
    if tier.capacity is None:
        return words("page.no_limit")
    within = run.project.config.tier.within
    if within:
        return words("page.per", capacity=tier.capacity, column=words.within(within))
    return f"{tier.capacity:,}"


def _places(run: Run, words: Words) -> Iterator[Table]:
    """Accounts against room by what room is counted by, a row each; tiers without a capacity, too,
    where their accounts can be counted by the same."""
    overview = run.overview
    tiers = [tier.id for tier in run.funnel.tiers]
    rooms: dict[tuple[tuple[str, str | None], ...], dict[str, RoomCount]] = defaultdict(dict)
    for each in run.funnel.rooms.rooms:
        if each.at:
            rooms[tuple(each.at.items())][each.tier] = each
    counts: dict[tuple[tuple[str, str | None], ...], Counter[str]] = defaultdict(Counter)
    by = {key for at in rooms for key, _ in at} or {overview.place}
    if by == {overview.place}:
        for worked in overview.worked:
            counts[((overview.place, worked.place),)][worked.tier] += worked.accounts
        if not rooms and len(counts) < 2:
            return
    keys = sorted(
        {*rooms, *counts},
        key=lambda at: (-_listed(at, rooms, counts), [value or "" for _, value in at]),
    )
    rows = [
        row(
            _place(at, words),
            *(_taken(rooms[at].get(tier), counts[at][tier], words) for tier in tiers),
        )
        for at in keys[:_MOST_PLACES]
    ]
    if rows:
        named = words("list.comma").join(words.label(name) for name in sorted(by, reverse=True))
        titles = columns(named, *tiers)
        caption = words(
            "page.places_table",
            column=[words.within(name) for name in sorted(by, reverse=True)],
        )
        yield Table(caption, titles, tuple(rows), _more(keys, _MOST_PLACES, words))


def _place(at: tuple[tuple[str, str | None], ...], words: Words) -> str:
    return words("list.comma").join(
        words.cell(name, value) if value else nobodys(name, words) for name, value in at
    )


def _listed(
    at: tuple[tuple[str, str | None], ...],
    rooms: dict[tuple[tuple[str, str | None], ...], dict[str, RoomCount]],
    counts: dict[tuple[tuple[str, str | None], ...], Counter[str]],
) -> int:
    counted = sum(counts[at].values())
    return counted or sum(room.taken for room in rooms[at].values())


def _taken(room: RoomCount | None, count: int, words: Words) -> Cell:
    """How much of its room a tier has taken in one place."""
    if room is None:
        return cell(count)
    told = {"taken": room.taken, "slots": room.slots, "waiting": room.waiting}
    if room.slots is None:
        sentence = "page.unlimited_waiting"
        return cell(words(sentence, **told) if room.waiting else room.taken)
    sentence = "page.of_room_waiting" if room.waiting else "page.of_room"
    share = min(room.taken / room.slots, 1.0) if room.slots else None
    return cell(words(sentence, **told), share, full=room.taken >= room.slots)


def _owners(run: Run, words: Words) -> Iterator[Table]:
    worked = run.overview.worked
    if not any(each.owner for each in worked):
        return
    tiers = [tier.id for tier in run.funnel.tiers]
    by: dict[str | None, Counter[str]] = defaultdict(Counter)
    places: dict[str | None, set[str]] = defaultdict(set)
    for each in worked:
        by[each.owner][each.tier] += each.accounts
        places[each.owner] |= {each.place} if each.place else set()
    # Who has nobody comes first: that is to be done.
    owners = sorted(by, key=lambda o: (o is not None, -sum(by[o].values()), o or ""))
    shown = owners[:_MOST_PLACES]
    totals = [sum(by[owner].values()) for owner in shown]
    rows = [
        row(
            owner or nobodys("owner", words),
            words("list.comma").join(
                words.cell(run.overview.place, place) for place in sorted(places[owner])
            ),
            *(by[owner][tier] for tier in tiers),
            cell(total, length),
            kind="" if owner else "marked",
        )
        for owner, total, length in zip(shown, totals, widths(totals), strict=True)
    ]
    place = words.label(run.overview.place)
    titles = (words.label("owner"), place, *tiers, words("page.column_all"))
    caption = words("page.owners_table")
    yield Table(
        caption, columns(*titles, numbers_from=2), tuple(rows), _more(owners, _MOST_PLACES, words)
    )


def _more(all_: Sequence[object], most: int, words: Words) -> tuple[str, ...]:
    left = len(all_) - most
    return (words("page.more_rows", count=left),) if left > 0 else ()


def changes_section(run: Run, words: Words) -> Section | None:
    """What changed since the run before; nothing where there was none."""
    changes = run.changes
    if changes is None:
        return None
    day = changes.day_before
    title = words("page.changes")
    if day is not None:
        title = words("page.changes_since", day=day)
    if not changes.moves:
        return Section("changes", title, notes=(words("page.nobody_moved"),))
    notes = []
    if changes.settings:
        keys = list(dict.fromkeys(key for key, _, _ in changes.settings))
        notes.append(words("page.settings", keys=keys))
    notes += [words.of(each) for each in changes.doubts]
    return Section(
        "changes", title, (_kinds(changes, words), _moves(changes, words)), notes=tuple(notes)
    )


def _kinds(changes: Changes, words: Words) -> Table:
    rows = []
    lengths = widths(list(changes.kinds.values()))
    for (kind, count), length in zip(changes.kinds.items(), lengths, strict=True):
        by = Counter(move.causes for move in changes.moves if move.change == kind)
        causes = [
            words("moves.cause", cause=cause(names, words), count=n)
            for names, n in by.most_common()
        ]
        rows.append(
            row(words(f"change.{kind}"), words("list.comma").join(causes), cell(count, length))
        )
    titles = [words(f"page.column_{name}") for name in ("change", "cause", "accounts")]
    return Table(
        words("page.kinds_table"), columns(*titles, numbers_from=2), tuple(rows), hidden=True
    )


def _moves(changes: Changes, words: Words) -> Table:
    rows = [
        row(
            move.name or move.account_id,
            words(f"change.{move.change}"),
            f"{move.before or _NONE} → {move.now or _NONE}",
            cause(move.causes, words),
            why(move, words),
        )
        for move in changes.moves[:_MOST_MOVES]
    ]
    names = ("account", "change", "from_to", "cause", "why")
    titles = [words(f"page.column_{name}") for name in names]
    left = len(changes.moves) - len(rows)
    notes = (words("page.moves_more", count=left),) if left else ()
    return Table(
        words("page.moves_table"),
        columns(*titles, numbers_from=len(names)),
        tuple(rows),
        notes,
        folded=words("page.show_moves"),
        hidden=True,
    )


def customers_section(run: Run, words: Words) -> Section | None:
    """Which tiers customers would reach: whether the profile finds those who buy."""
    found = run.funnel.customers
    if not found:
        return None
    tiers = [tier.id for tier in run.funnel.tiers]
    rows = []
    for each in found:
        none = each.accounts - sum(each.tiers.values())
        median = "" if each.median_score is None else f"{each.median_score:g}"
        counts = [each.tiers.get(tier, 0) for tier in tiers]
        share = [count / each.accounts if each.accounts else 0.0 for count in counts]
        cells = [cell(count, length) for count, length in zip(counts, share, strict=True)]
        rows.append(row(each.reason or each.list, *cells, none, each.accounts, median))
    names = ("list", "no_tier", "accounts", "median")
    first, *rest = (words(f"page.column_{name}") for name in names)
    table = Table(
        words("page.customers_table"), columns(first, *tiers, *rest), tuple(rows), hidden=True
    )
    median_of_all = found[0].median_score_of_all
    notes = () if median_of_all is None else (words("page.customers_note", median=median_of_all),)
    return Section("customers", words("page.customers"), (table,), notes=notes)


def exclusions_section(run: Run, words: Words) -> Section | None:
    """What each rule and each list took, and what it took alone."""
    taken = list(_exclusions(run.funnel, words))
    if not taken:
        return None
    lengths = widths([each[2] for each in taken])
    rows: list[Row] = [
        row(
            name,
            reason,
            cell(true, length),
            alone,
            "" if unknown is None else f"{unknown:,}",
        )
        for (name, reason, true, alone, unknown), length in zip(taken, lengths, strict=True)
    ]
    names = ("rule", "why", "taken", "alone", "unknown")
    titles = [words(f"page.column_{name}") for name in names]
    shown = columns(*titles, numbers_from=2)
    table = Table(words("page.exclusions_table"), shown, tuple(rows), hidden=True)
    return Section(
        "exclusions", words("page.exclusions"), (table,), notes=(words("page.exclusions_note"),)
    )


def _exclusions(funnel: Funnel, words: Words) -> Iterator[tuple[str, str, int, int, int | None]]:
    """Name, reason, excluded, excluded by it alone and undecided; what took most first."""
    found: list[tuple[str, str, int, int, int | None]] = [
        (rule.id, words.of(rule.reason), rule.true, rule.true_alone, rule.unknown)
        for rule in funnel.rules
    ]
    found += [
        (each.name, each.reason, each.accounts, each.true_alone, None)
        for each in funnel.lists
        if not each.expired
    ]
    yield from sorted(found, key=lambda each: (-each[2], each[0]))
