"""Mutations that may be called again under the same Idempotency-Key, and their answers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from wildside.domain.release import canonical

KEPT = timedelta(hours=24)
"""How long an answer is kept for who asks again."""


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls which kind of mutation, under which key, asking for what."""

    user_id: UUID
    mutation: str
    key: UUID
    request_hash: bytes

    @classmethod
    def of(cls, user_id: UUID, mutation: str, key: UUID, payload: Any) -> "Call":
        """Make a call; its hash is SHA-256 over the payload as canonical JSON."""
        return cls(user_id, mutation, key, hashlib.sha256(canonical(payload)).digest())


@dataclass(frozen=True, slots=True)
class Answer:
    """What a mutation answers: status, headers besides the usual ones, and body, as sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is kept, what it answered, and since how many seconds."""

    request_hash: bytes
    answer: Answer
    age: float
