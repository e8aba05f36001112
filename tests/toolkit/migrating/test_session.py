"""What a file does to its session reaches neither the record nor what it left for the commit."""

from pathlib import Path

from tests.toolkit.migrating.support import (
    applied,
    db,
    run,
    tables,
    write,
)

DEFERRED = """create schema other;
create table other.things (id integer);
create table asked (id integer);
set search_path = other;
create function f() returns trigger language plpgsql as $$
begin perform count(*) from things; return null; end $$;
create constraint trigger asks after insert on public.asked deferrable initially deferred
    for each row execute function f();
insert into public.asked values (1);"""


def test_what_was_deferred_sees_the_session_of_the_file(each_url: str, folder: Path) -> None:
    write(folder, "0001.deferred", DEFERRED)
    done = db("apply", each_url, folder)
    assert (done.returncode, applied(each_url)) == (0, ["0001.deferred"]), done.stderr


def test_a_file_may_change_its_session(each_url: str, folder: Path) -> None:
    role = "create role wildside_nobody; grant create on schema public to wildside_nobody;"
    session = "set search_path = pg_catalog;\nset role wildside_nobody;"
    write(folder, "0001.role", f"{role}\n{session}\ncreate table public.theirs (id integer);")
    tables(folder, "0002.two")
    try:
        done = db("apply", each_url, folder)
        assert (done.returncode, applied(each_url)) == (0, ["0001.role", "0002.two"]), done.stderr
    finally:
        run(each_url, "drop owned by wildside_nobody", "drop role wildside_nobody")
