"""Servers on this machine: a web server with TLS, S3 by moto, PostgreSQL."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from abmkit.cli.main import run_command

COMPANIES = """\
Company,Website,Country,Employees
Acme Software Inc,acme.com,US,120
Globex Corporation,globex.com,US,51-200
杭州海康威视数字技术股份有限公司,hikvision.com,CN,40000
"""
SECRETS = ("hush-hush", "0123456789abcdef")
"""What stands in URLs and the environment here, and nowhere else."""


@dataclass
class Answered:
    """What a command did."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        for secret in SECRETS:
            assert secret not in self.out + self.err


@pytest.fixture
def abmkit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Answered]:
    """The command line in a folder of its own; whatever it says, it tells no secret."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("AWS_", "PG", "SSL_", "AZURE_", "NETRC", "STORAGE_", "ABMKIT_CONFIG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    def run(*arguments: Any) -> Answered:
        code = run_command([str(each) for each in arguments])
        out, err = capfdbinary.readouterr()
        return Answered(int(code), out.decode(), err.decode())

    return run


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Web:
    """A web server: what each path answers, and what was asked."""

    url: str
    pages: dict[str, bytes | Answer] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)

    def of(self, path: str) -> str:
        return self.url + path


def sent(
    body: bytes = b"", code: int = 200, *, promised: int | None = None, **headers: str
) -> Answer:
    """An answer with a body, which may be shorter than the promised one."""

    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(code)
        for name, value in headers.items():
            asked.send_header(name.replace("_", "-"), value)
        asked.send_header("Content-Length", str(len(body) if promised is None else promised))
        asked.end_headers()
        asked.wfile.write(body)

    return answer


def served(tls: ssl.SSLContext | None = None) -> tuple[Web, ThreadingHTTPServer]:
    web = Web("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append((self.path, dict(self.headers)))
            page = web.pages.get(urlsplit(self.path).path)
            if page is None:
                self.send_error(404)
            elif isinstance(page, bytes):
                sent(page)(self)
            else:
                page(self)

        do_HEAD = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    web.url = f"{'https' if tls else 'http'}://localhost:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return web, server


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server on this machine, without TLS."""
    web, server = served()
    yield web
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody trusts but those who are told of it, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not there to make a certificate; apt install openssl")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", "-"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(made.stdout)
    return file


@pytest.fixture
def tls(certificate: Path) -> Iterator[Web]:
    """A web server with TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    web, server = served(context)
    yield web
    server.shutdown()
    server.server_close()


@dataclass(frozen=True)
class S3:
    """An S3 server with one bucket, `lists`."""

    endpoint: str
    client: Any

    def put(self, key: str, body: bytes) -> None:
        self.client.put_object(Bucket="lists", Key=key, Body=body)

    def get(self, key: str) -> bytes:
        body: bytes = self.client.get_object(Bucket="lists", Key=key)["Body"].read()
        return body

    def there(self) -> list[str]:
        """The keys of all objects."""
        listed = self.client.list_objects_v2(Bucket="lists").get("Contents", [])
        return [each["Key"] for each in listed]


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    moto = pytest.importorskip("moto.server", reason="needs moto: pip install 'moto[server]'")
    server = moto.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def s3(s3_server: str, abmkit: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """An S3 server that the environment names."""
    import boto3

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRETS[0])
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="lists")
    found = S3(s3_server, client)
    yield found
    for key in found.there():
        client.delete_object(Bucket="lists", Key=key)


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server, by the URL of its database."""

    url: str

    def run(self, *statements: str) -> list[Any]:
        """The rows of the last statement, if it gives any."""
        import adbc_driver_postgresql.dbapi as driver

        with driver.connect(self.url) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
            connection.commit()
        return rows


def _programs() -> Path:
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb")
    if not known and found is None:
        pytest.skip("PostgreSQL is not there; apt install postgresql")
    return known[-1].parent if known else Path(str(found)).parent


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """The socket folder of a PostgreSQL server of our own, run by nobody where we are root."""
    pytest.importorskip("adbc_driver_postgresql", reason="needs abmkit[remote]")
    programs = _programs()
    # Not pytest's folder: a socket's path is short, and nobody must reach it.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    as_nobody: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []}

    def run(name: str, *arguments: str) -> None:
        subprocess.run(
            [programs / name, *arguments], check=True, cwd=folder, **as_nobody,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "abm", "-A", "trust", "--no-sync", "-E", "UTF8")
        Path(data, "pg_hba.conf").write_text(
            "local all abm trust\nlocal all all scram-sha-256\n", encoding="utf-8"
        )
        options = f"-k {folder} -c listen_addresses= -F"
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield folder
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(postgres_server: Path, abmkit: Any) -> Postgres:
    """A database without tables but for those that a test makes."""
    database = Postgres(f"postgresql://abm@/postgres?host={postgres_server}")
    database.run("drop schema if exists crm cascade", "create schema crm")
    return database
