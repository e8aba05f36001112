"""Places that walkers look for, and what they are shown: the place for their paths and status codes."""

from typing import Any

from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.databases import execute
from tests.distances import gone
from tests.places import place, put
from wildside.domain.geometry import Point

POIS = "/api/v1/pois"
STATION = Point(24.9414, 60.1719)
DONE, WRONG = 200, 400
LONGEST = 20


def look(context: Context, query: str) -> Any:
    """Look from the station, and keep the page as the last one."""
    return read(context, f"{POIS}?near={STATION.lng},{STATION.lat}&{query}")


def read(context: Context, path: str) -> Any:
    context.world.get(path)
    assert context.world.answer.status_code == DONE, told(context)
    context.world.remembered["page"] = context.world.answer.json()
    return context.world.remembered["page"]


def names(page: Any) -> list[str]:
    return [row["name"] for row in page["data"]]


def put_place(context: Context, kind: str, name: str, metres: int, interests: dict[str, float]) -> None:
    there = gone(STATION, 45, metres)
    made = place(metres, there.lng, there.lat, name=name, category=kind)
    put(context.world.database_url, [made], {made.id: interests})
    context.world.remembered[name] = made.id


@given('a "{kind}" called "{name}" {metres:d} metres from the station')
def some_place(context: Context, kind: str, name: str, metres: int) -> None:
    put_place(context, kind, name, metres, {})


@given(
    'a "{kind}" called "{name}" {metres:d} metres from the station, which serves the interest "{interest}"'
)
def place_of_interest(context: Context, kind: str, name: str, metres: int, interest: str) -> None:
    put_place(context, kind, name, metres, {interest: 1.0})


@given("Wildside serves walkers")
def serves(context: Context) -> None:
    context.world.serve()


@given('a walker has kept "{name}"')
def has_kept(context: Context, name: str) -> None:
    context.world.remembered["kept"] = context.world.remembered[name]


@when("a walker at the station looks {metres:d} metres around")
def looks_around(context: Context, metres: int) -> None:
    look(context, f"radius={metres}")


@when('a walker at the station looks around for the {what} "{key}"')
def looks_for(context: Context, what: str, key: str) -> None:
    look(context, f"{what}={key}")


@when("a walker at the station looks around, one place at a time")
def looks_slowly(context: Context) -> None:
    context.world.remembered["seen"] = names(look(context, "limit=1"))


@when('"{name}" is retired')
@when('"{name}" is retired meanwhile')
def is_retired(context: Context, name: str) -> None:
    statement = "update pois set retired_at = now() where id = %s"
    execute(context.world.database_url, statement, context.world.remembered[name])


@when("the walker looks on to the end")
def looks_on(context: Context) -> None:
    seen = context.world.remembered["seen"]
    while link := context.world.remembered["page"]["links"]["next"]:
        seen += names(read(context, link))
        assert len(seen) < LONGEST, seen


@when("a walker looks at the map around the station")
def looks_at_the_map(context: Context) -> None:
    south_west, north_east = gone(STATION, 225, 2000), gone(STATION, 45, 2000)
    box = f"{south_west.lng:.6f},{south_west.lat:.6f},{north_east.lng:.6f},{north_east.lat:.6f}"
    read(context, f"{POIS}?bbox={box}")


@when('a walker looks for the category "{category}" and the interest "{interest}"')
def looks_for_nothing(context: Context, category: str, interest: str) -> None:
    where = f"near={STATION.lng},{STATION.lat}"
    context.world.get(f"{POIS}?{where}&category={category}&interest={interest}")


@then('the walker is shown "{expected}"')
def is_shown(context: Context, expected: str) -> None:
    assert names(context.world.remembered["page"]) == expected.split(", "), told(context)


@then('the walker has seen "{expected}"')
def has_seen(context: Context, expected: str) -> None:
    assert context.world.remembered["seen"] == expected.split(", "), context.world.remembered["seen"]


@then('"{name}" is {metres:d} metres away')
def is_away(context: Context, name: str, metres: int) -> None:
    rows = context.world.remembered["page"]["data"]
    assert [row["distanceMetres"] for row in rows if row["name"] == name] == [metres], told(context)


@then("the walker is told whose places these are")
def told_whose(context: Context) -> None:
    assert "openstreetmap.org/copyright" in context.world.answer.headers["link"], told(context)


@then("what the walker kept is shown as retired")
def kept_is_retired(context: Context) -> None:
    context.world.get(f"{POIS}/{context.world.remembered['kept']}")
    assert context.world.answer.status_code == DONE, told(context)
    assert context.world.answer.json()["retiredAt"], told(context)


@then("all three places are on it")
def all_on_it(context: Context) -> None:
    found = names(context.world.remembered["page"])
    assert sorted(found) == ["Ekberg", "Esplanadi", "Tuulia"], told(context)


@then("the walker is told that the category and the interest are unknown")
def told_unknown(context: Context) -> None:
    errors = [(one["parameter"], one["code"]) for one in context.world.answer.json()["errors"]]
    assert errors == [("category", "unknown_key"), ("interest", "unknown_key")], told(context)
