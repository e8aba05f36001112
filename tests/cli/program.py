"""The program as its users run it: a process, what it prints, how it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from typing import IO, Self

from tests.cli.ready import Done, Forked, Ready
from tests.people import keys_file

PATIENCE = 30.0
_OURS = ("PG", "DATABASE_URL", "WILDSIDE_", "SESSION_", "PORT", "XDG_", "TMPDIR", "COLUMNS")


def environment(**more: str) -> dict[str, str]:
    """This environment without what would change the program's mind, except for PGBIN.

    A server finds the key with which the people of tests/people.py are signed in.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    kept |= {name: os.environ[name] for name in ("PGBIN",) if name in os.environ}
    return {**kept, "SESSION_KEYS_FILE": keys_file(), **more}


def wildside(
    *arguments: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    typed: str | None = None,
    anew: bool = False,
) -> Done:
    """Run a command to its end; `anew`, in a Python that is started for it."""
    return python(
        "-m", "wildside", *arguments, cwd=cwd, env=environment(**(env or {})), typed=typed, anew=anew
    )


def python(
    *words: str,
    cwd: Path | None = None,
    env: Mapping[str, str],
    typed: str | None = None,
    anew: bool = False,
    patience: float = PATIENCE,
) -> Done:
    """Run a module, after `-m`, or a file to its end."""
    if not anew and ready().serves(env):
        return ready().run(words, cwd or Path.cwd(), env, typed or "", patience)
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=env,
        input=typed or "",
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )


@cache
def ready() -> Ready:
    """What most commands are forked from."""
    return Ready(environment())


def _process(
    words: list[str], cwd: Path | None, env: dict[str, str], *, anew: bool
) -> subprocess.Popen[str] | Forked:
    if not anew and ready().serves(env):
        return ready().start(words, cwd or Path.cwd(), env)
    none, pipe = subprocess.DEVNULL, subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, *words], cwd=cwd, env=env, stdin=none, stdout=pipe, stderr=pipe, text=True
    )


class Program:
    """A `wildside` process, or one of another module, that goes on until it is stopped.

    `anew`: in a Python that is started for it.
    """

    def __init__(
        self,
        *arguments: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        module: str = "wildside",
        anew: bool = False,
    ) -> None:
        given = environment(PYTHONUNBUFFERED="1", **(env or {}))
        self.process = _process(["-m", module, *arguments], cwd, given, anew=anew)
        self.stdout: list[str] = []
        self.stderr: list[str] = []
        self._changed = Condition()
        self._open = 2
        streams = ((self.process.stdout, self.stdout), (self.process.stderr, self.stderr))
        self._readers = [Thread(target=self._read, args=pair, daemon=True) for pair in streams]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: IO[str], lines: list[str]) -> None:
        with stream:
            for line in stream:
                with self._changed:
                    lines.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    @property
    def output(self) -> str:
        """All it has printed."""
        return "\n".join([*self.stdout, *self.stderr])

    def wait_for(self, text: str, patience: float = PATIENCE) -> str:
        """Return the first line that holds the text."""
        deadline = monotonic() + patience
        with self._changed:
            while (line := self._line_with(text)) is None:
                assert self._open, f"it ended without {text!r}:\n{self.output}"
                assert self._changed.wait(deadline - monotonic()), f"no {text!r} in time:\n{self.output}"
        return line

    def _line_with(self, text: str) -> str | None:
        return next((line for line in [*self.stdout, *self.stderr] if text in line), None)

    def url(self) -> str:
        """Wait until it listens, and return where."""
        return self.wait_for("listening on http").removeprefix("listening on ")

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def ended(self, patience: float = PATIENCE) -> int:
        """Wait for its end and return its exit code."""
        code = self.process.wait(patience)
        for reader in self._readers:
            reader.join(patience)
        return code

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end and return the exit code."""
        self.send(number)
        return self.ended()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, the hard way if need be."""
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.ended()
            raise


@contextmanager
def serving(database_url: str) -> Iterator[str]:
    """A real `wildside serve`; the context is its URL."""
    with Program("serve", "--port", "0", env={"DATABASE_URL": database_url}) as program:
        yield program.url()
    alarms = [line for line in program.stderr if "value_refused" in line or "constraint_violated" in line]
    assert not alarms, alarms
