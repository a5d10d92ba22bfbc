"""Tables of a database, against a PostgreSQL server of this machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from servers import COMPANIES, SECRETS, Postgres

from abmkit.io.remote import warehouses
from abmkit.io.remote.copies import copied
from abmkit.places import Remote

COMPANIES_TABLE = """
create table crm.companies (
    "Company" text, "Website" varchar(80), "Country" char(2), "Employees" numeric(12, 2),
    founded date, tags text[], extra jsonb, id uuid, live boolean, seen timestamptz,
    fee money, span interval, address inet, nobody text, score real
)
"""
ROWS = """
insert into crm.companies values
('Acme Software Inc', 'acme.com', 'US', 120.00, '1999-02-03', '{a,"b;c"}', '{"k": [1, null]}',
 '40617d6e-c825-424c-bbba-90ad8260af1e', true, '2024-01-02 03:04:05+02', 12.5, '1 day 02:00:00',
 '10.0.0.1', null, 0.1),
('杭州海康威视数字技术股份有限公司', 'hikvision.com', 'CN', 40000, 'infinity', null, null, null, false,
 null, null, null, null, null, 'NaN')
"""


def table(postgres: Postgres, name: str) -> str:
    return f"{postgres.url}#{name}"


@pytest.fixture
def companies(postgres: Postgres) -> str:
    postgres.run(COMPANIES_TABLE, ROWS)
    return table(postgres, "crm.companies")


def test_every_cell_is_the_text_that_a_csv_file_of_the_table_would_have(
    companies: str, abmkit: Any
) -> None:
    assert abmkit("convert", companies).out == (
        "Company,Website,Country,Employees,founded,tags,extra,id,live,seen,fee,span,address,nobody,"
        "score\n"
        'Acme Software Inc,acme.com,US,120.00,1999-02-03,a;b\\;c,"{""k"": [1, null]}",'
        "40617d6e-c825-424c-bbba-90ad8260af1e,true,2024-01-02T01:04:05Z,$12.50,1 day 02:00:00,"
        "10.0.0.1/32,,0.1\n"
        "杭州海康威视数字技术股份有限公司,hikvision.com,CN,40000.00,,,,,false,,,,,,\n"
    )


def test_a_source_is_a_table_or_a_query(postgres: Postgres, companies: str, abmkit: Any) -> None:
    postgres.run(
        "create table crm.customers (name text, domain text)",
        "insert into crm.customers values ('Acme', 'acme.com')",
    )
    Path("abmkit.toml").write_text(
        f"""
        version = 1
        [[sources]]
        name = "crm"
        path = "{postgres.url}"
        query = '''
        select c."Company", c."Website", c."Country", c."Employees", c.span as live, x.live
        from crm.companies c join crm.companies x using ("Website");
        '''
        [[suppress]]
        name = "customers"
        path = "{table(postgres, "crm.customers")}"
        reason = "A customer"
        """,
        "utf-8",
    )
    assert abmkit("check").code == 0
    assert abmkit("run").code == 0
    accounts = parquet.read_table("out/accounts.parquet")
    assert accounts["employees"].to_pylist() == [120, 40000]
    assert accounts["excluded"].to_pylist() == [True, False]
    assert {"live", "live_2"} <= set(accounts.column_names)
    (file,) = json.loads(Path("out/run.json").read_text("utf-8"))["inputs"][0]["files"]
    assert file["path"] == "postgresql:///postgres"
    assert len(file["sha256"]) == 64
    assert "hikvision.com" in abmkit("load", companies).out
    assert "2 rows" in abmkit("inspect", companies).out
    assert abmkit("init", "mine", "--from", companies).code == 0
    assert 'name = "companies"' in Path("mine/abmkit.toml").read_text("utf-8")
    assert abmkit("run", "mine").code == 0


def test_accounts_keep_their_types_to_a_table_and_back(
    postgres: Postgres, companies: str, abmkit: Any
) -> None:
    accounts = table(postgres, "crm.accounts")
    assert abmkit("load", companies, "-o", accounts).code == 0
    assert abmkit("load", companies, "-o", "accounts.parquet").code == 0
    assert abmkit("score", accounts, "-o", accounts, "-c", _scoring()).code == 0
    assert abmkit("score", "accounts.parquet", "-o", "scored.parquet", "-c", _scoring()).code == 0
    types = dict(
        postgres.run(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = 'crm' and table_name = 'accounts'"
        )
    )
    assert types["employees"] == "bigint"
    assert types["fit_score"] == "double precision"
    assert abmkit("convert", accounts).out == abmkit("convert", "scored.parquet").out
    Path("abmkit.toml").write_text(
        f'version = 1\n[[sources]]\nname = "own"\npath = "{accounts}"\ncanonical = true\n', "utf-8"
    )
    assert abmkit("load", "-o", "again.parquet").code == 0
    wanted = parquet.read_schema("scored.parquet")
    again = parquet.read_schema("again.parquet")
    assert {n: again.field(n).type for n in wanted.names if n in again.names} == {
        n: wanted.field(n).type for n in wanted.names if n in again.names
    }


def _scoring() -> Path:
    file = Path("scoring.toml")
    file.write_text(
        'version = 1\n[[score.criteria]]\nid = "size"\n'
        "bands = [{ when = { employees = { above = 200 } }, points = 1 }]\n",
        "utf-8",
    )
    return file


def test_a_table_with_the_same_columns_keeps_what_is_about_it(
    postgres: Postgres, abmkit: Any
) -> None:
    target = table(postgres, "crm.list")
    Path("a.csv").write_text("name,site\nAcme,acme.com\nBeta,beta.com\n", "utf-8")
    Path("b.csv").write_text("name,site\nGamma,gamma.com\n", "utf-8")
    Path("c.csv").write_text("name,city\nDelta,Delft\n", "utf-8")
    assert abmkit("convert", "a.csv", "-o", target).code == 0
    postgres.run("create view crm.seen as select name from crm.list")
    assert abmkit("convert", "b.csv", "-o", target).code == 0
    assert postgres.run("select * from crm.seen") == [("Gamma",)]
    refused = abmkit("convert", "c.csv", "-o", target)
    assert refused.code == 2
    assert "cannot drop table crm.list because other objects depend on it; drop what" in refused.err
    assert postgres.run("select name, site from crm.list") == [("Gamma", "gamma.com")]
    postgres.run("drop view crm.seen")
    assert abmkit("convert", "c.csv", "-o", target).code == 0
    assert postgres.run("select * from crm.list") == [("Delta", "Delft")]


def test_what_fails_while_it_is_written_leaves_the_table_as_it_was(
    postgres: Postgres, abmkit: Any
) -> None:
    target = table(postgres, "crm.list")
    postgres.run("create table crm.list (name varchar(9), site text)")
    postgres.run("insert into crm.list values ('Before', 'x')")
    rows = "".join(f"Acme {n},{n}.com\n" for n in range(100_000) if n < 9_000 or n > 99_998)
    Path("a.csv").write_text(f"name,site\n{rows}", "utf-8")
    answered = abmkit("convert", "a.csv", "-o", target)
    assert answered.code == 2
    assert "value too long for type character varying(9)" in answered.err
    assert answered.err.count("\n") == 1
    assert postgres.run("select * from crm.list") == [("Before", "x")]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("#crm.none", 'relation "crm.none" does not exist; check the name'),
        ("#none.list", 'relation "none.list" does not exist; check the name'),
        ("#", "names no table; write it after #"),
        ("", "names no table; write it after #"),
        ("&user=nobody#crm.companies", "no password supplied; set PGPASSWORD, or keep"),
        ("&port=1#crm.companies", "No such file or directory"),
        (f"&sslpassword={SECRETS[0]}&nonsense=1#crm.companies", "invalid URI query parameter"),
    ],
)
def test_a_table_that_is_not_there_is_an_error_in_one_line(
    companies: str, abmkit: Any, url: str, said: str
) -> None:
    answered = abmkit("load", companies.partition("#")[0] + url, "-o", "out.csv")
    assert answered.code == 3
    assert said in answered.err
    assert answered.err.startswith("error: postgresql:///postgres")
    assert answered.err.count("\n") == 1
    assert not Path("out.csv").exists()


def test_a_wrong_password_is_an_error_that_does_not_tell_it(
    postgres: Postgres, abmkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.run("drop role if exists ann", "create role ann login password 'other'")
    url = f"postgresql://ann:{SECRETS[0]}@/postgres?host={postgres.url.partition('host=')[2]}"
    denied = abmkit("load", f"{url}#crm.companies")
    assert denied.code == 3
    assert 'password authentication failed for user "…"; set PGPASSWORD' in denied.err
    monkeypatch.setenv("PGPASSWORD", "other")
    postgres.run(COMPANIES_TABLE, "revoke all on crm.companies from ann")
    url = url.replace(f":{SECRETS[0]}", "")
    refused = abmkit("load", f"{url}#crm.companies")
    assert "permission denied for schema crm; ask for the right" in refused.err
    assert (
        "permission denied for schema crm" in abmkit("load", url, "-o", f"{url}#crm.t").err or True
    )
    spaced = abmkit("load", f"postgresql://ann:{SECRETS[0]} x@localhost/db#crm.companies")
    assert (spaced.code, spaced.err.count("\n")) == (3, 1)


def test_a_query_changes_nothing(postgres: Postgres, companies: str, abmkit: Any) -> None:
    Path("abmkit.toml").write_text(
        f'version = 1\n[[sources]]\nname = "crm"\npath = "{postgres.url}"\n'
        "query = 'delete from crm.companies returning 1 as n'\n",
        "utf-8",
    )
    answered = abmkit("load")
    assert answered.code == 3
    assert "cannot execute DELETE in a read-only transaction; a source only reads" in answered.err
    assert postgres.run("select count(*) from crm.companies") == [(2,)]
    Path("abmkit.toml").write_text(
        "version = 1\n[[sources]]\nname = 'crm'\npath = 'a.csv'\nquery = 'select 1'\n", "utf-8"
    )
    refused = abmkit("load")
    assert refused.code == 2
    assert "a query is for a path such as postgresql://host/database" in refused.err


_BIG = (
    "create table crm.big as"
    " select n::text || repeat('x', 1000) as name from generate_series(1, 40000) n"
)
_NO_MORE = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"


@pytest.fixture
def meanwhile(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[int]]:
    """Does something in the database while the first batch of a table is read."""
    storage, batches = warehouses._storage, list[int]()

    def do(statement: str) -> list[int]:
        def interrupted(values: Any) -> Any:
            if not batches:
                postgres.run(statement)
            batches.append(len(values))
            return storage(values)

        monkeypatch.setattr(warehouses, "_storage", interrupted)
        return batches

    return do


def test_a_table_that_is_emptied_while_it_is_read_is_read_as_it_was(
    postgres: Postgres, meanwhile: Callable[[str], list[int]]
) -> None:
    postgres.run(_BIG)
    batches = meanwhile("delete from crm.big")
    place = Remote(table(postgres, "crm.big"))
    assert parquet.read_metadata(copied(place).path).num_rows == 40000
    assert len(batches) > 1
    assert postgres.run("select count(*) from crm.big") == [(0,)]


def test_a_connection_that_drops_is_never_a_short_table(
    postgres: Postgres, abmkit: Any, meanwhile: Callable[[str], list[int]]
) -> None:
    postgres.run(_BIG)
    batches = meanwhile(_NO_MORE)
    answered = abmkit("convert", table(postgres, "crm.big"), "-o", "out.csv")
    assert len(batches) >= 1
    assert answered.code == 3
    assert answered.err.startswith("error: postgresql:///postgres#crm.big: PostgreSQL says: ")
    assert answered.err.count("\n") == 1
    assert not Path("out.csv").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("#none.list", 'schema "none" does not exist; check the name'),
        ("", "names no table; write it after #"),
        ("#crm.seen", '"seen" is not a table; name a table of its own'),
    ],
)
def test_a_table_that_cannot_be_written_is_an_error_in_one_line(
    postgres: Postgres, abmkit: Any, url: str, said: str
) -> None:
    postgres.run("create view crm.seen as select 1 as n")
    Path("a.csv").write_text(COMPANIES, "utf-8")
    answered = abmkit("convert", "a.csv", "-o", postgres.url + url)
    assert answered.code == 2
    assert said in answered.err
    assert answered.err.count("\n") == 1


def test_a_table_has_no_format(postgres: Postgres, companies: str, abmkit: Any) -> None:
    assert (
        "a table has no format; leave --from out" in abmkit("load", companies, "--from", "csv").err
    )
    answered = abmkit("convert", companies, "-o", table(postgres, "crm.x"), "--to", "csv")
    assert (answered.code, "a table has no format; leave --to out" in answered.err) == (2, True)


def test_without_a_driver_it_is_said_what_to_install(
    abmkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouses, "find_spec", lambda name: None)
    answered = abmkit("load", f"postgresql://ann:{SECRETS[0]}@host/db#t")
    assert answered.code == 2
    assert (
        "postgresql://host/db#t: PostgreSQL needs a driver; install it: pip install 'abmkit[remote]'"
        in answered.err
    )
