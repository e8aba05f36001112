"""A rollback that does not bring everything back is found, and said where and how."""

import json
from pathlib import Path

import pytest

from tests.toolkit.conftest import Database, write_migrations
from wildside.outbound.migration_files import read_migrations

BEDS = """-- Where people sleep.
create table beds (id text not null, label text default 'none', constraint beds_pkey primary key (id));
create index beds_label on beds (label);
comment on table beds is 'Where people sleep.';
comment on column beds.label is 'On its foot.';
create function beds_count() returns bigint language sql return (select count(*) from beds);
"""
BEDS_DOWN = "drop function beds_count();\ndrop table beds;\n"


def test_ours_go_both_ways(db: Database) -> None:
    result = db("roundtrip")
    assert result.exit_code == 0, result.output
    ids = [one.id for one in read_migrations(Path("sql/migrations")).migrations]
    assert result.stdout.splitlines() == [f"{one}: both ways" for one in ids]


@pytest.mark.parametrize(
    ("up", "down", "sign"),
    [
        ("create index beds_id on beds (id, label);", "select 1;", "+CREATE INDEX beds_id"),
        ("drop index beds_label;", "select 1;", "-CREATE INDEX beds_label"),
        (
            "alter table beds alter label set default 'some';",
            "alter table beds alter label drop default;",
            "-    label text DEFAULT 'none'::text",
        ),
        (
            "comment on table beds is 'New.';",
            "comment on table beds is null;",
            "-COMMENT ON TABLE public.beds",
        ),
        (
            "create or replace function beds_count() returns bigint language sql return 1;",
            "create or replace function beds_count() returns bigint language sql return 2;",
            "+    RETURN 2;",
        ),
        (
            "alter table beds drop column label;",
            "alter table beds add column label text default 'none'; create index beds_label on beds (label);",
            "-COMMENT ON COLUMN public.beds.label",
        ),
    ],
)
def test_what_a_rollback_forgets_is_found(
    db: Database, tmp_path: Path, up: str, down: str, sign: str
) -> None:
    folder = write_migrations(tmp_path / "m", beds=BEDS, beds_down=BEDS_DOWN, change=up, change_down=down)
    result = db("roundtrip", "--migrations", folder)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "0001.beds: both ways"
    message = "0002.change.rollback.sql:0: roundtrip: does not bring back the schema before it"
    assert message in lines
    assert [line for line in lines if line.startswith(sign)], result.stdout


def test_a_second_way_up_that_leads_elsewhere_is_found(db: Database, tmp_path: Path) -> None:
    # The sequence is not the schema's, so only the second time shows it.
    up = "do $$ begin execute format('create table t_%s ()', (select count(*) from beds)); end $$;"
    down = "drop table t_0; insert into beds values ('one');"
    folder = write_migrations(tmp_path / "m", beds=BEDS, beds_down=BEDS_DOWN, t=up, t_down=down)
    result = db("roundtrip", "--migrations", folder)
    assert result.exit_code == 1
    assert "0002.t.sql:0: roundtrip: makes another schema the second time" in result.stdout
    assert "rollback.sql:0" not in result.stdout


def test_files_that_only_go_up(db: Database, tmp_path: Path) -> None:
    folder = write_migrations(
        tmp_path / "m",
        beds=BEDS,
        gone="-- Away.\n-- irreversible: the labels are lost\nalter table beds drop column label;",
        gone_down="this is never run",
        lost="create table lost ();",
    )
    result = db("roundtrip", "--migrations", folder, "--json")
    assert result.exit_code == 1
    trips = json.loads(result.stdout)["trips"]
    assert [(trip["id"], trip["mode"], trip["reason"]) for trip in trips] == [
        ("0001.beds", "up only", None),
        ("0002.gone", "up only", "the labels are lost"),
        ("0003.lost", "up only", None),
    ]
    assert [fault["message"] for trip in trips for fault in trip["faults"]] == [
        f"there is no {name}.rollback.sql, nor `-- irreversible: why`" for name in ("0001.beds", "0003.lost")
    ]


def test_a_file_outside_of_a_transaction(db: Database, tmp_path: Path) -> None:
    folder = write_migrations(
        tmp_path / "m",
        beds=BEDS,
        beds_down=BEDS_DOWN,
        slow="-- Slow.\n-- transactional: false\ncreate index concurrently beds_both on beds (id, label);",
        slow_down="drop index concurrently beds_both;",
        next="create table next ();",
        next_down="drop table next;",
    )
    result = db("roundtrip", "--migrations", folder)
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        ["0001.beds: both ways", "0002.slow: both ways", "0003.next: both ways"],
    )


def test_a_rollback_that_fails_is_a_finding_and_the_rest_goes_on(db: Database, tmp_path: Path) -> None:
    folder = write_migrations(
        tmp_path / "m",
        beds=BEDS,
        beds_down="drop table nothing;",
        next="create table next ();",
        next_down="drop table next;",
    )
    result = db("roundtrip", "--migrations", folder)
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first.startswith(
        '0001.beds.rollback.sql:0: roundtrip: cannot be applied: table "nothing" does not'
    )
    assert second == "0002.next: both ways"


def test_a_rollback_that_does_nothing_ends_it(db: Database, tmp_path: Path) -> None:
    folder = write_migrations(
        tmp_path / "m",
        beds=BEDS,
        beds_down="select 1;",
        next="create table next ();",
        next_down="drop table next;",
    )
    result = db("roundtrip", "--migrations", folder)
    assert result.exit_code == 1
    assert "0001.beds.rollback.sql:0: roundtrip: does not bring back" in result.stdout
    assert (
        '0001.beds.sql:0: roundtrip: cannot be applied again: 0001.beds.sql: relation "beds"' in result.stdout
    )
    assert result.stdout.splitlines()[-1] == "not tried: the 1 after it"


def test_only_one(db: Database, tmp_path: Path) -> None:
    bad = {"beds": BEDS, "beds_down": "select 1;"}
    folder = write_migrations(
        tmp_path / "m", **bad, next="create table next ();", next_down="drop table next;"
    )
    result = db("roundtrip", "--migrations", folder, "--only", "0002.next")
    assert (result.exit_code, result.stdout) == (0, "0002.next: both ways\n")
    unknown = db("roundtrip", "--migrations", folder, "--only", "0003.never")
    assert unknown.exit_code == 2
    assert "there is no migration 0003.never" in unknown.stderr


def test_a_file_that_cannot_be_applied_at_all(db: Database, tmp_path: Path) -> None:
    folder = write_migrations(tmp_path / "m", bad="create nonsense;", bad_down="select 1;")
    result = db("roundtrip", "--migrations", folder)
    assert result.exit_code == 6
    assert "0001.bad.sql: syntax error" in result.stderr


def test_no_server_is_told(tmp_path: Path) -> None:
    result = Database("postgresql://nobody@127.0.0.1:1/nowhere")("roundtrip")
    assert result.exit_code == 4
