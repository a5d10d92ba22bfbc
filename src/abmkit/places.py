"""Where tables are: files, and what is reached by a URL, which is never shown with its secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

STORES = ("s3", "gs", "az")
"""Object stores: bucket and key are written as they are."""
WEB = ("https", "http")
WAREHOUSES = ("postgresql", "postgres")
"""Databases: the table is named after `#`, as in `postgresql://host/database#schema.table`."""
SCHEMES = ("s3", "gs", "az", "https", "postgresql")
"""What a URL may begin with, as it is told."""
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_URL_IN_TEXT = re.compile(rf"{_URL.pattern}[^\s'\"<>]*[^\s'\"<>:;,.]")
_PATTERN = re.compile(r"[*?\[]")
_HOST = re.compile(r"([^:\[\]]*|\[[^\]]*\])(:[0-9]*)?")
_SECRET = re.compile(
    r"(?i)(.*[-_.])?(sig|signature|token|secret|password|passwd)|(api|access)?[-_.]?key"
)


@dataclass(frozen=True)
class Remote:
    """A table that is reached by its URL.

    As text it is what may be shown: without user, password and query, in which signatures are.
    """

    url: str = field(repr=False)
    query: str | None = None
    """The SQL of the rows that are meant, where they are no table of a warehouse."""

    def __str__(self) -> str:
        if self.is_broken:
            return f"{self.scheme}://…"
        if self.scheme in STORES:
            return f"{self.scheme}://{self.path}"
        host = self._parts.netloc.rpartition("@")[2]
        table = f"#{self.table}" if self.table else ""
        hidden = "?…" if self._parts.query and self.is_web else ""
        return f"{self.scheme}://{host}{self._parts.path}{hidden}{table}"

    @property
    def is_broken(self) -> bool:
        """Whether it cannot be told apart what is the server, and what perhaps a password."""
        if self.scheme in STORES:
            return bool(re.search("[@:]", self.path.partition("/")[0]))
        hosts = self._parts.netloc.rpartition("@")[2].split(",")
        return not all(_HOST.fullmatch(each) for each in hosts)

    @property
    def scheme(self) -> str:
        """What stands before `://`, in lower case."""
        return self.url.partition("://")[0].lower()

    @property
    def is_web(self) -> bool:
        """Whether it is fetched from a web server."""
        return self.scheme in WEB

    @property
    def is_warehouse(self) -> bool:
        """Whether it is a database, whose tables have no format of their own."""
        return self.scheme in WAREHOUSES

    @property
    def path(self) -> str:
        """What a store or server calls it: `bucket/key` of a store."""
        if self.scheme in STORES:
            return self.url.partition("://")[2]
        return unquote(self._parts.path)

    @property
    def table(self) -> str:
        """The table of a warehouse, `schema.table` or `table`; empty where none is named."""
        return unquote(self._parts.fragment) if self.is_warehouse else ""

    @property
    def name(self) -> str:
        """The name of the file or table."""
        whole = self.table.rpartition(".")[2] if self.is_warehouse else self.path
        return PurePosixPath(whole).name

    @property
    def stem(self) -> str:
        """Its name without the suffix."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """The last suffix of its name; a table of a warehouse has none."""
        return "" if self.is_warehouse else PurePosixPath(self.name).suffix

    @property
    def is_pattern(self) -> bool:
        """Whether it means all files of a store that look so."""
        return self.scheme in STORES and bool(_PATTERN.search(self.path))

    def is_one_of(self, other: Remote) -> bool:
        """Whether it is another place, or one of those that a pattern means."""
        if other.is_pattern and self.scheme == other.scheme:
            return alike(self.path.split("/"), other.path.split("/"))
        return self.url == other.url

    @property
    def user(self) -> tuple[str, str]:
        """The user and password that stand in it, each perhaps empty."""
        name, _, password = self._parts.netloc.rpartition("@")[0].partition(":")
        return unquote(name), unquote(password)

    @property
    def has_secret(self) -> bool:
        """Whether a password or a key stands in it."""
        if self.scheme in STORES:
            return self.is_broken
        keys = [pair.partition("=")[0] for pair in self._parts.query.split("&")]
        return bool(self.user[1]) or any(_SECRET.fullmatch(unquote(key)) for key in keys)

    @cached_property
    def _parts(self) -> SplitResult:
        try:
            return urlsplit(self.url)
        except ValueError:  # Brackets that hold no address.
            return SplitResult(self.scheme, ":?", "", "", "")


def alike(parts: list[str], pattern: list[str]) -> bool:
    """Whether the parts of a key look like those of a pattern: `**` is any number of them."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(alike(parts[at:], pattern[1:]) for at in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and alike(parts[1:], pattern[1:])


Place: TypeAlias = Path | Remote
"""Where one table is; the path `-` stands for the streams of the process."""


def is_url(text: str) -> bool:
    """Whether a text is a URL, not a path."""
    return bool(_URL.match(text))


def place(given: str | Place) -> Place:
    """The place that a text means: what a URL leads to, else a file."""
    if isinstance(given, str):
        return Remote(given) if is_url(given) else Path(given)
    return given


def without_secrets(text: str) -> str:
    """A text whose URLs have no password, key or signature in them."""

    def shown(found: re.Match[str]) -> str:
        remote = Remote(found[0])
        return str(remote) if remote.is_broken or remote.has_secret else found[0]

    return _URL_IN_TEXT.sub(shown, text) if "://" in text else text


def within(folder: Path, text: str) -> Place:
    """The place that a text means when it is read in a folder."""
    found = place(text)
    return found if isinstance(found, Remote) else folder / found.expanduser()
