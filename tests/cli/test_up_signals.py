"""`wildside up` ends cleanly at whatever moment it is told to."""

import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.places import processes_in
from tests.cli.program import Program
from tests.cli.test_up import ephemeral

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
        (0.4, signal.SIGTERM),
        (0.6, signal.SIGINT),
        (1.0, signal.SIGTERM),
        (2.0, signal.SIGINT),
    ],
)
def test_a_signal_after_any_time_leaves_nothing(place: Path, delay: float, number: signal.Signals) -> None:
    with ephemeral(place) as program:
        with suppress(subprocess.TimeoutExpired):
            program.process.wait(delay)
        code = program.stop(number)
    assert_nothing_is_left(place, program)
    if BEGUN in program.output:
        assert code == 0, program.output
        assert "Traceback" not in program.output


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
