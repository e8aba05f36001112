"""Reference reads from a streaming standby: what it answers, how it learns of releases, how stale it is."""

import asyncio
from collections.abc import Callable, Iterator
from time import monotonic, sleep

import httpx2
import psycopg
import pytest

from tests.cli.doctoring import examine
from tests.cli.program import Program
from tests.http.preferences import BODIES, PREFERENCES
from tests.http.support import REFERENCE, assert_problem, client_over
from tests.memory import server_folder
from tests.people import PASSWORD, Person, account, person
from tests.scaling.standby import Pair, ask, pair
from wildside.config import DatabaseUrl

VERSION = f"{REFERENCE}/version"
PATIENCE = 20.0
READS = [VERSION, f"{REFERENCE}/bootstrap", f"{REFERENCE}/tags", "/api/v1/catalogue/explore"]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with server_folder(tmp_path_factory.mktemp("pair")) as folder, pair(folder) as both:
        yield both


@pytest.fixture(scope="module")
def api(servers: Pair) -> Iterator[str]:
    """A real server that knows the standby alone."""
    with Program("serve", "--port", "0", env={"DATABASE_URL": servers.standby.url}) as program:
        yield program.url()


def get(url: str, who: Person | None = None) -> httpx2.Response:
    return httpx2.get(url, headers=who.headers if who else None, timeout=PATIENCE)


def change(pair_of: Pair, icon: str) -> None:
    with psycopg.connect(pair_of.primary.url) as admin:
        admin.execute("update tags set icon = %s where slug = 'coffee'", [icon])


def until(true: Callable[[], bool]) -> float:
    """Wait until something is so; return how many seconds that took."""
    began = monotonic()
    while not true():
        assert monotonic() - began < PATIENCE, "never"
        sleep(0.005)
    return monotonic() - began


def caught_up(servers: Pair) -> None:
    """Wait until the standby has all that was committed: it comes before a message that comes last."""
    with psycopg.connect(servers.primary.url, autocommit=True) as admin:
        admin.execute("set synchronous_commit = on")  # so that it is sent at once, and all before it
        [there] = admin.execute("select pg_logical_emit_message(true, 'tests', '')").fetchone() or [None]
    until(lambda: bool(ask(servers.standby, f"select pg_last_wal_replay_lsn() > '{there}'::pg_lsn")))


def test_what_is_only_read_is_read_there(servers: Pair, api: str) -> None:
    ada = person(servers.primary.url)
    caught_up(servers)
    assert {path: get(api + path).status_code for path in READS} == dict.fromkeys(READS, 200)
    assert get(f"{api}/api/v1/users/me", ada).json()["id"] == str(ada.id)
    assert get(api + PREFERENCES, ada).status_code == 200


def test_what_is_written_is_refused_and_can_be_tried_elsewhere(servers: Pair, api: str) -> None:
    ada, bob = person(servers.primary.url), account(servers.primary.url, "bob")
    caught_up(servers)
    told = httpx2.put(api + PREFERENCES, json=BODIES[PREFERENCES], headers=ada.headers, timeout=PATIENCE)
    assert_problem(told, 503, "database_unavailable")
    login = {"username": bob.username, "password": PASSWORD}
    told = httpx2.post(f"{api}/api/v1/login", json=login, timeout=PATIENCE)
    assert_problem(told, 503, "database_unavailable")
    assert ask(servers.primary, "select count(*) from login_attempts") == 0


def test_it_is_ready_and_says_that_it_hears_of_nothing(servers: Pair, api: str) -> None:
    ready = get(f"{api}/health/ready")
    found = {name: one["status"] for name, one in ready.json()["checks"].items()}
    assert (ready.status_code, ready.json()["status"]) == (200, "warn")
    assert found == {"listener": "warn", "database": "pass", "migrations": "pass", "release": "pass"}
    with psycopg.connect(servers.standby.url, autocommit=True) as standby:
        refusal = "cannot execute LISTEN during recovery"
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction, match=refusal):
            standby.execute("listen wildside_reference")
    assert [one["status"] for one in examine(servers.standby.url).named("database")] == ["fail"]


def test_it_asks_at_each_request_and_so_is_as_stale_as_the_standby(servers: Pair, api: str) -> None:
    before = get(api + VERSION).json()
    ask(servers.standby, "select pg_wal_replay_pause()")
    until(lambda: ask(servers.standby, "select pg_get_wal_replay_pause_state()") == "paused")
    change(servers, "some:late")
    sleep(0.2)
    assert get(api + VERSION).json() == before
    assert get(f"{api}/health/ready").status_code == 200  # nobody looks how far behind it is
    ask(servers.standby, "select pg_wal_replay_resume()")
    caught_up(servers)
    after = get(api + VERSION).json()
    assert after != before
    delta = get(f"{api}{REFERENCE}/changes?since={before['referenceVersion']}").json()
    assert [*delta["tables"]] == ["tags"], delta
    assert "some:late" in get(f"{api}{REFERENCE}/tags").text


async def test_a_listener_on_the_primary_would_be_worse_than_none(servers: Pair) -> None:
    async with client_over(servers.standby.url, direct=DatabaseUrl.parse(servers.primary.url)) as client:
        before = (await client.get(VERSION)).json()
        ask(servers.standby, "select pg_wal_replay_pause()")
        try:
            change(servers, "some:later")
            await asyncio.sleep(0.3)
            assert (await client.get(VERSION)).json() == before  # it heard of it, and asked too early
        finally:
            ask(servers.standby, "select pg_wal_replay_resume()")
        caught_up(servers)
        assert (await client.get(VERSION)).json() == before  # and nobody tells it again
    async with client_over(servers.standby.url) as client:
        assert (await client.get(VERSION)).json() != before
