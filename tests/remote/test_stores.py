"""Tables in object stores, against an S3 server of this machine."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from servers import COMPANIES, S3, SECRETS, Web, sent

from abmkit.io.remote import stores
from abmkit.io.remote.copies import copied, found
from abmkit.places import Remote

BODY = COMPANIES.encode()


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("in/companies.csv", BODY),
        ("in/a b%20#1.csv", BODY),
        ("in/companies.csv.gz", gzip.compress(BODY)),
    ],
)
def test_an_object_is_read_by_bucket_and_key(s3: S3, abmkit: Any, key: str, body: bytes) -> None:
    s3.put(key, body)
    read = abmkit("load", f"s3://lists/{key}")
    assert read.code == 0
    assert "hikvision.com" in read.out


def test_a_pattern_means_the_objects_that_look_so(s3: S3) -> None:
    for key in ("a/1.csv", "a/2.csv", "a/2.txt", "a/b/3.csv", "c/b/4.csv", "5.csv", "a/[6].csv"):
        s3.put(key, BODY)

    def keys(pattern: str) -> list[str]:
        return [each.path.removeprefix("lists/") for each in found(Remote(f"s3://lists/{pattern}"))]

    assert keys("a/*.csv") == ["a/1.csv", "a/2.csv", "a/[6].csv"]
    assert keys("*.csv") == ["5.csv"]
    assert keys("*/b/*.csv") == ["a/b/3.csv", "c/b/4.csv"]
    assert keys("a/**/*.csv") == ["a/1.csv", "a/2.csv", "a/[6].csv", "a/b/3.csv"]
    assert keys("a/[6].csv") == ["a/[6].csv"]


def test_steps_read_and_write_objects(s3: S3, abmkit: Any) -> None:
    s3.put("in/companies.csv", BODY)
    assert abmkit("load", "s3://lists/in/companies.csv", "-o", "s3://lists/a.parquet").code == 0
    assert abmkit("dedupe", "s3://lists/a.parquet", "-o", "s3://lists/b.csv.gz").code == 0
    told = abmkit("match", "s3://lists/in/companies.csv", "--list", "s3://lists/b.csv.gz")
    assert told.out.count(",matched,") == 3
    rows = parquet.read_table(pa.BufferReader(s3.get("a.parquet")))
    assert rows["employees"].to_pylist() == [120, 101, 40000]
    own = '[[sources]]\nname = "own"\npath = "s3://lists/a.parquet"\ncanonical = true\n'
    Path("abmkit.toml").write_text(f"version = 1\n{own}", "utf-8")
    assert abmkit("run").code == 0
    assert parquet.read_metadata("out/accounts.parquet").num_rows == 3
    for suffix in ("csv", "tsv", "jsonl", "xlsx", "arrow"):
        target = f"s3://lists/out/companies.{suffix}"
        assert abmkit("convert", "s3://lists/in/companies.csv", "-o", target).code == 0
        assert "Globex Corporation,globex.com,US,51-200" in abmkit("convert", target).out


def test_a_run_reads_objects_and_records_what_it_read(s3: S3, abmkit: Any) -> None:
    s3.put("in/1.csv", BODY)
    s3.put("in/2.csv", b"Company,Website\nInitech,initech.co\n")
    s3.put("customers.csv", b"Company,Website\nGlobex Corporation,globex.com\n")
    Path("abmkit.toml").write_text(
        """
        version = 1
        [[sources]]
        name = "store"
        path = "s3://lists/in/*.csv"
        as_of = "mtime"
        [[suppress]]
        name = "customers"
        path = "s3://lists/customers.csv"
        reason = "A customer"
        """,
        "utf-8",
    )
    assert abmkit("check").code == 0
    assert abmkit("run").code == 0
    record = json.loads(Path("out/run.json").read_text("utf-8"))
    files = record["inputs"][0]["files"]
    assert [file["path"] for file in files] == ["s3://lists/in/1.csv", "s3://lists/in/2.csv"]
    assert files[0]["sha256"] == hashlib.sha256(BODY).hexdigest()
    accounts = parquet.read_table("out/accounts.parquet")
    assert accounts["as_of"].null_count == 0
    assert sum(accounts["excluded"].to_pylist()) == 1
    assert SECRETS[0] not in Path("out/run.json").read_text("utf-8")
    inspected = abmkit("inspect", "s3://lists/in/2.csv")
    assert "store" in inspected.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["load", "s3://lists/none.csv"],
            "s3://lists/none.csv: no such file; check bucket and key",
        ),
        (["load", "s3://no-bucket/a.csv"], "s3://no-bucket/a.csv: no such file; check bucket"),
        (["load", "s3://lists/*.xlsx"], "matches no file; there are lists/1.csv"),
        (["load", "s3://no-bucket/*.csv"], "there is no bucket 'no-bucket'"),
        (["load", "s3://*/a.csv"], "names no bucket"),
        (["load", "s3://lists/empty.csv"], "is empty"),
        (["convert", "1.csv", "-o", "s3://no-bucket/a.csv"], "there is no bucket 'no-bucket'"),
        (["convert", "1.csv", "-o", "s3://lists/"], "the file's name says no format"),
        (["convert", "1.csv", "-o", "s3://lists/", "--to", "csv"], "names no file"),
        (["load", f"s3://key:{SECRETS[0]}@lists/1.csv"], "s3://…: keys do not stand in"),
    ],
)
def test_what_is_not_there_is_an_error_in_one_line(
    s3: S3, abmkit: Any, arguments: list[str], said: str
) -> None:
    s3.put("1.csv", BODY)
    s3.put("empty.csv", b"")
    Path("1.csv").write_bytes(BODY)
    answered = abmkit(*arguments)
    assert answered.code in (2, 3)
    assert said in answered.err
    assert answered.err.count("\n") == 1
    assert s3.there() == ["1.csv", "empty.csv"]


def test_what_is_written_beside_a_table_goes_to_a_store_too(s3: S3, abmkit: Any) -> None:
    s3.put("in.csv", BODY + b",,US,7\n")
    done = abmkit(
        "load", "s3://lists/in.csv", "-o", "s3://lists/out.csv", "--rejects", "s3://lists/no.csv"
    )
    assert done.code == 0
    assert b",,US,7" in s3.get("no.csv")
    assert b"s3://lists/in.csv" in s3.get("no.csv")
    assert s3.there() == ["in.csv", "no.csv", "out.csv"]


def test_what_fails_while_it_is_made_leaves_the_object_as_it_was(s3: S3, abmkit: Any) -> None:
    s3.put("list.csv", b"before")
    s3.put("bad.parquet", b"PAR1 and no more PAR1")
    Path("a.csv").write_text("Company,Employees\nAcme,5\n,7\n", "utf-8")
    rejected = abmkit("load", "a.csv", "--max-rejects", "0", "-o", "s3://lists/list.csv")
    assert rejected.code == 3
    assert abmkit("convert", "s3://lists/bad.parquet", "-o", "s3://lists/list.csv").code == 3
    assert s3.get("list.csv") == b"before"


def test_an_object_that_is_replaced_while_it_is_read_is_an_error(
    s3: S3, abmkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.put("a.csv", BODY)
    monkeypatch.setattr(stores, "_CHUNK", 40)
    state, times = stores._state, []

    def replaced(*arguments: Any) -> Any:
        known = state(*arguments)
        if not times:
            s3.put("a.csv", BODY.replace(b"Acme", b"Ecma"))
        times.append(1)
        return known

    monkeypatch.setattr(stores, "_state", replaced)
    answered = abmkit("load", "s3://lists/a.csv", "-o", "out.csv")
    assert answered.code == 3
    assert "s3://lists/a.csv: was replaced while it was read; run the command" in answered.err
    assert not Path("out.csv").exists()


def test_a_copy_is_made_once_and_goes_with_the_place(s3: S3, abmkit: Any) -> None:
    s3.put("a.csv", BODY)
    place = Remote("s3://lists/a.csv")
    path = copied(place).path
    assert path.read_bytes() == BODY
    assert copied(Remote("s3://lists/a.csv")).path == path
    del place
    assert not path.exists()
    s3.put("a.csv", b"name\nNew\n")
    assert copied(Remote("s3://lists/a.csv")) is not None
    assert abmkit("convert", "s3://lists/a.csv").out == "name\nNew\n"


def _error(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()


@pytest.fixture
def store(web: Web, abmkit: Any, monkeypatch: pytest.MonkeyPatch) -> Web:
    """What stands for an S3 server that misbehaves."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRETS[0])
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", web.url)
    return web


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"])
def test_who_is_denied_is_told_what_to_set(store: Web, abmkit: Any, code: str) -> None:
    store.pages["/lists/a.csv"] = store.pages["/lists"] = sent(_error(code), 403)
    for arguments in (
        ["load", "s3://lists/a.csv"],
        ["load", "s3://lists/*.csv"],
        ["convert", "s3.csv", "-o", "s3://lists/a.csv"],
    ):
        Path("s3.csv").write_bytes(BODY)
        answered = abmkit(*arguments)
        assert "S3 denies access; set AWS_ACCESS_KEY_ID and AWS_SECRET" in answered.err
        assert answered.err.count("\n") == 1


def test_a_connection_that_drops_is_never_a_short_table(store: Web, abmkit: Any) -> None:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        if asked.command == "HEAD":
            sent(promised=len(BODY), ETag='"1"')(asked)
        else:
            sent(BODY[:50], 206, promised=len(BODY))(asked)

    store.pages["/lists/a.csv"] = answer
    answered = abmkit("load", "s3://lists/a.csv", "-o", "out.csv")
    assert answered.code == 3
    assert answered.err.count("\n") == 1
    assert not Path("out.csv").exists()


def test_an_upload_that_fails_is_an_error_in_one_line(store: Web, abmkit: Any) -> None:
    store.pages["/lists"] = b""
    Path("a.csv").write_bytes(BODY)
    answered = abmkit("convert", "a.csv", "-o", "s3://lists/a.csv")
    assert answered.code == 2
    assert answered.err.startswith("error: s3://lists/a.csv: S3 says: ")
    assert answered.err.count("\n") == 1


def test_no_store_is_an_error_in_one_line(abmkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRETS[0])
    for endpoint in ("http://127.0.0.1:1", "http://no.such.host.invalid"):
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        answered = abmkit("load", "s3://lists/a.csv")
        assert answered.code == 3
        assert "S3 cannot be reached; check the connection" in answered.err
        assert answered.err.count("\n") == 1
    answered = abmkit("load", "az://lists/a.csv")
    assert "no storage account is named; set AZURE_STORAGE_ACCOUNT_NAME" in answered.err


@pytest.fixture
def google(abmkit: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server like Google Cloud Storage with one bucket, `lists`."""
    emulator = pytest.importorskip(
        "gcp_storage_emulator.server", reason="needs pip install gcp-storage-emulator"
    )
    server = emulator.create_server("127.0.0.1", 0, in_memory=True, default_bucket="lists")
    server.start()
    port = server._api._httpd.server_address[1]
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
    yield
    server.stop()


def test_google_has_objects_too(google: None, abmkit: Any) -> None:
    Path("a.csv").write_bytes(BODY)
    assert abmkit("convert", "a.csv", "-o", "gs://lists/in/a.csv").code == 0
    assert abmkit("convert", "gs://lists/in/a.csv").out == COMPANIES
    assert "acme.com" in abmkit("load", "gs://lists/in/*.csv").out
    assert "gs://lists/b.csv: no such file" in abmkit("load", "gs://lists/b.csv").err
    missing = abmkit("convert", "a.csv", "-o", "gs://none/a.csv")
    assert (missing.code, "there is no bucket 'none'" in missing.err) == (2, True)


def test_azure_takes_its_account_from_the_environment(
    web: Web, abmkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "no key")
    broken = abmkit("load", "az://lists/a.csv")
    assert (broken.code, "the account's key is none; copy it again" in broken.err) == (3, True)
    key = "MDEyMzQ1Njc4OWFiY2RlZg=="
    monkeypatch.setenv(
        "AZURE_STORAGE_CONNECTION_STRING",
        f"AccountName=account;AccountKey={key};BlobEndpoint={web.url}/account",
    )
    refused = b"<?xml version='1.0'?><Error><Code>AuthenticationFailed</Code></Error>"
    for path in ("/account/lists/a.csv", "/account/lists"):
        web.pages[path] = sent(refused, 403, x_ms_error_code="AuthenticationFailed")
    denied = abmkit("load", "az://lists/a.csv")
    assert denied.code == 3
    assert "Azure denies access; set AZURE_STORAGE_ACCOUNT_KEY" in denied.err
    assert key not in denied.err
    assert denied.err.count("\n") == 1
