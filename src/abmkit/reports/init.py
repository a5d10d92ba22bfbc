"""The config that `init` writes: every line editable, each choice explained."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from abmkit.config.loading import parse_config
from abmkit.config.writing import toml_key, toml_value
from abmkit.reports.console.toml import comment_lines, with_comments
from abmkit.reports.words import Words
from abmkit.starter.drafts import SourceDraft
from abmkit.starter.labels import SameLabel
from abmkit.starter.profile import ProfileCriterion
from abmkit.starter.result import Starter, StarterRule
from abmkit.starter.starting import LABELS

_WIDTH = 96
_MANY = 12

_EXAMPLE = (
    "# [[score.criteria]]",
    '# id = "size"',
    "# bands = [",
    "#   { when = { employees = { between = [200, 2000] } }, points = 25 },",
    "# ]",
)


def write_starter(starter: Starter, words: Words) -> None:
    """Write the config of a starter and the table of labels that it names, where it names one."""
    text = config_text(starter, words)
    parse_config(tomllib.loads(text), str(starter.path))
    if starter.labels:
        table = starter.path.parent / LABELS
        table.write_text(
            label_table(starter.labels, starter.kept_labels, words),
            encoding="utf-8-sig",
            newline="",
        )
    starter.path.write_text(text, encoding="utf-8", newline="")


def label_table(labels: Sequence[SameLabel], kept: Sequence[tuple[str, int]], words: Words) -> str:
    """The labels as the table that `[industry] map` names, a reason beside each.

    All labels are in it, so that a warning of one that is not is of a new one.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["from", "to", "why"])
    writer.writerows([each.given, each.own, _shared(each, words)] for each in labels)
    writer.writerows(
        [label, label, words("config.kept", accounts=accounts)] for label, accounts in kept
    )
    return text.getvalue()


def config_text(starter: Starter, words: Words) -> str:
    """The config as text, in the order in which the market narrows."""
    data = starter.data
    lines = [
        f"# {words('config.made')}",
        f"# {words('config.run')}",
        "version = 1",
        f"name = {toml_value(data['name'])}",
    ]
    guessed = any(warning.code == "init.currency" for warning in starter.warnings)
    doubt = f"  # {words('config.currency')}" if guessed else ""
    lines.append(f"currency = {toml_value(data['currency'])}{doubt}")
    if data.get("rates"):
        rates = f"rates = {toml_value(data['rates'])}"
        lines.append(f"{rates}  # {words('config.rates', currency=data['currency'])}")
    lines += ["", *_comment(words("config.sources"))]
    for draft in starter.sources:
        lines += [*_source(draft, "sources", words), ""]
    lines += [*_dedupe(starter, words), ""]
    if starter.labels:
        lines += [*_industry(starter.labels, words), ""]
    if starter.customer_list is not None and starter.customers is not None:
        found = starter.customers
        comment = words("config.customers", found=found.found, entries=found.entries)
        lines += [*_comment(comment), *_source(starter.customer_list, "suppress", words), ""]
    lines += [*_exclusions(starter, words), ""]
    lines += [*_scoring(starter, words), ""]
    lines += [*_tiering(starter, words), ""]
    lines += ["[output]", 'dir = "out"', 'formats = ["parquet", "xlsx", "csv"]']
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return comment_lines(text, _WIDTH)


def _commented(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    return with_comments(lines, _WIDTH)


def _shared(each: SameLabel, words: Words) -> str:
    """What two labels are told to be the same by."""
    return words("config.shared", shared=each.shared, of=each.of)


# Sources -----------------------------------------------------------------------------------------


def _source(draft: SourceDraft, table: str, words: Words) -> Iterator[str]:
    yield f"[[{table}]]"
    yield f"name = {toml_value(draft.name)}"
    rows = words("config.rows", rows=draft.rows)
    yield from _commented([(f"path = {toml_value(draft.path)}", rows)])
    if table == "suppress":
        yield f"reason = {toml_value(words('rule.customer'))}"
        yield f'# subsidiaries = "suppress"  # {words("config.subsidiaries")}'
    if draft.canonical:
        yield f"canonical = true  # {words('config.canonical')}"
        return
    if draft.own:
        shown = [*draft.own][:_MANY]
        more = words("config.and_more") if len(draft.own) > _MANY else ""
        yield from _comment(words("config.own", columns=shown, more=more))
        yield f"# ignore = {toml_value(shown[:3])}  # {words('config.ignore')}"
    if draft.recognised:
        pairs = [_pair(column, target) for column, target in draft.recognised.items()]
        yield from _comment(words("config.recognised", columns=pairs))
    lines = [
        (
            f"{toml_key(target)} = {_mapping(setting)}",
            words.of(draft.why[target]) if target in draft.why else "",
        )
        for target, setting in draft.decided.items()
    ]
    lines += [
        (
            f"# {toml_key(target)} = {toml_value(column)}",
            words("paste.unsure", evidence=evidence),
        )
        for target, column, evidence in draft.open
    ]
    if lines:
        yield f"[{table}.columns]"
        yield from _commented(lines)


def _pair(column: str, target: str) -> str:
    return target if column.casefold() == target else f"{column} → {target}"


def _mapping(setting: dict[str, Any]) -> str:
    return toml_value(setting["from"] if set(setting) == {"from"} else setting)


def _dedupe(starter: Starter, words: Words) -> Iterator[str]:
    yield from _comment(words("config.dedupe", records=starter.records, accounts=starter.accounts))
    yield "[dedupe]"
    yield f"keys = {toml_value(starter.data['dedupe']['keys'])}"


def _industry(labels: Sequence[SameLabel], words: Words) -> Iterator[str]:
    first = labels[0]
    yield from _comment(
        words("config.labels", given=first.given, own=first.own, shared=_shared(first, words))
    )
    yield "[industry]"
    yield f"map = {toml_value(LABELS)}"


# Exclusions --------------------------------------------------------------------------------------


def _exclusions(starter: Starter, words: Words) -> Iterator[str]:
    use = words("config.use_a_rule") if starter.examples else ""
    yield from _comment(words("config.exclude", use=use))
    for rule in starter.rules:
        yield from _rule(rule, "", words)
    for rule in starter.examples:
        spared = words("config.spares_customers") if rule.spares_customers else ""
        dropped = words("config.dropped", accounts=rule.accounts, spared=spared)
        yield from (f"# {line}" for line in _rule(rule, dropped, words))


def _rule(rule: StarterRule, comment: str, words: Words) -> Iterator[str]:
    yield "[[exclude.rules]]"
    yield f"id = {toml_value(rule.id)}"
    yield f"reason = {toml_value(words.of(rule.reason))}"
    yield from _commented([(f"when = {toml_value(rule.when)}", comment)])


# Score and tiers ---------------------------------------------------------------------------------


def _scoring(starter: Starter, words: Words) -> Iterator[str]:
    found = starter.customers
    if starter.learned and found is not None:
        yield from _comment(words("config.learned", accounts=found.accounts))
    else:
        yield from _comment(words("config.guessed" if starter.criteria else "config.no_criteria"))
    yield "[score]"
    missing = toml_value(starter.data["score"]["missing"])
    yield f"missing = {missing}  # {words('config.missing')}"
    if not starter.criteria:
        yield from _EXAMPLE
    for criterion in starter.criteria:
        yield ""
        why = words("reason.separator").join(map(words.of, criterion.why))
        yield from _comment(words("config.why", why=why))
        yield "[[score.criteria]]"
        yield f"id = {toml_value(criterion.id)}"
        yield "bands = ["
        for band in criterion.bands:
            points = criterion.points_of(band)
            yield f"  {{ when = {toml_value(band.when)}, points = {points} }},"
        yield "]"
        if criterion.column == "industry" and starter.other_industries:
            yield from _comment(_other_industries(starter.other_industries, words))
        if criterion.column == "region":
            yield from _region_names(criterion, words)


def _other_industries(labels: Sequence[str], words: Words) -> str:
    dot = words("list.dot")
    shown = dot.join(labels[:_MANY]) + (f"{dot}…" if len(labels) > _MANY else "")
    return words("config.other_labels", labels=shown)


def _region_names(criterion: ProfileCriterion, words: Words) -> Iterator[str]:
    """What region codes stand for."""
    import pycountry

    codes = [code for band in criterion.bands for code in band.when["region"]]
    names = {code: words.cell("region", code) for code in codes}
    for code in codes:
        # What this language has no name for is called by its English one.
        if names[code] == code and (place := pycountry.subdivisions.get(code=code)) is not None:  # type: ignore[no-untyped-call]
            names[code] = place.name
    named = [f"{code} {name}" for code, name in names.items() if name != code]
    if named:
        yield from _comment(words("config.regions", regions=named))


def _tiering(starter: Starter, words: Words) -> Iterator[str]:
    yield from _comment(words("config.tiers"))
    yield "[tier]"
    yield f"rank_by = {toml_value(starter.data['tier']['rank_by'])}  # {words('config.rank_by')}"
    yield f'# within = "territory"  # {words("config.within")}'
    yield f'# pins = "pins.csv"  # {words("config.pins")}'
    customers = starter.customers.accounts if starter.customers is not None else 0
    for table, tier in zip(starter.data["tier"]["tiers"], starter.tiers, strict=True):
        reached = ""
        if customers:
            reach = starter.customers_reach[tier.id]
            reached = words("config.tier_reach", reach=reach, customers=customers)
        comments = {
            "id": words("config.tier_accounts", accounts=tier.accounts, reached=reached),
            "strategy": words(f"config.tier_{tier.id}"),
            "min_known": words("config.min_known"),
        }
        yield ""
        yield "[[tier.tiers]]"
        yield from _commented(
            [
                (f"{key} = {toml_value(value)}", comments.get(key, ""))
                for key, value in table.items()
            ]
        )
