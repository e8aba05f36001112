"""Claim 15: the same input makes the same bytes, by whichever process, over whichever database."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.cli.program import environment, python, serving, wildside
from tests.conftest import url_of
from tests.promises import Promise
from tests.sql.support import scratch_database

REFERENCE = "/api/v1/reference"
DOCS = ("/docs/openapi.json", "/docs", "/docs/problems")
CODINGS = ("identity", "gzip", "br", "zstd")
OF_A_DATABASE = re.compile(rb"[0-9a-f]{12}(?=\.\d+-[0-9a-f]{16})|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
"""Its epoch, and when it was seeded; all else follows from the source."""
ELSEWHERE = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "4711", "COLUMNS": "40"}
HERE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def made(place: Path, scratch: str, env: dict[str, str]) -> dict[str, str]:
    """Everything that is made of the migrations, each on a scratch database of its own, by name."""
    place.mkdir()
    pictures = [] if os.environ.get("SOAK") else ["--skip-svg"]  # which take minutes
    commands = {
        "snapshot": ["db", "snapshot", "--output", str(place / "schema.sql")],
        "docs": ["db", "docs", "--output-dir", str(place / "schema")],
        "er": ["db", "er", *pictures, "--output-dir", str(place / "er")],
        "openapi": ["openapi", "--write", "--page", str(place / "openapi.json")],
    }
    for name, words in commands.items():
        done = python(
            "-m", "wildside", *words, env=environment(WILDSIDE_SCRATCH_URL=scratch, **env), anew=True
        )
        assert done.returncode == 0, (name, done.stdout + done.stderr)
    files = sorted(path for path in place.rglob("*") if path.is_file())
    return {path.relative_to(place).as_posix(): digest(path.read_bytes()) for path in files}


def test_what_is_made_of_the_migrations_is_the_same_wherever_it_is_made(
    cluster: Any, tmp_path: Path, promise: Promise
) -> None:
    scratch = url_of(cluster.host, cluster.port, cluster.user, "postgres")
    one, two = (made(tmp_path / name, scratch, env) for name, env in (("one", HERE), ("two", ELSEWHERE)))
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
    assert {"schema.sql", "openapi.json", "er/overview.mmd", "schema/README.md"} <= one.keys()
    pictures = len([name for name in one if name.endswith(".svg")])
    assert pictures or not os.environ.get("SOAK")
    promise(15, files=len(one), pictures=pictures, different=0)


@pytest.fixture
def twice(cluster: Any, migrated_template: Any) -> Iterator[list[str]]:
    """Two databases, each seeded by itself."""
    name = migrated_template.template_dbname
    with scratch_database(cluster, template=name) as one, scratch_database(cluster, template=name) as two:
        for url in (one, two):
            done = wildside("seed", env={"DATABASE_URL": url})
            assert done.returncode == 0, done.stderr
        yield [one, two]


def told(url: str) -> dict[str, bytes]:
    """What a server answers, each body as it was sent, by path and coding."""
    answers: dict[str, bytes] = {}
    with serving(url) as at, httpx2.Client(base_url=at, timeout=60) as client:
        tables = client.get(f"{REFERENCE}/bootstrap").json()["tables"]
        paths = [
            *DOCS,
            f"{REFERENCE}/bootstrap",
            f"{REFERENCE}/version",
            *(f"{REFERENCE}/{t}" for t in tables),
        ]
        for path in paths:
            for coding in CODINGS:
                with client.stream("GET", path, headers={"Accept-Encoding": coding}) as answer:
                    assert answer.status_code == 200, path
                    answers[f"{path} {coding}"] = b"".join(answer.iter_raw())
    return answers


def test_two_processes_over_one_database_answer_the_same_bytes(seeded_url: str, promise: Promise) -> None:
    one, two = told(seeded_url), told(seeded_url)
    assert [name for name in one if one[name] != two[name]] == []
    promise(15, answers=len(one), processes=2, different=0)


def test_two_databases_of_one_source_differ_in_epoch_and_moment_only(
    twice: list[str], promise: Promise
) -> None:
    one, two = (
        {name: OF_A_DATABASE.sub(b"*", body) for name, body in told(url).items() if name.endswith("identity")}
        for url in twice
    )
    assert [name for name in one if one[name] != two[name]] == []
    assert b"*" in one[f"{REFERENCE}/bootstrap identity"]
    promise(15, answers=len(one), databases=2, different=0)
