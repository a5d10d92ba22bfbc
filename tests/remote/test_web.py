"""Tables on web servers: all of the body or an error, and no secret told."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import COMPANIES, SECRETS, Web, sent

import abmkit as functions
from abmkit.io.remote import web as rooms
from abmkit.places import Remote

BODY = COMPANIES.encode()


def test_a_certificate_is_trusted_by_the_variable_that_openssl_reads(
    tls: Web, abmkit: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls.pages["/companies.csv"] = BODY
    refused = abmkit("load", tls.of("/companies.csv"))
    assert refused.code == 3
    assert "the server's certificate is not trusted" in refused.err
    assert refused.err.count("\n") == 1
    assert tls.asked == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    loaded = abmkit("load", tls.of("/companies.csv"))
    assert loaded.code == 0
    assert "hikvision.com" in loaded.out
    assert [path for path, _ in tls.asked] == ["/companies.csv"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/a/companies.csv", BODY),
        ("/companies.csv?sig=hush-hush", BODY),
        ("/companies.csv.gz", gzip.compress(BODY)),
        ("/my%20companies.csv", BODY),
        ("/companies.jsonl", b'{"name": "Acme Software Inc", "domain": "acme.com"}\n'),
    ],
)
def test_the_format_is_told_by_the_path_whatever_the_query(
    web: Web, abmkit: Any, path: str, body: bytes
) -> None:
    web.pages[path.partition("?")[0]] = body
    found = abmkit("load", web.of(path))
    assert found.code == 0
    assert "acme.com" in found.out


def test_a_zip_archive_is_opened(web: Web, abmkit: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export.csv", BODY)
    web.pages["/export.zip"] = packed.getvalue()
    assert "Globex" in abmkit("convert", web.of("/export.zip")).out


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Disposition": 'attachment; filename="companies.csv"'},
        {"Content_Type": "text/csv; charset=utf-8"},
    ],
)
def test_a_link_without_a_suffix_is_what_the_server_calls_it(
    web: Web, abmkit: Any, headers: dict[str, str]
) -> None:
    web.pages["/export"] = sent(BODY, **headers)
    assert "acme.com" in abmkit("load", web.of("/export?id=7")).out


def test_a_link_that_says_no_format_is_read_as_the_one_that_is_named(web: Web, abmkit: Any) -> None:
    web.pages["/export"] = BODY
    refused = abmkit("load", web.of("/export"))
    assert refused.code == 3
    assert f"{web.url}/export: the file's name says no format" in refused.err
    assert "acme.com" in abmkit("load", web.of("/export"), "--from", "csv").out


def test_what_a_server_packs_on_the_way_is_unpacked(web: Web, abmkit: Any) -> None:
    web.pages["/a.csv"] = sent(gzip.compress(BODY), Content_Encoding="gzip")
    assert "acme.com" in abmkit("load", web.of("/a.csv")).out
    web.pages["/a.csv"] = sent(gzip.compress(BODY)[:-9], Content_Encoding="gzip")
    cut = abmkit("load", web.of("/a.csv"))
    assert (cut.code, "cut off" in cut.err) == (3, True)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (sent(code=404), "no such file (404); check the link"),
        (sent(code=403), "access is denied (403); give a user"),
        (sent(code=401), "access is denied (401); give a user"),
        (sent(code=500), "the server answers Internal Server Error (500); try again later"),
        (sent(BODY[:30], promised=len(BODY)), f"ended after 30 of {len(BODY)} bytes; try again"),
        (sent(b""), "is empty"),
        (sent(b"<!doctype html><p>Log in"), "is a web page (HTML), not CSV; is it the link to"),
    ],
)
def test_what_is_not_the_whole_file_is_an_error_in_one_line(
    web: Web, abmkit: Any, answer: Any, said: str
) -> None:
    web.pages["/a.csv"] = answer
    found = abmkit("load", web.of("/a.csv?token=hush-hush"), "-o", "out.csv")
    assert found.code == 3
    assert said in found.err
    assert found.err.count("\n") == 1
    assert found.err.startswith(f"error: {web.url}/a.csv?…: ")
    assert not Path("out.csv").exists()


def test_a_body_in_chunks_that_ends_early_is_an_error(web: Web, abmkit: Any) -> None:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.protocol_version = "HTTP/1.1"
        asked.send_response(200)
        asked.send_header("Transfer-Encoding", "chunked")
        asked.end_headers()
        asked.wfile.write(b"%x\r\n%s\r\n" % (len(BODY), BODY))
        asked.close_connection = True

    web.pages["/a.csv"] = answer
    found = abmkit("convert", web.of("/a.csv"), "-o", "out.csv")
    assert (found.code, "the connection failed" in found.err) == (3, True)
    assert not Path("out.csv").exists()


def test_a_body_of_which_nobody_knows_the_end_is_not_read(web: Web, abmkit: Any) -> None:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(200)
        asked.end_headers()
        asked.wfile.write(BODY)

    web.pages["/a.csv"] = answer
    found = abmkit("load", web.of("/a.csv"))
    assert (found.code, "does not say how long the file is" in found.err) == (3, True)


def test_functions_take_links_too(web: Web, abmkit: Any) -> None:
    web.pages["/a.csv"] = BODY
    loaded = functions.load(web.of("/a.csv"))
    assert list(loaded["domain"]) == ["acme.com", "globex.com", "hikvision.com"]
    people = functions.match(loaded, web.of("/a.csv"))
    assert set(people["match_status"]) == {"matched"}
    assert "3 rows" in functions.inspect(web.of("/a.csv"))


def test_a_server_that_falls_silent_is_given_up(
    web: Web, abmkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    done = threading.Event()

    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(200)
        asked.send_header("Content-Length", "100")
        asked.end_headers()
        asked.wfile.write(b"name\n")
        done.wait(5)

    monkeypatch.setattr(rooms, "TIMEOUT", 0.2)
    web.pages["/a.csv"] = answer
    found = abmkit("load", web.of("/a.csv"))
    done.set()
    assert (found.code, "silent for 0.2 seconds" in found.err) == (3, True)


def test_no_server_is_an_error_in_one_line(abmkit: Any) -> None:
    unknown = abmkit("load", "https://no.such.host.invalid/a.csv")
    assert (unknown.code, unknown.err.count("\n")) == (3, 1)
    assert "there is no server 'no.such.host.invalid'" in unknown.err
    closed = abmkit("load", "https://localhost:1/a.csv")
    assert (closed.code, "does not answer" in closed.err) == (3, True)


def test_http_is_for_this_machine(web: Web, abmkit: Any) -> None:
    open_line = abmkit("load", "http://example.com/a.csv")
    assert (open_line.code, "http is open to everybody" in open_line.err) == (3, True)
    web.pages["/a.csv"] = sent(code=302, Location="http://example.com/b.csv?token=hush-hush")
    moved = abmkit("load", web.of("/a.csv"))
    assert moved.code == 3
    assert "refers to http://example.com/b.csv?…: http is open to everybody" in moved.err
    for nowhere in ("file:///etc/passwd", "ftp://example.com/hush-hush", "/a.csv"):
        web.pages["/a.csv"] = sent(code=302, Location=nowhere)
        assert "leads to no file (302)" in abmkit("load", web.of("/a.csv")).err


def test_a_redirect_is_followed_without_the_password(web: Web, abmkit: Any) -> None:
    web.pages["/a.csv"] = sent(code=302, Location="/b.csv")
    web.pages["/b.csv"] = sent(
        code=302, Location=web.of("/c.csv").replace("localhost", "127.0.0.1")
    )
    web.pages["/c.csv"] = BODY
    url = web.of("/a.csv").replace("://", "://ann:hush-hush@")
    assert "acme.com" in abmkit("load", url).out
    told = [headers.get("Authorization") for _, headers in web.asked]
    assert [each is not None for each in told] == [True, True, False]


def test_user_and_password_come_from_netrc(web: Web, abmkit: Any) -> None:
    Path(".netrc").write_text("machine localhost login ann password hush-hush\n", "utf-8")
    Path(".netrc").chmod(0o600)
    web.pages["/a.csv"] = BODY
    assert abmkit("load", web.of("/a.csv")).code == 0
    assert web.asked[0][1]["Authorization"] == "Basic YW5uOmh1c2gtaHVzaA=="


def test_a_run_reads_links_and_records_what_it_read(web: Web, abmkit: Any) -> None:
    changed = datetime(2024, 3, 1, 12, tzinfo=UTC)
    web.pages["/companies.csv"] = sent(
        BODY, Last_Modified=changed.strftime("%a, %d %b %Y %H:%M:%S GMT")
    )
    web.pages["/customers.csv"] = b"Company,Website\nGlobex Corporation,globex.com\n"
    web.pages["/pins.csv"] = b"account,tier\nacme.com,A\n"
    Path("abmkit.toml").write_text(
        f"""
        version = 1
        [[sources]]
        name = "web"
        path = "{web.of("/companies.csv")}?day=1"
        as_of = "mtime"
        [[suppress]]
        name = "customers"
        path = "{web.of("/customers.csv")}"
        reason = "A customer"
        [[score.criteria]]
        id = "size"
        bands = [{{ when = {{ employees = {{ above = 1 }} }}, points = 1 }}]
        [tier]
        pins = "{web.of("/pins.csv")}"
        [[tier.tiers]]
        id = "A"
        min_score = 10
        """,
        "utf-8",
    )
    assert abmkit("check").code == 0
    web.asked.clear()
    assert abmkit("run").code == 0
    asked = sorted(path for path, _ in web.asked)
    assert asked == ["/companies.csv?day=1", "/customers.csv", "/pins.csv"]
    record = json.loads(Path("out/run.json").read_text("utf-8"))
    (file,) = record["inputs"][0]["files"]
    assert file["path"] == web.of("/companies.csv?…")
    assert file["sha256"] == hashlib.sha256(BODY).hexdigest()
    listed = abmkit("convert", "out/target-accounts.csv").out
    assert "2024-03-01" in listed
    assert "globex.com" not in listed


def test_without_a_date_of_its_own_mtime_is_an_error(web: Web, abmkit: Any) -> None:
    web.pages["/a.csv"] = BODY
    source = f'[[sources]]\nname = "web"\npath = "{web.of("/a.csv")}"\nas_of = "mtime"\n'
    Path("abmkit.toml").write_text("version = 1\n" + source, "utf-8")
    found = abmkit("load")
    assert found.code == 3
    assert "nothing tells when it was changed; give as_of a date" in found.err


def test_inspect_match_and_init_take_links(web: Web, abmkit: Any) -> None:
    web.pages["/companies.csv"] = BODY
    web.pages["/people.csv"] = b"Email,Company\nann@acme.com,Acme\nbo@x.org,Nobody\n"
    assert "3 rows" in abmkit("inspect", web.of("/companies.csv")).out
    web.asked.clear()
    matched = abmkit("match", web.of("/people.csv"), "--list", web.of("/companies.csv"))
    assert sorted(path for path, _ in web.asked) == ["/companies.csv", "/people.csv"]
    assert "ann@acme.com,Acme,matched" in matched.out
    web.asked.clear()
    made = abmkit("init", "mine", "--from", web.of("/companies.csv"))
    assert made.code == 0
    assert len(web.asked) == 1
    assert f'path = "{web.of("/companies.csv")}"' in Path("mine/abmkit.toml").read_text("utf-8")
    assert abmkit("run", "mine").code == 0


def test_a_config_holds_no_secret(abmkit: Any, web: Web) -> None:
    web.pages["/a.csv"] = BODY
    for url in (
        "https://ann:hush-hush@example.com/a.csv",
        "https://example.com/a.csv?X-Amz-Signature=hush-hush",
        "postgresql://ann:hush-hush@example.com/crm#accounts",
        "s3://key:hush-hush@bucket/a.csv",
    ):
        source = f'version = 1\n[[sources]]\nname = "web"\npath = "{url}"\n'
        Path("abmkit.toml").write_text(source, "utf-8")
        found = abmkit("check")
        assert found.code == 2
        assert "sources.web.path: a password or signature does not stand in a config" in found.err
    for line in ('path = ["https://ann:hush-hush@h/a.csv", 3]', "path = https://ann:hush-hush@h/a"):
        source = f'version = 1\n[[sources]]\nname = "web"\n{line}\n'
        Path("abmkit.toml").write_text(source, "utf-8")
        assert abmkit("check").code == 2
    Path("abmkit.toml").unlink()
    url = web.of("/a.csv").replace("://", "://ann:hush-hush@")
    assert abmkit("init", "mine", "--from", url).code == 2
    assert not list(Path().glob("mine/*.toml"))


def test_a_link_that_is_broken_tells_no_secret(abmkit: Any) -> None:
    for url in ("https://ann:hush-hush/x@example.com/a.csv", "https://[hush-hush/a.csv"):
        broken = abmkit("load", url)
        assert broken.code == 3
        assert "https://…: is no URL that can be followed" in broken.err
    Path(".netrc").write_text("machine localhost hush-hush hush-hush\n", "utf-8")
    broken = abmkit("load", "https://localhost:1/a.csv")
    assert (broken.code, ".netrc: is not understood, see line 1" in broken.err) == (3, True)


def test_what_is_only_read_is_not_written(abmkit: Any) -> None:
    Path("a.csv").write_bytes(BODY)
    found = abmkit("convert", "a.csv", "-o", "https://example.com/b.csv?sig=hush-hush")
    assert found.code == 2
    assert "https://example.com/b.csv?…: https is read, not written" in found.err
    assert abmkit("convert", "a.csv", "-o", "ftp://example.com/b.csv").code == 2
    assert "the kinds are s3, gs, az, https, postgresql" in abmkit("load", "ftp://x/b.csv").err
    Path("abmkit.toml").write_text('version = 1\n[[sources]]\nname = "a"\npath = "a.csv"\n')
    found = abmkit("run", "-o", "s3://bucket/out")
    assert found.code == 2
    assert "s3://bucket/out: the folder of a run is on this machine" in found.err


_SECRET = st.text("abcXYZ019:/?#@[]%&=+ é", min_size=8).map(lambda text: f"{SECRETS[1]}{text}")


@given(_SECRET, st.sampled_from(["https", "postgresql", "s3", "gs", "ftp"]))
def test_a_place_as_text_never_has_its_password(secret: str, scheme: str) -> None:
    for url in (
        f"{scheme}://ann:{secret}@example.com/db/a.csv",
        f"{scheme}://{quote(secret, safe='')}@example.com/db/a.csv",
        f"{scheme}://example.com/db/a.csv?sig={secret}"
        if scheme in ("https", "postgresql")
        else "",
    ):
        assert SECRETS[1] not in str(Remote(url)) + repr(Remote(url))
