"""Write `report.html`: one file with everything in it, which asks for nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, BinaryIO

from abmkit.reports.html.accounts import SHOWN, accounts_data, choices, listed, row_fields
from abmkit.reports.html.charts import outcome_sections, scores_section
from abmkit.reports.html.known import completeness_section, overlap_section
from abmkit.reports.html.plain import as_script_data, plain
from abmkit.reports.html.sections import (
    changes_section,
    customers_section,
    exclusions_section,
    funnel_section,
    tiers_section,
)
from abmkit.reports.html.tables import Section
from abmkit.reports.words import Words
from abmkit.runs.result import Run

_CHOSEN_BY = ("tier", "owner", "territory", "segment", "industry", "change")
_MOST_CHOICES = 200
_ROWS = (50, 200, 1_000)


def write_page(file: BinaryIO, run: Run, words: Words, *, most: int = SHOWN) -> None:
    """Write the page of a run, with the first `most` accounts of its list.

    The same run gives the same bytes. No column about people is on it but who owns an account.
    """
    accounts = listed(run.target_accounts, most)
    data = accounts_data(accounts, run, words)
    count = run.funnel.count("target_accounts")
    style, script = _asset("page.css"), _asset("page.js")
    page = _template().render(
        words=words,
        language=words("page.language"),
        name=run.project.config.name,
        lines=[_headline(run, words), words("summary.as_of", as_of=run.as_of)],
        sections=[*_sections(run, words)],
        rows=row_fields(data) if accounts.num_rows else [],
        choices=choices(data, *_CHOSEN_BY, most=_MOST_CHOICES),
        sizes=_ROWS,
        cut=words("page.cut", shown=most, count=count) if count > most else None,
        policy=_policy(style, script),
        style=style,
        script=script,
        data=as_script_data({**data, "language": words("page.language"), "words": _said(words)}),
    )
    file.write(page.encode("utf-8"))


def _headline(run: Run, words: Words) -> str:
    tiers = run.funnel.tiers
    told = [words("summary.tier", tier=tier.id, count=tier.count) for tier in tiers]
    sentence = "summary.accounts_by_tier" if len(tiers) > 1 else "summary.accounts"
    return words(sentence, count=run.funnel.count("target_accounts"), tiers=told)


def _sections(run: Run, words: Words) -> Iterator[Section]:
    """The parts that have something to tell."""
    first = (funnel_section, tiers_section, scores_section, changes_section, customers_section)
    for made in (each(run, words) for each in first):
        if made is not None:
            yield made
    yield from outcome_sections(run, words)
    for made in (
        each(run, words) for each in (exclusions_section, completeness_section, overlap_section)
    ):
        if made is not None:
            yield made


def _said(words: Words) -> dict[str, str]:
    """What the script says; it puts in itself what stands in braces."""
    told = {
        "shown": words("page.shown", shown="{shown}", of="{of}"),
        "span": words("page.span", first="{first}", last="{last}"),
        "open": words("page.open", name="{name}"),
        "comma": words("list.comma"),
        "nothing": words("page.nothing"),
        "none": words("page.none"),
        "points": words("page.points_table"),
        "criterion": words("page.criterion"),
        "facts": words("page.facts"),
        "earned": words("page.earned"),
        "best": words("page.best"),
        "sum": words("page.sum"),
        "unknown": words("page.unknown"),
        "standing": words("page.standing"),
        "about": words("page.about"),
        "isUnknown": words("page.is_unknown"),
        "origin": words("page.origin"),
    }
    return {name: plain(text) for name, text in told.items()}


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """What the page may do: run this script in this style, and nothing else."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    # What a person or a source wrote is escaped everywhere, but in the files of our own.
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string(_asset("page.html.j2"))
