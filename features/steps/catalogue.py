"""Routes and their catalogue over HTTP: the paths and status codes of both, and how a demo city is made."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg

from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.databases import execute, value
from features.support.signed_in import ask, who
from tests.cli.program import wildside
from tests.walkways import put_route

EXPLORE, DESCRIPTORS, ROUTES = "/api/v1/catalogue/explore", "/api/v1/catalogue/descriptors", "/api/v1/routes"
ME = "/api/v1/users/me"
SHOWN, GONE, UNCHANGED, NONE = 200, 204, 304, 404
PICK = """
insert into community_picks (route_id, position, user_id, rating, saves, picked_at, localizations)
select route_id, 90, %s, 4, 0, now(), localizations from route_summaries where slug = %s
on conflict (route_id) do update set user_id = excluded.user_id
"""
RENAME = """
update route_collections set localizations = jsonb_set(localizations, '{en-GB,name}', '"Another name"')
 where slug = %s
"""


def shown(context: Context) -> Any:
    assert context.world.answer.status_code == SHOWN, told(context)
    return context.world.answer.json()


@given("a demo city")
def demo_city(context: Context) -> None:
    context.world.databases.template("city", make)
    context.world.use_database("city")


def make(url: str) -> None:
    done = wildside("example-data", env={"DATABASE_URL": url})
    assert done.returncode == 0, done.stderr


@when("an operator makes the demo city again")
def make_city(context: Context) -> None:
    context.world.run("example-data")


@then("nothing of it was to be made")
def nothing_made(context: Context) -> None:
    lines = context.world.result.stdout.splitlines()
    assert lines, context.world.result.stderr
    assert all(line.startswith("nothing to do") for line in lines), lines


@given("a visitor has explored the catalogue")
@when("a visitor explores the catalogue")
def explore(context: Context) -> None:
    ask(context.world, None, "GET", EXPLORE)
    context.world.remembered["catalogue"] = context.world.answer


@when("a visitor reads the descriptors")
def describe(context: Context) -> None:
    explore(context)
    ask(context.world, None, "GET", DESCRIPTORS)


@when("the visitor asks whether the catalogue has changed")
def ask_anew(context: Context) -> None:
    known = {"If-None-Match": context.world.remembered["catalogue"].headers["etag"]}
    ask(context.world, None, "GET", EXPLORE, headers=known)


@then("it has not")
def has_not(context: Context) -> None:
    assert context.world.answer.status_code == UNCHANGED, told(context)
    assert not context.world.answer.content, told(context)


@then("it is shown anew, and says that it is newer")
def anew(context: Context) -> None:
    before = context.world.remembered["catalogue"].json()
    assert shown(context)["generatedAt"] > before["generatedAt"], told(context)


@when('an editor renames the collection "{slug}"')
def rename(context: Context, slug: str) -> None:
    execute(context.world.database_url, RENAME, slug)


@then(
    "there are {routes:d} routes, {collections:d} collections, {trending:d} that are trending "
    "and {picks:d} picks of the community"
)
def counts(context: Context, routes: int, collections: int, trending: int, picks: int) -> None:
    found = shown(context)
    members = ("routes", "collections", "trending", "communityPicks")
    assert [len(found[member]) for member in members] == [routes, collections, trending, picks], told(context)


@then("every collection, trend and pick is of a route that is shown")
def resolvable(context: Context) -> None:
    found = shown(context)
    routes = {route["routeId"] for route in found["routes"]}
    named = {each for one in found["collections"] for each in one["routeIds"]}
    named |= {one["routeId"] for one in (*found["trending"], *found["communityPicks"])}
    assert named, told(context)
    assert named <= routes, named - routes


@then("everything has a name in British English and in Spanish")
def named(context: Context) -> None:
    texts = list(localizations(shown(context)))
    assert texts, told(context)
    assert all(each[locale]["name"] for each in texts for locale in ("en-GB", "es"))


def localizations(found: Any) -> Iterator[Any]:
    for member in ("categories", "themes", "routes", "collections", "trending", "communityPicks"):
        yield from (each["localizations"] for each in found[member])


@then("every tag, badge and difficulty of the routes is among them")
def described(context: Context) -> None:
    routes = context.world.remembered["catalogue"].json()["routes"]
    members = ("tags", "badges", "difficulties")
    words = {member: {row["slug"] for row in shown(context)[member]} for member in members}
    assert {tag for route in routes for tag in route["tags"]} <= words["tags"]
    assert {badge for route in routes for badge in route["badges"]} <= words["badges"]
    assert {route["difficulty"] for route in routes} <= words["difficulties"]


@when('{name} opens the route "{slug}"')
def open_route(context: Context, name: str, slug: str) -> None:
    query = "select route_id from route_summaries where slug = %s"
    show(context, name, value(context.world.database_url, query, slug))


@given("{name} has a route of his own")
def own_route(context: Context, name: str) -> None:
    with psycopg.connect(context.world.database_url) as connection:
        context.world.remembered["route"] = put_route(connection, who(context.world, name).id).id


@when("{name} opens his own route")
@when("{name} opens the route of Bob")
def open_own(context: Context, name: str) -> None:
    show(context, name, context.world.remembered["route"])


def show(context: Context, name: str, route_id: UUID) -> None:
    ask(context.world, name, "GET", f"{ROUTES}/{route_id}")


@then("he is shown it")
def is_shown(context: Context) -> None:
    assert shown(context)["isCurated"] is False, told(context)


@then("it is said that there is no such route")
def no_route(context: Context) -> None:
    theirs = context.world.answer
    assert theirs.status_code == NONE, told(context)
    show(context, "Ada", uuid4())
    assert context.world.answer.json()["detail"] == theirs.json()["detail"], told(context)


@then('she is led from "{first}" to "{last}" in {count:d} stops')
def led(context: Context, first: str, last: str, count: int) -> None:
    names = [stop["poi"]["name"] for stop in shown(context)["stops"]]
    assert (names[0], names[-1], len(names)) == (first, last, count), names
    assert len(shown(context)["path"]["coordinates"]) == count, told(context)


@given('{name} recommends the route "{slug}"')
def recommend(context: Context, name: str, slug: str) -> None:
    execute(context.world.database_url, PICK, who(context.world, name).id, slug)


@when("{name} has herself erased")
def erase(context: Context, name: str) -> None:
    assert ask(context.world, name, "DELETE", ME).status_code == GONE, told(context)


@then('the route "{slug}" is recommended by nobody')
def by_nobody(context: Context, slug: str) -> None:
    found = shown(context)
    (route_id,) = [route["routeId"] for route in found["routes"] if route["slug"] == slug]
    assert [pick["curator"] for pick in found["communityPicks"] if pick["routeId"] == route_id] == [None]
