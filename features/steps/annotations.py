"""What walkers write down along routes, and what they are told: the paths and status codes of annotations."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg

from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.signed_in import ask, ask_at_once, who
from tests.walkways import Walkway, put_route

ROUTES = "/api/v1/routes"
DONE, CREATED, GONE, CONFLICT = 200, 201, 204, 409


@dataclass(slots=True)
class Along:
    """A route of a scenario, and its stops by name."""

    way: Walkway
    names: list[str]
    notes: dict[str, UUID] = field(default_factory=dict)

    def stop(self, name: str) -> UUID:
        return self.way.stops[self.names.index(name)]

    def path(self, *rest: str) -> str:
        return "/".join([ROUTES, str(self.way.id), *rest])


def names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def routes(context: Context) -> dict[str, Along]:
    found: dict[str, Along] = context.world.remembered.setdefault("routes", {})
    return found


def along(context: Context, note: str) -> Along:
    """The route that has a note."""
    return next(one for one in routes(context).values() if note in one.notes)


def put(context: Context, title: str, stops: str, owner: UUID | None) -> None:
    with psycopg.connect(context.world.database_url) as connection:
        way = put_route(connection, owner, len(names(stops)), title)
    routes(context)[title] = Along(way, names(stops))


@given('the route "{title}" for everybody, with the stops "{stops}"')
def route_for_everybody(context: Context, title: str, stops: str) -> None:
    put(context, title, stops, None)


@given('the route "{title}" for {name} alone, with the stops "{stops}"')
def route_for_one(context: Context, title: str, name: str, stops: str) -> None:
    put(context, title, stops, who(context.world, name).id)


def write(context: Context, name: str, route: Along, note: str, **changes: Any) -> None:
    body = {"noteId": str(route.notes.setdefault(note, uuid4())), "body": note, **changes}
    ask(context.world, name, "POST", route.path("notes"), body)


@given('{name} has noted "{note}" along "{title}"')
def has_noted(context: Context, name: str, note: str, title: str) -> None:
    write(context, name, routes(context)[title], note)
    assert context.world.answer.status_code == CREATED, told(context)


@given('{name} has noted "{note}" at the stop "{stop}" of "{title}"')
def has_noted_at(context: Context, name: str, note: str, stop: str, title: str) -> None:
    route = routes(context)[title]
    write(context, name, route, note, poiId=str(route.way.pois[route.names.index(stop)]))
    assert context.world.answer.status_code == CREATED, told(context)


@given('{name} has replaced her note "{note}" with "{text}"')
def has_replaced(context: Context, name: str, note: str, text: str) -> None:
    replace(context, name, note, text, 1)
    assert context.world.answer.status_code == DONE, told(context)


@when('{name} replaces her note "{note}" with "{text}", having seen revision {revision:d}')
def replace(context: Context, name: str, note: str, text: str, revision: int) -> None:
    write(context, name, along(context, note), note, body=text, expectedRevision=revision)


@when('{name} removes her note "{note}"')
def remove(context: Context, name: str, note: str) -> None:
    ask_to_remove(context, name, note)
    assert context.world.answer.status_code == GONE, told(context)


@when('{name} removes Ada\'s note "{note}"')
def ask_to_remove(context: Context, name: str, note: str) -> None:
    route = along(context, note)
    ask(context.world, name, "DELETE", route.path("notes", str(route.notes[note])))


@when('{name} sends {count:d} notes under one id along "{title}" at once')
def write_at_once(context: Context, name: str, count: int, title: str) -> None:
    note = str(uuid4())
    bodies = [{"noteId": note, "body": f"Note {number}"} for number in range(count)]
    path = routes(context)[title].path("notes")
    context.world.remembered["answers"] = ask_at_once(context.world, name, "POST", path, bodies)


@given('{name} has visited "{stops}" along "{title}"')
def has_visited(context: Context, name: str, stops: str, title: str) -> None:
    visit(context, name, stops, title)
    assert context.world.answer.status_code == DONE, told(context)


@when('{name} tells that she has visited "{stops}" along "{title}"')
def visit(context: Context, name: str, stops: str, title: str) -> None:
    visit_again(context, name, stops, title, None)


@when('{name} tells that she has visited "{stops}" along "{title}", having seen revision {revision:d}')
def visit_again(context: Context, name: str, stops: str, title: str, revision: int | None) -> None:
    every = {stop: each.stop(stop) for each in routes(context).values() for stop in each.names}
    body = {"visitedStopIds": [str(every[stop]) for stop in names(stops)], "expectedRevision": revision}
    ask(context.world, name, "PUT", routes(context)[title].path("progress"), body)


@when('{name} asks for annotations of "{title}"')
def ask_for_annotations(context: Context, name: str, title: str) -> None:
    ask(context.world, name, "GET", routes(context)[title].path("annotations"))
    context.world.remembered["along"] = routes(context)[title]


@when('{name} reads her annotations of "{title}"')
@when('{name} reads his annotations of "{title}"')
def read(context: Context, name: str, title: str) -> None:
    ask_for_annotations(context, name, title)
    assert context.world.answer.status_code == DONE, told(context)


@then("there are no notes, and no progress")
def nothing(context: Context) -> None:
    shown = context.world.answer.json()
    assert (shown["notes"]["data"], shown["progress"]) == ([], None), told(context)


@then('the notes are "{notes}"')
def notes_are(context: Context, notes: str) -> None:
    found = [note["body"] for note in context.world.answer.json()["notes"]["data"]]
    assert found == names(notes), told(context)


@then('the note "{text}" is at the stop "{stop}"')
def note_is_at(context: Context, text: str, stop: str) -> None:
    route: Along = context.world.remembered["along"]
    found = {note["body"]: note["poiId"] for note in context.world.answer.json()["notes"]["data"]}
    assert found[text] == str(route.way.pois[route.names.index(stop)]), told(context)


@then('the visited stops are "{stops}", at revision {revision:d}')
def visited_are(context: Context, stops: str, revision: int) -> None:
    route: Along = context.world.remembered["along"]
    found = context.world.answer.json()["progress"]
    wanted = [str(route.stop(stop)) for stop in names(stops)]
    assert (found["visitedStopIds"], found["revision"]) == (wanted, revision), told(context)


@then("one of them is written, and the others are told of revision {revision:d}")
def one_written(context: Context, revision: int) -> None:
    answers = context.world.remembered["answers"]
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {CREATED: 1, CONFLICT: len(answers) - 1}, statuses
    actual = {answer.json()["actualRevision"] for answer in answers if answer.status_code == CONFLICT}
    assert actual == {revision}, [answer.text for answer in answers]
