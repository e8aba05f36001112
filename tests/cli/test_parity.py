"""`wildside parity`: by a real process, over a real server and a real database."""

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.places import processes_in
from tests.cli.program import Program, serving, wildside
from tests.cli.relay import relaying
from tests.conftest import REFERENCE, url_of_connection

Connection = psycopg.Connection[Any]
HTTP = ["bootstrap", "tables"]
APPS = ["remote provider", "warm offline provider"]
STAGES = ["source", "seeded", *HTTP, "version", *APPS, "local provider"]
NOBODY = "http://127.0.0.1:1"


def run(*arguments: str, code: int, **env: str) -> subprocess.CompletedProcess[str]:
    return well(wildside("parity", *arguments, env=env), code)


def run_anew(*arguments: str, code: int, **env: str) -> subprocess.CompletedProcess[str]:
    """In a Python of its own, which has an order of its own for what has none."""
    return well(wildside("parity", *arguments, env=env, anew=True), code)


def well(result: subprocess.CompletedProcess[str], code: int) -> subprocess.CompletedProcess[str]:
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return result


def report(*arguments: str, code: int, **env: str) -> Any:
    return json.loads(run(*arguments, "--json", code=code, **env).stdout)


def told(found: Any, *kinds: str) -> list[tuple[Any, ...]]:
    """(stage, table, key, field, kind) of each difference, of some kinds only."""
    return [
        (one["stage"], one["table"], one["key"], one["field"], one["kind"])
        for one in found["differences"]
        if not kinds or one["kind"] in kinds
    ]


def refused(*arguments: str, code: int, stages: Sequence[str] = (), **env: str) -> str:
    """The last line of a comparison that could not be made, or not beyond some stages."""
    result = run(*arguments, code=code, **env)
    assert [line[:22].rstrip() for line in result.stdout.splitlines()] == list(stages)
    return result.stderr.splitlines()[-1]


@contextmanager
def edited(connection: Connection, *edits: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """A server over a database in which an operator has made edits: its URL and its database's."""
    database = url_of_connection(connection)
    for edit in edits:
        done = wildside("reference", *edit, "--reason", "a test", env={"DATABASE_URL": database})
        assert done.returncode == 0, done.stderr
    with serving(database) as url:
        yield url, database


def changed_source(folder: Path, **values: Any) -> str:
    """A copy of the reference files in which the first tag has other values."""
    copy = Path(shutil.copytree(REFERENCE, folder / "reference"))
    rows = json.loads((copy / "tags.json").read_text())
    rows[0] |= values
    (copy / "tags.json").write_text(json.dumps(rows))
    return str(copy)


def test_everything_of_its_own_is_equal_and_taken_down(place: Path) -> None:
    result = run(code=0, TMPDIR=str(place), DATABASE_URL="postgresql://nobody@127.0.0.1:1/nowhere")
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines()]
    assert len(lines) == len(STAGES)
    assert [line[:22].rstrip() for line in result.stdout.splitlines()] == STAGES
    assert [
        line for line in result.stdout.splitlines()[1:] if not line.endswith(" tables, 559 rows: equal")
    ] == []
    assert (processes_in(place), list(place.iterdir())) == ({}, [])


def test_its_report_is_the_same_bytes_each_time(place: Path) -> None:
    first, second = (run_anew("--json", code=0, TMPDIR=str(place)).stdout for _ in range(2))
    assert first == second
    found = json.loads(first)
    assert (found["equal"], found["differences"]) == (True, [])
    assert [stage["stage"] for stage in found["stages"]] == STAGES
    assert {(stage["tables"], stage["rows"], stage["equal"]) for stage in found["stages"]} == {
        (20, 559, True)
    }


def test_an_administrators_edit_is_told_at_every_stage(seeded_connection: Connection) -> None:
    with edited(seeded_connection, ("set", "tags", "coffee", "icon=tag:mug")) as (url, database):
        found = report("--url", url, "--database-url", database, code=1)
        again = run_anew("--url", url, "--database-url", database, "--json", code=1).stdout
        text = run("--url", url, code=1, DATABASE_URL=database).stdout
    assert json.loads(again) == found
    row = ("tags", ["coffee"], "/icon", "adopted")
    assert told(found, "adopted") == [(stage, *row) for stage in ["seeded", *HTTP, *APPS]]
    assert told(found) == [*told(found, "adopted")[:3], ("version", "tags", None, "/digest", "value"),
                           *told(found, "adopted")[3:]]  # fmt: skip
    assert found["differences"][0] | {"stage": ""} == {
        "stage": "", "table": "tags", "key": ["coffee"], "field": "/icon", "kind": "adopted",
        "expected": "tag:coffee-cup", "found": "tag:mug",
    }  # fmt: skip
    line = (
        'tags coffee /icon: "tag:coffee-cup" in the source, "tag:mug" here (an administrator holds the row)'
    )
    assert [f"{stage}: {line}" in text.splitlines() for stage in ["seeded", *HTTP, *APPS]] == [True] * 5
    assert "seeded                 20 tables, 559 rows: 1 difference\n" in text


def test_a_hidden_row_a_new_key_and_another_place_are_told(seeded_connection: Connection) -> None:
    edits = (
        ("hide", "tags", "views"),
        ("rename", "badges", "sunset-pick", "dusk-pick"),
        ("set", "difficulties", "easy", "sort_order=99"),
    )
    with edited(seeded_connection, *edits) as (url, database):
        found = report("--url", url, "--database-url", database, code=1)
        text = run("--url", url, "--database-url", database, code=1).stdout
    seeded = [one for one in told(found) if one[0] == "seeded"]
    assert seeded == [
        ("seeded", "tags", ["views"], "", "adopted"),
        ("seeded", "badges", ["sunset-pick"], "", "missing_row"),
        ("seeded", "badges", ["dusk-pick"], "", "extra_row"),
        ("seeded", "difficulties", ["easy"], "/sortOrder", "adopted"),
        ("seeded", "difficulties", ["easy"], "", "adopted"),
    ]
    assert "bootstrap: difficulties easy: first in the source, after challenging here (an adm" in text
    assert "seeded: tags views: in the source, not here (an administrator" in text


def test_a_server_of_an_older_source_is_told_without_its_database(
    seeded_connection: Connection, tmp_path: Path
) -> None:
    newer = changed_source(tmp_path, icon="tag:mug")
    with serving(url_of_connection(seeded_connection)) as url:
        found = report("--url", url, "--data", newer, code=1)
        assert report("--url", url, code=0)["equal"] is True
    row = ("tags", ["coffee"], "/icon", "value")
    assert told(found) == [
        *((stage, *row) for stage in HTTP),
        ("version", "tags", None, "/digest", "value"),
        *((stage, *row) for stage in APPS),
    ]
    skipped = {stage["stage"]: stage["skipped"] for stage in found["stages"] if stage["skipped"]}
    assert skipped == {"seeded": "no database was named", "local provider": "the snapshot is of other files"}


def test_another_snapshot_is_compared_where_one_is_named(
    seeded_connection: Connection, tmp_path: Path
) -> None:
    file, missing = tmp_path / "snapshot.json", str(tmp_path / "none.json")
    database = url_of_connection(seeded_connection)
    with edited(seeded_connection, ("set", "tags", "coffee", "icon=tag:mug")) as (url, _):
        wildside("reference", "export", str(file), env={"DATABASE_URL": database})
        newer = changed_source(tmp_path, icon="tag:mug")
        assert report("--url", url, "--data", newer, "--snapshot", str(file), code=0)["equal"] is True
        found = report("--url", url, "--data", newer, "--snapshot", missing, code=1)
        packaged = run("--url", url, "--data", newer, "--snapshot", missing, code=1).stdout
    assert told(found) == [("local provider", None, None, "", "no_answer")]
    assert 'local provider: the answer: no answer: "no_snapshot: ' in packaged


def test_a_damaged_answer_is_told(seeded_connection: Connection) -> None:
    def damage(path: str, body: bytes) -> bytes:
        return body.replace(b'"tag:coffee-cup"', b'"tag:coffee-cap"') if path.endswith("bootstrap") else body

    with serving(url_of_connection(seeded_connection)) as server, relaying(server, damage) as url:
        found = report("--url", url, code=1)
    assert ("bootstrap", "tags", ["coffee"], "/icon", "value") in told(found)
    assert ("bootstrap", None, None, "/digests/tags", "value") in told(found)
    assert {one[0] for one in told(found, "no_answer")} == set(APPS)
    assert ("bootstrap", None, None, "/referenceVersion", "value") in told(found)
    # The other answers are whole, and so do not agree with the rows of that bootstrap.
    assert [one for one in told(found) if one[0] in {"tables", "version"}] == [
        ("tables", "tags", None, "/digests/tags", "value")
    ]


def test_spaces_are_told(seeded_connection: Connection) -> None:
    def spaced(path: str, body: bytes) -> bytes:
        return body.replace(b'":', b'": ') if path.endswith(("/tags", "/version")) else body

    with serving(url_of_connection(seeded_connection)) as server, relaying(server, spaced) as url:
        found = report("--url", url, code=1)
    assert told(found) == [("tables", "tags", None, "", "bytes"), ("version", None, None, "", "bytes")]


def test_whoever_does_not_answer_is_one_clear_line(connection: Connection) -> None:
    unseeded = url_of_connection(connection)
    assert refused("--url", NOBODY, code=4) == f"wildside: {NOBODY} cannot be reached: Connection refused"
    with serving(unseeded) as url:
        assert refused("--url", url, code=4) == "wildside: the server answers /changes with 503"
        line = refused("--url", url, "--database-url", unseeded, code=4, stages=["source"])
        assert line == "wildside: there is no reference release yet: run wildside seed"
        line = refused("--url", url, "--database-url", "postgresql://a:canary@127.0.0.1:1/x", code=4)
    assert "is PostgreSQL running" in line
    assert "canary" not in line


def test_a_server_that_is_not_there_is_told_after_its_database(seeded_connection: Connection) -> None:
    arguments = ("--url", NOBODY, "--database-url", url_of_connection(seeded_connection))
    line = refused(*arguments, code=4, stages=["source", "seeded"])
    assert line == f"wildside: {NOBODY} cannot be reached: Connection refused"


def test_another_server_than_wildside_is_told(seeded_connection: Connection) -> None:
    with (
        serving(url_of_connection(seeded_connection)) as server,
        relaying(server, lambda _path, _body: b"<html>") as url,
    ):
        assert "does not answer /changes as Wildside does" in refused("--url", url, code=4)
        assert "/changes as Wildside does: status 404" in refused("--url", f"{server}/elsewhere", code=4)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--database-url", "postgresql:///x"], "--database-url goes with --url"),
        (["--url", "ftp://x"], "settings_invalid"),
        (["--url", "http://user:canary@x"], "settings_invalid"),
        (["--url", "nonsense"], "settings_invalid"),
        (["--url", NOBODY, "--database-url", "mysql://x"], "settings_invalid"),
        (["--data", "/nowhere"], "source_invalid"),
        (["extra"], "unexpected extra argument"),
    ],
)
def test_a_wrong_usage_exits_with_2(arguments: list[str], line: str) -> None:
    told_line = refused(*arguments, code=2)
    assert line in told_line
    assert "canary" not in told_line


@pytest.mark.parametrize("database", [False, True])
def test_an_invalid_source_is_told_whole(
    seeded_connection: Connection, tmp_path: Path, database: bool
) -> None:
    wrong = changed_source(tmp_path, sort_order=20, **({"colour": "red"} if database else {}))
    (Path(wrong) / "badges.json").write_text("[{}]")
    named = {"DATABASE_URL": url_of_connection(seeded_connection)} if database else {}
    with serving(url_of_connection(seeded_connection)) as url:
        result = run("--url", url, "--data", wrong, code=2, **named)
    assert result.stdout == ""
    assert "badges.json:1:/slug: missing_column" in result.stderr
    assert "tags.json:" in result.stderr
    assert ("unknown_column" in result.stderr) is database


def test_programs_that_are_not_there_are_one_clear_line(place: Path) -> None:
    assert str(place / "bin") in refused("--pg-bin", str(place / "bin"), code=4, TMPDIR=str(place))
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("step", "number"),
    [
        ("starting PostgreSQL", signal.SIGTERM),
        ("starting PostgreSQL", signal.SIGINT),
        ("source ", signal.SIGTERM),
        ("source ", signal.SIGINT),
    ],
)
def test_a_signal_at_any_step_ends_it_cleanly(place: Path, step: str, number: signal.Signals) -> None:
    with Program("parity", cwd=place, env={"TMPDIR": str(place)}) as program:
        program.wait_for(step)
        assert program.stop(number) == 130, program.output
    assert (processes_in(place), list(place.iterdir())) == ({}, []), program.output
    assert program.stderr[-1] == "stopped"
    assert "Traceback" not in program.output


@pytest.mark.parametrize(
    ("delay", "number"),
    [(0.3, signal.SIGTERM), (0.6, signal.SIGINT), (1.5, signal.SIGTERM), (3.0, signal.SIGINT)],
)
def test_a_signal_after_any_time_leaves_nothing(place: Path, delay: float, number: signal.Signals) -> None:
    with Program("parity", cwd=place, env={"TMPDIR": str(place)}, anew=True) as program:
        with suppress(subprocess.TimeoutExpired):
            program.process.wait(delay)
        code = program.stop(number)
    assert (processes_in(place), list(place.iterdir())) == ({}, []), program.output
    assert "Traceback" not in program.output
    began = "starting PostgreSQL" in program.output
    assert code in {130, 0} if began else code in {130, 1, -number}, program.output
