"""`wildside doctor`: each thing is broken for real and named; the command that it names mends it."""

import json
import os
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.cli.doctoring import examine, mend
from tests.cli.program import wildside
from tests.people import KEY, keys_file

NAMES = ["settings", "keys", "database", "extensions", "migrations", "repeatables", "roles", "release"]
NAMES += ["clock", "disk"]
NOBODY = "postgresql://ada:plum-kettle@127.0.0.1:1/wildside"


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def name_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def repaired(url: str, name: str, **env: str) -> None:
    """Do what it says about the one thing that fails, and see that nothing does any more."""
    report = examine(url, **env)
    assert (report.code, [*report.failing]) == (1, [name])
    mend(report.failing[name]["mend"], {"DATABASE_URL": url, "MIGRATOR_URL": url, **env})
    after = examine(url, **env)
    assert (after.code, after.failing) == (0, {})


@pytest.fixture
def well(seeded_url: str) -> str:
    """A database with all that belongs into it."""
    done = wildside("db", "repeatables", env={"DATABASE_URL": seeded_url})
    assert done.returncode == 0, done.stderr
    return seeded_url


def test_all_is_well(well: str) -> None:
    report = examine(well)
    assert report.code == 0, report.output
    assert [one["name"] for one in report.checks] == NAMES
    assert [one["name"] for one in report.checks if one["status"] != "ok"] == ["roles"]
    assert "one user" in report.named("roles")[0]["says"]


def test_people_read_a_line_and_below_it_the_command(seeded_url: str) -> None:
    done = wildside("doctor", env={"DATABASE_URL": seeded_url})
    lines = done.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("fail    repeatables"))
    assert "grants" in lines[at]
    assert lines[at + 1].strip() == "$ wildside db repeatables"
    assert lines[-1] == "1 fail, 1 warn, 0 unknown, 8 ok"
    assert done.returncode == 1


def test_all_settings_that_are_wrong_are_told_and_the_rest_goes_on(well: str) -> None:
    wrong = {"WILDSIDE_MODE": "fast", "WILDSIDE_PROXY_HOPS": "-1", "WILDSIDE_TIMEOUTS": "lock=9"}
    report = examine(well, SESSION_KEYS_FILE="", **wrong)
    says = [one["says"] for one in report.named("settings")]
    assert report.statuses("settings") == ["fail"] * len(says)
    for text in ("WILDSIDE_MODE", "WILDSIDE_PROXY_HOPS", "lock (9.0 s)"):
        assert any(text in one for one in says), says
    assert report.statuses("keys") == ["fail"]
    assert report.statuses("release") == report.statuses("migrations") == ["ok"]


@pytest.mark.parametrize("url", ["", "mysql://ada:plum-kettle@host/x", "postgresql://a:plum-kettle@h:x/y"])
def test_without_a_database_to_ask_the_settings_are_told(url: str) -> None:
    report = examine(url)
    assert report.code == 1
    assert [*report.failing] == ["settings"]
    assert report.statuses("keys") == ["ok"]
    assert [report.statuses(name) for name in NAMES[2:]] == [["unknown"]] * 8
    assert "plum-kettle" not in report.output


def test_a_database_that_is_down_is_told_without_its_password() -> None:
    report = examine(NOBODY)
    assert report.code == 1
    assert [*report.failing] == ["database"]
    assert "refused" in report.failing["database"]["says"]
    assert report.failing["database"]["mend"] == "pg_isready --dbname postgresql://ada@127.0.0.1:1/wildside"
    assert [report.statuses(name) for name in NAMES[3:]] == [["unknown"]] * 7
    assert "plum-kettle" not in report.output


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        report = examine(f"postgresql://ada@127.0.0.1:{silent.getsockname()[1]}/wildside")
    assert [*report.failing] == ["database"]
    assert "timeout" in report.failing["database"]["says"]


def test_a_database_that_is_not_there_is_to_be_made(well: str) -> None:
    report = examine(well.replace(f"/{name_of(well)}?", "/no%20such?"))
    assert report.failing["database"]["mend"] == "createdb 'no such'"


def test_a_user_who_is_not_there_is_to_be_made(well: str) -> None:
    report = examine(well.replace("//wildside@", "//nobody_here@"))
    assert report.failing["database"]["mend"].startswith("wildside db roles --apply")


def test_a_file_of_keys_that_is_not_there(well: str, tmp_path: Path) -> None:
    repaired(well, "keys", SESSION_KEYS_FILE=str(tmp_path / "my keys"))


def test_a_file_of_keys_that_others_may_read(well: str, tmp_path: Path) -> None:
    file = tmp_path / "session.keys"
    shutil.copy(keys_file(), file)
    file.chmod(0o644)
    report = examine(well, SESSION_KEYS_FILE=str(file))
    assert (report.code, report.statuses("keys")) == (0, ["warn", "ok"])
    mend(report.named("keys")[0]["mend"], {})
    assert examine(well, SESSION_KEYS_FILE=str(file)).statuses("keys") == ["ok"]


def test_a_rotation_that_is_under_way(well: str, tmp_path: Path) -> None:
    file = tmp_path / "session.keys"
    wildside("keys", "new", str(file))
    wildside("keys", "rotate", str(file), "--step", "introduce")
    for step in ("promote", "retire"):
        [told] = examine(well, SESSION_KEYS_FILE=str(file)).named("keys")
        assert (told["status"], step in told["says"]) == ("warn", True)
        mend(told["mend"], {})
    assert examine(well, SESSION_KEYS_FILE=str(file)).statuses("keys") == ["ok"]


def test_keys_that_are_wrong_are_not_shown(well: str, tmp_path: Path) -> None:
    file = tmp_path / "session.keys"
    file.write_text("plum-kettle\nplum-kettle\n")
    report = examine(well, SESSION_KEYS_FILE=str(file))
    assert len(report.named("keys")) == report.statuses("keys").count("fail") >= 2
    assert report.named("keys")[0]["mend"] == f"wildside keys new {file}.new"
    assert "plum-kettle" not in report.output


def test_the_key_is_told_by_its_fingerprint(well: str) -> None:
    report = examine(well)
    shown = wildside("keys", "fingerprint", keys_file()).stdout.split()[0]
    assert report.named("keys")[0]["says"] == f"{shown} signs"
    assert KEY.decode() not in report.output


def test_migrations_that_are_pending(well: str) -> None:
    done = wildside("db", "rollback", env={"DATABASE_URL": well})
    assert done.returncode == 0, done.stderr
    report = examine(well)
    assert [*report.failing] == ["migrations"]
    assert report.statuses("roles") == report.statuses("repeatables") == ["unknown"]
    mend(report.failing["migrations"]["mend"], {"DATABASE_URL": well})
    assert examine(well).code == 0


def test_an_empty_database_is_to_be_migrated(seeded_url: str) -> None:
    run(seeded_url, "drop schema public cascade", "create schema public")
    report = examine(seeded_url)
    assert {name: one["mend"] for name, one in report.failing.items()} == {"migrations": "wildside db apply"}
    assert report.statuses("release") == ["unknown"]


NOTED = "insert into migration_checksums (migration_id, text_digest, origin, noted_by) "
BROKEN = {
    f"{NOTED} values ('0034.poi_staging', repeat('0', 64), 'applied', 'ada')": "verify",
    "insert into yoyo_lock (locked, ctime, pid) values (1, now(), 999999)": "db apply",
    "create table walks (a int); insert into walks values (-1);"
    "alter table walks add constraint positive check (a > 0) not valid": "validate constraint positive",
}


@pytest.mark.parametrize("statement", BROKEN, ids=["edited", "lock", "unvalidated"])
def test_what_is_wrong_with_migrations(well: str, statement: str) -> None:
    run(well, *statement.split(";"))
    report = examine(well)
    assert [*report.failing] == ["migrations"]
    assert BROKEN[statement] in report.failing["migrations"]["mend"]


def test_an_index_that_is_invalid(well: str) -> None:
    run(well, "create table twice as select 1 as a from generate_series(1, 2)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(well, 'create unique index concurrently "Twice a" on twice (a)')
    repaired(well, "migrations")


def test_a_migration_of_a_newer_program_is_a_warning(well: str) -> None:
    run(
        well,
        "insert into _yoyo_migration (migration_hash, migration_id, applied_at_utc)"
        " values ('x', '9999.newer', now())",
    )
    report = examine(well)
    assert report.statuses("migrations") == ["warn"]
    assert "9999.newer" in report.named("migrations")[0]["says"]
    assert [*report.failing] == ["repeatables"]


def test_an_extension_that_was_dropped(well: str) -> None:
    run(well, "drop extension cube cascade")
    report = examine(well)
    assert [*report.failing] == ["extensions"]
    assert "create extension cube with schema public" in report.failing["extensions"]["mend"]


def test_no_release(database_url: str) -> None:
    wildside("db", "repeatables", env={"DATABASE_URL": database_url})
    repaired(database_url, "release")


def test_nothing_is_written_and_a_user_who_may_not_write_is_told(well: str) -> None:
    name = name_of(well)
    run(well, f'alter database "{name}" set default_transaction_read_only = on')
    report = examine(well)
    assert [*report.failing] == ["roles"]
    assert "may not write" in report.failing["roles"]["says"]


@pytest.mark.parametrize(("seconds", "status"), [(1, "ok"), (-5, "warn"), (5, "warn"), (-600, "fail")])
def test_a_clock_that_is_wrong(well: str, seconds: int, status: str) -> None:
    """The database's functions are shadowed by some that tell another time."""
    name = name_of(well)
    told = f"return pg_catalog.clock_timestamp() + interval '{seconds} s'"
    run(
        well,
        "create schema bent",
        f"create function bent.clock_timestamp() returns timestamptz language sql {told}",
        f'alter database "{name}" set search_path = bent, pg_catalog, public',
    )
    [clock] = examine(well).named("clock")
    assert clock["status"] == status
    assert status == "ok" or ("behind" if seconds < 0 else "ahead of") in clock["says"]


def test_the_disk_is_that_of_the_database(well: str) -> None:
    with psycopg.connect(well) as connection:
        [(folder,)] = connection.execute("select current_setting('data_directory')").fetchall()
    [disk] = examine(well).named("disk")
    assert folder in disk["says"]
    told = float(disk["says"].partition(" GiB")[0].split()[-1])
    there = os.statvfs(folder)
    assert told == pytest.approx(there.f_bavail * there.f_frsize / 2**30, abs=2)


def test_json_counts(well: str) -> None:
    done = wildside("doctor", "--json", env={"DATABASE_URL": well})
    assert json.loads(done.stdout)["counts"] == {"fail": 0, "warn": 1, "unknown": 0, "ok": 9}
