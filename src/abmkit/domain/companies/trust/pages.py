"""Pages: what a link says beyond whose site it is on, `m/slug` or the host before the domain."""

from __future__ import annotations

import re
from urllib.parse import unquote

# What stands on a company's own site as well: languages, the first page, the usual parts of a site.
_USUAL = re.compile(
    r"[a-z]{1,2}([-_][a-z]{2,4})?|www\d*|index|home(page)?|default|main|start|welcome|web(site)?"
    r"|about([-_]?us)?|contacts?([-_]?us)?|company|companies|site|sites|shop|store|mobile|info|corp"
    r"|corporate|ir|investors?([-_]relations)?|portal|online|global|intl|international|group|eng"
    r"|english|chs|cht|html?|page|pages|content|public|landing"
)
_ENDING = re.compile(r"\.(html?|php\d?|aspx?|jsp|cfm|do|shtml)$")
_NO_LETTERS = re.compile(r"[\W_]+")


def squeezed(text: str) -> str:
    """A text's letters and digits alone, in lower case."""
    return _NO_LETTERS.sub("", text.casefold())


def page_of(website: str | None, domain: str) -> str:
    """The letters of what a link names on a domain's site; empty for the site itself.

    A first page, a language and what else every company's own site has are not named.
    """
    if not website:
        return ""
    host, _, path = website.casefold().partition("://")[2].partition("/")
    if host != domain and not host.endswith(f".{domain}"):
        return ""
    before = host[: -len(domain)].rstrip(".").split(".")
    parts = [*before, *unquote(path).split("/")]
    named = (_ENDING.sub("", part.strip()) for part in parts)
    return squeezed("".join(part for part in named if part and not _USUAL.fullmatch(part)))
