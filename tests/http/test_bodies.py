"""What a body may be: each thing that is wrong is told, with where it is and never what it is."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.types import Message
from structlog.testing import capture_logs

from tests.http.effects import JSON, Poster
from tests.http.support import assert_nothing_leaks, assert_problem
from tests.people import Person
from wildside.inbound.http import bodies
from wildside.inbound.http.bodies import parsed

LIMIT = 256 * 1024
SECRET = "correct horse battery staple"


def nested(depth: int) -> bytes:
    return b'{"value":' * (depth - 1) + b'{"value":1}' + b"}" * (depth - 1)


TOO_LONG = b'"' + b"x" * 10_001 + b'"'
LONG_NAME = b'{"value": "a", ' + TOO_LONG + b": 1}"
TOO_LARGE = [("/size", "number_too_large"), ("/size", "invalid_number")]
TWICE = b'{"value": [{"a/b": 1, "a/b": 2}]}'
WRONG = {
    "nothing": (b"", [("", "missing_body")]),
    "white space": (b"  \n", [("", "malformed_json")]),
    "half an object": (b'{"value": "a"', [("", "malformed_json")]),
    "two objects": (b"{}{}", [("", "malformed_json")]),
    "single quotes": (b"{'value': 'a'}", [("", "malformed_json")]),
    "a comma too many": (b'{"value": "a",}', [("", "malformed_json")]),
    "a comment": (b'{"value": "a"} // x', [("", "malformed_json")]),
    "a byte order mark": (b'\xef\xbb\xbf{"value": "a"}', [("", "malformed_json")]),
    "UTF-16": ('{"value": "a"}'.encode("utf-16"), [("", "malformed_json")]),
    "UTF-16 without a mark": ('{"value": "a"}'.encode("utf-16-le"), [("", "malformed_json")]),
    "UTF-32": ('{"value": "a"}'.encode("utf-32"), [("", "malformed_json")]),
    "Latin 1": ('{"value": "é"}'.encode("latin-1"), [("", "malformed_json")]),
    "an overlong form": (b'{"value": "\xc0\x80"}', [("", "malformed_json")]),
    "a surrogate in UTF-8": (b'{"value": "\xed\xa0\x80"}', [("", "malformed_json")]),
    "a control character": (b'{"value": "\x01"}', [("", "malformed_json")]),
    "NaN": (b'{"value": NaN}', [("", "malformed_json")]),
    "Infinity": (b'{"value": Infinity}', [("", "malformed_json")]),
    "minus Infinity": (b'{"value": -Infinity}', [("", "malformed_json")]),
    "a list": (b"[]", [("", "wrong_type")]),
    "a text": (b'"value"', [("", "wrong_type")]),
    "a number": (b"1", [("", "wrong_type")]),
    "null": (b"null", [("", "wrong_type")]),
    "true": (b"true", [("", "wrong_type")]),
    "depth 17": (nested(17), [("/value" * 16, "too_deep"), ("/value", "wrong_type")]),
    "depth 100,000": (b'{"a":' * 40_000, [("", "too_deep")]),
    "lists, 200,000 deep": (b'{"value":' + b"[" * 200_000, [("", "too_deep")]),
    "NUL": (b'{"value": "a\\u0000"}', [("/value", "nul_character")]),
    "NUL in a name": (b'{"value": "a", "\\u0000": 1}', [("", "nul_character"), ("/\0", "unknown_field")]),
    "half a surrogate pair in a name": (
        b'{"value": "a", "\\ud83d": 1}',
        [("", "lone_surrogate"), ("/?", "unknown_field")],
    ),
    "half a surrogate pair": (b'{"value": "\\ud83d"}', [("/value", "lone_surrogate")]),
    "the other half first": (b'{"value": "\\ude00\\ud83d"}', [("/value", "lone_surrogate")]),
    "2^63": (b'{"value": "a", "size": 9223372036854775808}', TOO_LARGE),
    "400 digits": (b'{"value": "a", "size": ' + b"9" * 400 + b"}", TOO_LARGE),
    "200,000 digits": (b'{"value": "a", "size": ' + b"9" * 200_000 + b"}", TOO_LARGE),
    "1e400": (b'{"value": "a", "size": 1e400}', TOO_LARGE),
    "2^31": (b'{"value": "a", "size": 2147483648}', [("/size", "invalid_number")]),
    "0": (b'{"value": "a", "size": 0}', [("/size", "invalid_number")]),
    "one and a half": (b'{"value": "a", "size": 1.5}', [("/size", "invalid_number")]),
    "true for a number": (b'{"value": "a", "size": true}', [("/size", "invalid_number")]),
    "a text for a number": (b'{"value": "a", "size": "1"}', [("/size", "invalid_number")]),
    "a member twice": (b'{"value": "a", "value": "a"}', [("/value", "repeated_field")]),
    "a member twice, within": (TWICE, [("/value/0/a~1b", "repeated_field"), ("/value", "wrong_type")]),
    "10,001 characters": (b'{"value": ' + TOO_LONG + b"}", [("/value", "too_long")]),
    "a long name": (LONG_NAME, [("", "name_too_long"), ("/" + "x" * 256, "unknown_field")]),
    "a list for a text": (b'{"value": ["a"]}', [("/value", "wrong_type")]),
    "nothing of what is needed": (b"{}", [("/value", "missing_field")]),
    "null for what is needed": (b'{"value": null}', [("/value", "missing_field")]),
    "an unknown member": (b'{"value": "a", "user~id": "x"}', [("/user~0id", "unknown_field")]),
    "an unknown member that is null": (b'{"value": "a", "colour": null}', [("/colour", "unknown_field")]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "faults"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_is_told_and_where(
    poster: Poster, content: bytes, faults: list[tuple[str, str]]
) -> None:
    assert await poster.faults(content) == faults


async def test_everything_that_is_wrong_is_told_at_once(poster: Poster) -> None:
    content = b'{"value": "\\u0000", "size": "x", "a": {"b": 1, "b": 2}, "c": "\\ud800"}'
    assert await poster.faults(content) == [
        ("/value", "nul_character"),
        ("/a/b", "repeated_field"),
        ("/c", "lone_surrogate"),
        ("/size", "invalid_number"),
        ("/a", "unknown_field"),
        ("/c", "unknown_field"),
    ]


async def test_of_a_great_many_faults_a_hundred_are_told(poster: Poster) -> None:
    names = {f"field-{number}": "\0" for number in range(5000)}
    assert len(await poster.faults(json.dumps(names).encode())) == bodies.FAULTS == 100


RIGHT = {
    "the usual": b'{"value": "a", "size": 1}',
    "the largest": b'{"value": "a", "size": 2147483647}',
    "10,000 characters": b'{"value": "' + "é".encode() * 10_000 + b'"}',
    "depth 1": b'{"value": "[[[[[[[[[[[[[[[[[[[["}',
    "a surrogate pair": b'{"value": "\\ud83d\\ude00"}',
    "white space around": b' \r\n\t{"value":\n"a"} ',
}


@pytest.mark.parametrize("content", RIGHT.values(), ids=RIGHT)
async def test_what_is_right_is_taken(poster: Poster, content: bytes) -> None:
    answer = await poster.post(content)
    assert answer.status_code == 201, answer.text
    assert answer.json()["value"] == json.loads(content)["value"]


def test_sixteen_deep_is_not_too_deep() -> None:
    assert parsed(nested(16))[1] == []
    assert [fault.code for fault in parsed(nested(17))[1]] == ["too_deep"]
    assert (bodies.DEPTH, bodies.TEXT) == (16, 10_000)


@pytest.mark.parametrize(
    "media_type", ["application/json;charset=utf-8", 'Application/JSON; Charset="UTF-8"']
)
async def test_a_media_type_may_name_its_charset(poster: Poster, media_type: str) -> None:
    assert (await poster.post(RIGHT["the usual"], media_type)).status_code == 201


@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json-patch+json",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/json, application/json",
        "*/*",
    ],
)
async def test_another_media_type_is_not_taken(poster: Poster, media_type: str | None) -> None:
    assert_problem(await poster.post(RIGHT["the usual"], media_type), 415, "unsupported_media_type")


async def test_two_media_types_are_not_taken(poster: Poster) -> None:
    headers = [("Content-Type", JSON), ("Content-Type", "text/plain"), *poster.who.headers.items()]
    answer = await poster.client.post("/effects", content=RIGHT["the usual"], headers=headers)
    assert_problem(answer, 415, "unsupported_media_type")


async def test_a_compressed_body_is_not_taken(poster: Poster) -> None:
    answer = await poster.post(b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    assert_problem(answer, 415, "unsupported_media_type")
    assert answer.headers["accept-encoding"] == "identity"


async def pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def test_the_limit_of_a_body(poster: Poster) -> None:
    fits = b'{"value": "a"}' + b" " * (LIMIT - 14)
    assert (await poster.post(fits)).status_code == 201
    assert_problem(await poster.post(fits + b" "), 413, "payload_too_large")
    assert_problem(await poster.post(pieces(fits + b" ", 1000)), 413, "payload_too_large")


async def test_who_nobody_is_learns_nothing_about_bodies(poster: Poster) -> None:
    poster.who = Person(poster.who.session_id, poster.who.id)  # of no session
    for content, media_type in ((b"{", JSON), (b"x", "text/plain")):
        assert_problem(await poster.post(content, media_type), 401, "unauthorized")


@pytest.mark.parametrize(
    "content",
    [
        {"value": "a", "password": SECRET},
        {"value": SECRET + "\0"},
        {"value": [SECRET]},
        {"value": {"password": [SECRET, SECRET + "\ud800"]}},
        {"value": "a", "size": SECRET},
    ],
)
async def test_values_are_never_repeated(poster: Poster, content: dict[str, Any]) -> None:
    with capture_logs() as logs:
        for raw in (json.dumps(content), json.dumps(content)[:-1], json.dumps(content) + "x"):
            answer = await poster.post(raw.encode())
            assert answer.status_code == 400
            assert_nothing_leaks(answer, [SECRET])
    assert SECRET not in str(logs)


async def test_a_client_that_goes_in_the_middle_is_no_fault(poster: Poster) -> None:
    sent: list[Message] = []
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"val', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"cookie", poster.who.headers["Cookie"].encode())]
    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/effects",
        "query_string": b"",
        "headers": headers,
    }
    with capture_logs() as logs:
        await poster.app(scope, receive, send)
    assert sent == []
    assert [(log["log_level"], log["event"]) for log in logs] == [
        ("info", "client_gone"),
        ("info", "request"),
    ]
    assert (logs[1]["status"], logs[1]["complete"]) == (None, False)
