"""Commands that end, in the log: where its format is chosen, beside what they print for people."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import wildside
from tests.cli.ready import Done

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CANARY = "canary-4711"


def run(url: str, *arguments: str, **env: str) -> tuple[Done, list[dict[str, Any]]]:
    """Run a command whose log is JSON; return how it ended, and the lines of its log."""
    done = wildside(*arguments, env={"DATABASE_URL": url, "WILDSIDE_LOG_FORMAT": "json", **env})
    return done, [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]


def test_without_a_format_a_run_is_only_told_to_people(database_url: str) -> None:
    done = wildside("seed", "--dry-run", env={"DATABASE_URL": database_url})
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_seed_logs_what_it_did_and_prints_what_it_always_did(database_url: str) -> None:
    done, lines = run(database_url, "seed", "--json", TRACEPARENT=f"00-{TRACE}-00f067aa0ba902b7-01")
    report = json.loads(done.stdout)
    assert [line["event"] for line in lines] == ["seed", "run ended"]
    assert {(line["trace_id"], line["run"], line["level"]) for line in lines} == {(TRACE, "seed", "info")}
    assert (lines[0]["version_from"], lines[0]["version_to"]) == (0, report["versionTo"])
    assert lines[0]["rows"]["inserted"] == sum(table["inserted"] for table in report["tables"].values())
    assert (lines[0]["dry_run"], lines[0]["repeated"], lines[1]["outcome"]) == (False, False, "done")
    assert lines[1]["duration_ms"] > 0


@pytest.mark.parametrize("traceparent", ["", "junk", f"00-{'0' * 32}-00f067aa0ba902b7-01"])
def test_without_a_valid_trace_a_run_has_one_of_its_own(database_url: str, traceparent: str) -> None:
    _, lines = run(database_url, "seed", "--dry-run", TRACEPARENT=traceparent)
    (trace,) = {line["trace_id"] for line in lines}
    assert len(trace) == 32
    assert int(trace, 16)


def test_migrations_are_logged_each_with_its_time(database_url: str) -> None:
    done, lines = run(database_url, "db", "rollback", "--json")
    (taken,) = json.loads(done.stdout)["taken_back"]
    assert [line["event"] for line in lines] == ["migrations taken back", "run ended"]
    assert lines[0]["taken_back"] == [taken]
    done, lines = run(database_url, "db", "apply", "--json")
    assert [line["event"] for line in lines] == ["migrations", "run ended"]
    assert lines[0]["applied"] == json.loads(done.stdout)["applied"]
    assert [one["id"] for one in lines[0]["applied"]] == [taken["id"]]
    assert {line["run"] for line in lines} == {"migrations"}


def test_a_run_that_fails_says_so_and_why(database_url: str, tmp_path: Path) -> None:
    done, lines = run(database_url, "seed", "--data", str(tmp_path))
    assert (done.returncode, lines) == (2, [])  # it never began
    done, lines = run(f"postgresql://app:{CANARY}@127.0.0.1:1/wildside", "seed")
    assert done.returncode == 4
    assert [(line["event"], line["level"]) for line in lines] == [
        ("run failed", "error"),
        ("run ended", "info"),
    ]
    assert (lines[0]["code"], lines[1]["outcome"]) == ("database_unavailable", "failed")
    assert done.stderr.splitlines()[-1].startswith("wildside: ")
    assert CANARY not in done.stdout + done.stderr
