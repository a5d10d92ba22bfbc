"""Files on web servers: one GET over TLS, all of its body or an error."""

from __future__ import annotations

import base64
import errno
import gzip
import mimetypes
import netrc
import os
import shutil
import socket
import ssl
import zlib
from datetime import datetime
from email.message import Message as Headers
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPMessage, InvalidURL, responses
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urljoin, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from abmkit.errors import InputError, Message, OutputError
from abmkit.io.remote.copies import Fetched
from abmkit.places import Remote

TIMEOUT = 60.0
"""Seconds without a byte after which a server is given up."""
_CHUNK = 1 << 20
_SAFE = "/%:=&?~#+!$,;'@()*[]"


def fetch(remote: Remote, file: Path) -> Fetched:
    """The body that the server gives, redirects followed. Raises InputError unless all came."""
    _refuse_open_line(remote.url, str(remote))
    # Certificates are those of the system, or of SSL_CERT_FILE.
    opener = build_opener(
        HTTPSHandler(context=ssl.create_default_context()), _Redirects(str(remote))
    )
    try:
        with opener.open(_request(remote), timeout=TIMEOUT) as answer, file.open("wb") as copy:
            _receive(answer, copy, str(remote))
            headers = answer.headers
            last = answer.url
    except HTTPError as error:
        raise _refused(error.code, str(remote)) from None
    except (OSError, HTTPException, ValueError) as error:
        if getattr(error, "errno", None) == errno.ENOSPC:
            raise
        raise _unreachable(error, remote) from None
    names = _names(remote, last, headers)
    packed = headers.get("Content-Encoding", "").lower() == "gzip"
    if packed and not any(name.lower().endswith(".gz") for name in names):
        _unpack(file, str(remote))
    return names, _changed(headers)


def found(pattern: Remote) -> list[Remote]:
    """A web server does not list its files."""
    raise InputError("a web server lists no files", where=str(pattern), remedy="name each file")


def check_target(remote: Remote) -> None:
    """A web server takes no files."""
    raise OutputError(
        "{scheme} is read, not written",
        where=str(remote),
        remedy="name a file, a store (s3://, gs://, az://) or a table (postgresql://)",
        scheme=remote.scheme,
    )


def send(file: Path, remote: Remote) -> None:
    """A web server takes no files."""
    check_target(remote)


def _request(remote: Remote) -> Request:
    parts = urlsplit(remote.url)
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
    headers = {"User-Agent": "abmkit", "Accept-Encoding": "identity"}
    request = Request(quote(bare, safe=_SAFE), headers=headers)
    known = _login(remote, parts.hostname or "")
    if known is not None:
        token = base64.b64encode(":".join(known).encode()).decode()
        # Not for those whom the server refers to.
        request.add_unredirected_header("Authorization", f"Basic {token}")
    return request


def _login(remote: Remote, host: str) -> tuple[str, str] | None:
    """User and password, of the URL or of the netrc file that curl reads, too."""
    if remote.user != ("", ""):
        return remote.user
    path = Path(os.environ.get("NETRC") or "~/.netrc").expanduser()
    try:
        known = netrc.netrc(path).authenticators(host) if path.is_file() else None
    except netrc.NetrcParseError as error:
        # Its own words may be the password.
        what = Message("is not understood, see line {line}", line=error.lineno)
        raise InputError(what, where=str(path)) from None
    return (known[0], known[2] or "") if known else None


def _refuse_open_line(url: str, where: str) -> None:
    """Raise for http, on which anybody may listen and change what is sent, but for this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme.lower() == "https" or host == "localhost":
        return
    try:
        if ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise InputError(
        "http is open to everybody on the way",
        where=where,
        remedy="use https, or get the file yourself and name it",
    )


class _Redirects(HTTPRedirectHandler):
    """Follows a server to another place, but never off TLS."""

    def __init__(self, shown: str) -> None:
        self._shown = shown

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        target = urljoin(req.full_url, newurl)
        if urlsplit(target).scheme.lower() not in ("http", "https"):
            return None
        _refuse_open_line(target, f"{self._shown} refers to {Remote(target)}")
        made = super().redirect_request(req, fp, code, msg, headers, newurl)
        said = req.get_header("Authorization")
        if made is not None and said is not None and _origin(target) == _origin(req.full_url):
            made.add_unredirected_header("Authorization", said)
        return made


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _receive(answer: Any, copy: BinaryIO, where: str) -> None:
    """Write the body; a connection that ends before it does is an error."""
    promised = answer.headers.get("Content-Length")
    if promised is None and not answer.chunked:
        raise InputError(
            "the server does not say how long the file is: a part would look like all of it",
            where=where,
            remedy="get the file yourself and name it",
        )
    received = 0
    while piece := answer.read(_CHUNK):
        received += len(piece)
        copy.write(piece)
    if promised is not None and promised.isdigit() and received != int(promised):
        raise InputError(
            "the connection ended after {received:,} of {promised:,} bytes",
            where=where,
            remedy="try again",
            received=received,
            promised=int(promised),
        )


def _refused(code: int, where: str) -> InputError:
    remedies = {
        401: "give a user and a password in ~/.netrc, or a signed link",
        403: "give a user and a password in ~/.netrc, or a signed link that has not run out",
        404: "check the link",
        410: "check the link",
    }
    whats = {
        401: "access is denied ({code})",
        403: "access is denied ({code})",
        404: "no such file ({code})",
    }
    what = whats.get(code, "the server answers {said} ({code})")
    if 300 <= code < 400:
        what, remedies[code] = "leads to no file ({code})", "check the link"
    remedy = remedies.get(code, "try again later" if code >= 500 or code == 429 else None)
    said = responses.get(code, "no file")
    return InputError(what, where=where, remedy=remedy, said=said, code=code)


def _unreachable(error: Exception, remote: Remote) -> InputError:
    cause = error.reason if isinstance(error, URLError) else error
    host = urlsplit(str(remote)).hostname or ""
    remedy: str | None = "try again"
    if isinstance(cause, InputError):
        return cause
    if isinstance(cause, InvalidURL) or not isinstance(cause, OSError | HTTPException):
        what, remedy = "is no link that can be followed", "check it"
    elif isinstance(cause, socket.gaierror):
        what, remedy = (
            Message("there is no server {host!r}", host=host),
            "check the link and the connection",
        )
    elif isinstance(cause, TimeoutError):
        what = Message("the server was silent for {timeout:g} seconds", timeout=TIMEOUT)
    elif isinstance(cause, ssl.SSLCertVerificationError):
        what = Message(
            "the server's certificate is not trusted: {reason}", reason=cause.verify_message
        )
        remedy = "name its authority's file in SSL_CERT_FILE"
    elif isinstance(cause, ConnectionRefusedError):
        what, remedy = "the server does not answer", "is it running?"
    else:
        said = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
        what = Message("the connection failed: {said}", said=said)
    return InputError(what, where=str(remote), remedy=remedy)


def _names(remote: Remote, last: str, headers: Headers) -> tuple[str, ...]:
    """What the file may be called: by the link, the server, what it led to, the body's type."""
    names = [remote.name, headers.get_filename() or "", Remote(last).name]
    names = [name for name in names if name]
    suffix = mimetypes.guess_extension(headers.get_content_type()) or ""
    # A plain text may be anything.
    typed = [f"{names[0] if names else 'table'}{suffix}"] if suffix != ".txt" else []
    return (*names, *typed)


def _changed(headers: Headers) -> datetime | None:
    try:
        return parsedate_to_datetime(headers["Last-Modified"])
    except (TypeError, ValueError):
        return None


def _unpack(file: Path, where: str) -> None:
    """The body as it is meant, where the server packed it on the way."""
    packed = file.with_name(f"{file.name}.gz")
    file.replace(packed)
    try:
        with gzip.open(packed) as whole, file.open("wb") as copy:
            shutil.copyfileobj(cast(BinaryIO, whole), copy, _CHUNK)
    except (OSError, EOFError, zlib.error):
        raise InputError("the answer is cut off", where=where, remedy="try again") from None
    finally:
        packed.unlink()
