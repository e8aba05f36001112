"""`wildside db verify` sees what somebody changed by hand in a live schema."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.program import wildside
from tests.conftest import url_of_connection
from wildside.domain.schema_dump import drift

Connection = psycopg.Connection[Any]


def verify(connection: Connection, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    done = wildside("db", "verify", "--json", *arguments, env={"DATABASE_URL": url_of_connection(connection)})
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def test_a_database_as_the_migrations_made_it_has_none(seeded_connection: Connection) -> None:
    assert verify(seeded_connection) == (0, [])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("alter table badges add column colour text", "the database has `colour text"),
        ("drop index reference_journal_row", "the database lacks `CREATE INDEX reference_journal_row"),
        ("alter table tags alter column icon drop not null", "the database has `icon text,`"),
        ("create table notes (body text)", "the database has `CREATE TABLE public.notes ("),
        ("comment on table tags is 'mine'", "the database has `COMMENT ON TABLE public.tags IS 'mine';`"),
        ("drop trigger tags_track_update on tags", "the database lacks `CREATE TRIGGER tags_track_update"),
    ],
)
def test_what_was_changed_by_hand_is_an_error(connection: Connection, change: str, told: str) -> None:
    connection.execute(change.encode())
    connection.commit()
    code, findings = verify(connection)
    assert code == 1
    assert {finding["rule"] for finding in findings} == {"drift"}
    assert told in "; ".join(finding["message"] for finding in findings)


def test_what_is_pending_is_no_drift(connection: Connection) -> None:
    url = url_of_connection(connection)
    assert wildside("db", "rollback", "--database-url", url).returncode == 0
    code, findings = verify(connection)
    assert (code, [one for one in findings if one["rule"] == "drift"]) == (0, [])


def test_without_programs_of_postgresql_it_says_that_nobody_looked(
    connection: Connection, tmp_path: Path
) -> None:
    code, findings = verify(connection, "--pg-bin", str(tmp_path))
    assert (code, [(one["level"], one["rule"]) for one in findings]) == (0, [("warning", "drift")])
    assert "was not looked for" in findings[0]["message"]


def test_comments_of_pg_dump_and_blank_lines_do_not_count() -> None:
    assert drift("-- Name: a\n\ncreate a;\n", "-- Name: b\n\n\ncreate a;\n") == []
    (found,) = drift("create a;\ncreate b;\n", "create a;\n")
    assert (found.line, found.message) == (2, "the database lacks `create b;`")
