"""Claim 15: the same input makes the same bytes, by whichever process, over whichever database."""

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


COMMITTED = {
    "schema.sql": "sql/schema.sql",
    "openapi.json": "docs/openapi.json",
    "schema": "docs/schema",
    "er": "docs/diagrams/er",
}
PICTURES = bool(os.environ.get("SOAK"))
"""They take minutes."""
ROOT = Path(__file__).parents[2]


def made(place: Path, scratch: str) -> None:
    """Make everything that is made of the migrations, each on a scratch database of its own."""
    pictures = [] if PICTURES else ["--skip-svg"]
    commands = [
        ["db", "snapshot", "--output", str(place / "schema.sql")],
        ["db", "docs", "--output-dir", str(place / "schema")],
        ["db", "er", *pictures, "--output-dir", str(place / "er")],
        ["openapi", "--write", "--page", str(place / "openapi.json")],
    ]
    env = environment(WILDSIDE_SCRATCH_URL=scratch, **ELSEWHERE)
    for words in commands:
        done = python("-m", "wildside", *words, env=env, anew=True, patience=300)
        assert done.returncode == 0, (words, done.stdout + done.stderr)


def test_what_is_made_of_the_migrations_is_what_was_made_of_them_elsewhere(
    cluster: Any, tmp_path: Path, promise: Promise
) -> None:
    """What is committed was made on another database, by a process with other hashes and locale."""
    made(tmp_path, url_of(cluster.host, cluster.port, cluster.user, "postgres"))
    found = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    different = []
    for name, path in found.items():
        committed = ROOT / COMMITTED[name.parts[0]] / Path(*name.parts[1:])
        if path.read_bytes() != committed.read_bytes():
            different.append(str(name))
    assert different == []
    kept = {ROOT / COMMITTED[name.parts[0]] / Path(*name.parts[1:]) for name in found}
    written = [path for top in COMMITTED.values() for path in [ROOT / top, *(ROOT / top).rglob("*")]]
    expected = {path for path in written if path.is_file() and (PICTURES or path.suffix != ".svg")}
    assert kept == expected
    pictures = len([name for name in found if name.suffix == ".svg"])
    assert len(found) > 70
    promise(15, files=len(found), pictures=pictures, different=0)


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
