"""What `wildside doctor` makes of what no test can bring about: old servers, full disks, standbys."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from wildside.config import migrations_folder
from wildside.domain.diagnosis import (
    EXTENSIONS,
    Diagnosis,
    Space,
    Vitals,
    of_database,
    of_disk,
    of_extensions,
    of_no_database,
)

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
WELL = Vitals(180001, "app", False, "owner", False, True, {"cube": True}, MOMENT, "/data", True, 12_000_000)
GIB = 1 << 30


@pytest.mark.parametrize(
    ("version", "status"), [(140012, "fail"), (150000, "ok"), (180003, "ok"), (190000, "warn")]
)
def test_versions_of_postgresql(version: int, status: str) -> None:
    told = of_database(replace(WELL, version=version), "postgresql://host/x")
    assert told.status == status
    assert f"PostgreSQL {version // 10000}" in told.says


@pytest.mark.parametrize(
    ("why", "mend"),
    [
        ('FATAL:  role "walks_app" does not exist', "wildside db roles --apply --prefix walks "),
        ('FATAL:  database "my walks" does not exist', "createdb 'my walks'"),
        (
            'FATAL:  password authentication failed for user "walks_app"',
            'psql "$SUPERUSER_URL" -c \'\\password',
        ),
        ("connection is bad: Connection refused", "pg_isready --dbname 'postgresql://host/my walks'"),
    ],
)
def test_why_there_is_no_database(why: str, mend: str) -> None:
    told = of_no_database(why, "postgresql://host/my walks", "my walks", "walks_app")
    assert told.status == "fail"
    assert why.split() == told.says.partition("cannot be used: ")[2].split(";")[0].split()
    assert told.mend.startswith(mend)


def test_a_standby_cannot_serve() -> None:
    assert of_database(replace(WELL, standby=True), "postgresql://host/x").status == "fail"


@pytest.mark.parametrize(
    ("free", "status"), [(50, "ok"), (10, "ok"), (9.9, "warn"), (3, "warn"), (2.9, "fail"), (0, "fail")]
)
def test_a_disk_that_fills(free: float, status: str) -> None:
    told = of_disk(WELL, Space(100 * GIB, int(free * GIB)))
    assert told.status == status
    assert "the database has 12 MB" in told.says
    assert f"{free:.1f} GiB" in told.says


@pytest.mark.parametrize(
    "vitals", [replace(WELL, same_machine=False), replace(WELL, data_folder=None)], ids=["remote", "hidden"]
)
def test_a_disk_that_cannot_be_seen(vitals: Vitals) -> None:
    told = of_disk(vitals, None)
    assert told.status == "unknown"
    assert "12 MB" in told.says
    assert ("app may not know" in told.says) is vitals.same_machine


@pytest.mark.parametrize(
    ("there", "pending", "status"),
    [({}, ["0025.pois"], "fail"), ({"cube": False}, ["0025.pois"], "ok"), ({"cube": False}, [], "fail")],
)
def test_extensions(there: dict[str, bool], pending: list[str], status: str) -> None:
    found: list[Diagnosis] = list(of_extensions(replace(WELL, extensions=there), pending))
    assert [one.status for one in found] == [status]
    assert ("apt-get" in found[0].mend) is (not there)


def test_the_extensions_are_those_of_the_migrations() -> None:
    words = [
        line.split()[2]
        for file in migrations_folder().glob("*.sql")
        for line in file.read_text().splitlines()
        if line.startswith("create extension")
    ]
    assert sorted(words) == sorted(EXTENSIONS)
