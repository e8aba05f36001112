"""User state is read and written as the app, with the rights that it has."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.cli.places import open_place
from tests.http.console.desk import Desk
from tests.http.preferences import BODIES, INTERESTS, PREFERENCES, get, put, serving
from tests.http.test_erasure import FILL
from tests.people import person
from tests.toolkit.conftest import MAJORS
from tests.toolkit.separated import Separated, did, separated


@pytest.fixture(scope="module")
def place() -> Iterator[Separated]:
    with open_place() as folder, separated(folder / "data", next(iter(MAJORS.values()))) as made:
        did("example-data", url=made.url("migrator"))
        yield made


async def test_the_app_keeps_what_users_choose_and_follows_renames(place: Separated) -> None:
    ada = person(place.url("app"))
    async with serving(place.url("app")) as client:
        for revision, path in ((None, PREFERENCES), (1, INTERESTS), (2, PREFERENCES)):
            answer = await put(client, ada, path, revision)
            assert answer.status_code == 200, answer.text
        rename = ("reference", "rename", "interest_themes", "coffee", "cafes", "--reason", "a test")
        did(*rename, url=place.url("migrator"))
        assert (await get(client, ada, INTERESTS)).json()["interestThemeIds"] == ["cafes", "parks"]
        answer = await put(client, ada, INTERESTS, headers={"If-Match": "*"}, **BODIES[INTERESTS])
        assert answer.json()["interestThemeIds"] == ["food", "cafes"], answer.text


CITY = ("/api/v1/catalogue/explore", "/api/v1/catalogue/descriptors")
CURATE = """
update community_picks set user_id = %s where route_id = (select route_id from community_picks limit 1)
"""


async def test_the_app_reads_the_city_and_erases_who_picked_a_route_of_it(place: Separated) -> None:
    ada = person(place.url("app"))
    with place.connect("migrator") as connection:
        connection.execute(CURATE.encode(), (ada.id,))
        (changed_at,) = connection.execute("select changed_at from catalogue_state").fetchall()[0]
    async with serving(place.url("app")) as client:
        for path in CITY:
            assert (await client.get(path)).status_code == 200
        (pick, *_) = (await client.get(CITY[0])).json()["communityPicks"]
        assert pick["curator"] == {"displayName": "Ada"}
        path = f"/api/v1/routes/{pick['routeId']}"
        assert (await client.get(path, headers=ada.headers)).status_code == 200
        erased = await client.delete("/api/v1/users/me", headers=ada.headers)
        assert erased.status_code == 204, erased.text
        (pick, *_) = (await client.get(CITY[0])).json()["communityPicks"]
        assert pick["curator"] is None
    with place.connect("migrator") as connection:
        assert connection.execute("select changed_at from catalogue_state").fetchall()[0][0] > changed_at


def test_the_app_writes_whatever_walkers_leave_behind(place: Separated) -> None:
    ada = person(place.url("app"))
    query = "select r.id, s.id, s.poi_id from routes r join route_stops s on s.route_id = r.id limit 1"
    with place.connect("app") as connection:
        route, stop, poi = connection.execute(query).fetchall()[0]
        row = {"user": ada.id, "route": route, "stop": stop, "poi": poi}
        written = [(table, statement) for table, statement in FILL.items() if statement]
        for table, statement in written:
            assert connection.execute(statement.encode(), row).rowcount == 1, table
        assert {"route_notes", "route_progress", "offline_bundles", "walk_sessions"} <= {
            t for t, _ in written
        }
        assert connection.execute("delete from users where id = %s", (ada.id,)).rowcount == 1


@pytest.mark.parametrize("table", ["pois", "routes", "route_summaries", "catalogue_state"])
def test_the_app_changes_nothing_of_what_is_everybodys(place: Separated, table: str) -> None:
    with place.connect("app") as connection:
        assert connection.execute(f"select count(*) from {table}".encode()).fetchall() != [(0,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"delete from {table}".encode())


ASKS_MORE = {
    "/console/versions": "select on reference_history",
    "/console/seeds": "select on reference_seed_runs",
    "/console/compare?from=1&to=1": "execute on function reference_difference",
    "/console/migrations": "select on migration_checksums",
}


@pytest.mark.parametrize("path", ASKS_MORE)
async def test_the_console_shows_what_the_app_may_read_and_says_what_it_may_not(
    place: Separated, path: str
) -> None:
    root = person(place.url("app"), "Root", "admin")
    right = ASKS_MORE[path]
    async with serving(place.url("app")) as client:
        desk = Desk(client, root)
        before = await desk.read(path)
        with place.connect("migrator") as connection:
            connection.execute(f"revoke {right} from wildside_app".encode())
            told = await desk.read(path)
            connection.execute(f"grant {right} to wildside_app".encode())
        assert "may not" not in before
        assert "The server may not look here: wildside_app may not" in told
