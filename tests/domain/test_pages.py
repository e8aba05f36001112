"""Cursors are ours or are refused, and pages lead everywhere and nowhere twice."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wildside.domain.errors import InvalidRequest
from wildside.domain.pages import (
    IDENTITY,
    LONGEST,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Cursor,
    Key,
    Listing,
    Page,
    Part,
    Seek,
)
from wildside.outbound.memory.pages import nearest

WHEN = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
WHO = UUID("0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11")
PEOPLE: Listing[Key] = Listing("people", (MOMENT, IDENTITY), lambda row: row)
WIRE = {"dir": "next", "key": ["2026-01-02T03:04:05.678901Z", str(WHO)], "scope": "people"}


def encoded(value: Any) -> str:
    raw = (
        value
        if isinstance(value, bytes)
        else json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    )
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def refused(listing: Listing[Any], text: str) -> str:
    with pytest.raises(InvalidRequest) as raised:
        listing.cursor(text)
    (fault,) = raised.value.faults
    assert (fault.where, fault.kind) == ("cursor", "parameter")
    return fault.code


def test_a_cursor_is_base64url_of_canonical_json() -> None:
    text = PEOPLE.spelled(Cursor("next", (WHEN, WHO)))
    assert text == encoded(WIRE)
    assert PEOPLE.cursor(text) == Cursor("next", (WHEN, WHO))


keys: dict[str, tuple[Part[Any], st.SearchStrategy[Any]]] = {
    "moment": (MOMENT, st.datetimes(timezones=st.just(UTC))),
    "identity": (IDENTITY, st.uuids()),
    "whole": (WHOLE, st.integers(-(2**63), 2**63 - 1)),
    "number": (NUMBER, st.floats(allow_nan=False, allow_infinity=False)),
    "text": (TEXT, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=99)),
}


@pytest.mark.parametrize("kind", keys)
@settings(deadline=None)
@given(st.data())
def test_every_key_comes_back_as_it_was(kind: str, data: st.DataObject) -> None:
    part, values = keys[kind]
    listing: Listing[Any] = Listing("things", (part, IDENTITY), lambda row: row).narrowed(kind="a&b=ü")
    cursor = Cursor(data.draw(st.sampled_from(["next", "prev"])), (data.draw(values), WHO))
    assert listing.cursor(listing.spelled(cursor)) == cursor


def test_a_moment_elsewhere_is_the_same_moment() -> None:
    there = WHEN.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert PEOPLE.spelled(Cursor("prev", (there, WHO))) == PEOPLE.spelled(Cursor("prev", (WHEN, WHO)))


def with_key(*key: Any) -> str:
    return encoded(WIRE | {"key": key})


MOMENT_TEXT, WHO_TEXT = WIRE["key"]
JUNK = {
    "nothing": "",
    "a word": "hello",
    "no base64": "%%%",
    "not ascii": "ü",
    "padded": encoded(WIRE) + "=" * (-len(encoded(WIRE)) % 4 or 4),
    "with a line's end": encoded(WIRE) + "\n",
    "the other alphabet": base64.b64encode(b'{"dir":"next","key":["\xff\xfe"]}').decode(),
    "cut short": encoded(WIRE)[:-3],
    "no JSON": encoded(b"{"),
    "no UTF-8": encoded(b'{"dir":"\xff"}'),
    "half a surrogate pair": encoded(b'{"dir":"\\ud800","key":[],"scope":"people"}'),
    "no object": encoded([WIRE]),
    "deep": encoded(b"[" * 1500),
    "100 kB": encoded(WIRE | {"scope": "p" * 75_000}),
    "a member too many": encoded(WIRE | {"limit": 3}),
    "a member too few": encoded({name: value for name, value in WIRE.items() if name != "scope"}),
    "a member twice": encoded(
        json.dumps(WIRE, separators=(",", ":")).replace("{", '{"dir":"next",').encode()
    ),
    "white space": encoded(json.dumps(WIRE).encode()),
    "another order": encoded(json.dumps(dict(reversed(WIRE.items())), separators=(",", ":")).encode()),
    "escapes": encoded(json.dumps(WIRE, separators=(",", ":")).replace("people", "peopl\\u0065").encode()),
    "another list": encoded(WIRE | {"scope": "dogs"}),
    "other filters": encoded(WIRE | {"scope": "people?role=admin"}),
    "a direction of no text": encoded(WIRE | {"dir": 1}),
    "no key": with_key(),
    "half a key": with_key(MOMENT_TEXT),
    "a key and a half": with_key(MOMENT_TEXT, WHO_TEXT, 1),
    "the key in another order": with_key(WHO_TEXT, MOMENT_TEXT),
    "a key of objects": with_key({}, {}),
    "null": with_key(None, WHO_TEXT),
    "true": with_key(True, WHO_TEXT),
    "a number for a moment": with_key(1, WHO_TEXT),
    "infinity": with_key("infinity", WHO_TEXT),
    "a moment out of range": with_key("294277-01-01T00:00:00.000000Z", WHO_TEXT),
    "a moment of the year 0": with_key("0000-01-01T00:00:00.000000Z", WHO_TEXT),
    "no day of any month": with_key("2026-02-30T00:00:00.000000Z", WHO_TEXT),
    "a moment before all others": with_key("0001-01-01T00:00:00.000000+14:00", WHO_TEXT),
    "milliseconds": with_key("2026-01-02T03:04:05.678Z", WHO_TEXT),
    "a moment of no zone": with_key("2026-01-02T03:04:05.678901", WHO_TEXT),
    "a moment by its offset": with_key("2026-01-02T03:04:05.678901+00:00", WHO_TEXT),
    "a uuid in capitals": with_key(MOMENT_TEXT, WHO_TEXT.upper()),
    "a uuid in braces": with_key(MOMENT_TEXT, f"{{{WHO_TEXT}}}"),
    "a uuid without hyphens": with_key(MOMENT_TEXT, WHO.hex),
    "a uuid too long": with_key(MOMENT_TEXT, WHO_TEXT + "0"),
}


@pytest.mark.parametrize("text", JUNK.values(), ids=JUNK)
def test_what_is_no_cursor_of_ours_is_refused(text: str) -> None:
    assert refused(PEOPLE, text) == "invalid_cursor"


@pytest.mark.parametrize("direction", ["", "sideways", "Next", "prev "])
def test_there_are_two_directions(direction: str) -> None:
    assert refused(PEOPLE, encoded(WIRE | {"dir": direction})) == "unsupported_direction"


PARTS = {
    "a whole number too large": (WHOLE, b"9223372036854775808"),
    "a whole number far too large": (WHOLE, b"9" * 400),
    "a whole number with a point": (WHOLE, b"1.0"),
    "a whole number in words": (WHOLE, b'"1"'),
    "a number without a point": (NUMBER, b"1"),
    "a number too large": (NUMBER, b"1e400"),
    "a number with more digits than it keeps": (NUMBER, b"1.00000000000000000001"),
    "not a number": (NUMBER, b"NaN"),
    "U+0000": (TEXT, b'"a\\u0000"'),
    "a text that is a number": (TEXT, b"1"),
}


@pytest.mark.parametrize(("part", "value"), PARTS.values(), ids=PARTS)
def test_what_no_column_has_is_refused(part: Part[Any], value: bytes) -> None:
    listing: Listing[Any] = Listing("things", (part,), lambda row: row)
    assert (
        refused(listing, encoded(b'{"dir":"next","key":[' + value + b'],"scope":"things"}'))
        == "invalid_cursor"
    )


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.binary(max_size=60).map(encoded),
        st.integers(0, 99).map(lambda n: encoded(WIRE)[:n]),
    )
)
def test_whatever_it_is_it_is_refused(text: str) -> None:
    assert refused(PEOPLE, text) == "invalid_cursor"


def test_a_key_of_ours_is_never_too_long_to_be_looked_at() -> None:
    assert len(PEOPLE.spelled(Cursor("next", (WHEN, WHO)))) * 10 < LONGEST


def test_a_cursor_that_is_too_long_is_not_looked_at_even_if_it_is_one() -> None:
    words: Listing[Any] = Listing("words", (TEXT,), lambda row: row)
    assert words.cursor(words.spelled(Cursor("next", ("w" * 1400,)))).key == ("w" * 1400,)
    assert refused(words, words.spelled(Cursor("next", ("w" * 1600,)))) == "invalid_cursor"


def test_it_is_told_that_a_cursor_is_of_another_list() -> None:
    with pytest.raises(InvalidRequest, match="of another list"):
        PEOPLE.narrowed(role="admin").cursor(encoded(WIRE))


def test_links_are_of_a_path_and_keep_what_was_asked_for() -> None:
    listing = PEOPLE.narrowed(device="a&b", city="Kyōto")
    seek = Seek(Cursor("next", (WHEN, WHO)), 2)
    page = Page.of(listing, seek, [(WHEN, WHO)] * 3)
    for name, direction in (("self", "next"), ("next", "next"), ("prev", "prev")):
        parts = urlsplit(page.links("/api/v1/people", listing, seek)[name] or "")
        assert (parts.scheme, parts.netloc, parts.path) == ("", "", "/api/v1/people")
        (text,) = parse_qs(parts.query)["cursor"]
        assert listing.cursor(text).direction == direction
        assert parse_qs(parts.query) == {
            "city": ["Kyōto"],
            "device": ["a&b"],
            "limit": ["2"],
            "cursor": [text],
        }
    first = Page.of(listing, Seek(None, 2), [(WHEN, WHO)])
    assert first.links("/x", PEOPLE, Seek(None, 2)) == {"self": "/x?limit=2", "next": None, "prev": None}


# A list as small as can be, where equal first members are the rule.
PAIRS: Listing[Key] = Listing("pairs", (WHOLE, WHOLE), lambda row: row)
pairs = st.tuples(st.integers(0, 4), st.integers(0, 9))


def read(rows: set[Key], seek: Seek) -> Page[Key]:
    return Page.of(PAIRS, seek, nearest(PAIRS, rows, seek))


def walked(
    rows: set[Key], start: Seek, change: Callable[[], None], limit: Callable[[], int]
) -> list[Page[Key]]:
    """Walk to the end in one direction, with changes between the pages."""
    pages = [read(rows, start)]
    while (cursor := pages[-1].prev if start.direction == "prev" else pages[-1].next) is not None:
        change()
        pages.append(read(rows, Seek(cursor, limit())))
        assert len(pages) < 200, "it goes on and on"
    return pages


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(pairs), st.sets(pairs), st.data())
def test_a_walk_on_and_back_visits_each_row_that_stays_once(
    stable: set[Key], others: set[Key], data: st.DataObject
) -> None:
    rows, left = stable | others, 40

    def change() -> None:
        nonlocal left
        left -= 1
        if left > 0:  # else rows could be added for ever before one that walks
            rows.difference_update(data.draw(st.sets(pairs)) - stable)
            rows.update(data.draw(st.sets(pairs, max_size=5)))

    def limit() -> int:
        return data.draw(st.integers(1, 4))

    def visited(pages: list[Page[Key]]) -> list[Key]:
        return [row for page in pages for row in page.rows if row in stable]

    on = walked(rows, Seek(None, limit()), change, limit)
    assert visited(on) == sorted(stable)
    assert all(list(page.rows) == sorted(set(page.rows)) for page in on)
    if on[-1].prev is not None:
        change()
        back = walked(rows, Seek(on[-1].prev, limit()), change, limit)
        seen = visited([*reversed(back), on[-1]])
        assert seen == sorted(stable)
        # And on again, from wherever that ended.
        assert back[-1].next is not None
        again = walked(rows, Seek(back[-1].next, limit()), change, limit)
        assert visited([back[-1], *again]) == sorted(stable)


def test_an_empty_page_after_the_end_leads_back_to_all_that_is_left() -> None:
    first = read({(1, 1), (1, 2), (2, 1)}, Seek(None, 2))
    assert first.next is not None
    empty = read({(1, 1), (1, 2)}, Seek(first.next, 2))
    assert (empty.rows, empty.next) == ([], None)
    assert empty.prev is not None
    # The very row after which the page was to begin is on it.
    assert read({(1, 1), (1, 2)}, Seek(empty.prev, 2)).rows == [(1, 1), (1, 2)]


def test_an_empty_page_before_the_beginning_leads_on_to_all_that_is_left() -> None:
    rows = {(1, 1), (1, 2), (2, 1)}
    second = read(rows, Seek(read(rows, Seek(None, 1)).next, 1))
    assert second.prev is not None
    empty = read({(1, 2), (2, 1)}, Seek(second.prev, 1))
    assert (empty.rows, empty.prev) == ([], None)
    assert empty.next is not None
    assert read({(1, 2), (2, 1)}, Seek(empty.next, 9)).rows == [(1, 2), (2, 1)]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_one_page_of_all_leads_nowhere(count: int) -> None:
    page = read({(1, number) for number in range(count)}, Seek(None, 2))
    assert (len(page.rows), page.next, page.prev) == (count, None, None)
