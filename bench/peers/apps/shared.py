"""What the three have in common: the release as bytes in memory, cursors, digests of requests."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

BASE = "/api/v1"
LIMIT = 20
CONNECTIONS = 8
"""As many as Wildside has."""
KEPT = timedelta(hours=24)
WRITE_NOTE = "write_note"


@dataclass(frozen=True, slots=True)
class Sent:
    """A representation as it is sent, and what the 304 of who has it says."""

    content: bytes
    etag: str
    headers: dict[str, str]


def release() -> dict[str, Sent]:
    """Read the release once: coding → the very bytes that Wildside answers with, never to become stale."""
    folder = Path(os.environ["PEER_BODIES"])
    etags: dict[str, str] = json.loads((folder / "etags.json").read_text())
    return {coding: _sent((folder / coding).read_bytes(), coding, etag) for coding, etag in etags.items()}


def _sent(content: bytes, coding: str, etag: str) -> Sent:
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"}
    return Sent(content, etag, headers if coding == "identity" else {**headers, "Content-Encoding": coding})


def chosen(bodies: dict[str, Sent], accept_encoding: str | None) -> Sent:
    """Take brotli where it is named; a client of the measurement sends no weights."""
    return bodies["br" if accept_encoding and "br" in accept_encoding else "identity"]


def camel_case(name: str) -> str:
    """Spell a column's name as clients read it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def cursor_of(created_at: datetime, user_id: UUID) -> str:
    """Spell the place after a user in the list."""
    return base64.urlsafe_b64encode(f"{created_at.isoformat()} {user_id}".encode()).decode()


def key_of(cursor: str) -> tuple[datetime, UUID]:
    """Read a cursor. Raises ValueError."""
    created_at, _, user_id = base64.urlsafe_b64decode(cursor).decode().rpartition(" ")
    return datetime.fromisoformat(created_at), UUID(user_id)


def links(cursor: str | None, following: str | None) -> dict[str, str | None]:
    """Return the links of a page."""
    path = f"{BASE}/users?limit={LIMIT}"
    return {
        "self": f"{path}&cursor={cursor}" if cursor else path,
        "next": f"{path}&cursor={following}" if following else None,
    }


def request_hash(route_id: UUID, body: bytes) -> bytes:
    """Digest what a request asks for, to tell another one under the same key."""
    return hashlib.sha256(route_id.bytes + body).digest()
