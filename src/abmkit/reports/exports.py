"""What a target makes of a list, in words: what stops it, what is to be known, what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.domain.recognition.people import Permission
from abmkit.exports.preflight import CLEAR, Left, Preflight
from abmkit.reports.words import Words


def reason(code: str, columns: Sequence[str], words: Words) -> str:
    """Why a row is left out, or may not be matched."""
    if code in ("none_of", "no_key"):
        return words(f"export.{code}", columns=words.either(list(columns)))
    return words(f"export.{code}", columns=" + ".join(columns))


def left_table(target: str, left: Sequence[Left], words: Words) -> pa.Table:
    """Rows with the reason beside each: target, account_id, name, reason."""
    return pa.table(
        {
            "target": strings(target for _ in left),
            "account_id": strings(each.account_id for each in left),
            "name": strings(each.name for each in left),
            "reason": strings(reason(each.code, each.columns, words) for each in left),
        }
    )


def held_table(found: Preflight, words: Words) -> pa.Table:
    """People who are in no file: target, row (of the file of people, from 1), account_id, name (of
    the account), reason. That they are held back must not be told by who they are."""
    held = found.held
    return pa.table(
        {
            "target": strings(found.target.name for _ in held),
            "row": strings(str(each.row) for each in held),
            "account_id": strings(each.account_id for each in held),
            "name": strings(each.name for each in held),
            "reason": strings(_why(each, found.target.purpose, words) for each in held),
        }
    )


def _why(each: Left, purpose: str, words: Words) -> str:
    told = words(f"consent.row_{each.code}", purpose=words(f"consent.for_{purpose}"))
    return told if each.day is None else words("consent.on", why=told, day=each.day)


def held_texts(found: Preflight, words: Words) -> list[str]:
    """How many people are in no file, by the reason."""
    purpose = words(f"consent.for_{found.target.purpose}")
    return [
        words(f"consent.held_{code}", count=count, purpose=purpose)
        for code, count in sorted(found.held_back.items(), key=lambda each: (-each[1], each[0]))
    ]


def consent_warnings(
    held: Sequence[Left], purpose: str, permission: Permission, words: Words
) -> Iterator[str]:
    """Where nobody could be in a file: no column asks, or only for something else."""
    unasked = sum(each.code == "unasked" for each in held)
    others = sum(each.code == "other_purpose" for each in held)
    if unasked and not permission.agreed:
        yield words("export.no_consent_column", people=unasked)
    elif others and not permission.agrees(purpose).any():
        said = [words(f"consent.for_{name}") for name in permission.agreed]
        wanted = words(f"consent.for_{purpose}")
        yield words("consent.only_for_others", people=others, said=said, wanted=wanted)


def stops(found: Preflight, words: Words, *, force: bool) -> Iterator[str]:
    """Why nothing is written."""
    if not found.rows and not any(part.name == CLEAR for part in found.parts):
        yield words("export.nothing")
    elif not force:
        yield from _limits(found, words)


def doubts(found: Preflight, words: Words, *, force: bool) -> Iterator[str]:
    """What is too little or too much for the target, perhaps, or by what is advised."""
    target, rows = found.target, found.rows
    if force:
        for text in _limits(found, words):
            yield words("export.forced", target=target.name, text=text)
    fewest, advised = target.rules.get("fewest_rows"), target.rules.get("advised_rows")
    told = {"target": target.name, "rows": rows}
    if fewest is not None and not fewest.sure and rows < fewest.value:
        yield words(
            "export.perhaps_too_few", least=fewest.value, source=fewest.source, read=fewest.read,
            **told,
        )  # fmt: skip
    if advised is not None and rows > advised.value:
        yield words(
            "export.advised", most=advised.value, source=advised.source, read=advised.read, **told
        )


def _limits(found: Preflight, words: Words) -> Iterator[str]:
    rules, rows = found.target.rules, found.rows
    fewest, total, widest = map(rules.get, ("fewest_rows", "total_rows", "most_columns"))
    if fewest is not None and fewest.sure and rows < fewest.value:
        yield words(
            "export.too_few", least=fewest.value, rows=rows, source=fewest.source, read=fewest.read
        )
    if total is not None and rows > total.value:
        yield words(
            "export.too_many", most=total.value, rows=rows, source=total.source, read=total.read
        )
    columns = max((part.table.num_columns for part in found.parts), default=0)
    if widest is not None and columns > widest.value:
        yield words(
            "export.too_wide", most=widest.value, columns=columns, source=widest.source,
            read=widest.read,
        )  # fmt: skip
