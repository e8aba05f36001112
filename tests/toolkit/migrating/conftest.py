"""Servers of each PostgreSQL on this machine, and a database and a folder for each test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.memory import keep_small, server_folder
from wildside.outbound.postgres.binaries import find_binaries, installed, major_version
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.scratch import ScratchServer

BINARIES = {major_version(one): one for one in reversed(list(installed()))}


@contextmanager
def running(folder: Path, binaries: Path) -> Iterator[ScratchServer]:
    with server_folder(folder) as place, EmbeddedServer(place, binaries, durable=False) as server:
        keep_small(server.url)
        yield ScratchServer(server.url, binaries)


@pytest.fixture(scope="session", params=[15, 18], ids=lambda major: f"postgresql-{major}")
def each_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ScratchServer]:
    """The oldest and the newest PostgreSQL that we support."""
    if request.param not in BINARIES:
        pytest.skip(f"there is no postgresql-{request.param} here")
    with running(tmp_path_factory.mktemp(f"postgresql-{request.param}"), BINARIES[request.param]) as server:
        yield server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchServer]:
    """One server, as PGBIN has it."""
    chosen = os.environ.get("PGBIN")
    with running(tmp_path_factory.mktemp("one"), find_binaries(Path(chosen) if chosen else None)) as one:
        yield one


@pytest.fixture
def url(server: ScratchServer) -> Iterator[str]:
    """An empty database."""
    with server.database() as scratch:
        yield scratch.asyncpg


@pytest.fixture
def each_url(each_server: ScratchServer) -> Iterator[str]:
    """An empty database of each server."""
    with each_server.database() as scratch:
        yield scratch.asyncpg


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for migrations."""
    made = tmp_path / "migrations"
    made.mkdir()
    return made
