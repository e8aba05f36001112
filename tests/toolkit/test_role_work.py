"""Each role does the work it is for: the API as the app, seeds and edits as the migrator."""

import json
from collections.abc import Iterator

import httpx2
import psycopg
import pytest

from tests.cli.places import open_place
from tests.cli.program import serving, wildside
from tests.conftest import REFERENCE
from tests.toolkit.conftest import MAJORS
from tests.toolkit.separated import Separated, did, migrate, separated

API = "/api/v1/reference"
TABLES = sorted({path.stem for path in REFERENCE.glob("*.json")} - {"renames"})


@pytest.fixture(scope="module")
def place() -> Iterator[Separated]:
    """A server that these tests change."""
    with open_place() as folder, separated(folder / "data", next(iter(MAJORS.values()))) as made:
        yield made


@pytest.fixture(scope="module")
def api(place: Separated) -> Iterator[httpx2.Client]:
    with serving(place.url("app")) as url, httpx2.Client(base_url=url, timeout=10) as client:
        yield client


def set_icon(place: Separated, icon: str) -> None:
    arguments = ("reference", "set", "tags", "coffee", f"icon={icon}", "--reason", "a test")
    did(*arguments, url=place.url("migrator"))


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
def test_the_api_is_well_as_the_app(api: httpx2.Client, path: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 200, answer.text
    checks = answer.json()["checks"]
    assert {check["status"] for check in checks.values()} <= {"pass"}
    assert checks or path == "/health/live"


@pytest.mark.parametrize("path", ["version", "bootstrap", *TABLES, "bootstrap?version=1"])
def test_the_api_answers_everything_as_the_app(api: httpx2.Client, path: str) -> None:
    answer = api.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.text
    assert answer.json()


def test_the_past_and_the_changes_are_read_as_the_app(place: Separated, api: httpx2.Client) -> None:
    before = api.get(f"{API}/version").json()["referenceVersion"]
    set_icon(place, "tag:past")
    changes = api.get(f"{API}/changes", params={"since": before})
    assert changes.status_code == 200, changes.text
    assert "tag:past" in changes.text
    past = api.get(f"{API}/bootstrap", params={"version": 1})
    assert past.status_code == 200, past.text
    assert "tag:past" not in past.text


def test_the_app_hears_of_a_new_version(place: Separated, api: httpx2.Client) -> None:
    first = api.get(f"{API}/version")
    with api.stream("GET", f"{API}/events") as events:
        lines = (line for line in events.iter_lines() if line.startswith("id: "))
        assert next(lines) == f"id: {first.json()['referenceVersion']}"
        set_icon(place, "tag:heard")
        heard = next(lines).removeprefix("id: ")
    assert heard == api.get(f"{API}/version").json()["referenceVersion"]
    query = """select count(*) from pg_stat_activity
                where usename = 'wildside_app' and application_name = 'wildside listener'"""
    with psycopg.connect(place.superuser) as connection:
        assert connection.execute(query).fetchone() == (1,)


def test_the_migrator_edits_by_hand_and_brings_back(place: Separated) -> None:
    url = place.url("migrator")
    reason = ("--reason", "a test")
    set_icon(place, "tag:edited")
    did("reference", "hide", "tags", "coffee", *reason, url=url)
    did("reference", "unhide", "tags", "coffee", *reason, url=url)
    did("reference", "rename", "tags", "coffee", "flat-white", *reason, url=url)
    did("reference", "rollback", "--to", "1", *reason, url=url)
    did("reference", "release", "tags", "coffee", *reason, url=url)
    did("reference", "new-epoch", *reason, url=url)
    assert "559 unchanged" in did("seed", url=url)
    actor = json.loads(did("reference", "history", "--limit", "1", "--json", url=url))[0]["actor"]
    assert actor


def test_who_looks_reads_the_history(place: Separated) -> None:
    set_icon(place, "tag:looked-at")
    url = place.url("readonly")
    newest = json.loads(did("reference", "history", "--limit", "1", "--json", url=url))[0]["version"]
    assert "tag:looked-at" in did("reference", "diff", "1", str(newest), url=url)
    assert did("reference", "epochs", url=url)
    assert did("reference", "export", "-", url=url).startswith("{")
    assert did("db", "repeatables", "--check", url=url) == "nothing to do\n"
    assert "are those" in did("db", "grants", "--check", "--database-url", url, url=url)


@pytest.mark.parametrize("role", ["app", "worker", "readonly"])
def test_who_is_not_the_migrator_can_neither_seed_nor_edit(place: Separated, role: str) -> None:
    env = {"DATABASE_URL": place.url(role)}
    for command in (("seed",), ("reference", "new-epoch", "--reason", "mischief")):
        done = wildside(*command, env=env)
        assert done.returncode != 0
        assert "permission denied" in done.stderr or "read-only" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_app_is_told_that_it_may_not_look_at_the_books(place: Separated) -> None:
    done = wildside("db", "repeatables", "--check", env={"DATABASE_URL": place.url("app")})
    assert (done.returncode, done.stderr) == (4, "wildside: permission denied for table repeatables\n")


def test_migrating_again_as_the_migrator_does_nothing(place: Separated) -> None:
    migrate(place.url("migrator"))
    assert did("db", "repeatables", url=place.url("migrator")) == "nothing to do\n"


def test_a_new_reference_table_is_readable_to_the_api_after_its_migration(place: Separated) -> None:
    with place.connect("migrator") as connection:
        connection.execute("create table seasons (slug text)")
        connection.execute("insert into reference_metadata values ('seasons', 0, now())")
        connection.execute(
            "insert into _yoyo_migration (migration_hash, migration_id) values ('x', '9999.x')"
        )
        assert did("db", "repeatables", url=place.url("migrator")) == "ran: grants.sql\n"
        query = "select has_table_privilege('wildside_app', 'seasons', 'select')"
        may = connection.execute(query).fetchone()
        connection.execute("delete from _yoyo_migration where migration_id = '9999.x'")
        connection.execute("delete from reference_metadata where table_name = 'seasons'")
        connection.execute("drop table seasons")
    did("db", "repeatables", url=place.url("migrator"))
    assert may == (True,)


def test_a_new_table_is_readable_to_who_looks_and_to_nobody_else(place: Separated) -> None:
    with place.connect("migrator") as connection, connection.transaction(force_rollback=True):
        connection.execute("create table walks (id integer)")
        connection.execute("create function walk() returns integer language sql return 1")
        query = """select has_table_privilege('wildside_' || role, 'walks', 'select'),
                          has_table_privilege('wildside_' || role, 'walks', 'insert'),
                          has_function_privilege('wildside_' || role, 'walk()', 'execute')
                     from unnest(array['app', 'worker', 'readonly']) as role"""
        may = connection.execute(query).fetchall()
    assert may == [(False, False, False), (False, False, False), (True, False, False)]
