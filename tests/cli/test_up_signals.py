"""`wildside up` ends cleanly at whatever moment it is told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from tests.cli.places import processes_in
from tests.cli.program import PATIENCE, Program
from tests.cli.test_up import ephemeral
from tests.conftest import MIGRATIONS, url_of_connection
from wildside.config import DatabaseUrl
from wildside.domain.command_errors import MigrationFailed
from wildside.inbound.cli.main import cli
from wildside.tools import Tools

BEGUN = "starting PostgreSQL"
SIGNALS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)


def assert_nothing_is_left(place: Path, program: Program) -> None:
    assert processes_in(place) == {}, program.output
    assert list(place.iterdir()) == [], program.output


@pytest.mark.parametrize(
    ("step", "number"),
    [
        (BEGUN, signal.SIGTERM),
        ("applying 0001", signal.SIGINT),
        ("applying 0011", signal.SIGTERM),
        ("migrations applied", signal.SIGINT),
        ("reference rows", signal.SIGTERM),
    ],
)
def test_a_signal_at_any_step_ends_it_cleanly(place: Path, step: str, number: signal.Signals) -> None:
    with ephemeral(place) as program:
        program.wait_for(step)
        assert program.stop(number) == 0, program.output
    assert_nothing_is_left(place, program)
    assert "Traceback" not in program.output


@pytest.mark.parametrize(
    ("delay", "number"),
    [
        (0.1, signal.SIGTERM),
        (0.2, signal.SIGINT),
        (0.3, signal.SIGINT),
        (0.4, signal.SIGTERM),
        (0.6, signal.SIGINT),
        (1.0, signal.SIGTERM),
        (2.0, signal.SIGINT),
    ],
)
def test_a_signal_after_any_time_leaves_nothing(place: Path, delay: float, number: signal.Signals) -> None:
    with ephemeral(place, anew=True) as program:
        with suppress(subprocess.TimeoutExpired):
            program.process.wait(delay)
        code = program.stop(number)
    assert_nothing_is_left(place, program)
    assert "Traceback" not in program.output
    wanted = {0} if BEGUN in program.output else {0, 1, -number}
    assert code in wanted, (code, program.output)


@SIGNALS
def test_a_signal_amid_a_migration_ends_it_cleanly(
    connection: psycopg.Connection[Any], number: signal.Signals
) -> None:
    """What the migration makes of its interruption is no failure of the migration."""
    for path in sorted(MIGRATIONS.glob("*.rollback.sql"), reverse=True):
        if path.name >= "0011":
            connection.execute(path.read_bytes())
    connection.execute("delete from _yoyo_migration where migration_id >= '0011'")
    connection.commit()
    connection.execute("select from reference_counter for update")
    url = url_of_connection(connection)
    with Program("up", "--port", "0", "--database-url", url) as program:
        program.wait_for("applying 0011")
        await_somebody_waiting(url)
        assert program.stop(number) == 0, program.output
    assert program.stderr[-1] == "stopped"
    assert "Traceback" not in program.output
    connection.rollback()
    assert connection.execute("select to_regclass('regions')").fetchone() == (None,)


class InterruptedTools(Tools):
    """Is told to stop while it migrates, and gets an error of the driver out of that."""

    def migrate(self, url: DatabaseUrl, progress: Callable[[str], None]) -> int:
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        raise MigrationFailed("another command is already in progress")


@pytest.fixture
def kept_handlers() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("kept_handlers")
def test_an_error_that_stopping_caused_is_none() -> None:
    arguments = ["up", "--port", "0", "--database-url", "postgresql:///x"]
    result = CliRunner().invoke(cli, arguments, obj=InterruptedTools())
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, "stopped")


def await_somebody_waiting(url: str) -> None:
    deadline = monotonic() + PATIENCE
    query = "select from pg_locks where not granted"
    with psycopg.connect(url, autocommit=True) as observer:
        while observer.execute(query).fetchone() is None:
            assert monotonic() < deadline


@SIGNALS
def test_impatience_leaves_nothing(place: Path, number: signal.Signals) -> None:
    """Whoever sends the signal again and again must not leave a PostgreSQL behind."""
    with ephemeral(place) as program:
        program.url()
        program.send(number)
        while program.process.poll() is None:
            program.send(number)
            with suppress(subprocess.TimeoutExpired):
                program.process.wait(0.02)
        program.ended()
    assert_nothing_is_left(place, program)
    assert program.stderr[-1] == "stopped", program.output


AMID_EXEC = """
from wildside.inbound.cli.stopping import Stopping
stopping = Stopping()
try:
    exec("import os, signal\\nos.kill(os.getpid(), signal.SIGTERM)\\n[None for _ in range(1000)]")
except KeyboardInterrupt:
    print(stopping.told)
"""


def test_a_signal_amid_exec_is_as_any_other() -> None:
    """Of an interrupt of its own that meets `exec` CPython remembers to die by SIGINT in the end."""
    done = subprocess.run(
        [sys.executable, "-c", AMID_EXEC], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
