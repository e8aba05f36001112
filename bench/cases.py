"""What is asked for, and the proof that every server answers it with the same bytes."""

import gzip
import hashlib
import http.client
from collections.abc import Mapping
from dataclasses import dataclass

import brotli
import zstandard

BASE = "/api/v1/reference"
BOOTSTRAP = f"{BASE}/bootstrap"
TABLE = f"{BASE}/tags"
_DECODERS = {
    "identity": lambda content: content,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda content: zstandard.ZstdDecompressor().decompress(content),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One question. Where it is `known`, the client has the newest answer and says so."""

    name: str
    path: str
    coding: str = "identity"
    known: bool = False

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept-Encoding": self.coding}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, as sent."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def decoded(self) -> bytes:
        return bytes(_DECODERS[self.headers.get("content-encoding", "identity")](self.content))


def cases(old: str, new: str) -> list[Case]:
    """All that is measured, for a client that has a release and one that has the release before."""
    return [
        Case("bootstrap, identity", BOOTSTRAP),
        Case("bootstrap, gzip", BOOTSTRAP, "gzip"),
        Case("bootstrap, br", BOOTSTRAP, "br"),
        Case("bootstrap, zstd", BOOTSTRAP, "zstd"),
        Case("bootstrap, 304", BOOTSTRAP, known=True),
        Case("delta, one row", f"{BASE}/changes?since={old}"),
        Case("delta, none", f"{BASE}/changes?since={new}"),
        Case("one table", TABLE),
    ]


def fetched(port: int, path: str, headers: Mapping[str, str]) -> Answer:
    """Ask once."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=dict(headers))
        response = connection.getresponse()
        content = response.read()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, content)
    finally:
        connection.close()


def proven(ports: Mapping[str, int], case: Case) -> dict[str, dict[str, str]]:
    """Return the headers to ask each server with, once all have shown that they answer alike."""
    whole = {name: fetched(port, case.path, case.headers) for name, port in ports.items()}
    for name, answer in whole.items():
        coding = answer.headers.get("content-encoding", "identity")
        if (answer.status, coding) != (200, case.coding):
            raise SystemExit(f"{case.name}: {name} answers {answer.status} in {coding}")
    seen = {name: hashlib.sha256(answer.decoded).hexdigest() for name, answer in whole.items()}
    sizes = {name: len(answer.content) for name, answer in whole.items()}
    if len(set(seen.values())) != 1 or len(set(sizes.values())) != 1:
        raise SystemExit(f"{case.name}: the servers answer with different bytes: {seen} {sizes}")
    if not case.known:
        return dict.fromkeys(ports, case.headers)
    known = {name: case.headers | {"If-None-Match": whole[name].headers["etag"]} for name in ports}
    for name, headers in known.items():
        if (status := fetched(ports[name], case.path, headers).status) != 304:
            raise SystemExit(f"{case.name}: {name} answers {status}")
    return known
