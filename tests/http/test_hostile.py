"""Whatever a server may hand over, the answer is well formed and never our fault."""

import json
from typing import Any
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message
from structlog.testing import capture_logs

from tests.http.support import ROUTES, TRACE_ID, Stores, over
from tests.soak import times

ODD = [
    "'", '"', "%00", "..", "%2f", "%", "%zz", "%ff", "\\", "*", "tags", "constructor", ";", "\u2028", "~",
]  # fmt: skip
methods = st.one_of(
    st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "TRACE"]),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20),
)
segments = st.one_of(st.sampled_from(ODD), st.text(max_size=20))
targets = st.one_of(
    st.builds(lambda parts: "/" + "/".join(parts), st.lists(segments, max_size=5)),
    st.builds(lambda route, tail: route + "/" + tail, st.sampled_from(ROUTES), segments),
    st.builds(lambda tail: "/api/v1/reference/" + tail, segments),
    st.sampled_from(ROUTES),
)
names = st.one_of(
    st.sampled_from(
        [
            "accept",
            "accept",
            "if-none-match",
            "traceparent",
            "content-length",
            "host",
            "content-type",
            "range",
        ]
    ),
    st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=15),
)
values = st.one_of(
    st.binary(max_size=60).map(lambda value: value.translate(None, b"\r\n\0")),
    st.sampled_from(
        [
            b"*",
            b"*/*",
            b'W/"',
            b";q=",
            b"application/json;q=nan",
            b"-1",
            b"1e400",
            b"00-" + b"0" * 32,
            b"\xff",
        ]
    ),
)
headers = st.lists(st.tuples(names.map(str.encode), values), max_size=6)
queries = st.binary(max_size=60)


async def ask(method: str, target: str, query: bytes, given_headers: list[tuple[bytes, bytes]]) -> Any:
    """Call the application as a server does; return its status, headers and body."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(target),
        "raw_path": target.encode(errors="replace"),
        "query_string": query,
        "root_path": "",
        "headers": given_headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    with capture_logs():
        await over(Stores())(scope, receive, send)
    start, *rest = sent
    return start["status"], start["headers"], b"".join(message.get("body", b"") for message in rest)


@settings(max_examples=times(300), deadline=None)
@given(methods, targets, queries, headers)
async def test_no_request_is_our_fault(
    method: str, target: str, query: bytes, given_headers: list[tuple[bytes, bytes]]
) -> None:
    status, answered, body = await ask(method, target, query, given_headers)
    assert 200 <= status < 500, body
    (trace,) = [value for name, value in answered if name == b"trace-id"]
    assert TRACE_ID.fullmatch(trace.decode())
    assert not [value for pair in answered for value in pair if b"\r" in value or b"\n" in value]
    if status >= 400:
        assert (b"content-type", b"application/problem+json") in answered, answered
        problem = json.loads(body)
        assert (problem["status"], problem["traceId"]) == (status, trace.decode())
    assert status in {200, 304, 400, 404, 405, 406, 413}, body
