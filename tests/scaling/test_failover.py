"""A URL of several hosts: the primary goes, the standby is promoted, and the same process writes again."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from uuid import uuid4

import httpx2
import pytest

from tests.cli.doctoring import examine
from tests.cli.program import Program, environment, python, wildside
from tests.http.preferences import BODIES, PREFERENCES
from tests.http.support import REFERENCE
from tests.memory import server_folder
from tests.people import Person, person
from tests.promises import Promise
from tests.proxy import Proxy
from tests.scaling.standby import Pair, ask, pair
from wildside.config import DatabaseUrl, each_host
from wildside.outbound.postgres.pool import Limits, PostgresDatabase

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
WRITES = 20


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with server_folder(tmp_path_factory.mktemp("pair")) as folder, pair(folder) as both:
        yield both


def write(api: str, who: Person, revision: int | None) -> httpx2.Response:
    body = {**BODIES[PREFERENCES], **({"expectedRevision": revision} if revision else {})}
    headers = {**who.headers, "Idempotency-Key": str(uuid4())}
    return httpx2.put(api + PREFERENCES, json=body, headers=headers, timeout=PATIENCE)


def until_written(api: str, who: Person, revision: int) -> httpx2.Response:
    """Write until it is done; whatever else is answered says that it can be tried again."""
    deadline = monotonic() + PATIENCE
    while (answer := write(api, who, revision)).status_code != 200:
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), answer.text
        assert monotonic() < deadline, answer.text
        sleep(0.05)
    return answer


@pytest.mark.parametrize("spelling", ["parameters", "hosts"])
def test_every_command_finds_the_server_that_can_write(servers: Pair, spelling: str) -> None:
    url = servers.url(servers.standby, servers.primary)
    if spelling == "hosts":
        hosts = [str(one.socket_dir).replace("/", "%2F") for one in (servers.standby, servers.primary)]
        url = (
            f"postgresql://wildside@{hosts[0]}:5432,{hosts[1]}:5432/wildside?target_session_attrs=read-write"
        )
    env = {"DATABASE_URL": url}
    assert examine(url).statuses("database") == ["ok"]
    for command in ("db status", "db apply", "db repeatables", "seed"):
        done = wildside(*command.split(), env=env)
        assert done.returncode == 0, (command, done.stderr)
    if spelling == "parameters":  # of what yoyo itself takes
        done = python("-m", "yoyo", "apply", "--batch", cwd=ROOT, env=environment(**env))
        assert done.returncode == 0, done.stderr


async def test_a_host_that_says_nothing_leaves_time_for_the_next(servers: Pair) -> None:
    place = str(servers.primary.socket_dir).replace("/", "%2F")
    with Proxy(str(servers.primary.socket_dir / ".s.PGSQL.5432")) as proxy:
        proxy.silence()
        url = f"postgresql://wildside@127.0.0.1:{proxy.port},{place}:5432/wildside?sslmode=disable"
        async with PostgresDatabase(url, Limits(), "tests") as database, database.reading() as stores:
            assert (await stores.reference.version()).number > 0


SPELLED = {
    "postgresql://u:a,b@db/wildside": ["postgresql://u:a,b@db/wildside"],
    "postgresql:///wildside?host=/run/pg": ["postgresql:///wildside?host=/run/pg"],
    "postgresql://u:a,b@one,two:5433,[::1]/wildside?x=y": [
        "postgresql://u:a,b@one/wildside?x=y",
        "postgresql://u:a,b@two:5433/wildside?x=y",
        "postgresql://u:a,b@[::1]/wildside?x=y",
    ],
    "postgresql:///wildside?port=1,2&host=one%2C/two&x=y%20z": [
        "postgresql:///wildside?x=y%20z&host=one&port=1",
        "postgresql:///wildside?x=y%20z&host=%2Ftwo&port=2",
    ],
    "postgresql:///wildside?host=one,two&port=5": [
        "postgresql:///wildside?host=one&port=5",
        "postgresql:///wildside?host=two&port=5",
    ],
    "postgresql:///wildside?host=one,two": [
        "postgresql:///wildside?host=one",
        "postgresql:///wildside?host=two",
    ],
}


@pytest.mark.parametrize("url", SPELLED)
def test_each_host_has_a_url_of_its_own(url: str) -> None:
    assert each_host(url) == SPELLED[url]


def test_yoyo_is_given_several_hosts_as_it_takes_them() -> None:
    url = DatabaseUrl.parse("postgres://app:p%40@one:5433,[::1]/wildside?target_session_attrs=read-write")
    assert url.yoyo == (
        "postgresql+psycopg://app:p%40@/wildside"
        "?target_session_attrs=read-write&host=one,%3A%3A1&port=5433,5432"
    )
    assert str(url) == "postgresql://app@one:5433,[::1]/wildside?target_session_attrs=read-write"
    assert url.mask("app:p@") == "app:***"


def test_the_standby_takes_over_and_the_server_goes_on(servers: Pair, promise: Promise) -> None:
    url, ada = servers.url(servers.primary, servers.standby), person(servers.primary.url)
    with Program("serve", "--port", "0", env={"DATABASE_URL": url}) as program:
        api = program.url()
        revision = write(api, ada, None).json()["revision"]
        for _ in range(WRITES):
            revision = write(api, ada, revision).json()["revision"]
        version = httpx2.get(f"{api}{REFERENCE}/version", timeout=PATIENCE).json()
        servers.primary.stop()
        assert write(api, ada, revision).status_code == 503
        assert httpx2.get(f"{api}/health/ready", timeout=PATIENCE).status_code == 503
        began = monotonic()
        servers.promote()
        promoted = monotonic()
        answer = until_written(api, ada, revision)
        served = monotonic()
        # All that was acknowledged is there: a server that is stopped in order sends all it has before.
        assert answer.json()["revision"] == revision + 1
        assert ask(servers.standby, "select revision from user_preferences") == revision + 1
        assert httpx2.get(f"{api}{REFERENCE}/version", timeout=PATIENCE).json() == version
        _until_listening(api)
    promise(
        6, failover_ms=round((served - began) * 1000), after_promotion_ms=round((served - promoted) * 1000)
    )


def _until_listening(api: str) -> None:
    deadline = monotonic() + PATIENCE
    while True:
        ready = httpx2.get(f"{api}/health/ready", timeout=PATIENCE).json()
        if {one["status"] for one in ready["checks"].values()} == {"pass"}:
            return
        assert monotonic() < deadline, ready
        sleep(0.1)
