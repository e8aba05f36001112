"""A small real backend: the contract of /api/v1/reference over HTTP, written apart from the client's code."""

import base64
import contextlib
import copy
import gzip
import hashlib
import json
import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]

SHAPES: dict[str, tuple[list[str], list[str]]] = {
    "tags": (["slug"], ["sortOrder", "slug"]),
    "rules": (["kind", "number"], ["kind", "number"]),
    "extras": (["id"], ["rank", "live", "id"]),
}
"""table → members of its key, members that it is ordered by"""

MOMENT = "2026-01-01T00:00:00.000000Z"
TAGS: Tables = {
    "tags": [
        {"slug": "coffee", "sortOrder": 10, "label": {"en": "Café"}},
        {"slug": "views", "sortOrder": 20},
    ],
    "rules": [{"kind": "a", "number": 1, "weight": 0.5}],
}


def dumps(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def in_order(table: str, rows: Rows) -> Rows:
    def place(row: Mapping[str, Any]) -> list[tuple[bool, Any]]:
        values = [row.get(member) for member in SHAPES[table][1]]
        return [(value is None, value or 0 if value is None else value) for value in values]

    return sorted(rows, key=place)


def key_of(table: str, row: Mapping[str, Any]) -> list[Any]:
    return [row[member] for member in SHAPES[table][0]]


def token_of(place: str, tables: Tables) -> str:
    """`place` is <epoch>.<version>; the digest is that of the tables."""
    return f"{place.partition('-')[0]}-{sha256(dumps(tables))[:16]}"


def bootstrap(tables: Tables, token: str, schema: int = 1) -> bytes:
    token = token_of(token, tables)
    return dumps(
        {
            "schemaVersion": schema,
            "referenceVersion": token,
            "generatedAt": MOMENT,
            "digests": {name: sha256(dumps(rows)) for name, rows in tables.items()},
            "tables": tables,
        }
    )


def table_change(name: str, old: Rows, new: Rows) -> dict[str, Any]:
    """The net difference. Every other row that goes while another comes is called a rename."""
    before = {repr(key_of(name, row)): row for row in old}
    after = {repr(key_of(name, row)): row for row in new}
    gone = [key_of(name, row) for key, row in before.items() if key not in after]
    come = [key_of(name, row) for key, row in after.items() if key not in before]
    renames = [{"from": one, "to": other} for one, other in list(zip(gone, come, strict=False))[::2]]
    renamed = [rename["from"] for rename in renames]
    return {
        "key": SHAPES[name][0],
        "order": SHAPES[name][1],
        "upserts": [row for key, row in after.items() if dumps(before.get(key)) != dumps(row)],
        "removals": [key for key in gone if key not in renamed],
        "renames": renames,
        "digest": sha256(dumps(new)),
    }


class FakeBackend:
    """Releases in a row, and everything that can go wrong with them on the way."""

    def __init__(self) -> None:
        self.releases: dict[str, Tables] = {}
        self.asked: list[str] = []
        self.encodings: list[str | None] = []
        self.schema = 1
        self.status = 200
        self.headers: dict[str, str] = {}
        self.status_of_changes = 200
        self.force_full = False
        self.repr_digest = True
        self.edit_changes: Any = None
        self.edit_bootstrap: Any = None
        self.edit_raw: Any = None
        self.streams: list[queue.Queue[bytes]] = []
        self.status_of_events = 200
        self.gate = threading.Event()
        self.gate.set()
        self.url = ""
        self.publish(TAGS)

    def publish(self, tables: Tables) -> str:
        ordered = {name: in_order(name, copy.deepcopy(rows)) for name, rows in tables.items()}
        self.token = token_of(f"epoch.{len(self.releases) + 1}", ordered)
        self.releases[self.token] = ordered
        return self.token

    def say(self, text: str) -> None:
        """Say something on the newest stream; nothing ends it."""
        self.streams[-1].put(text.encode())

    def tell(self) -> None:
        """Tell of the newest release."""
        self.say(f"id: {self.token}\nevent: release\ndata: {{}}\n\n")

    @property
    def tables(self) -> Tables:
        return self.releases[self.token]

    def answer(self, target: str) -> tuple[int, bytes]:
        parts = urlsplit(target)
        path = parts.path.rpartition("/api/v1/reference/")[2]
        self.asked.append(path)
        if self.status != 200:
            return self.status, b'{"code":"database_unavailable"}'
        if path == "bootstrap":
            body = bootstrap(self.tables, self.token, self.schema)
            return 200, self.edit_bootstrap(body) if self.edit_bootstrap else body
        if path == "changes" and self.status_of_changes == 200:
            return 200, self._changes(parse_qs(parts.query)["since"][0])
        return (404 if path != "changes" else self.status_of_changes), b'{"code":"not_found"}'

    def _changes(self, since: str) -> bytes:
        old = self.releases.get(since)
        new = self.tables
        mode = "full" if old is None or self.force_full else "none" if since == self.token else "delta"
        names = {"none": set(), "full": set(new), "delta": {*(old or {}), *new}}[mode]
        base = old if old is not None and mode == "delta" else {}
        tables = {
            name: table_change(name, base.get(name, []), new[name]) if name in new else None
            for name in names
            if dumps(base.get(name)) != dumps(new.get(name))
        }
        document: dict[str, Any] = {
            "mode": mode, "from": since, "to": self.token, "schemaVersion": self.schema,
            "generatedAt": MOMENT, "order": sorted(tables), "tables": tables,
        }  # fmt: skip
        if self.edit_changes:
            document = self.edit_changes(document) or document
        return dumps(document)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, backend: FakeBackend, *arguments: Any) -> None:
        self.backend = backend
        super().__init__(*arguments)

    def do_GET(self) -> None:
        if self.path.endswith("/events"):
            self.stream()
        else:
            self.reply()

    def stream(self) -> None:
        self.backend.asked.append("events")
        self.send_response(self.backend.status_of_events)
        self.end_headers()
        said: queue.Queue[bytes] = queue.Queue()
        self.backend.streams.append(said)
        with contextlib.suppress(OSError):
            while text := said.get(timeout=20):
                self.wfile.write(text)

    def reply(self) -> None:
        assert self.backend.gate.wait(20)
        accepted = self.headers.get("Accept-Encoding")
        self.backend.encodings.append(accepted)
        status, content = self.backend.answer(self.path)
        self.send_response(status)
        for name, value in self.backend.headers.items():
            self.send_header(name, value)
        if accepted and "gzip" in accepted:
            content = gzip.compress(content)
            self.send_header("Content-Encoding", "gzip")
        if self.backend.repr_digest:
            digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
            self.send_header("Repr-Digest", f"sha-256=:{digest}:")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(self.backend.edit_raw(content) if self.backend.edit_raw else content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        pass


@contextmanager
def serving(backend: FakeBackend) -> Iterator[FakeBackend]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, backend))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    backend.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield backend
    finally:
        backend.gate.set()
        for stream in backend.streams:
            stream.put(b"")
        server.shutdown()
        thread.join()
        server.server_close()
