"""Commands without the wait for their imports: a Python that has made them forks for each.

Each is a process of its own all the same, with its arguments, environment, folder, streams and
exit code. Only the start of Python and the imports, most of a short command's time, are not done anew.
"""

import atexit
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[2]
# What Python and the consoles read as they start.
_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "TERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
_PIPE_HOLDS = 4096

Done = subprocess.CompletedProcess[str]


def _at_start(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(_AT_START)}


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

    def run(
        self, words: Sequence[str], cwd: Path, env: Mapping[str, str], typed: str, patience: float
    ) -> Done:
        """Run `-m` and a module, or a file, to its end."""
        asker, answer = socket.socketpair()
        (keyboard, typing), (stdout, printed), (stderr, complained) = os.pipe(), os.pipe(), os.pipe()
        given = [answer.detach(), keyboard, printed, complained]
        reading = [asker.fileno(), stdout, stderr]
        try:
            socket.send_fds(self._asking, [b"!"], given)
            os.write(typing, _fitting(typed))
        finally:
            for file in (*given, typing):
                os.close(file)
        try:
            asker.sendall(json.dumps([list(words), str(cwd), dict(env)]).encode() + b"\n")
            (ended, out, errors), whole = _read(reading, monotonic() + patience)
            if ended and not ended.partition("\n")[2]:
                os.kill(int(ended), signal.SIGKILL)
                asker.recv(_PIPE_HOLDS)  # which comes when it has ended
        finally:
            for file in (asker.detach(), stdout, stderr):
                os.close(file)
        if not whole:
            raise subprocess.TimeoutExpired(list(words), patience, out, errors)
        code = os.waitstatus_to_exitcode(int(ended.split()[1]))
        return subprocess.CompletedProcess(list(words), code, out, errors)

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
