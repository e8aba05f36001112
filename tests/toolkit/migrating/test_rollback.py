"""`wildside db rollback`: one step, and only where there is a way back."""

import json
import signal
from pathlib import Path

import pytest

from tests.toolkit.migrating.support import (
    applied,
    ask,
    db,
    db_program,
    sleepers,
    tables,
    there,
    until,
    with_checksums,
    write,
)
from tests.toolkit.migrating.test_apply import reading

TWO = "create table two (id integer);"


def test_one_step_all_after_one_and_everything(each_url: str, folder: Path) -> None:
    names = ["0001.one", "0002.two", "0003.three", "0004.four"]
    assert db("apply", each_url, with_checksums(tables(folder, *names))).returncode == 0
    one = db("rollback", each_url, folder)
    assert (one.returncode, one.stdout, one.stderr) == (
        0,
        "1 migrations taken back\n",
        "taking back 0004.four\n",
    )
    assert there(each_url, "three")
    assert not there(each_url, "four")
    some = db("rollback", each_url, folder, "--to", "0001.one", "--json")
    assert [each["id"] for each in json.loads(some.stdout)["taken_back"]] == ["0003.three", "0002.two"]
    assert db("rollback", each_url, folder, "--to", "0003.three").returncode == 2
    assert db("rollback", each_url, folder, "--to", "0001.one", "--all").returncode == 2
    assert db("rollback", each_url, folder, "--all").returncode == 0
    assert (applied(each_url), there(each_url, "one")) == ([], False)
    assert db("rollback", each_url, folder).stdout == "nothing to do\n"


@pytest.mark.parametrize(
    ("text", "rollback", "told"),
    [
        (
            "create table two (id integer);",
            None,
            "0002.two.rollback.sql:0: no_rollback: there is no such file",
        ),
        (
            "create table two (id integer);",
            "-- nothing\n\n/* at all */",
            "no_rollback: it holds no statement",
        ),
        (
            f"-- Two.\n-- irreversible: the rows are gone\n{TWO}",
            "drop table two;",
            "0002.two.sql:2: irreversible: the rows are gone",
        ),
    ],
)
def test_a_step_without_a_way_back_stops_all_before_the_first(
    url: str, folder: Path, text: str, rollback: str | None, told: str
) -> None:
    tables(folder, "0001.one", "0003.three")
    write(folder, "0002.two", text, rollback)
    assert db("apply", url, folder).returncode == 0
    refused = db("rollback", url, folder, "--all")
    assert (refused.returncode, told in refused.stderr) == (2, True), refused.stderr
    assert applied(url) == ["0001.one", "0002.two", "0003.three"]
    assert db("rollback", url, folder).returncode == 0
    assert db("rollback", url, folder).returncode == 2


def test_a_step_whose_file_has_gone(url: str, folder: Path) -> None:
    assert db("apply", url, tables(folder, "0001.one", "0002.two")).returncode == 0
    (folder / "0002.two.sql").unlink()
    refused = db("rollback", url, folder)
    assert (refused.returncode, "0002.two.sql:0: missing:" in refused.stderr) == (8, True)


def test_a_failed_step_leaves_everything(each_url: str, folder: Path) -> None:
    write(folder, "0001.one", "create table one (id integer);", "drop table one;\ndrop table nowhere;")
    assert db("apply", each_url, folder).returncode == 0
    failed = db("rollback", each_url, folder)
    assert failed.returncode == 6
    assert "0001.one.rollback.sql:2: undefined_table:" in failed.stderr
    assert (there(each_url, "one"), applied(each_url)) == (True, ["0001.one"])


def test_statements_run_in_the_order_of_the_file(url: str, folder: Path) -> None:
    views = "create view two as select id from one;\ncreate view three as select id from two;"
    up = f"create table one (id integer);\n{views}"
    write(folder, "0001.one", up, "drop view three;\ndrop view two;\ndrop table one;")
    assert db("apply", url, folder).returncode == 0
    assert db("rollback", url, folder).returncode == 0
    assert ask(url, "select count(*) from pg_class where relname in ('one', 'two', 'three')") == [0]


def test_a_kept_lock(url: str, folder: Path) -> None:
    assert db("apply", url, tables(folder, "0001.shelves")).returncode == 0
    with reading(url, "shelves") as pid:
        done = db("rollback", url, folder, "--lock-timeout", "0.3", "--retries", "0")
    assert (done.returncode, f"blocked by pid {pid}, report" in done.stderr) == (7, True)
    assert applied(url) == ["0001.shelves"]


def test_an_edited_step_is_told(url: str, folder: Path) -> None:
    assert db("apply", url, with_checksums(tables(folder, "0001.one"))).returncode == 0
    write(folder, "0001.one", "create table one (id bigint);")
    done = db("rollback", url, folder)
    assert (done.returncode, "0001.one: its file was edited since" in done.stderr) == (0, True)


def test_told_to_stop_it_is_still_applied_and_says_so(url: str, folder: Path) -> None:
    write(folder, "0001.one", "create table one ();", "drop table one;\nselect pg_sleep(60);")
    assert db("apply", url, folder).returncode == 0
    with db_program("rollback", url, folder) as program:
        until(lambda: sleepers(url))
        assert program.stop(signal.SIGTERM) == 130
        assert program.stderr[-2:] == ["0001.one is as it was before", "stopped"]
    assert (applied(url), there(url, "one")) == (["0001.one"], True)
