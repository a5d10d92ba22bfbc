"""Object stores: S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage.

pyarrow has all three built in. Each finds its credentials as the store's own tools do: in the
environment, the profile in the home folder, or the machine's role.
"""

from __future__ import annotations

import base64
import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pyarrow import fs

from abmkit.errors import AbmkitError, InputError, Message, OutputError
from abmkit.io.remote.copies import Fetched
from abmkit.places import Remote, alike

_CHUNK = 1 << 23
_ATTEMPTS = 3


@dataclass(frozen=True)
class _Store:
    """What a store is called, how it is opened, and where its credentials are set."""

    title: str
    opened: Callable[[str], Any]
    credentials: str


def fetch(remote: Remote, file: Path) -> Fetched:
    """The object, as it was at one moment. Raises InputError unless all of it came."""
    with _explained(remote, InputError):
        store = _opened(remote)
        with (
            store.open_input_stream(remote.path, compression=None) as stream,
            file.open("wb") as copy,
        ):
            before = _state(store, remote)
            received = 0
            while piece := stream.read(_CHUNK):
                received += len(piece)
                copy.write(piece)
        after = _state(store, remote)
    if before != after:
        raise InputError(
            "was replaced while it was read", where=str(remote), remedy="run the command again"
        )
    size, changed = after[:2]
    if received != size:
        raise InputError(
            "the connection ended after {received:,} of {size:,} bytes",
            where=str(remote),
            remedy="try again",
            received=received,
            size=size,
        )
    return (remote.name,), changed


def found(pattern: Remote) -> list[Remote]:
    """The objects whose keys look like the pattern; `*` ends at a `/`, `**` does not."""
    parts = pattern.path.split("/")
    fixed = next(at for at, part in enumerate(parts) if re.search(r"[*?\[]", part))
    if fixed == 0:
        raise InputError("names no bucket", where=str(pattern), remedy="write it out")
    deep = len(parts) - fixed > 1 or "**" in parts
    base = "/".join(parts[:fixed])
    with _explained(pattern, InputError):
        selector = fs.FileSelector(base, recursive=deep, allow_not_found=fixed > 1)
        infos = _opened(pattern).get_file_info(selector)
    keys = sorted(info.path for info in infos if info.type == fs.FileType.File)
    chosen = [key for key in keys if key == pattern.path or alike(key.split("/"), parts)]
    if not chosen:
        near = ", ".join(keys[:4]) + (", …" if len(keys) > 4 else "")
        raise InputError(
            "matches no file",
            where=str(pattern),
            remedy="there are {near}" if keys else "nothing is in {base}",
            near=near,
            base=base,
        )
    return [Remote(f"{pattern.scheme}://{key}") for key in chosen]


def check_target(remote: Remote) -> None:
    """Raise OutputError where there is no such bucket, or nobody who may see it."""
    bucket, _, key = remote.path.partition("/")
    if not bucket or not key or key.endswith("/"):
        raise OutputError("names no file", where=str(remote), remedy="write bucket/folder/file.csv")
    with _explained(remote, OutputError):
        there = _opened(remote).get_file_info(bucket).type
    if there == fs.FileType.NotFound:
        raise OutputError(
            "there is no bucket {bucket!r}", where=str(remote), remedy="check it", bucket=bucket
        )


def send(file: Path, remote: Remote) -> None:
    """Upload a file: the object is there when all of it is. Raises OutputError."""
    with _explained(remote, OutputError):
        # In one call, which nothing interrupts: a stream that is given up would be completed.
        fs.copy_files(
            str(file),
            remote.path,
            source_filesystem=fs.LocalFileSystem(),
            destination_filesystem=_opened(remote),
            chunk_size=_CHUNK,
        )


def _state(store: Any, remote: Remote) -> tuple[int, datetime | None, Any]:
    """What tells one version of an object from another."""
    info = store.get_file_info(remote.path)
    with store.open_input_stream(remote.path, compression=None) as stream:
        told = stream.metadata() or {}
    return info.size, info.mtime, told.get("ETag") or told.get("Generation")


def _opened(remote: Remote) -> Any:
    bucket = remote.path.partition("/")[0]
    return _STORES[remote.scheme].opened(bucket)


def _s3(bucket: str) -> Any:
    """S3 by the AWS variables, AWS_ENDPOINT_URL among them; a public bucket needs none."""
    known = os.environ
    endpoint = urlsplit(known.get("AWS_ENDPOINT_URL_S3") or known.get("AWS_ENDPOINT_URL") or "")
    settings: dict[str, Any] = {
        "retry_strategy": fs.AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS)
    }
    if endpoint.netloc:
        settings |= {"endpoint_override": endpoint.netloc, "scheme": endpoint.scheme}
    region = known.get("AWS_REGION") or known.get("AWS_DEFAULT_REGION")
    if region is None and not endpoint.netloc:
        region = fs.resolve_s3_region(bucket)
    if known.get("AWS_CA_BUNDLE"):
        settings["tls_ca_file_path"] = known["AWS_CA_BUNDLE"]
    if known.get("AWS_NO_SIGN_REQUEST", "").upper() in ("YES", "TRUE", "1"):
        settings["anonymous"] = True
    return fs.S3FileSystem(region=region, **settings)


def _gs(bucket: str) -> Any:
    """Google Cloud Storage by its default credentials, or an emulator at STORAGE_EMULATOR_HOST."""
    emulator = os.environ.get("STORAGE_EMULATOR_HOST")
    if not emulator:
        return fs.GcsFileSystem()
    parts = urlsplit(emulator if "://" in emulator else f"http://{emulator}")
    return fs.GcsFileSystem(anonymous=True, scheme=parts.scheme, endpoint_override=parts.netloc)


def _az(bucket: str) -> Any:
    """Azure Blob Storage: account, key or signature of the environment, where none is the log-in's.

    AZURE_STORAGE_CONNECTION_STRING, as Azure's own tools read it, says all of it.
    """
    known = os.environ
    said = known.get("AZURE_STORAGE_CONNECTION_STRING", "").split(";")
    told = {name.strip(): value for name, _, value in (part.partition("=") for part in said)}
    account = told.get("AccountName") or known.get("AZURE_STORAGE_ACCOUNT_NAME")
    if not account:
        remedy = "set AZURE_STORAGE_ACCOUNT_NAME or AZURE_STORAGE_CONNECTION_STRING"
        raise InputError("no storage account is named", remedy=remedy)
    settings: dict[str, Any] = {}
    endpoint = urlsplit(told.get("BlobEndpoint", ""))
    if endpoint.netloc:
        for service in ("blob", "dfs"):
            settings[f"{service}_storage_authority"] = endpoint.netloc
            settings[f"{service}_storage_scheme"] = endpoint.scheme
    key = told.get("AccountKey") or known.get("AZURE_STORAGE_ACCOUNT_KEY")
    signature = told.get("SharedAccessSignature") or known.get("AZURE_STORAGE_SAS_TOKEN")
    if key:
        settings["account_key"] = _decodable(key)
    elif signature:
        settings["sas_token"] = signature
    return fs.AzureFileSystem(account, **settings)


def _decodable(key: str) -> str:
    """The key of an account; of one that is no base64 Azure's library would end the process."""
    try:
        base64.b64decode(key, validate=True)
    except ValueError:
        raise InputError("the account's key is none", remedy="copy it again, whole") from None
    return key


_STORES = {
    "s3": _Store("S3", _s3, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"),
    "gs": _Store("Google Cloud Storage", _gs, "GOOGLE_APPLICATION_CREDENTIALS"),
    "az": _Store("Azure", _az, "AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN or `az login`"),
}


@contextmanager
def _explained(remote: Remote, kind: type[InputError | OutputError]) -> Iterator[None]:
    """What a store says, in one line."""
    try:
        yield
    except AbmkitError as error:
        error.where = error.where or str(remote)
        raise
    except FileNotFoundError:
        raise kind("no such file", where=str(remote), remedy="check bucket and key") from None
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.ENOSPC:
            raise
        what, remedy = _told(str(error), remote)
        raise kind(what, where=str(remote), remedy=remedy) from None


_DENIED = re.compile(
    r"ACCESS_DENIED|INVALID_ACCESS_KEY_ID|SIGNATURE_DOES_NOT_MATCH|INVALID_CLIENT_TOKEN_ID|"
    r"UNRECOGNIZED_CLIENT|EXPIRED_TOKEN|HTTP response code:? 40[13]|PERMISSION_DENIED|"
    r"UNAUTHENTICATED|AuthenticationFailed|AuthorizationFailure|\b40[13] "
)
_AWAY = re.compile(
    r"NETWORK_CONNECTION|UNAVAILABLE|[Cc]ould(?:n't| not) (?:connect|resolve)|timed out"
)


def _told(said: str, remote: Remote) -> tuple[str, str | None]:
    store = _STORES[remote.scheme]
    bucket = remote.path.partition("/")[0]
    if "NO_SUCH_KEY" in said:
        return Message("no such file"), Message("check bucket and key")
    if re.search(r"NO_SUCH_BUCKET|ContainerNotFound|[Bb]ucket.*(not found|does not exist)", said):
        return Message("there is no bucket {bucket!r}", bucket=bucket), Message("check it")
    if _DENIED.search(said):
        return Message("{title} denies access", title=store.title), Message(
            "set {credentials}", credentials=store.credentials
        )
    if _AWAY.search(said):
        return Message("{title} cannot be reached", title=store.title), Message(
            "check the connection and the endpoint"
        )
    first = re.sub(r" \(Request ID: [^)]*\)", "", (said.splitlines() or [""])[0])
    return Message("{title} says: {first}", title=store.title, first=first[:300]), None
