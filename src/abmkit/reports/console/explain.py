"""What `explain` says: why one account stands where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from abmkit.config.project import Config
from abmkit.config.sections.exclude import CHURN
from abmkit.reports.console.width import wrap
from abmkit.reports.reasons import fit_in_words
from abmkit.reports.words import Words
from abmkit.runs.explain import Explanation
from abmkit.schema.accounts import INTERVALS

# What goes without saying: it comes with the column that it belongs to.
_IMPLIED = {"name_key", *(f"{name}_{end}" for name in INTERVALS for end in ("min", "max"))}


def explanation_text(explanation: Explanation, words: Words) -> str:
    """The account's tier, group, fit and origin, in lines for a terminal."""
    config = explanation.config
    (row,) = fit_in_words(explanation.account, config.score, words).to_pylist()
    lines = [
        wrap(_title(row, words), hanging="  ", hyphens=True),
        "",
        *_standing(row, config, words),
        *_group(row, words),
        "",
        *_fit(row, words),
        *_churn(row, config, words),
        "",
        *_origin(row, explanation, words),
    ]
    if explanation.unread:
        lines += ["", wrap(words("explain.unread", columns=explanation.unread))]
    if explanation.config_changed:
        lines += ["", words("explain.config_changed")]
    return "\n".join(lines)


def _detail(text: str) -> str:
    return wrap(text, indent="  ", hanging="    ", hyphens=True)


def _title(row: dict[str, Any], words: Words) -> str:
    known = [row["account_id"], row.get("domain"), place_of(row, words)]
    name = row.get("name") or row["account_id"]
    shown = words("list.dot").join(each for each in known if each)
    return words("explain.title", name=name, known=shown)


def place_of(row: Mapping[str, Any], words: Words) -> str:
    """Where a company is: `Austin, US-TX, US`, `中国浙江杭州`; empty where nothing is known."""
    place = ""
    for column in ("city", "region", "country"):
        if not row.get(column):
            continue
        wide = words.cell(column, row[column])
        # 上海 is its own region.
        if not place.startswith(wide):
            place = words("value.place", narrow=place, wide=wide) if place else wide
    return place


def _standing(row: dict[str, Any], config: Config, words: Words) -> Iterator[str]:
    """The tier or the reasons for none."""
    if row["excluded"]:
        reasons = {rule.id: rule.reason for rule in config.exclude.rules}
        reasons |= {each.name: each.reason for each in config.suppress}
        reasons |= {CHURN: row.get("churn_reason") or ""}
        yield words("explain.excluded")
        for name in row["exclusions"]:
            yield _detail(words("explain.reason", rule=name, reason=reasons.get(name, "")))
    if row["tier"] is not None:
        within = config.tier.within
        value = row.get(within) if within else None
        yield words(
            "explain.tier",
            tier=row["tier"],
            strategy=words("explain.strategy", strategy=row["strategy"]) if row["strategy"] else "",
            rank=row["tier_rank"],
            place=words("explain.place", place=words.cell(str(within), value)) if value else "",
        )
    elif not row["excluded"]:
        yield words("explain.not_listed")
    if row["tier_reason"] and not (row["excluded"] and row["tier"] is None):
        yield _detail(row["tier_reason"])
    lacking = row["points_to_next_tier"]
    if lacking is not None:
        yield _detail(words("explain.to_next" if lacking else "explain.level", points=lacking))
    if row.get("tier_at_best"):
        yield _detail(words("explain.at_best", tier=row["tier_at_best"]))
    if row.get("cluster"):
        yield words("explain.cluster", cluster=row["cluster"])
        shares = (row.get("cluster_shares") or "").split(words("reason.separator"))
        yield from (_detail(each) for each in shares if each)


def _group(row: dict[str, Any], words: Words) -> list[str]:
    """The group that the account belongs to, and who is a customer there already."""
    top = row.get("ultimate_parent_id")
    if top is None:
        return []
    is_head = top == row["account_id"]
    place = words("explain.head") if is_head else words("explain.under", parent=top)
    parent = row.get("parent_account_id")
    through = words("explain.through", parent=parent) if parent not in (None, top) else ""
    totals = [words("explain.group_accounts", count=row["group_accounts"])]
    for name in INTERVALS:
        if (total := row.get(f"group_{name}")) is not None:
            totals.append(words("explain.group_total", total=total, column=name))
    lines = [
        "",
        wrap(words("explain.group", place=place, through=through), hanging="  ", hyphens=True),
        _detail(words("list.comma").join(totals)),
    ]
    if row.get("expand_from"):
        lines.append(_detail(words("explain.expand", companies=row["expand_from"])))
    return lines


def _fit(row: dict[str, Any], words: Words) -> list[str]:
    if row["fit_score"] is None:
        reasons = row["fit_reasons"] if "fit_card" in row else None
        return [words("explain.fit_unknown"), *([_detail(reasons)] if reasons else [])]
    between = ""
    if row["fit_low"] != row["fit_high"]:
        between = words("explain.between", low=row["fit_low"], high=row["fit_high"])
    head = words(
        "explain.fit", score=row["fit_score"], known=row["fit_known"] * 100, between=between
    )
    reasons = (row.get("fit_reasons") or "").split(words("reason.separator"))
    return [head, *(_detail(reason) for reason in reasons if reason)]


def _churn(row: dict[str, Any], config: Config, words: Words) -> list[str]:
    """How likely the account would leave, where the config and the run have a scorecard of that."""
    churn = config.exclude.churn
    if churn is None or "churn_probability" not in row:
        return []
    if (share := row["churn_probability"]) is None:
        return [wrap(words("churn.unknown", scorecard=churn.scorecard), hanging="  ")]
    most, outcome = churn.max_probability * 100, churn.outcome.name
    text = words("churn.likely", share=share, outcome=outcome, most=most)
    return [wrap(text, hanging="  ")]


def _origin(row: dict[str, Any], explanation: Explanation, words: Words) -> Iterator[str]:
    """Which record gave which fields."""
    if explanation.lacking is not None:
        yield wrap(words("explain.compact"))
        return
    records = explanation.records
    yield words("explain.origin", count=len(records))
    for record in records:
        yield _detail(
            words(
                "explain.record",
                source=record["source"],
                row=record["source_row"],
                gave=_given(record, row, alone=len(records) == 1, words=words),
            )
        )
        if record.get("evidence"):
            yield _detail(words("explain.merged", evidence=record["evidence"]))
        if record.get("overruled"):
            yield _detail(words("explain.overruled", columns=record["overruled"]))
    if row.get("other_domains"):
        yield _detail(words("explain.domains", domains=row["other_domains"]))
    if row.get("aliases"):
        yield _detail(words("explain.aliases", names=row["aliases"]))


def _given(record: dict[str, Any], row: dict[str, Any], *, alone: bool, words: Words) -> str:
    """What a record gave to its account."""
    if record.get("company_id") not in (None, row["account_id"]):
        return words("explain.part", company=record["company_id"])
    if record["fields"] is None and alone:
        return words("explain.everything")
    shown = [name for name in record["fields"] or () if name not in _IMPLIED]
    return words("list.comma").join(shown) or words("explain.nothing")
