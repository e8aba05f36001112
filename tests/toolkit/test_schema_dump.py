"""A dump says the same whichever PostgreSQL it comes from, and everything that two schemas differ in."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.conftest import MIGRATIONS
from tests.toolkit.conftest import write_migrations
from wildside.config import sql_folder
from wildside.domain.command_errors import ServerFailed
from wildside.domain.diagrams import diagrams
from wildside.domain.generated import unified
from wildside.domain.migration_sources import created
from wildside.domain.schema_dump import normalised, plain_view
from wildside.domain.schema_pages import schema_pages
from wildside.outbound.areas import read_areas
from wildside.outbound.migration_files import read_migrations
from wildside.outbound.postgres.catalogue import read_catalogue
from wildside.outbound.postgres.dump import dump_schema
from wildside.outbound.postgres.migrations import apply_migrations
from wildside.outbound.postgres.scratch import ScratchServer

ODD = """
create table parents (
    id integer constraint parents_id_given not null,
    "or so" text constraint "it's" not null,
    constraint parents_pkey primary key (id));
create table children (parent integer, note text default ' CONSTRAINT a NOT NULL',
    constraint children_fkey foreign key (parent) references parents (id) on delete cascade);
create view plain as select p.id, p."or so" as p from parents p where p.id > 1 order by p.id;
create view nested as
    select p.id, (select max(c.parent) from children c where c.parent = p.id) as n from parents p;
create view joined as select p.id, c.note from parents p join children c on c.parent = p.id;
create view both_ways as select p.id from parents p union select c.parent from children c;
create view quoted as select 'p.id ('::text as t, p.id from parents p;
create view unnamed as select parents.id, count(*) from parents group by parents.id having count(*) > 1;
create view counted as with n as (select p.id from parents p) select n.id from n;
create view listed as select p.id, c.note from parents p, children c;
create view inner_table as select s.id from (select p.id from parents p) s;
create view called as select g.n from generate_series(1, 2) g(n) where g.n > 1;
create materialized view kept as select p.id from parents p;
create function parents_count() returns bigint language sql begin atomic
    select count(*) from parents p where p.id > 0;
end;
create function text_body() returns text language sql as $$
    -- CREATE VIEW p AS


    select 'p.id'
$$;
"""


def made(server: ScratchServer, folder: Path) -> dict[str, str]:
    """Everything that is generated of some migrations: the dump, the diagrams, the pages."""
    with server.database() as url:
        apply_migrations(url, folder, lambda _id: None)
        catalogue = read_catalogue(url)
        dump = dump_schema(url, server.bin_dir)
    areas = read_areas(sql_folder() / "areas.toml") if folder == MIGRATIONS else []
    pages = schema_pages(catalogue, areas, created(read_migrations(folder)))
    return {"schema.sql": dump, **diagrams(catalogue, areas), **pages}


def test_every_version_makes_the_same_bytes(versions: Mapping[int, ScratchServer]) -> None:
    texts = [made(server, MIGRATIONS) for server in versions.values()]
    assert all(text == texts[0] for text in texts)


def test_so_it_is_with_what_versions_print_differently(
    versions: Mapping[int, ScratchServer], tmp_path: Path
) -> None:
    folder = write_migrations(tmp_path / "m", odd=ODD)
    first, *others = [made(server, folder) for server in versions.values()]
    for other in others:
        assert [unified(first[name], other[name], name, name) for name in first] == [""] * len(first)
    assert "    -- CREATE VIEW p AS\n\n\n    select 'p.id'\n" in first["schema.sql"]
    assert "DEFAULT ' CONSTRAINT a NOT NULL'" in first["schema.sql"]


def test_two_databases_and_another_order_make_the_same_bytes(server: ScratchServer, tmp_path: Path) -> None:
    beds = "-- Which beds?\ncreate table beds (id text); create index beds_id on beds (id);"
    desks = "create table desks (id text); create function desk() returns int language sql return 1;"
    one = write_migrations(tmp_path / "one", beds=beds, desks=desks)
    other = write_migrations(tmp_path / "other", desks=desks, beds=beds)
    assert made(server, one) == made(server, one) == made(server, other)


def test_the_dump_makes_the_same_schema(server: ScratchServer, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first, second = (stack.enter_context(server.database()) for _ in range(2))
        apply_migrations(first, MIGRATIONS, lambda _id: None)
        dump = dump_schema(first, server.bin_dir)
        with psycopg.connect(second.asyncpg) as connection:
            connection.execute(dump.encode())
        assert read_catalogue(second).tables == read_catalogue(first).tables
    assert "yoyo_" not in dump
    assert not [line for line in dump.splitlines() if line.startswith("\\")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" SELECT v.a,\n    v.b\n   FROM t v;", " SELECT a,\n    b\n   FROM t v;"),
        (" SELECT t.a\n   FROM public.t;", " SELECT a\n   FROM public.t;"),
        (" SELECT ev.a, v.a\n   FROM t v;", " SELECT ev.a, a\n   FROM t v;"),
        (" SELECT f(v.a)\n   FROM t v\n  WHERE (v.a > 1);", " SELECT f(a)\n   FROM t v\n  WHERE (a > 1);"),
        (
            " SELECT v.a, ( SELECT v.b FROM u)\n   FROM t v;",
            " SELECT a, ( SELECT v.b FROM u)\n   FROM t v;",
        ),
        (" SELECT 'v.a', \"v.a\", v.a\n   FROM t v;", " SELECT 'v.a', \"v.a\", a\n   FROM t v;"),
        (" SELECT v.a\n   FROM t v, u;", " SELECT v.a\n   FROM t v, u;"),
        (
            " SELECT v.a\n   FROM (t v JOIN u ON (v.a = u.a));",
            " SELECT v.a\n   FROM (t v JOIN u ON (v.a = u.a));",
        ),
        (" SELECT v.a\n   FROM t v\nUNION\n SELECT v.a\n   FROM u v;",) * 2,
    ],
)
def test_a_view_of_one_table_needs_no_prefix(old: str, new: str) -> None:
    assert plain_view(old) == new
    assert plain_view(new) == new


def test_what_names_a_release_goes() -> None:
    dump = (
        "--\n-- PostgreSQL database dump\n--\n\n\\restrict x\n\n-- Dumped by pg_dump version 18.6\n\n"
        "SET statement_timeout = 0;\nSET transaction_timeout = 0;\n\ncreate table t ();\n\n"
        "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict x\n\n"
    )
    head, _, rest = normalised(dump).partition("\n\n")
    assert head.startswith("-- ")
    assert rest == "SET statement_timeout = 0;\n\ncreate table t ();\n"


def test_a_folder_without_pg_dump_is_told(server: ScratchServer, tmp_path: Path) -> None:
    with server.database() as url, pytest.raises(ServerFailed, match="pg_dump cannot be run: No such file"):
        dump_schema(url, tmp_path)
