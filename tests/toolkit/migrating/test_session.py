"""What a file does to its session reaches neither the record nor what it left for the commit."""

from pathlib import Path

from tests.toolkit.migrating.support import applied, db, write

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
