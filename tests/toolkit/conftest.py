"""Servers to try things on, and folders of migrations that are not ours."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner, Result

from tests.cli.places import open_place
from tests.conftest import url_of
from tests.toolkit.separated import Separated, majors, separated
from wildside.inbound.cli.main import cli
from wildside.outbound.postgres.binaries import find_binaries, installed, major_version
from wildside.outbound.postgres.scratch import ScratchServer, scratch_server
from wildside.tools import Tools

MAJORS = majors()


@pytest.fixture(scope="session", params=MAJORS, ids=lambda major: f"PostgreSQL {major}")
def separated_server(request: pytest.FixtureRequest) -> Iterator[Separated]:
    """A server with the roles. Only to be read, or changed in transactions that are rolled back."""
    with open_place() as place, separated(place / "data", MAJORS[request.param]) as made:
        yield made


@pytest.fixture(scope="session")
def scratch_url(cluster: SimpleNamespace) -> str:
    """The server of this run, for commands that would start one of their own."""
    return url_of(cluster.host, cluster.port, cluster.user, cluster.maintenance_dbname)


@pytest.fixture(scope="session")
def server(scratch_url: str) -> ScratchServer:
    chosen = os.environ.get("PGBIN")
    return ScratchServer(scratch_url, find_binaries(Path(chosen) if chosen else None))


@pytest.fixture(scope="session")
def versions() -> Iterator[Mapping[int, ScratchServer]]:
    """A server of each version of PostgreSQL that this machine has."""
    found = {major_version(folder): folder for folder in reversed(list(installed()))}
    if len(found) < 2:
        pytest.skip(
            f"only PostgreSQL {', '.join(map(str, found))} is here: there is nothing to compare it with"
        )
    with ExitStack() as stack:
        yield {major: stack.enter_context(scratch_server(None, folder)) for major, folder in found.items()}


class Database:
    """`wildside db`, run on the server of the tests."""

    def __init__(self, scratch_url: str) -> None:
        self._scratch_url = scratch_url

    def __call__(self, command: str, *arguments: object) -> Result:
        words = ["db", command, "--scratch-url", self._scratch_url, *map(str, arguments)]
        result = CliRunner().invoke(cli, words, obj=Tools())
        assert isinstance(result.exception, SystemExit | click.ClickException | None), result.exception
        return result


@pytest.fixture
def db(scratch_url: str) -> Database:
    return Database(scratch_url)


def write_migrations(folder: Path, **files: str) -> Path:
    """Write migrations; the name of each is its noun, `_down` after it that of its rollback."""
    folder.mkdir(exist_ok=True)
    number = 0
    for name, text in files.items():
        if name.endswith("_down"):
            (folder / f"{number:04}.{name.removesuffix('_down')}.rollback.sql").write_text(text)
        else:
            number += 1
            (folder / f"{number:04}.{name}.sql").write_text(text)
    return folder
