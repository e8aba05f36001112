"""Conditional requests, all of them: validators, codings, methods and what is read."""

import base64
import gzip
import hashlib
import itertools
from collections.abc import Iterator
from typing import Any

import brotli
import httpx2
import pytest
import zstandard

from tests.cli.program import Program
from tests.http.support import REFERENCE, assert_problem
from wildside.inbound.http.negotiation import choose_coding

PATHS = {
    "version": ("/version", "no-cache"),
    "bootstrap": ("/bootstrap", "no-cache"),
    "table": ("/tags", "no-cache"),
    "pinned": ("/bootstrap?version=1", "public, max-age=31536000, immutable"),
}
DECODERS: dict[str, Any] = {
    "identity": lambda content: content,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda content: zstandard.ZstdDecompressor().decompress(content),
}
VALIDATORS = {
    "none": (None, 200),
    "its own": ("{own}", 304),
    "its own, weak": ("W/{own}", 304),
    "among others": ('"a", W/"b,c", {own}', 304),
    "any": ("*", 304),
    "another": ('"0123"', 200),
    "that of another coding": ("{other}", 200),
    "unquoted": ("{bare}", 200),
    "empty": ("", 200),
}


def ask(
    server: httpx2.Client, path: str, coding: str, method: str = "GET", **headers: str
) -> tuple[httpx2.Response, bytes]:
    """An answer, and its content as it was sent."""
    request = server.build_request(method, REFERENCE + path, headers={"Accept-Encoding": coding, **headers})
    response = server.send(request, stream=True)
    try:
        return response, b"".join(response.iter_raw())
    finally:
        response.close()


@pytest.mark.parametrize(
    ("path", "coding", "method", "validator"),
    list(itertools.product(PATHS, DECODERS, ("GET", "HEAD"), VALIDATORS)),
)
def test_a_conditional_request(
    server: httpx2.Client, path: str, coding: str, method: str, validator: str
) -> None:
    url, cache_control = PATHS[path]
    own = ask(server, url, coding)[0].headers["etag"]
    other = ask(server, url, "gzip" if coding != "gzip" else "br")[0].headers["etag"]
    sent, status = VALIDATORS[validator]
    condition = (
        {} if sent is None else {"If-None-Match": sent.format(own=own, other=other, bare=own.strip('"'))}
    )
    response, content = ask(server, url, coding, method, **condition)
    assert response.status_code == status
    assert response.headers["etag"] == own != other
    assert response.headers["cache-control"] == cache_control
    assert response.headers["vary"] == "Accept, Accept-Encoding"
    if status == 304 or method == "HEAD":
        assert content == b""
    else:
        assert response.headers.get("content-encoding", "identity") == coding
        assert response.headers["content-length"] == str(len(content))
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        assert response.headers["repr-digest"] == f"sha-256=:{digest}:"
        assert DECODERS[coding](content) == ask(server, url, "identity")[1]


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, *", "zstd"),
        ("*;q=0, gzip", "gzip"),
        ("identity", "identity"),
        ("identity;q=1, br;q=0.5", "identity"),
        ("deflate", "identity"),
        ("gzip;q=0", "identity"),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("BR", "br"),
        ("gzip;q=2, br;q=nan", "identity"),
        ("gzip;q=0.001", "gzip"),
    ],
)
def test_the_coding_that_the_client_likes_best(header: str | None, coding: str | None) -> None:
    assert (
        choose_coding(header, tuple(sorted(DECODERS, key=["br", "zstd", "gzip", "identity"].index))) == coding
    )


def test_a_client_that_forbids_every_coding_is_told_so(server: httpx2.Client) -> None:
    response = server.get(f"{REFERENCE}/bootstrap", headers={"Accept-Encoding": "*;q=0"})
    assert_problem(response, 406, "not_acceptable")


@pytest.mark.parametrize("number", ["2", "0", "9223372036854775807"])
def test_a_version_that_never_was_is_not_found(server: httpx2.Client, number: str) -> None:
    assert_problem(server.get(f"{REFERENCE}/bootstrap?version={number}"), 404, "not_found")


@pytest.mark.parametrize("text", ["", "-1", "1e3", "one", "9223372036854775808", "٣", "1.2", "a.1-zz"])
def test_what_is_no_version_is_wrong(server: httpx2.Client, text: str) -> None:
    document = assert_problem(
        server.get(f"{REFERENCE}/bootstrap", params={"version": text}), 400, "invalid_request"
    )
    assert document["errors"][0]["parameter"] == "version"


def test_the_pinned_release_is_the_bytes_of_the_newest(server: httpx2.Client) -> None:
    newest = server.get(f"{REFERENCE}/bootstrap")
    token = newest.json()["referenceVersion"]
    assert server.get(f"{REFERENCE}/bootstrap?version={token}").content == newest.content
    other = token.replace("-", "-0")[:-1]
    assert_problem(server.get(f"{REFERENCE}/bootstrap?version={other}"), 404, "not_found")


def test_packed_bytes_tell_no_time(server: httpx2.Client) -> None:
    """The same on every node: the header of gzip has a moment in it (RFC 1952, section 2.3.1)."""
    packed = ask(server, "/bootstrap", "gzip")[1]
    assert packed[4:8] == bytes(4)


@pytest.fixture(scope="module")
def open_server(released_url: str) -> Iterator[httpx2.Client]:
    env = {"DATABASE_URL": released_url, "WILDSIDE_CORS_ORIGINS": "https://app.example https://b.example"}
    with Program("serve", "--port", "0", env=env) as program, httpx2.Client(base_url=program.url()) as client:
        yield client


def test_a_page_of_a_known_origin_may_read_the_entity_tag(open_server: httpx2.Client) -> None:
    response = open_server.get(f"{REFERENCE}/version", headers={"Origin": "https://app.example"})
    assert response.headers["access-control-allow-origin"] == "https://app.example"
    exposed = response.headers["access-control-expose-headers"]
    assert {"ETag", "Repr-Digest", "Trace-Id"} <= set(exposed.split(", "))
    assert "Origin" in response.headers["vary"]


def test_a_page_of_another_origin_may_read_nothing(open_server: httpx2.Client) -> None:
    response = open_server.get(f"{REFERENCE}/version", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in response.headers


def test_a_page_may_ask_whether_it_may_ask_conditionally(open_server: httpx2.Client) -> None:
    headers = {
        "Origin": "https://b.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    response = open_server.options(f"{REFERENCE}/bootstrap", headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "https://b.example"
