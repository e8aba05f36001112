"""`wildside db status`, `verify` and `bless`: they look, and they see."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.toolkit.migrating.support import (
    CHECKSUMS,
    applied,
    ask,
    db,
    run,
    tables,
    with_checksums,
    write,
    yoyo,
)
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.migrator_lock import KEY
from wildside.outbound.postgres.privileges import choose_privileges
from wildside.outbound.postgres.scratch import ScratchServer


def disarrange(url: str, folder: Path) -> None:
    """Applied two, edited one, renamed the other, and left by hand what a third would create."""
    with_checksums(tables(folder, "0001.one", "0003.three"))
    assert db("apply", url, folder).returncode == 0
    write(folder, "0001.one", "create table one (id bigint);")
    (folder / "0003.three.sql").rename(folder / "0002.two.sql")
    write(folder, "0004.four", "create table four (id integer);\ncreate index four_id on four (id);")
    run(
        url,
        "create table four (id integer)",
        "insert into four values (1), (1)",
        "alter table four add constraint four_small check (id < 1) not valid",
        "insert into yoyo_lock (locked, ctime, pid) values (1, '2026-01-01', 7)",
    )
    with psycopg.connect(url, autocommit=True) as connection, pytest.raises(psycopg.Error):
        connection.execute("create unique index concurrently four_unique on four (id)")


def test_everything_that_is_to_be_seen(each_url: str, folder: Path) -> None:
    disarrange(each_url, folder)
    done = db("status", each_url, folder, "--json")
    found = json.loads(done.stdout)
    assert [(one["file"], one["rule"]) for one in found["findings"]] == [
        ("0001.one.sql", "edited"),
        ("0002.two.sql", "out_of_order"),
        ("0003.three.sql", "missing"),
        ("0002.two.sql", "leftover"),
        ("0004.four.sql", "leftover"),
        ("-", "invalid_index"),
        ("-", "not_validated"),
        ("-", "yoyo_lock"),
    ]
    assert found["history"]["pending"] == ["0002.two", "0004.four"]
    assert (found["invalid_indexes"], found["unvalidated"]) == (["four_unique"], ["four.four_small"])
    assert found["leftovers"] == [["0002.two", '"three"'], ["0004.four", '"four"']]
    assert (found["clean"], found["standby"]) == (False, False)
    assert [one["id"] for one in found["history"]["applied"]] == [CHECKSUMS, "0001.one", "0003.three"]
    assert "@" in found["history"]["applied"][0]["by"]
    assert db("status", each_url, folder, "--exit-code").returncode == 1


def test_out_of_order_and_at_work(url: str, folder: Path) -> None:
    tables(folder, "0001.one", "0003.three")
    assert db("apply", url, folder).returncode == 0
    with psycopg.connect(url, application_name="busy") as holder:
        holder.execute("select pg_advisory_lock(%s)", [KEY])
        pid = holder.info.backend_pid
        looked = db("status", url, tables(folder, "0002.two"))
    assert f"at work: pid {pid}, busy, user wildside" in looked.stdout
    assert "error: 0002.two.sql:0: out_of_order:" in looked.stdout


def test_a_role_that_may_read_only_some_tables(url: str, folder: Path) -> None:
    assert db("apply", url, with_checksums(folder)).returncode == 0
    role = f"some_{os.getpid()}"
    run(url, f"create role {role} login")
    reader = url.replace("wildside@", f"{role}@", 1)
    try:
        refused = db("status", reader, folder)
        told = f"{role} may not read _yoyo_migration: grant select on _yoyo_migration to {role}"
        assert (refused.returncode, refused.stderr) == (4, f"wildside: {told}\n")
        for table in ("_yoyo_migration", "migration_checksums"):
            run(url, f"grant select on {table} to {role}")
        assert db("status", reader, folder, "--exit-code").returncode == 0
    finally:
        run(url, f"drop owned by {role}", f"drop role {role}")


@pytest.fixture
def standby(each_server: ScratchServer, tmp_path: Path, each_url: str) -> Iterator[str]:
    """The URL of a streaming copy of the server, in which the database of this test is."""
    with psycopg.connect(each_url) as connection:
        host, port = connection.info.host, connection.info.port
    copy = tmp_path / "standby"
    copy.mkdir(mode=0o700)
    privileges = choose_privileges()
    privileges.give(copy)
    program = privileges.readable(each_server.bin_dir) / "pg_basebackup"
    target = copy / "postgres"
    reach = ("-h", host, "-p", str(port), "-U", "wildside")
    code, output = privileges.run([program, *reach, "-D", target, "-R", "-X", "stream", "-c", "fast"])
    assert code == 0, output
    with EmbeddedServer(copy, each_server.bin_dir, durable=False) as server:
        dbname = each_url.rpartition("/")[2].partition("?")[0]
        yield server.url.replace("/wildside?", f"/{dbname}?")


def test_on_a_standby(each_url: str, folder: Path, standby: str) -> None:
    assert ask(standby, "select pg_is_in_recovery()") == [True]
    assert "0 applied, 1 pending (a standby" in db("status", standby, with_checksums(folder)).stdout
    assert db("apply", each_url, folder).returncode == 0
    # As far as is recorded: it is written a moment later, as this server does not wait for its disk.
    position = ask(each_url, "select pg_current_wal_insert_lsn()::text")[0]
    while not ask(standby, "select pg_last_wal_replay_lsn() >= %s::pg_lsn", position)[0]:
        pass
    looked = db("status", standby, folder, "--exit-code")
    assert (looked.returncode, f"applied  {CHECKSUMS}" in looked.stdout) == (0, True), looked.stderr
    assert db("verify", standby, folder).returncode == 0
    refused = db("apply", standby, folder)
    assert (refused.returncode, "this is a standby" in refused.stderr) == (4, True)


def test_a_comment_is_a_warning_and_a_literal_an_error(url: str, folder: Path) -> None:
    with_checksums(folder)
    write(folder, "0001.tags", "create table tags (name text default 'a');")
    assert db("apply", url, folder).returncode == 0
    assert (db("verify", url, folder).returncode, db("verify", url, folder).stdout) == (0, "")

    write(folder, "0001.tags", "-- Names.\ncreate table tags (\r\n    name text default 'a'\n);")
    warned = db("verify", url, folder)
    assert (warned.returncode, warned.stdout) == (
        0,
        "0001.tags.sql:0: commented: only comments or layout changed\n",
    )
    assert db("apply", url, folder).returncode == 0

    write(folder, "0001.tags", "create table tags (name text default 'b');")
    refused = db("verify", url, folder, "--json")
    assert (refused.returncode, json.loads(refused.stdout)[0]["rule"]) == (1, "edited")


def test_line_ends_do_not_count(url: str, folder: Path) -> None:
    with_checksums(tables(folder, "0001.one"))
    assert db("apply", url, folder).returncode == 0
    path = folder / "0001.one.sql"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert (db("verify", url, folder).returncode, db("verify", url, folder).stdout) == (0, "")


def test_blessed_with_a_reason(each_url: str, folder: Path) -> None:
    with_checksums(tables(folder, "0001.one"))
    assert db("apply", each_url, folder).returncode == 0
    write(folder, "0001.one", "create table one (id bigint);")
    run(each_url, "alter table one alter column id type bigint")
    assert db("bless", each_url, folder, "0001.one").returncode == 2
    assert db("bless", each_url, folder, "0001.one", "--reason", " ").returncode == 2
    assert db("bless", each_url, folder, "0009.nine", "--reason", "x").returncode == 2
    done = db("bless", each_url, folder, "0001.one", "--reason", "widened by hand", "--actor", "ada")
    assert (done.returncode, done.stdout) == (0, "noted: 0001.one as it is now, by ada\n")
    assert db("verify", each_url, folder).returncode == 0
    assert db("apply", each_url, tables(folder, "0002.two")).returncode == 0
    rows = (
        "select concat_ws(' ', migration_id, origin, noted_by, reason) from migration_checksums order by id"
    )
    assert ask(each_url, rows)[2] == "0001.one blessed ada widened by hand"
    assert db("bless", each_url, tables(folder, "0003.three"), "0003.three", "--reason", "x").returncode == 2


def test_what_yoyo_applied_is_adopted(url: str, folder: Path) -> None:
    with_checksums(tables(folder, "0001.one"))
    assert yoyo("apply", url, folder).returncode == 0
    assert "warning: 0001.one.sql:0: no_checksum:" in db("status", url, folder, "--exit-code").stdout
    assert db("apply", url, folder).returncode == 0
    assert ask(url, "select origin from migration_checksums") == ["adopted", "adopted"]
    assert db("status", url, folder, "--exit-code").stdout.count("no_checksum") == 0
    write(folder, "0001.one", "create table one (id bigint);")
    assert db("verify", url, folder).returncode == 1


def test_taken_back_and_applied_anew_the_newest_checksum_counts(url: str, folder: Path) -> None:
    with_checksums(tables(folder, "0001.one"))
    assert db("apply", url, folder).returncode == 0
    assert db("rollback", url, folder).returncode == 0
    write(folder, "0001.one", "create table one (id bigint);")
    assert db("apply", url, folder).returncode == 0
    assert (db("verify", url, folder).returncode, applied(url)) == (0, [CHECKSUMS, "0001.one"])
