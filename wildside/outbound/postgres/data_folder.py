"""Holds a data directory for one process, and clears what a killed one left in it."""

import fcntl
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from wildside.domain.command_errors import ServerFailed, ServerInUse

LOCK = "wildside.lock"
SOCKET_PREFIX = "wildside-"

# What to send a postmaster, and how many seconds to give it: end all sessions; end at once
# and recover at the next start; and the last resort.
ENDINGS = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


def take_lock(data_dir: Path) -> int:
    """Hold the directory until the descriptor is closed, be it by the death of this process."""
    handle = os.open(data_dir / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _holder(os.pread(handle, 65536, 0))
        os.close(handle)
        raise ServerInUse(
            f"the data directory {data_dir} is held by {holder}; stop it, or choose another --data-dir"
        ) from None
    content = json.dumps({"pid": os.getpid(), "command": shlex.join(sys.orig_argv)}).encode()
    os.pwrite(handle, content, 0)
    os.ftruncate(handle, len(content))
    return handle


def release_lock(handle: int) -> None:
    """Let the next one in. The file stays: removing it would let two in at once."""
    # Said aloud, because a forked child of ours may still have the descriptor open.
    fcntl.flock(handle, fcntl.LOCK_UN)
    os.close(handle)


def recover(pgdata: Path) -> None:
    """Stop the server of a killed owner, and remove its `postmaster.pid`.

    Only for the holder of the lock, for it is what says that the owner is dead.
    """
    pid_file = pgdata / "postmaster.pid"
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return
    pid = _number(lines)
    if pid is not None and _is_postmaster(pid, pgdata):
        end_process(pid, lambda: not _is_postmaster(pid, pgdata))
        _remove_socket_folder(lines)
    # PostgreSQL would take any live process of a stale number for its own server, and not
    # start. What is lost is no safeguard: by the shared memory, whose name follows from the
    # folder, it still makes sure that no session of the dead server is at work.
    pid_file.unlink(missing_ok=True)


def end_process(pid: int, gone: Callable[[], bool]) -> None:
    """End a postmaster as gently as it lets us."""
    for number, patience in ENDINGS:
        if gone():
            return
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if _wait(gone, patience):
            return
    raise ServerFailed(f"the PostgreSQL process {pid} does not end")


def _wait(done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _holder(content: bytes) -> str:
    try:
        holder = json.loads(content)
        return f"process {holder['pid']} (`{holder['command']}`)"
    except (ValueError, KeyError, TypeError):
        return "another process"  # which has yet to write its name


def _number(lines: list[str]) -> int | None:
    try:
        return int(lines[0])
    except (IndexError, ValueError):
        return None  # cut short by a power failure


def _is_postmaster(pid: int, pgdata: Path) -> bool:
    program, _, rest = f"{_command(pid)} ".partition(" -D ")
    return program.endswith("/postgres") and rest.startswith(f"{pgdata} ")


def _command(pid: int) -> str:
    """Give the command line of a live process: empty for a dead one, and for a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).replace("\0", " ")
        except OSError:
            return ""
    ps = ["/bin/ps", "-ww", "-p", str(pid), "-o", "command="]
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout.strip()


def _remove_socket_folder(lines: list[str]) -> None:
    """Remove the temporary folder that a killed owner could not."""
    folder = Path(lines[4]) if len(lines) > 4 else Path()
    if folder.name.startswith(SOCKET_PREFIX):
        try:
            folder.rmdir()  # only ever an empty one
        except OSError:
            pass
