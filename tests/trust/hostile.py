"""Requests that no client of ours would send, as the bytes that travel: the same ones for the same seed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from wildside.inbound.http.contract.examples import EXAMPLES
from wildside.inbound.http.urls import OPERATIONS

LIMIT = 256 * 1024
_TAKEN = [one for one in OPERATIONS if one.body and one.name != "logIn"]
_LOGIN = next(one for one in OPERATIONS if one.name == "logIn")
# What ends a session would leave nobody who is signed in; streams have no end.
_READ = [one for one in OPERATIONS if one.method == "GET" and one.name != "streamReferenceEvents"]

LEAVES: Sequence[bytes] = (
    b"NaN", b"-Infinity", b"1e999", b"9223372036854775808", b"-9223372036854775809", b"1" * 5000, b"1e400",
    b"-0", b"0.1", b"1E+2", b"true", b"null", b'""', b'"\\u0000"', b'"\\ud800"', b'"\\udc00\\ud800"', b"[]",
    b'"' + b"x" * 10_001 + b'"', b'"\xff\xfe"', b'"\xed\xa0\x80"', b'"\xc0\x80"', b"{}",
    b"[" * 17 + b"]" * 17,
    b'{"a":' * 5000, b'"\\u202e"', b"'", b"[null]", b'{"a":1,"a":2}', b'"2026-13-45T25:61:61Z"',
    b'"0000-00-00T00:00:00Z"', b'"+292278994-08-17T07:12:55Z"', b'"00000000-0000-0000-0000-000000000000"',
    b'"9999-12-31T23:59:59.999999999Z"', b'"0001-01-01T00:00:00+23:59"', b"[1,2", b'"\\x"', b"2147483648",
)  # fmt: skip
INJECTIONS: Sequence[str] = (
    "tags'; drop table tags; --", 'tags"', "tags--", "tags/*", "tags;select 1", "tags' or '1'='1", "pg_class",
    "users", "user_credentials", "sessions", "public.tags", "tags\0", "../tags", "..%2ftags", "%2e%2e",
    "TAGS",
    "tags ", " tags", "tags\u2028", "constructor", "__proto__", "$1", "${jndi:ldap://x}", "{{7*7}}", "tags\\",
    "x" * 5000, "tags%", "tags_", "\ud83d", "\ufeff", "tags\r\nX: y", "null", "0", "-1", "information_schema",
    "tags UNION SELECT", "reference_journal", "tags'||pg_sleep(9)||'", "\u0130", "tags#", "tags?x=y", "*",
)  # fmt: skip
_VALUES: Sequence[bytes] = (
    b"", b"*", b'W/"', b'"', b"\xff", b"-1", b"9223372036854775808", b"nan", b"inf,inf", b"0,0,0,0",
    b"181,91",
    b"24.9,60.1", b"1e400", b"%00", b"%ff", b"%", b"%zz", b"a" * 3000, b"'",
    b"00000000-0000-0000-0000-00000000",
    b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-00", b"application/json;q=nan", b"identity;q=0",
    b"gzip, br;q=x",
    b"bytes=0-", b"60.0000001", b"\xc3\xa9", b"true", b"null", b"eyJhIjoxfQ==", b"AAAA", b"1.1", b"+1",
    b"1;2",
)  # fmt: skip
_HEADERS: Sequence[bytes] = (
    b"If-Match", b"If-None-Match", b"Idempotency-Key", b"traceparent", b"Accept", b"Accept-Encoding",
    b"Origin",
    b"Content-Type", b"X-Forwarded-For", b"Range", b"Last-Event-ID", b"Content-Encoding", b"Sec-Fetch-Site",
    b"X-HTTP-Method-Override", b"Access-Control-Request-Method", b"Referer", b"Authorization", b"tracestate",
)  # fmt: skip
_QUERIES = (
    "wait", "version", "since", "to", "near", "bbox", "radius", "category", "interest", "limit", "cursor",
    "q",
    "deviceId", "userId", "openNow", "sort",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shot:
    """What is sent, and of which kind it is. `whole`: it is HTTP, so that the application must answer it."""

    kind: str
    raw: bytes
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """Who is signed in, and ids that mean something."""

    cookie: bytes
    ids: Mapping[str, str]


def shot(seed: int, number: int, known: Known) -> Shot:
    """Return the request of a number: the kinds take turns, the rest is drawn."""
    dice = Random(f"{seed}-{number}")
    whole, place = divmod(number, len(KINDS))
    make = KINDS[place]
    return make(dice, whole * KINDS.count(make) + KINDS[:place].count(make), known)


def request(
    method: str, target: bytes, headers: Sequence[tuple[bytes, bytes]] = (), body: bytes | None = None
) -> bytes:
    """Return a request of one connection, as it travels."""
    lines = [method.encode() + b" " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close"]
    lines += [name + b": " + value for name, value in headers]
    if body is not None:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", b""]) + (body or b"")


def _signed(known: Known, content_type: bytes = b"application/json") -> list[tuple[bytes, bytes]]:
    return [(b"Cookie", known.cookie), (b"Content-Type", content_type)]


def _path(template: str, known: Known, dice: Random) -> bytes:
    given = {name: dice.choice([value, quote(dice.choice(INJECTIONS), safe="", errors="surrogatepass")])
             for name, value in known.ids.items()}  # fmt: skip
    return template.format_map(given).encode()


def _json(value: Any, dice: Random, at: list[int]) -> bytes:
    """Write JSON as it is, but for the leaf whose turn it is."""
    at[0] -= 1
    if at[0] == 0:
        return dice.choice(LEAVES)
    if isinstance(value, Mapping):
        members = [json.dumps(name).encode() + b":" + _json(one, dice, at) for name, one in value.items()]
        if dice.random() < 0.05:
            members += members[:1]
        return b"{" + b",".join(members) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(_json(one, dice, at) for one in value) + b"]"
    return json.dumps(value).encode()


def _body(name: str, dice: Random) -> bytes:
    content = _json(EXAMPLES[name], dice, [dice.randint(1, 14)])
    cut = dice.random()
    if cut < 0.05:
        return content[: dice.randrange(len(content))]
    if cut < 0.1:
        return dice.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"[", b'"']) + content
    return content


def bodies(dice: Random, _turn: int, known: Known) -> Shot:
    one = dice.choice([*_TAKEN, *_TAKEN, _LOGIN])
    raw = request(one.method, _path(one.path, known, dice), _signed(known), _body(one.name, dice))
    return Shot("bodies", raw)


def deep_or_large(dice: Random, _turn: int, known: Known) -> Shot:
    one = dice.choice(_TAKEN)
    content = dice.choice(
        [
            b"[" * 100_000,
            b'{"a":' * 40_000,
            b" " * (LIMIT + 1),
            b'"' + b"x" * (LIMIT - 2) + b'"',
            b"9" * LIMIT,
        ]
    )
    return Shot("large", request(one.method, _path(one.path, known, dice), _signed(known), content))


def chunked(dice: Random, _turn: int, known: Known) -> Shot:
    """A body in pieces: as it should be, growing too large, or with pieces that are none."""
    one = dice.choice(_TAKEN)
    head = request(
        one.method, _path(one.path, known, dice), [*_signed(known), (b"Transfer-Encoding", b"chunked")]
    )
    content = _body(one.name, dice)[:LIMIT]
    broken = dice.random() < 0.4
    if broken:
        size = dice.choice(
            [b"-1", b"0x10", b"zz", b"f" * 40, b"", b" ", b"1_0", b"\xff", b"1;a=" + b"b" * 20_000]
        )
        return Shot("chunks", head + size + b"\r\n" + content + b"\r\n0\r\n\r\n", whole=False)
    if dice.random() < 0.2:
        content = b" " * (LIMIT + 5000)
    step = dice.choice([1, 7, 1000]) if len(content) < 3000 else 60_000
    pieces = [content[at : at + step] for at in range(0, len(content), step)]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return Shot("chunked", head + framed + b"0\r\n\r\n")


def cookies(_dice: Random, turn: int, known: Known) -> Shot:
    """Every bit of the cookie, one after the other."""
    name, _, value = known.cookie.partition(b"=")
    flipped = bytearray(value)
    at = turn % (len(value) * 8)
    flipped[at // 8] ^= 1 << at % 8
    # No header may have these; what h11 says of them is asked elsewhere.
    whole = not {0, 10, 13} & {*flipped} and all(byte >= 32 or byte == 9 for byte in flipped)
    whole = whole and 127 not in flipped
    raw = request("GET", b"/api/v1/users/me", [(b"Cookie", name + b"=" + bytes(flipped))])
    return Shot("cookies", raw, whole)


def tables(dice: Random, turn: int, _known: Known) -> Shot:
    name = INJECTIONS[turn % len(INJECTIONS)]
    if dice.random() < 0.3:
        name += dice.choice(INJECTIONS)[:200]
    way = quote(name, safe="", errors="surrogatepass").encode()
    return Shot("tables", request("GET", b"/api/v1/reference/" + way))


def queries(dice: Random, _turn: int, known: Known) -> Shot:
    one = dice.choice(_READ)
    given = [
        dice.choice(_QUERIES).encode() + b"=" + quote(dice.choice([*_VALUES, *map(_bytes, INJECTIONS)]),
        safe="%").encode()
        for _ in range(dice.randint(1, 4))
    ]  # fmt: skip
    return Shot(
        "queries", request("GET", _path(one.path, known, dice) + b"?" + b"&".join(given), _signed(known))
    )


def headers(dice: Random, _turn: int, known: Known) -> Shot:
    one = dice.choice([*_READ, *_TAKEN])
    given = [(dice.choice(_HEADERS), dice.choice(_VALUES)) for _ in range(dice.randint(1, 5))]
    body = _body(one.name, dice) if one.body else None
    sent = [(b"Cookie", known.cookie), *given]
    return Shot("headers", request(one.method, _path(one.path, known, dice), sent, body))


def lines(dice: Random, _turn: int, known: Known) -> Shot:
    """What is not quite HTTP, or HTTP that nobody asked us for."""
    make: Sequence[Callable[[], bytes]] = (
        lambda: b"GET / HTTP/9.9\r\n\r\n",
        lambda: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        lambda: b"GET  /  HTTP/1.1\r\n\r\n",
        lambda: request("GET", b"/health/live", [(b"X", b"y" * 70_000)]),
        lambda: request("GET", b"/" + b"a" * 70_000),
        lambda: b"GET /health/live HTTP/1.1\r\n\r\n",
        lambda: request("GET", b"/health/live", [(b"Host", b"other")]),
        lambda: request("POST", b"/api/v1/login", [(b"Content-Length", b"5"), (b"Content-Length", b"6")],
        b"{}"),
        lambda: request("POST", b"/api/v1/login", [(b"Content-Length", b"-5")]),
        lambda: request("POST", b"/api/v1/login", [(b"Transfer-Encoding", b"chunked")], b"{}") + b"0\r\n\r\n",
        lambda: request("GET", b"/\x00\xff"),
        lambda: request("GET", b"/health/live", [(b"A b", b"c")]),
        lambda: request("GET", b"/health/live", [(b"A", b"b\0c")]),
        lambda: bytes(dice.randrange(256) for _ in range(dice.randint(1, 200))) + b"\r\n\r\n",
    )  # fmt: skip
    return Shot("lines", dice.choice(make)(), whole=False)


def codings(dice: Random, _turn: int, known: Known) -> Shot:
    coding = dice.choice([b"gzip", b"chunked, chunked", b"identity", b"chunked, gzip", b"x" * 500])
    raw = request("POST", b"/api/v1/walk-sessions", [*_signed(known), (b"Transfer-Encoding", coding)])
    return Shot("codings", raw, whole=False)


def methods(dice: Random, _turn: int, known: Known) -> Shot:
    method = dice.choice(
        ["TRACE", "CONNECT", "BREW", "get", "HEAD", "OPTIONS", "PROPFIND", "X" * 100, "DELETE"]
    )
    one = dice.choice([one for one in OPERATIONS if "me" not in one.path])
    sent = _signed(known) if method != "DELETE" else []
    target = dice.choice(
        [_path(one.path, known, dice), b"*", b"//", b"http://other/health", b"/%00", b"/..%2f"]
    )
    return Shot("methods", request(method, target, sent))


def upgrades(dice: Random, _turn: int, known: Known) -> Shot:
    given = dice.choice([b"websocket", b"h2c", b"TLS/1.0", b"x" * 1000])
    one = dice.choice(_READ)
    sent = [(b"Upgrade", given), (b"Connection", b"Upgrade"), (b"HTTP2-Settings", dice.choice(_VALUES[:5])),
            (b"Sec-WebSocket-Version", b"13"), (b"Sec-WebSocket-Key",
            b"dGhlIHNhbXBsZSBub25jZQ==")]  # fmt: skip
    return Shot("upgrades", request("GET", _path(one.path, known, dice), sent), whole=False)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


KINDS = (
    bodies, bodies, headers, queries, tables, cookies, chunked, methods, bodies, headers, queries, cookies,
    bodies, tables, lines, codings, headers, deep_or_large, cookies, upgrades,
)  # fmt: skip
"""Who makes the requests, in turn."""
