"""The words of a config made from the user's files: every line editable, each choice explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pyarrow as pa

from abmkit.config.writing import toml_comment, toml_key, toml_value
from abmkit.reports.console.inspect import with_comments, wrapped
from abmkit.starter.drafts import SourceDraft
from abmkit.starter.labels import SameLabel
from abmkit.starter.profile import ProfileCriterion, quantile, rounded
from abmkit.starter.result import Starter

_WIDTH = 96
_MANY = 12
_TIER_WORDS = {
    "A": "worked one by one",
    "B": "worked in small groups",
    "C": "reached by campaigns, without a limit",
}

_EXAMPLE = (
    "# [[score.criteria]]",
    '# id = "size"',
    "# bands = [",
    "#   { when = { employees = { between = [200, 2000] } }, points = 25 },",
    "# ]",
)


def starter_text(
    starter: Starter, data: dict[str, Any], accounts: pa.Table, customers: Collection[str]
) -> str:
    """The config as text, in the order in which the market narrows."""
    found = starter.customers
    lines = [
        "# Your target-account list, made from your own files by `abmkit init`.",
        "# `abmkit run` builds it; change a line and run again.",
        "version = 1",
        f"name = {toml_value(data['name'])}",
        f"currency = {toml_value(data['currency'])}",
        *_rates(data),
        "",
        *_comment("The companies, best source first: where two disagree, the first is believed."),
    ]
    for draft in starter.sources:
        lines += [*_source(draft, "sources"), ""]
    lines += [*_dedupe(data, starter), ""]
    if starter.labels:
        lines += [*_industry(starter.labels), ""]
    if starter.customer_list is not None and found is not None:
        lines += [
            *_comment(
                f"Existing customers: {found.found:,} of {found.entries:,} entries are among the "
                "companies. They stay off the list; the report says where they would rank."
            ),
            *_source(starter.customer_list, "suppress"),
            "",
        ]
    lines += [*_exclusions(data, accounts, customers), ""]
    lines += [*_scoring(data, starter, accounts), ""]
    lines += [*_tiering(data, starter), ""]
    lines += ["[output]", 'dir = "out"', 'formats = ["parquet", "xlsx", "csv"]']
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return wrapped(toml_comment(text), "# ", _WIDTH).split("\n")


def _rates(data: dict[str, Any]) -> Iterator[str]:
    if data.get("rates"):
        said = f"what one is worth in {data['currency']}: rough figures, put yours"
        yield f"rates = {toml_value(data['rates'])}  # {said}"


# Sources -----------------------------------------------------------------------------------------


def _source(draft: SourceDraft, table: str) -> Iterator[str]:
    yield f"[[{table}]]"
    yield f"name = {toml_value(draft.name)}"
    yield from with_comments([(f"path = {toml_value(draft.path)}", f"{draft.rows:,} rows")])
    if table == "suppress":
        yield 'reason = "Existing customer"'
        yield '# subsidiaries = "suppress"  # also companies whose parent is a customer'
    if draft.canonical:
        yield "canonical = true  # written by abmkit: taken as it is"
        return
    if draft.own:
        unneeded = [*draft.own][:_MANY]
        more = " and more" if len(draft.own) > _MANY else ""
        yield from _comment(f"Kept under their own names: {', '.join(unneeded)}{more}.")
        yield f"# ignore = {toml_value(unneeded[:3])}  # leaves columns out"
    if draft.recognised:
        pairs = [_pair(column, target) for column, target in draft.recognised.items()]
        yield from _comment(f"Recognised: {', '.join(pairs)}.")
    lines = [
        (f"{toml_key(target)} = {_mapping(setting)}", draft.why.get(target, ""))
        for target, setting in draft.decided.items()
    ]
    lines += [
        (f"# {toml_key(target)} = {toml_value(column)}", f"unsure: {evidence}")
        for target, column, evidence in draft.open
    ]
    if lines:
        yield f"[{table}.columns]"
        yield from with_comments(lines)


def _pair(column: str, target: str) -> str:
    return target if column.casefold() == target else f"{column} → {target}"


def _mapping(setting: dict[str, Any]) -> str:
    return toml_value(setting["from"] if set(setting) == {"from"} else setting)


def _dedupe(data: dict[str, Any], starter: Starter) -> Iterator[str]:
    merged = f"{starter.records:,} rows are {starter.accounts:,} companies"
    yield from _comment(f"Rows that share one of these are one company: {merged}.")
    yield "[dedupe]"
    yield f"keys = {toml_value(data['dedupe']['keys'])}"


def _industry(labels: Sequence[SameLabel]) -> Iterator[str]:
    first = labels[0]
    yield from _comment(
        f"Labels that mean the same, such as {first.given} → {first.own} ({first.why}). "
        "Edit the file."
    )
    yield "[industry]"
    yield 'map = "industries.csv"'


# Exclusions --------------------------------------------------------------------------------------


def _exclusions(
    data: dict[str, Any], accounts: pa.Table, customers: Collection[str]
) -> Iterator[str]:
    sizes = [c for c in data["tier"]["rank_by"] if c not in ("fit_score", "potential")]
    examples = list(_example_rules(accounts, customers, sizes))
    yield from _comment(
        "Who is not wanted, whatever the score; the reason is kept with the account."
        + (" Remove the # from a rule to use it." if examples else "")
    )
    for rule in data["exclude"]["rules"]:
        yield from _rule(rule)
    for rule, said in examples:
        yield from (f"# {line}" for line in _rule(rule, said))


def _rule(rule: dict[str, Any], said: str = "") -> Iterator[str]:
    yield "[[exclude.rules]]"
    yield f"id = {toml_value(rule['id'])}"
    yield f"reason = {toml_value(rule['reason'])}"
    yield from with_comments([(f"when = {toml_value(rule['when'])}", said)])


def _example_rules(
    accounts: pa.Table, customers: Collection[str], sizes: Sequence[str]
) -> Iterator[tuple[dict[str, Any], str]]:
    """Rules worth a thought, built from values that are there, with how many they would drop."""
    columns = accounts.column_names
    ids = accounts["account_id"].to_pylist()
    if "relationship" in columns:
        counts = Counter(v for v in accounts["relationship"].to_pylist() if v)
        unwanted = [v for v in ("competitor", "distributor", "partner") if counts[v]]
        if unwanted:
            when = {"relationship": unwanted}
            dropped = f"{sum(counts[v] for v in unwanted):,} accounts"
            yield {"id": "not-a-buyer", "reason": "Competitor or partner", "when": when}, dropped
    size = next((c for c in ("employees", "revenue", *sizes) if c in columns), None)
    if size is not None:
        values = accounts[size].to_pylist()
        known = [v for v in values if v is not None]
        mine = [v for i, v in zip(ids, values, strict=True) if v is not None and i in customers]
        least = rounded(min([quantile(known, 0.05), *mine])) if len(known) >= _MANY else 0
        if dropped := sum(v < least for v in known):
            reason = f"Too small: {size} under {least:,}"
            rule = {"id": "too-small", "reason": reason, "when": {size: {"below": least}}}
            yield rule, f"{dropped:,} accounts" + (", none of them a customer" if mine else "")
    if "industry" in columns and customers:
        industries = accounts["industry"].to_pylist()
        everyone = Counter(v for v in industries if v)
        theirs = {v for i, v in zip(ids, industries, strict=True) if i in customers}
        foreign = sorted((v for v in everyone if v not in theirs), key=lambda v: (-everyone[v], v))
        if foreign:
            label = foreign[0]
            rule = {
                "id": "not-our-industry",
                "reason": f"None of our customers is in {label}",
                "when": {"industry": [label]},
            }
            yield rule, f"{everyone[label]:,} accounts, none of them a customer"


# Score and tiers ---------------------------------------------------------------------------------


def _scoring(data: dict[str, Any], starter: Starter, accounts: pa.Table) -> Iterator[str]:
    criteria, found = starter.criteria, starter.customers
    if starter.learned and found is not None:
        yield from _comment(
            f"Fit, 0 to 100, from the {found.accounts:,} customers found here: bands are their "
            "quartiles; points follow from how much more customers earn than all the others. Made "
            "from these customers, it flatters them: expect less of the next ones."
        )
    elif criteria:
        yield from _comment(
            "Fit, 0 to 100. No customers to learn from, so this is a first guess: change bands and "
            "points to what you would defend, or begin again with --customers."
        )
    else:
        yield from _comment(
            "Fit, 0 to 100. Nothing here tells companies apart: add your own criteria."
        )
    yield "[score]"
    missing = data["score"]["missing"]
    yield f"missing = {toml_value(missing)}  # what an unknown earns: this share of the best points"
    if not criteria:
        yield from _EXAMPLE
    for criterion in criteria:
        yield ""
        yield from _comment(f"{criterion.why}.")
        yield "[[score.criteria]]"
        yield f"id = {toml_value(criterion.id)}"
        yield "bands = ["
        for band in criterion.bands:
            points = criterion.points_of(band)
            yield f"  {{ when = {toml_value(band.when)}, points = {points} }},"
        yield "]"
        if criterion.column == "industry":
            yield from _labels_of_others(criterion, accounts)
        if criterion.column == "region":
            yield from _region_names(criterion)


def _region_names(criterion: ProfileCriterion) -> Iterator[str]:
    """What region codes stand for."""
    import pycountry

    codes = [code for band in criterion.bands for code in band.when["region"]]
    places = [(code, pycountry.subdivisions.get(code=code)) for code in codes]  # type: ignore[no-untyped-call]
    named = [f"{code} {place.name}" for code, place in places if place is not None]
    if named:
        yield from _comment(f"{', '.join(named)}.")


def _labels_of_others(criterion: ProfileCriterion, accounts: pa.Table) -> Iterator[str]:
    used = {label for band in criterion.bands for label in band.when["industry"]}
    counts = Counter(v for v in accounts["industry"].to_pylist() if v)
    others = [v for v, _ in sorted(counts.items(), key=lambda p: (-p[1], p[0])) if v not in used]
    if others:
        more = " · …" if len(others) > _MANY else ""
        yield from _comment(f"Others here: {' · '.join(others[:_MANY])}{more}")


def _tiering(data: dict[str, Any], starter: Starter) -> Iterator[str]:
    yield from _comment(
        "How closely each is worked: an account enters the first tier it meets that has room."
    )
    yield "[tier]"
    yield f"rank_by = {toml_value(data['tier']['rank_by'])}  # best first"
    yield '# within = "territory"  # counts capacity per territory'
    yield '# pins = "pins.csv"  # accounts named by hand: account, tier, by, why'
    for table, tier in zip(data["tier"]["tiers"], starter.tiers, strict=True):
        said = {
            "id": f"{tier.accounts:,} {'company' if tier.accounts == 1 else 'companies'}",
            "strategy": _TIER_WORDS[tier.id],
            "min_known": "the share of the points whose value must be known",
        }
        if starter.customers is not None and starter.customers.accounts:
            reach = starter.customers_reach[tier.id]
            said["id"] += (
                f"; {reach:,} of your {starter.customers.accounts:,} customers would rank here"
            )
        yield ""
        yield "[[tier.tiers]]"
        yield from with_comments(
            [(f"{key} = {toml_value(value)}", said.get(key, "")) for key, value in table.items()]
        )
