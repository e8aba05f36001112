"""Commands without the wait for their imports: a Python that has made them forks for each.

Each is a process of its own all the same, with its arguments, environment, folder, streams and
exit code. Only the start of Python and the imports, most of a short command's time, are not done anew.
"""

import atexit
import json
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[2]
# What Python and the consoles read as they start.
_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "TERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
_PIPE_HOLDS = 4096

Done = subprocess.CompletedProcess[str]


def _at_start(env: Mapping[str, str]) -> dict[str, str]:
    later = {"PYTHONUNBUFFERED"}  # which tests.cli.forked brings about
    return {name: value for name, value in env.items() if name.startswith(_AT_START) and name not in later}


class Forked:
    """A process that was forked for somebody, with what they need of a `subprocess.Popen`."""

    def __init__(self, told: socket.socket, stdout: int, stderr: int) -> None:
        self._told, self._read = told, ""
        self.stdout, self.stderr = os.fdopen(stdout), os.fdopen(stderr)
        self.returncode: int | None = None
        while "\n" not in self._read:
            self._hear()
        self.pid = int(self._read.partition("\n")[0])

    def _hear(self) -> None:
        """Receive its number, and how it ended."""
        heard = self._told.recv(_PIPE_HOLDS).decode()
        assert heard, "nobody tells how it ended"
        self._read += heard
        if len(lines := self._read.splitlines()) > 1 and self._read.endswith("\n"):
            self.returncode = os.waitstatus_to_exitcode(int(lines[1]))
            self._told.close()

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended. Raises subprocess.TimeoutExpired."""
        deadline = monotonic() + (timeout or 0.0)
        while self.returncode is None:
            left = None if timeout is None else max(0.0, deadline - monotonic())
            if not select.select([self._told], [], [], left)[0]:
                raise subprocess.TimeoutExpired([str(self.pid)], timeout or 0.0)
            self._hear()
        return self.returncode

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0.0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Ready:
    """A Python that waits to be asked."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = _at_start(env)
        self._asking, asked = socket.socketpair()
        with asked:
            command = [sys.executable, "-m", "tests.cli.forked", str(asked.fileno())]
            quiet = subprocess.DEVNULL
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdin=quiet, stdout=quiet, pass_fds=[asked.fileno()]
            )
        atexit.register(self._close)

    def serves(self, env: Mapping[str, str]) -> bool:
        """May a program with this environment be one that has already started?"""
        return _at_start(env) == self._env

    def start(self, words: Sequence[str], cwd: Path, env: Mapping[str, str], typed: str = "") -> Forked:
        """Run `-m` and a module, or a file."""
        asker, answer = socket.socketpair()
        (keyboard, typing), (stdout, printed), (stderr, complained) = os.pipe(), os.pipe(), os.pipe()
        given = [answer.detach(), keyboard, printed, complained]
        try:
            socket.send_fds(self._asking, [b"!"], given)
            os.write(typing, _fitting(typed))
        finally:
            for file in (*given, typing):
                os.close(file)
        asker.sendall(json.dumps([list(words), str(cwd), dict(env)]).encode() + b"\n")
        return Forked(asker, stdout, stderr)

    def run(
        self, words: Sequence[str], cwd: Path, env: Mapping[str, str], typed: str, patience: float
    ) -> Done:
        """Run `-m` and a module, or a file, to its end."""
        deadline = monotonic() + patience
        one = self.start(words, cwd, env, typed)
        with one.stdout, one.stderr:
            (out, errors), whole = _read([one.stdout.fileno(), one.stderr.fileno()], deadline)
        if not whole:
            one.kill()
            one.wait()
            raise subprocess.TimeoutExpired(list(words), patience, out, errors)
        return subprocess.CompletedProcess(list(words), one.wait(patience), out, errors)

    def _close(self) -> None:
        """Nobody will ask any more."""
        self._asking.close()
        self._process.wait()


def _fitting(typed: str) -> bytes:
    """What a pipe holds before anybody reads."""
    text = typed.encode()
    assert len(text) <= _PIPE_HOLDS
    return text


def _read(files: Sequence[int], deadline: float) -> tuple[list[str], bool]:
    """Read each to its end, or as far as it comes until the deadline; say whether all came to their end."""
    read = dict.fromkeys(files, b"")
    with selectors.DefaultSelector() as waiting:
        for file in files:
            waiting.register(file, selectors.EVENT_READ)
        while waiting.get_map() and (ready := waiting.select(max(0.0, deadline - monotonic()))):
            for key, _ in ready:
                some = os.read(key.fd, 1 << 16)
                read[key.fd] += some
                if not some:
                    waiting.unregister(key.fd)
        whole = not waiting.get_map()
    return [text.decode().replace("\r\n", "\n") for text in read.values()], whole
