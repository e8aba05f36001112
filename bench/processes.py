"""Processes that a measurement starts: each is known by its id, and stopped however the measurement ends."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.people import keys_file

START_SECONDS = 60.0
STOP_SECONDS = 20.0
LISTENING = r"listening on http://127\.0\.0\.1:(\d+)"
DATABASE = r"psql '([^']+)'"
_OURS = ("PG", "DATABASE_URL", "WILDSIDE_", "SESSION_", "PORT", "XDG_", "COLUMNS")

_SESSIONS = {"SESSION_KEYS_FILE": keys_file()}
"""People of tests/people.py are signed in at a server that is measured."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers, and what it prints."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path


def environment() -> dict[str, str]:
    """This environment without what would change a server's mind, except for PGBIN."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    kept |= {name: os.environ[name] for name in ("PGBIN",) if name in os.environ}
    return kept | {"PYTHONUNBUFFERED": "1", "COLUMNS": "1000", **_SESSIONS}


def needed(*programs: str) -> None:
    """Leave with code 2 where a program is not installed."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [name for name in programs if shutil.which(name, path=path) is None]
    if missing:
        print(
            f"{' and '.join(missing)} must be on PATH: apt-get install {' '.join(missing)}", file=sys.stderr
        )
        raise SystemExit(2)
    os.environ["PATH"] = path


def leave_when_told() -> None:
    """Turn SIGTERM into an exit that unwinds, so that whatever was started is stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


@contextmanager
def interruptible() -> Iterator[None]:
    """Leave with 130 at Ctrl-C, once everything is stopped, and without a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(130) from None


@contextmanager
def started(
    command: Sequence[str], log: Path, *, user: int | None = None, sockets: Sequence[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a process group of its own: Ctrl-C reaches only us, and we stop it in order."""
    who = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    with log.open("wb") as output:
        process = subprocess.Popen(  # type: ignore[call-overload]
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(),
            process_group=0,
            pass_fds=sockets,
            **who,
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.terminate()
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def waited_for(pattern: str, process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the first group of a pattern once the process has printed it."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(pattern, log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.05)
    raise SystemExit(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def serving(folder: Path, name: str, *words: str, sockets: Sequence[int] = ()) -> Iterator[Running]:
    """Run `python -m` with these words, a server that says where it listens; it inherits the sockets."""
    log = folder / f"{name}.log"
    with started([sys.executable, "-m", *words], log, sockets=sockets) as process:
        yield Running(process, int(waited_for(LISTENING, process, log)), log)


@contextmanager
def up(folder: Path) -> Iterator[tuple[Running, str]]:
    """Run `wildside up --ephemeral`, as operators get it; with the URL of its database."""
    with serving(folder, "up", "wildside", "up", "--ephemeral", "--port", "0") as server:
        yield server, waited_for(DATABASE, server.process, server.log)


def edit(database: str, icon: str) -> None:
    """Change one row by the real command."""
    words = ["reference", "set", "tags", "coffee", f"icon=tag:{icon}", "--reason", "a measurement"]
    command = [sys.executable, "-m", "wildside", *words, "--database-url", database]
    subprocess.run(command, check=True, env=environment(), stdout=subprocess.DEVNULL, timeout=60)
