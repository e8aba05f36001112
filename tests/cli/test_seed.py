"""`wildside seed`: what it prints where, and its exit codes."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.program import wildside
from tests.cli.rows import one, version
from tests.conftest import REFERENCE, url_of_connection

Connection = psycopg.Connection[Any]
Rows = list[dict[str, Any]]
PROBLEM = re.compile(r"[\w.]+:\d+:(/[^:]*)?: [a-z_]+: .+")
CANARY = "canary-4711"
LOCK = "select pg_advisory_xact_lock(x'57494c44'::int, 1)"  # the seed's lock: "WILD" in ASCII, and 1


def seed(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Seed, with a password in the URL that nothing may print."""
    result = wildside("seed", *arguments, env={"DATABASE_URL": url.replace("@", f":{CANARY}@")})
    assert "Traceback" not in result.stderr
    assert CANARY not in result.stdout + result.stderr
    return result


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the reference files, to be spoiled."""
    return Path(shutil.copytree(REFERENCE, tmp_path / "reference"))


def edit(source: Path, table: str, change: Callable[[Rows], Any]) -> None:
    file = source / f"{table}.json"
    rows = json.loads(file.read_text())
    change(rows)
    file.write_text(json.dumps(rows))


def test_a_seed_says_what_it_did(connection: Connection) -> None:
    result = seed(url_of_connection(connection))
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"reference rows: \d+ inserted; version 0 → 1\n", result.stdout)
    assert version(connection) == 1


def test_a_second_seed_has_nothing_to_do(seeded_connection: Connection) -> None:
    result = seed(url_of_connection(seeded_connection))
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "nothing to do: the source is that of version 1\n"
    assert version(seeded_connection) == 1


def test_the_postgresql_psycopg_spelling_does_too(seeded_url: str) -> None:
    assert seed(seeded_url.replace("postgresql://", "postgresql+psycopg://")).returncode == 0


def test_another_folder_is_seeded(seeded_connection: Connection, source: Path) -> None:
    edit(source, "tags", lambda rows: rows[0].update(icon="tag:other"))
    result = seed(url_of_connection(seeded_connection), "--data", str(source))
    assert result.returncode == 0
    assert "1 updated" in result.stdout
    assert one(seeded_connection, "select icon from tags where slug = 'coffee'") == "tag:other"


@pytest.mark.parametrize("repeated", [False, True])
def test_json_is_alone_on_standard_output(database_url: str, repeated: bool) -> None:
    if repeated:
        seed(database_url)
    result = seed(database_url, "--json")
    assert (result.returncode, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert (report["dryRun"], report["repeated"], report["versionTo"]) == (False, repeated, 1)
    assert re.fullmatch("[0-9a-f]{64}", report["sourceDigest"])


def test_json_tells_the_same_story(seeded_url: str, source: Path) -> None:
    edit(source, "tags", lambda rows: rows.pop())
    report = json.loads(seed(seeded_url, "--json", "--dry-run", "--data", str(source)).stdout)
    assert (report["dryRun"], report["versionFrom"], report["versionTo"]) == (True, 1, 2)
    assert [found["table"] for found in report["deprecated"]] == ["tags"]
    assert report["tables"]["tags"]["deprecated"] == 1
    assert report["tables"]["badges"]["unchanged"] == 10


def test_a_dry_run_prints_every_deprecation_and_changes_nothing(
    seeded_connection: Connection, source: Path
) -> None:
    gone: list[str] = []
    edit(source, "tags", lambda rows: gone.extend(rows.pop()["slug"] for _ in range(4)))
    edit(source, "theme_interests", lambda rows: gone.append("{theme}/{interest}".format(**rows.pop())))
    result = seed(url_of_connection(seeded_connection), "--dry-run", "--data", str(source))
    assert (result.returncode, result.stderr) == (0, "")
    printed = re.findall(r"^deprecated \w+: (.+)$", result.stdout, re.MULTILINE)
    assert sorted(printed) == sorted(gone)
    assert "dry run" in result.stdout.splitlines()[-1]
    assert version(seeded_connection) == 1
    assert one(seeded_connection, "select count(*) from tags where not is_active") == 0
    assert one(seeded_connection, "select count(*) from reference_seed_runs") == 1


def test_everything_wrong_with_a_source_is_told_at_once(seeded_connection: Connection, source: Path) -> None:
    edit(source, "tags", lambda rows: rows[3].update(colour="red", icon=7))
    edit(source, "tags", lambda rows: rows[5].pop("sort_order"))
    edit(source, "badges", lambda rows: rows[1].update(slug=rows[0]["slug"]))
    edit(source, "themes", lambda rows: rows[0]["localizations"]["es"].update(name=" null"))
    (source / "surfaces.json").write_text("[{")
    (source / "gradients.json").unlink()
    edit(source, "crowd_levels", lambda rows: rows.clear())
    result = seed(url_of_connection(seeded_connection), "--data", str(source))
    *problems, summary = result.stderr.splitlines()
    assert (result.returncode, result.stdout) == (2, "")
    assert [line for line in problems if not PROBLEM.fullmatch(line)] == []
    found = {tuple(re.split(": ?", line)[:4]) for line in problems}
    assert found >= {
        ("tags.json", "4", "/colour", "unknown_column"),
        ("tags.json", "4", "/icon", "wrong_type"),
        ("tags.json", "6", "/sort_order", "missing_column"),
        ("badges.json", "2", "/slug", "duplicate_key"),
        ("themes.json", "1", "/localizations/es/name", "untrimmed_text"),
        ("themes.json", "1", "/localizations/es/name", "null_as_text"),
        ("crowd_levels.json", "0", "", "empty_source"),
        ("gradients.json", "0", "", "unreadable"),
        ("surfaces.json", "0", "", "invalid_json"),
    }
    assert summary == f"wildside: source_invalid: {len(problems)} problems"
    assert version(seeded_connection) == 1


def test_a_folder_without_a_manifest_is_an_invalid_source(database_url: str, tmp_path: Path) -> None:
    result = seed(database_url, "--data", str(tmp_path))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("manifest.toml:0:: unreadable: ")


def test_a_table_that_shrinks_is_refused_until_it_is_allowed(
    seeded_connection: Connection, source: Path
) -> None:
    edit(source, "tags", lambda rows: rows.__delitem__(slice(10, None)))
    url = url_of_connection(seeded_connection)
    refused = seed(url, "--data", str(source))
    assert (refused.returncode, refused.stdout) == (3, "")
    assert refused.stderr.startswith("shrink: tags would lose 15 of its 25 active rows")
    assert "--allow-shrink tags" in refused.stderr
    assert version(seeded_connection) == 1
    assert seed(url, "--data", str(source), "--allow-shrink", "badges").returncode == 3
    allowed = seed(url, "--data", str(source), "--allow-shrink", "tags")
    assert allowed.returncode == 0
    assert allowed.stdout.count("deprecated tags: ") == 15
    assert one(seeded_connection, "select count(*) from tags") == 25


def test_an_undeclared_rename_is_refused_until_it_is_declared(
    seeded_connection: Connection, source: Path
) -> None:
    edit(source, "tags", lambda rows: rows[0].update(slug="espresso"))
    url = url_of_connection(seeded_connection)
    refused = seed(url, "--data", str(source))
    assert (refused.returncode, refused.stdout) == (3, "")
    assert refused.stderr.startswith("undeclared_rename: tags loses coffee and gains espresso")
    assert version(seeded_connection) == 1
    edit(source, "renames", lambda rows: rows.append({"table": "tags", "from": "coffee", "to": "espresso"}))
    declared = seed(url, "--data", str(source))
    assert declared.returncode == 0
    assert "renamed tags: coffee → espresso" in declared.stdout


def test_every_refusal_is_told_at_once(seeded_url: str, source: Path) -> None:
    edit(source, "tags", lambda rows: rows.__delitem__(slice(10, None)))
    edit(source, "badges", lambda rows: rows.__delitem__(slice(3, None)))
    result = seed(seeded_url, "--data", str(source))
    assert result.returncode == 3
    assert [line.split()[1] for line in result.stderr.splitlines()[:-1]] == ["tags", "badges"]


def test_a_table_that_cannot_shrink_is_a_wrong_usage(seeded_url: str) -> None:
    result = seed(seeded_url, "--allow-shrink", "tegs")
    assert (result.returncode, result.stdout) == (2, "")
    assert "Usage:" in result.stderr
    assert "tegs" in result.stderr


@pytest.mark.parametrize("spelling", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_that_is_not_there_exits_with_4(spelling: str) -> None:
    result = seed(f"{spelling}://nobody@127.0.0.1:1/wildside")
    assert (result.returncode, result.stdout) == (4, "")
    assert len(result.stderr.splitlines()) == 1
    assert "DATABASE_URL" in result.stderr


def test_a_database_that_is_not_there_exits_with_4(seeded_connection: Connection) -> None:
    name = seeded_connection.info.dbname
    result = seed(url_of_connection(seeded_connection).replace(f"/{name}?", "/nowhere?"))
    assert (result.returncode, result.stdout) == (4, "")
    assert '"nowhere" does not exist' in result.stderr


def test_a_lock_that_is_held_exits_with_5_and_names_its_holder(seeded_connection: Connection) -> None:
    seeded_connection.execute("set application_name = 'the other one'")
    seeded_connection.execute(LOCK.encode())
    result = seed(url_of_connection(seeded_connection), "--wait", "0.2")
    assert (result.returncode, result.stdout) == (5, "")
    assert "the other one" in result.stderr
    assert str(seeded_connection.info.backend_pid) in result.stderr


def test_missing_migrations_exit_with_6(cluster: Any, connection: Connection) -> None:
    url = url_of_connection(connection).replace(connection.info.dbname, cluster.maintenance_dbname)
    result = seed(url)
    assert (result.returncode, result.stdout) == (6, "")
    assert "yoyo apply" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_adopted_row_is_left_alone_and_told_at_every_run(seeded_connection: Connection) -> None:
    seeded_connection.execute(
        "update tags set icon = 'tag:mine', source_type = 'admin' where slug = 'coffee'"
    )
    seeded_connection.commit()
    for _ in range(2):
        result = seed(url_of_connection(seeded_connection))
        assert result.returncode == 0
        assert "adopted tags: coffee is left alone; icon is 'tag:mine' here" in result.stdout
    assert one(seeded_connection, "select icon from tags where slug = 'coffee'") == "tag:mine"
