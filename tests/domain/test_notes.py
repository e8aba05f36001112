"""Notes and progress: what their constructors refuse, and where they say it is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from wildside.domain.errors import InvalidRequest
from wildside.domain.notes import LONGEST, Note, Writing, notes_of
from wildside.domain.pages import Cursor
from wildside.domain.progress import MOST, Progress, Visits

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


def faults(make: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequest) as raised:
        make()
    return [(one.where, one.code) for one in raised.value.faults]


def note(**changes: Any) -> Note:
    usual: dict[str, Any] = {
        "user_id": ONE, "id": TWO, "route_id": ONE, "poi_id": None, "body": "Ducks.", "revision": 1,
        "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    return Note(**{**usual, **changes})


@pytest.mark.parametrize(("body", "code"), [
    ("", "blank"), (" \n\t", "blank"), ("\u2003\u00a0", "blank"), ("x" * (LONGEST + 1), "too_long"),
])  # fmt: skip
def test_a_note_without_text_or_with_too_much(body: str, code: str) -> None:
    assert faults(lambda: Writing(ONE, TWO, body)) == [("/body", code)]
    with pytest.raises(ValueError, match="1 to 4000"):
        note(body=body)


@pytest.mark.parametrize("body", [" a ", "🦆" * LONGEST])
def test_a_note_keeps_its_text_as_it_is(body: str) -> None:
    assert Writing(ONE, TWO, body).body == note(body=body).body == body


@pytest.mark.parametrize("changes", [{"revision": 0}, {"updated_at": NOW - timedelta(microseconds=1)}])
def test_a_note_that_no_database_holds(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"revisions|first"):
        note(**changes)


def test_a_cursor_of_one_route_is_none_of_another() -> None:
    cursor = Cursor("next", (NOW, ONE))
    text = notes_of(ONE).spelled(cursor)
    assert notes_of(ONE).cursor(text) == cursor
    with pytest.raises(InvalidRequest, match="another list"):
        notes_of(TWO).cursor(text)
    assert notes_of(ONE).name == notes_of(TWO).name == "notes"


def test_stops_are_visited_once_and_not_too_many() -> None:
    stops = tuple(uuid4() for _ in range(MOST))
    assert Visits(ONE, stops).stops == stops
    assert faults(lambda: Visits(ONE, (*stops, ONE))) == [("/visitedStopIds", "too_many")]
    twice = [("/visitedStopIds/2", "repeated"), ("/visitedStopIds/3", "repeated")]
    assert faults(lambda: Visits(ONE, (ONE, TWO, ONE, TWO))) == twice


def test_every_stop_of_another_route_is_told() -> None:
    visits = Visits(ONE, (ONE, TWO, UUID(int=3)))
    assert visits.without([UUID(int=9)]) == visits
    strangers = [("/visitedStopIds/0", "unknown_key"), ("/visitedStopIds/2", "unknown_key")]
    assert faults(lambda: visits.without([ONE, UUID(int=3)])) == strangers


@pytest.mark.parametrize(("stops", "revision"), [
    ((ONE,), 0), ((ONE, ONE), 1), (tuple(UUID(int=n) for n in range(MOST + 1)), 1),
], ids=["revision", "twice", "many"])  # fmt: skip
def test_progress_that_no_database_holds(stops: tuple[UUID, ...], revision: int) -> None:
    with pytest.raises(ValueError, match=r"each once|from 1"):
        Progress(ONE, TWO, stops, revision, NOW)
