"""A backend that answers, a place for the cache, and a clock that only tests move."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.client.backend import TAGS, FakeBackend, bootstrap, serving, token_of
from wildside.client import ClientConfig, ReferenceDataProvider, create_reference_provider

PACKAGED_TOKEN = token_of("packaged.1", TAGS)
NOBODY = "http://127.0.0.1:1"
MORE = {**TAGS, "tags": [*TAGS["tags"], {"slug": "art", "sortOrder": 5}]}


@dataclass
class Clock:
    seconds: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Place:
    """Makes providers whose settings differ only in what a test says."""

    folder: Path
    backend: FakeBackend
    clock: Clock = field(default_factory=Clock)

    @property
    def cache(self) -> Path:
        return self.folder / "cache" / "reference.json"

    @property
    def snapshot(self) -> Path:
        return self.folder / "snapshot.json"

    def pack(self) -> None:
        """Package what the backend has, under a token of its own."""
        self.snapshot.write_bytes(bootstrap(self.backend.tables, PACKAGED_TOKEN))

    def provider(self, **settings: Any) -> ReferenceDataProvider:
        defaults = {"use_backend": True, "url": self.backend.url, "cache": self.cache, "timeout": 20.0}
        config = ClientConfig(**{**defaults, "snapshot": self.snapshot, **settings})
        return create_reference_provider(config, now=self.clock)

    def offline(self) -> None:
        """Let the backend answer nothing but 503."""
        self.backend.status = 503


@pytest.fixture
def backend() -> Iterator[FakeBackend]:
    with serving(FakeBackend()) as fake:
        yield fake


@pytest.fixture
def place(tmp_path: Path, backend: FakeBackend) -> Place:
    return Place(tmp_path, backend)


async def held(place: Place) -> ReferenceDataProvider:
    """A provider that holds the first release, at a backend that has a second one."""
    provider = place.provider()
    await provider.get_version()
    place.backend.publish(MORE)
    place.backend.asked.clear()
    return provider
