"""Members of a body, taken one by one: what fits is returned, what does not is told with where it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from wildside.domain.errors import InvalidRequest
from wildside.domain.release import rfc_3339
from wildside.inbound.http import values
from wildside.inbound.http.wire import Fields

ID = "0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11"
MOMENTS = {
    "2026-05-01T10:30:00Z": datetime(2026, 5, 1, 10, 30, tzinfo=UTC),
    "2026-05-01T10:30:00.5Z": datetime(2026, 5, 1, 10, 30, 0, 500_000, UTC),
    "2026-05-01T10:30:00.123456789Z": datetime(2026, 5, 1, 10, 30, 0, 123_456, UTC),
    "2026-05-01T00:30:00+02:00": datetime(2026, 4, 30, 22, 30, tzinfo=UTC),
    "2026-05-01T10:30:00-00:00": datetime(2026, 5, 1, 10, 30, tzinfo=UTC),
}
NO_MOMENTS = (
    "", "now", "2026-05-01", "2026-05-01T10:30:00", "2026-05-01 10:30:00Z", "2026-05-01t10:30:00z",
    "20260501T103000Z", "2026-02-29T00:00:00Z", "2026-05-01T24:00:00Z", "2026-05-01T10:30:60Z",
    "2026-05-01T10:30:00.Z", "0000-01-01T00:00:00Z", "2026-05-01T10:30:00+24:00",
    "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "٢٠٢٦-05-01T10:30:00Z", 1, True,
)  # fmt: skip


def told(take: Callable[[Fields], Any], body: dict[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with a body of which something is taken."""
    fields = Fields(body)
    take(fields)
    try:
        fields.done()
    except InvalidRequest as error:
        return [(fault.where, fault.code) for fault in error.faults]
    return []


@pytest.mark.parametrize(("text", "moment"), MOMENTS.items())
def test_a_moment(text: str, moment: datetime) -> None:
    assert Fields({"at": text}).moment("at") == moment
    assert values.moment(rfc_3339(moment)) == moment


@pytest.mark.parametrize("value", NO_MOMENTS)
def test_what_is_no_moment(value: Any) -> None:
    assert told(lambda fields: fields.moment("at"), {"at": value}) == [("/at", "invalid_timestamp")]


def test_a_moment_is_shown_with_all_its_digits() -> None:
    assert rfc_3339(datetime(2026, 5, 1, tzinfo=UTC)) == "2026-05-01T00:00:00.000000Z"


@pytest.mark.parametrize("value", [ID, ID.upper()])
def test_an_id(value: str) -> None:
    assert Fields({"id": value}).identity("id") == UUID(ID)


@pytest.mark.parametrize(
    "value", ["", ID[:-1], ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", f" {ID}", 1]
)
def test_what_is_no_id(value: Any) -> None:
    assert told(lambda fields: fields.identity("id"), {"id": value}) == [("/id", "invalid_id")]


@pytest.mark.parametrize(
    ("value", "fits"),
    [(0, True), (22, True), (-1, False), (23, False), (1.0, True), (1.5, False), (True, False), ("1", False)],
)
def test_a_whole_number(value: Any, fits: bool) -> None:
    wrong = told(lambda fields: fields.whole("zoom", 0, 22), {"zoom": value})
    assert wrong == ([] if fits else [("/zoom", "invalid_number")])


@pytest.mark.parametrize(
    ("value", "fits"),
    [(-180, True), (180.0, True), (180.001, False), (float("inf"), False), (False, False), ("1", False)],
)
def test_a_number(value: Any, fits: bool) -> None:
    wrong = told(lambda fields: fields.number("lng", -180, 180), {"lng": value})
    assert wrong == ([] if fits else [("/lng", "invalid_number")])


def test_one_of_some_texts() -> None:
    assert Fields({"kind": "route"}).choice("kind", ("route", "region")) == "route"
    assert told(lambda fields: fields.choice("kind", ("route",)), {"kind": "Route"}) == [
        ("/kind", "unknown_choice")
    ]
    assert told(lambda fields: fields.choice("kind", ("route",)), {"kind": 1}) == [("/kind", "wrong_type")]


def test_ids_each_once_however_they_are_spelled() -> None:
    assert Fields({"ids": [ID]}).identities("ids", 1) == [UUID(ID)]
    body: dict[str, Any] = {"ids": [ID, ID.upper(), "x", None, {}]}
    assert told(lambda fields: fields.identities("ids", 9), body) == [
        ("/ids/1", "repeated"), ("/ids/2", "invalid_id"), ("/ids/3", "wrong_type"), ("/ids/4", "invalid_id"),
    ]  # fmt: skip
    assert told(lambda fields: fields.identities("ids", 1), {"ids": [ID, ID]}) == [("/ids", "too_many")]
    assert told(lambda fields: fields.identities("ids", 1), {"ids": {}}) == [("/ids", "wrong_type")]


def test_an_object_within_tells_its_faults_with_the_whole() -> None:
    def take(fields: Fields) -> None:
        inner = fields.object("zoomRange")
        assert inner is not None
        inner.required(minZoom=inner.whole("minZoom", 0, 22), maxZoom=inner.whole("maxZoom", 0, 22))

    assert told(take, {"zoomRange": {"minZoom": 0, "maxZoom": 9}}) == []
    assert told(take, {"zoomRange": {"minZoom": 99, "a/b": 1}}) == [
        ("/zoomRange/minZoom", "invalid_number"),
        ("/zoomRange/maxZoom", "missing_field"),
        ("/zoomRange/a~1b", "unknown_field"),
    ]
    assert told(lambda fields: fields.object("zoomRange"), {"zoomRange": []}) == [
        ("/zoomRange", "wrong_type")
    ]


def test_objects_in_a_list() -> None:
    def take(fields: Fields) -> None:
        for stat in fields.objects("stats", 3) or ():
            stat.required(value=stat.number("value", 0, 9))

    assert told(take, {"stats": [{"value": 1}, {"value": 2}]}) == []
    assert told(take, {"stats": [{"value": 10}, 7, {"unit": "m"}]}) == [
        ("/stats/1", "wrong_type"),
        ("/stats/0/value", "invalid_number"),
        ("/stats/2/value", "missing_field"),
        ("/stats/2/unit", "unknown_field"),
    ]
    assert told(take, {"stats": [{}] * 4}) == [("/stats", "too_many")]


def test_null_is_the_same_as_absent() -> None:
    fields = Fields(dict.fromkeys(("a", "b", "c", "d", "e", "f", "g")))
    taken = (
        fields.text("a"), fields.identity("b"), fields.moment("c"), fields.whole("d", 0, 1),
        fields.number("e", 0, 1),        fields.object("f"), fields.objects("g", 1),
    )  # fmt: skip
    assert taken == (None,) * 7
    fields.done()
