"""Slips of the pen in TOML, each with a sentence that says what to write."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from abmkit.config.figures import figure
from abmkit.config.writing import toml_key, toml_value
from abmkit.errors import Message

_CURLY = "“”„‟‘’‚‛«»「」『』＂＇"
_WIDE = dict(zip("＝，、：；。［］【】｛｝＃（）＜＞", "=,,:;.[][]{}#()<>", strict=True))
_SPACES = {
    "\u00a0": "a no-break space", "\u3000": "a wide space", "\u200b": "an invisible sign",
    "\ufeff": "an invisible sign", "\u2009": "a thin space", "\u202f": "a thin space",
}  # fmt: skip
_TRUTHS = {
    **dict.fromkeys(("yes", "on", "true", "y", "是"), "true"),
    **dict.fromkeys(("no", "off", "false", "n", "否"), "false"),
}
_NOTHING = ("none", "null", "nil", "nan", "na", "undefined", "~")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')
_ROOM = re.compile(r"^[\w-]+\s*:(?:\s|$)")


@dataclass(frozen=True)
class Slip:
    """Where TOML ceased to be TOML."""

    text: str
    """The whole config."""
    message: str
    """What the parser says, in lower case."""
    number: int
    """The line, from 1."""
    column: int
    """The sign in it, from 1."""

    @property
    def line(self) -> str:
        """The line that it is in."""
        lines = self.text.splitlines()
        return lines[self.number - 1] if self.number <= len(lines) else ""

    @property
    def before(self) -> str:
        """What stands in the line before it."""
        return self.line[: self.column - 1]

    @property
    def rest(self) -> str:
        """What stands in the line from there on."""
        return self.line[self.column - 1 :].strip()

    @property
    def bare(self) -> str:
        """The line without its quoted texts and its comment."""
        return _QUOTED.sub('""', self.line).partition("#")[0]

    @property
    def key(self) -> str:
        """The key that the line gives a value."""
        return self.line.partition("=")[0].strip()

    @property
    def value(self) -> str:
        """What is written for a value, up to what ends it."""
        text = self.rest if "value" in self.message.lower() else self.line.partition("=")[2]
        return re.split(r"\s+#|[\]}]|,(?!\d)", text.strip())[0].strip()


def whole(text: str) -> Message | None:
    """What a file is that is no TOML at all; None where it may be."""
    lines = [line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    if not lines:
        return Message("is empty; `abmkit init` makes one that runs")
    first = lines[0].lstrip()
    if first[0] == "{" or (first[0] == "[" and _is_json(text)):
        return Message("is JSON, not TOML; write a key a line, such as version = 1")
    rooms = [line for line in lines if _ROOM.match(line.strip().removeprefix("- "))]
    if lines[0].strip() == "---" or (len(rooms) > 1 and len(rooms) * 2 > len(lines)):
        return Message("is YAML, not TOML; write a key a line, such as version = 1")
    if "," in lines[0] and not any("=" in line or line.startswith("[") for line in lines):
        return Message("is a table, not a config; name it as a path in [[sources]]")
    return None


def _is_json(text: str) -> bool:
    with suppress(ValueError):
        json.loads(text)
        return True
    return False


def sentence(slip: Slip) -> Message:
    """What is wrong, and what to write."""
    for rule in _RULES:
        if (said := rule(slip)) is not None:
            return said
    return Message("no valid TOML: {message}", message=slip.message)


def not_text(data: bytes) -> Message:
    """What bytes are that are no UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:400:2] + data[1:400:2]:
        if data.startswith((b"PK", b"\xd0\xcf")):
            return Message("is a workbook or an archive, not a config")
        return Message("is UTF-16, not UTF-8; save it as UTF-8")
    with suppress(UnicodeDecodeError):
        if re.search("[\u4e00-\u9fff]{2}", data.decode("gb18030")):
            return Message("is in GBK, not UTF-8; save it as UTF-8")
    return Message("is not UTF-8; save it as UTF-8")


# The rules, tried in this order -------------------------------------------------------------------


def _signs(slip: Slip) -> Message | None:
    """Quotes, signs and spaces that only look like those of TOML."""
    for sign in slip.bare:
        if sign in _CURLY:
            return Message('{sign} is no quote of TOML; use straight ones: " … "', sign=sign)
        if sign == "：" and "=" not in slip.bare:
            return Message("write = for ：")
        if sign in _WIDE:
            return Message(
                "{sign} is a full-width sign; type {plain}", sign=sign, plain=_WIDE[sign]
            )
        if sign in _SPACES:
            return Message(
                "{space} (U+{code:04X}) stands in this line; type it anew",
                space=Message(_SPACES[sign]),
                code=ord(sign),
            )
    return None


def _fence(slip: Slip) -> Message | None:
    line = slip.line.strip()
    if line.startswith("```"):
        return Message("``` is no TOML; remove the line")
    if line.startswith(("//", "--", "/*", ";", "%")) or re.match(r"(?:--|//|;\s*\S)", slip.rest):
        return Message("a comment begins with #")
    return None


def _backslash(slip: Slip) -> Message | None:
    if "\\" not in slip.line or not re.search(r"unescaped|hex|escape", slip.message):
        return None
    found = re.search(r'"([^"]*\\[^"]*)"', slip.line)
    path = found[1] if found else r"C:\data\x.csv"
    return Message(
        "\\ in double quotes has a meaning of its own; use single quotes: '{path}'", path=path
    )


def _header(slip: Slip) -> Message | None:
    bare = slip.bare.strip()
    name = slip.line.partition("#")[0].strip().strip("[]").strip()
    if found := re.fullmatch(r"[\w.-]+(\]+)", bare):
        closing = found[1]
        return Message(
            "a bracket is missing; write {header}",
            header=f"{'[' * len(closing)}{name}{closing}",
        )
    if not bare.startswith("[") or "=" in bare:
        return None
    if re.match(r"\[\[\[|.*\]\]\]$", bare):
        return Message("a bracket too many; write [[{name}]]", name=name)
    if "invalid value" in slip.message and re.fullmatch(r"\[+[\w.-]+\]+", bare):
        return Message("] is missing: a list above is not closed")
    if "twice" in slip.message or "overwrite" in slip.message:
        return _twice(slip, name, "[[" if bare.startswith("[[") else "[")
    if bare.startswith("[[") != bare.endswith("]]") or not bare.endswith("]"):
        double = bare.startswith("[[") or bare.endswith("]]")
        header = f"[[{name}]]" if double else f"[{name}]"
        return Message("a bracket is missing; write {header}", header=header)
    if re.search(r"[^\w.\-\"' ]|\s", name) or not name.isascii():
        parts = ".".join(toml_key(part.strip()) for part in name.split("."))
        marks = ("[[", "]]") if bare.startswith("[[") else ("[", "]")
        return Message(
            "a name with spaces or signs needs quotes; write {header}",
            header=f"{marks[0]}{parts}{marks[1]}",
        )
    return None


def _twice(slip: Slip, name: str, opening: str) -> Message:
    pattern = re.compile(rf"^\s*\[+\s*{re.escape(name)}\s*\]+")
    lines = slip.text.splitlines()[: slip.number - 1]
    first = next((n for n, line in enumerate(lines, start=1) if pattern.match(line)), None)
    where = Message(", first in line {first}", first=first) if first else ""
    if opening == "[[" or (first and lines[first - 1].lstrip().startswith("[[")):
        return Message(
            "[{name}] and [[{name}]] both stand here{where_}; write [[{name}]] each time",
            name=name,
            where_=where,
        )
    return Message(
        "[{name}] stands twice{where_}; put all its keys under one", name=name, where_=where
    )


def _double_key(slip: Slip) -> Message | None:
    if "overwrite" not in slip.message and "duplicate" not in slip.message:
        return None
    key = slip.key
    lines = slip.text.splitlines()[: slip.number - 1]
    for number in range(len(lines), 0, -1):
        if lines[number - 1].partition("=")[0].strip() == key:
            return Message(
                "{key} stands twice, first in line {number}; keep one", key=key, number=number
            )
        if lines[number - 1].lstrip().startswith("["):
            break
    return Message("a key stands twice in one table; keep one")


def _operator(slip: Slip) -> Message | None:
    bare = slip.bare
    found = re.search(r"(=>|:=|==|>=|<=|≥|≤|!=|<>|>|<)", bare)
    if found and found[1] in ("=>", "==", ":="):
        return Message("write = for {found}", found=found[1])
    if found:
        meant = {
            ">": "above",
            ">=": "at_least",
            "≥": "at_least",
            "<": "below",
            "<=": "at_most",
            "≤": "at_most",
        }
        test = meant.get(found[1], "not_in")
        key = re.findall(r"[\w-]+", bare[: found.start()])
        value = "[…]" if test == "not_in" else "10"
        column = key[-1] if key else "employees"
        return Message(
            "{found} is no TOML; write {column} = {{ {test} = {value} }}",
            found=found[1],
            column=column,
            test=test,
            value=value,
        )
    if slip.rest.startswith(":") or re.match(r"\s*[\w-]+\s*:", bare):
        return Message("write = for :")
    return None


def _chinese_key(slip: Slip) -> Message | None:
    if "value" in slip.message and "key/value" not in slip.message:
        return None
    at = slip.rest if "key part" in slip.message else slip.line.strip()
    found = re.match(r"[^\s=,{}\[\]\"']+", at)
    if found and not found[0].isascii():
        key = found[0].rpartition(".")[2]
        return Message('put the Chinese key in quotes: "{key}" = …', key=key)
    return None


def _over_lines(slip: Slip) -> Message | None:
    """Inline tables over lines, or not closed; commas within."""
    bare = slip.bare
    if re.search(r",\s*\}", bare) and slip.rest.startswith("}"):
        return Message("a comma too many before }")
    if bare.count("{") > bare.count("}"):
        later = "\n".join(slip.text.splitlines()[slip.number :])
        closed = re.match(r"[^\[]*?\}", _QUOTED.sub('""', later).partition("\n[")[0] + "\n", re.S)
        if closed:
            return Message("an inline table { … } has to stay on one line")
        return Message("} is missing")
    if "inline table" in slip.message and slip.rest:
        return Message("a comma is missing before {word}", word=_word(slip.rest))
    return None


def _list(slip: Slip) -> Message | None:
    if re.search(r",\s*,", slip.bare):
        return Message("two commas side by side; one is enough")
    if "array" not in slip.message or "declaration" in slip.message:
        return None
    if slip.rest.startswith("}"):
        return Message("] is missing before }")
    if slip.rest and not slip.rest.startswith("[") and not re.match(r"[\w\"'.-]+\s*=", slip.rest):
        return Message("a comma is missing before {word}", word=_word(slip.rest))
    return Message("] is missing: a list is not closed")


def _word(text: str) -> str:
    found = re.match(r'"[^"]*"?|\'[^\']*\'?|[^\s,=\]}]+', text)
    return found[0] if found else text[:20]


def _number_like(line: str) -> re.Match[str] | None:
    # A number with a unit, with commas or with blanks within it, where a value stands.
    return re.search(
        r"=\s*([+-]?\d[\d.,]*(?:\s\d{3})*)\s?(%|[kKmMbB]n?\b|[^\W\d_]{1,8}\b)?\s*(?=[,}\]#]|$)",
        line,
    )


def _number(slip: Slip) -> Message | None:
    if "date" in slip.message or re.search(r"=\s*\d+[-/.]\d+[-/.]", slip.bare):
        return None
    found = _number_like(slip.bare)
    text = found[0][1:].strip(" ,") if found else ""
    plain = re.fullmatch(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?", text)
    if (
        not found
        or plain
        or ("," not in text and not found[2] and " " not in text and text[0] != "0")
    ):
        return None
    if found[2] == "%":
        return Message(
            "{text} is no number of TOML; write {found}, or 0.{found:0>2} for a share",
            text=text,
            found=found[1],
        )
    read = figure(text)
    meant = toml_value(read) if read is not None else "50_000_000"
    return Message("{text} is no number of TOML; write {meant}", text=text, meant=meant)


def _date(slip: Slip) -> Message | None:
    found = re.search(r"=\s*(\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?)", slip.bare)
    iso = re.search(r"=\s*(\d{4}-\d{2}-\d{2})\s*(?:#|$)", slip.bare)
    if iso:
        return Message("there is no day {iso}", iso=iso[1])
    if found or re.search(r"date", slip.message, re.I):
        return Message("a date is written 2024-02-01, without quotes")
    return None


def _value(slip: Slip) -> Message | None:
    """What stands where a value should."""
    if "value" not in slip.message or "key/value" in slip.message:
        return None
    word = slip.value
    if re.match(r"[\w\"-]+\s*=\s*\S", slip.rest):
        return Message("{{ is missing before {word}", word=_word(slip.rest))
    if not word:
        return Message("a value is missing after =")
    if word.casefold() in _TRUTHS:
        return Message("write {truth}, not {word}", truth=_TRUTHS[word.casefold()], word=word)
    if word.casefold() in _NOTHING:
        return Message("TOML has no {word}; leave the line out", word=word)
    text = word.strip("\"'")
    written = f"'{text}'" if "\\" in text else toml_value(text)
    return Message("text needs quotes: {written}", written=written)


def _two_quotes(slip: Slip) -> Message | None:
    found = re.search(r'(?<!")""(?=\w)|(?<=\w)""(?!")', slip.line)
    return Message("two quotes side by side; one is enough") if found else None


def _unclosed(slip: Slip) -> Message | None:
    broken = "illegal character" in slip.message or "unterminated" in slip.message
    if broken and re.search("[\"']", slip.line):
        return Message("a text is not closed; put a quote at its end, the same as at its beginning")
    return None


def _after(slip: Slip) -> Message | None:
    """What stands behind a value."""
    if "after a statement" not in slip.message:
        return None
    if slip.rest[:1] in (",", ";"):
        return Message("no {rest} at the end of a line", rest=slip.rest[0])
    if re.match(r"[\w\"'.-]+\s*=", slip.rest):
        return Message("a line has one key; begin a new line before {word}", word=_word(slip.rest))
    return Message(
        "{rest!r} stands behind the value; text needs quotes, a comment #", rest=slip.rest
    )


def _no_equals(slip: Slip) -> Message | None:
    if "expected '='" in slip.message:
        words = re.findall(r"[\w\"-]+", slip.before)
        return Message("= is missing behind {key}", key=words[-1] if words else Message("the key"))
    return None


_RULES: tuple[Callable[[Slip], Message | None], ...] = (
    _fence, _signs, _two_quotes, _backslash, _header, _double_key, _number, _date, _operator,
    _chinese_key, _over_lines, _list, _value, _unclosed, _after, _no_equals,
)  # fmt: skip
