"""Which encoding bytes are in, and their text, also where lines are in another one.

Candidates are weighed by what a company directory would hold: characters that are common in the
language an encoding was made for. charset-normalizer decides where that says nothing.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from abmkit.io.text.dialects import mojibake

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WEIGHED_BYTES = 200_000
_LEAST_SCORE = 0.62
_MOST_ERRORS = 0.01
# The commonest characters of running text and of company names.
_USUAL = {
    "gb18030": "的一是不在人有中国大公司限科技股份集团责任"
    "北京上海广州深圳电子信息网络贸易实业发展工业制造服务",
    "cp950": "的一是不在人有中國大公司限科技股份集團責任"
    "臺台北高雄市區路號電子資訊網路貿易實業發展工業製造",
    "cp932": "のにをはがとでた年日株式会社市県東京都大阪",
    "euc_jp": "のにをはがとでた年日株式会社市県東京都大阪",
    "cp949": "이다는을가의에하고지도한사기로인대어시자일정부보아수나리서해제전과주식회",
}
_WESTERN = frozenset("éèêëàâäáãåæçñöóôõøüúûùíìîïßÿœÉÈÊÀÂÄÁÃÅÆÇÑÖÓÔÕØÜÚÛÍÎ’‘“”–—…•€£©®°«»´·ºª§ ²™")
_CENTRAL = frozenset(
    "áéíóúýöüäôßąćęłńśźżĄĆĘŁŃŚŹŻčďěňřšťůžČĎĚŇŘŠŤŮŽőűŐŰăâîşţŞŢľĺŕĽđĐÁÉÍÓÚÝÖÜÄ’‘“”„–—…•€§° "
)
_TURKISH = _WESTERN | frozenset("ğıİşŞĞ")
_SINGLE: tuple[tuple[str, frozenset[str]], ...] = (
    ("cp1252", _WESTERN),
    ("cp1250", _CENTRAL),
    ("iso8859_2", _CENTRAL),
    ("cp1254", _TURKISH),
)
_LATINS = frozenset({name for name, _ in _SINGLE} | {"latin_1", "iso8859-1", "iso8859-15"})
# That of DOS and of Windows' command line. Its letters are signs elsewhere, which within words of
# small letters are none.
_OF_DOS = "cp850"
_WITHIN_A_WORD = re.compile(
    "(?<=[a-z])[^\x00-\x7f](?![^\x00-\x7f])|(?<=[A-Za-z])[^\x00-\x7f](?=[a-z])"
)
_JOINING = "’–—"
_NO_LETTER = re.compile("[A-Za-z][\ufffd‚ƒ„†‡ˆ‰‹‘“”•˜›¡¢£¤¥¦§¨©«¬¯±¶¸»¼½¾\xa0][a-z]")
_CYRILLIC = ("cp1251", "koi8_r", "iso8859_5", "cp866")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a text by Python's name, and that of lines which are not in it."""

    name: str
    fallback: str | None = None
    mark: bytes = b""
    """The byte order mark it begins with."""

    @property
    def unicode(self) -> bool:
        """Whether characters take two or four bytes each."""
        return self.name.startswith(("utf-16", "utf-32"))


@dataclass
class Decoded:
    """A text, the lines in it (0-based) that were in another encoding, and those in none."""

    text: str
    other: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    mended: dict[int, str] = field(default_factory=dict)
    """What was done to lines that went through another encoding before."""


def detect(sample: bytes) -> Encoding:
    """The encoding of whole lines of a text."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Encoding(name, mark=mark)
    wide = _wide(sample)
    if wide is not None:
        return Encoding(wide)
    try:
        sample.decode("utf-8")
        return Encoding("utf-8")
    except UnicodeDecodeError:
        pass
    lines = [line for line in sample.splitlines() if not line.isascii()]
    invalid = [line for line in lines if not _is_valid(line, "utf-8")]
    other = legacy(invalid)
    # Bytes that are UTF-8 hardly are anything else, however few the lines are that hold them.
    mixed = any(is_meant(line, other) for line in lines if _is_valid(line, "utf-8"))
    return Encoding("utf-8", other) if mixed else Encoding(other, "utf-8")


def is_meant(line: bytes, other: str) -> bool:
    """Whether a line that is valid UTF-8 is meant to be, and not only by chance in the other."""
    text = line.decode()
    runs = re.findall("[^\x00-\x7f]+", text)
    if other in _USUAL:
        # Two of its characters make the three bytes of one in UTF-8, if hardly common ones.
        common = [char for char in text if char >= "\u2e80"]
        known = sum(any(char in _level_one(name) for name in _USUAL) for char in common)
        if common:
            return 2 * known >= len(common)
        return re.search("[A-Za-z][\u00c0-\u017f]|[\u00c0-\u017f][A-Za-z]", text) is not None
    return any(mojibake.plausible(run) for run in runs)


def legacy(lines: Sequence[bytes]) -> str:
    """The encoding of lines that are not Unicode."""
    data = b"\n".join(lines)[:_WEIGHED_BYTES]
    data = data.rpartition(b"\n")[0] or data
    found = [(score, name) for name in _USUAL if (score := _asian(data, name)) >= _LEAST_SCORE]
    if found:
        return max(found, key=lambda item: item[0])[1]
    single = _single_byte(data)
    return single or _by_library(data)


def decode(data: bytes, encoding: Encoding) -> Decoded:
    """The text of whole lines; a line in another encoding is read in that one.

    A line that is in no encoding at all keeps U+FFFD for what cannot be read, and is named.
    """
    text = strict(data, encoding)
    if text is not None:
        return Decoded(text)
    if encoding.unicode:
        return _by_units(data, encoding)
    found = Decoded("")
    parts: list[str] = []
    names = [name for name in ("utf-8", encoding.name, encoding.fallback) if name]
    latin = encoding.fallback if encoding.name == "utf-8" else encoding.name
    for at, line in enumerate(data.splitlines(keepends=True)):
        if latin in _LATINS and not line.isascii():
            parts.append(_of_both(line, latin))
            if encoding.name == "utf-8" and _is_valid(line, "utf-8"):
                continue
            if parts[-1] != line.decode(encoding.name, errors="replace"):
                found.other.append(at)
            continue
        for name in dict.fromkeys([encoding.name, *names]):
            asian = encoding.fallback if encoding.fallback in _USUAL else None
            by_chance = name == "utf-8" and asian is not None and not line.isascii()
            if _is_valid(line, name) and not (by_chance and not is_meant(line, asian or "")):
                parts.append(line.decode(name))
                if name != encoding.name:
                    found.other.append(at)
                break
        else:
            guess = legacy([line]) if encoding.fallback is None else None
            if guess is not None and _is_valid(line, guess):
                parts.append(line.decode(guess))
                found.other.append(at)
            else:
                parts.append(line.decode(encoding.name, errors="replace"))
                found.broken.append(at)
    found.text = "".join(parts)
    return found


def strict(data: bytes, encoding: Encoding) -> str | None:
    """The text of lines that all are in their encoding; None where some are in another."""
    if encoding.name in _LATINS and mojibake.UTF8.search(data):
        # Any byte is a letter there: what UTF-8 would make of several tells.
        found = (run[0] for run in mojibake.UTF8.finditer(data))
        if any(mojibake.plausible(run.decode(errors="replace")) for run in found):
            return None
    try:
        return data.decode(encoding.name)
    except UnicodeDecodeError:
        return None


def _of_both(line: bytes, latin: str) -> str:
    """A line in which UTF-8 stands beside another encoding of Latin letters."""
    parts: list[str] = []
    at = 0
    for found in mojibake.UTF8.finditer(line):
        text = found[0].decode(errors="replace")
        if mojibake.plausible(text):
            parts += line[at : found.start()].decode(latin, errors="replace"), text
            at = found.end()
    return "".join([*parts, line[at:].decode(latin, errors="replace")])


def mended(found: Decoded) -> Decoded:
    """The text with letters that went through a wrong encoding before as they were meant."""
    if not mojibake.may_be(found.text):
        return found
    lines = list(io.StringIO(found.text, newline=""))
    for at, line in enumerate(lines):
        lines[at], reason = mojibake.mended(line)
        if reason is not None:
            found.mended[at] = reason
    found.text = "".join(lines)
    return found


def _by_units(data: bytes, encoding: Encoding) -> Decoded:
    text = data.decode(encoding.name, errors="replace")
    lines = text.split("\n")
    return Decoded(text, broken=[at for at, line in enumerate(lines) if "\ufffd" in line])


def _is_valid(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without its mark, told by the zero bytes of ASCII characters."""
    if len(sample) < 4 or b"\0" not in sample:
        return None
    zeros = [sample[at::4].count(0) for at in range(4)]
    quarter = len(sample) // 4
    if zeros[2] + zeros[3] > 1.9 * quarter and zeros[1] > 0.5 * quarter > zeros[0]:
        return "utf-32-le"
    if zeros[0] + zeros[1] > 1.9 * quarter and zeros[2] > 0.5 * quarter > zeros[3]:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    least = max(2, len(sample) // 100)
    whole = sample[: len(sample) // 2 * 2]
    name = None
    if odd >= least and odd > 20 * even:
        name = "utf-16-le"
    elif even >= least and even > 20 * odd:
        name = "utf-16-be"
    if name is None or not _is_valid(whole, name):
        return None
    few = odd + even < len(sample) // 20
    return None if few and _has_stray_zeros(whole, name) else name


def _has_stray_zeros(sample: bytes, wide: str) -> bool:
    """Whether it is another encoding with stray zero bytes: UTF-8, or one whose lines don't end."""
    text = sample.replace(b"\0", b"")
    # The sample may end within a character.
    if any(_is_valid(text[: len(text) - cut], "utf-8") for cut in range(4)):
        return True
    decoded = sample.decode(wide)
    return not ("\n" in decoded or "\r" in decoded) and (b"\n" in sample or b"\r" in sample)


@cache
def _level_one(name: str) -> frozenset[str]:
    """The characters that an encoding's makers put first because they are common."""
    rows: dict[str, tuple[str, Iterable[int], Iterable[int]]] = {
        "gb18030": ("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)),
        "cp950": ("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)]),
        "cp932": ("euc_jp", [0xA4, 0xA5, *range(0xB0, 0xD0)], range(0xA1, 0xFF)),
        "euc_jp": ("euc_jp", [0xA4, 0xA5, *range(0xB0, 0xD0)], range(0xA1, 0xFF)),
        "cp949": ("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF)),
    }
    codec, leads, trails = rows[name]
    trails = list(trails)
    pairs = (bytes((lead, trail)) for lead in leads for trail in trails)
    return frozenset(pair.decode(codec, errors="ignore") for pair in pairs) - {""}


def _asian(data: bytes, name: str) -> float:
    """How much bytes look like text in an East Asian encoding, 0 to some 1.5."""
    text = data.decode(name, errors="replace")
    wide = [char for char in text if char > "\x7f"]
    if not wide:
        return 0.0
    errors = text.count("\ufffd")
    if errors > _MOST_ERRORS * len(wide):
        return 0.0
    # `O’Brien` is no `O達rien`: what stands alone within a Latin word is a letter or a sign of it.
    if 2 * len(_WITHIN_A_WORD.findall(text)) > len(wide):
        return 0.0
    common, usual = _level_one(name), frozenset(_USUAL[name])
    kana = sum("\u3040" <= char <= "\u30ff" for char in wide)
    marks = sum("\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e" for char in wide)
    letters = max(len(wide) - marks, 1)
    first = sum(char in common for char in wide)
    known = sum(char in usual for char in wide)
    score = (first + 0.8 * marks) / len(wide) + 0.5 * known / letters
    if name in ("gb18030", "cp950"):
        # The same bytes are kana in EUC-JP, where they make sense.
        score -= kana / letters
    elif name in ("cp932", "euc_jp") and not kana:
        score -= 0.15
    return score


def _single_byte(data: bytes) -> str | None:
    """The encoding of one byte a character that gives the likeliest letters; None for no winner."""
    high = sum(byte > 0x7F for byte in data)
    best, most = None, 0.3 * high
    for name, usual in _SINGLE:
        score = _latin(data.decode(name, errors="replace"), usual)
        # The first are the commoner: another has to be better by more than chance.
        if score > 1.03 * most:
            best, most = name, score
    if best in (None, *_LATINS) and _NO_LETTER.search(data.decode("cp1252", errors="replace")):
        score = _latin(data.decode(_OF_DOS), _WESTERN)
        if score > 1.03 * most:
            best, most = _OF_DOS, score
    for name in _CYRILLIC:
        score = _cyrillic(data.decode(name, errors="replace"))
        if score > most:
            best, most = name, score
    return best


def _latin(text: str, usual: frozenset[str]) -> float:
    score = 0.0
    for at, char in enumerate(text):
        if char <= "\x7f":
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if char in usual:
            between = before.isalpha() and after.isalpha()
            score += 1.0 if char.isalpha() or char in _JOINING or not between else 0.0
            # Capitals do not stand within small letters.
            score -= 1.5 if char.isupper() and before.islower() else 0.0
            # Nor do words of a Latin script consist of marked letters only.
            score -= 0.7 if before > "\x7f" and after > "\x7f" else 0.0
        elif char == "\ufffd" or not char.isprintable():
            score -= 3.0
        else:
            score -= 0.5 if char.isalpha() else 1.0
    return score


def _cyrillic(text: str) -> float:
    score = 0.0
    for at, char in enumerate(text):
        if char <= "\x7f":
            continue
        before = text[at - 1 : at]
        if "\u0410" <= char <= "\u044f" or char in "ёЁіїєґІЇЄҐ":
            score += 1.0
            score -= 1.5 if char.isupper() and before.islower() else 0.0
            beside = before + text[at + 1 : at + 2]
            score -= 1.0 if any(c.isalpha() and c <= "\x7f" for c in beside) else 0.0
        elif char == "\ufffd" or not char.isprintable():
            score -= 3.0
        else:
            score -= 0.5 if char in "«»№—–“”„" else 1.0
    return score


def _by_library(data: bytes) -> str:
    from charset_normalizer import from_bytes

    found: Callable[..., object] = from_bytes
    best = found(data).best()  # type: ignore[attr-defined]
    return best.encoding if best is not None else "cp1252"
