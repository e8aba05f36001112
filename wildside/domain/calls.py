"""Mutations that may be called again under the same Idempotency-Key, and their answers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from wildside.domain.release import canonical, plain

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
        """Make a call; its hash is SHA-256 over what the payload means, as canonical JSON."""
        return cls(user_id, mutation, key, hashlib.sha256(canonical(_meaning(payload))).digest())


@dataclass(frozen=True, slots=True)
class Answer:
    """What a mutation answers that was done: a status from 200 to 299, headers besides the usual ones,
    and the body, as sent. What could not be done is raised, so that nothing of it is kept.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 299:
            raise ValueError(f"{self.status} is no status of something done; raise an error instead")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is kept, what it answered, and since how many seconds."""

    request_hash: bytes
    answer: Answer
    age: float


def _meaning(value: Any) -> Any:
    """Return a JSON value without what makes no difference: members that are null, and 1.0 for 1."""
    if isinstance(value, Mapping):
        return {name: _meaning(member) for name, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [_meaning(member) for member in value]
    return plain(value)
