"""A folder in memory for a server whose data nobody needs afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_MEMORY = Path("/dev/shm")
_ROOM = 4 << 30
_PREFIX = "wildside-tests-"


@contextmanager
def server_folder(otherwise: Path) -> Iterator[Path]:
    """In memory, where there is room: to make a database, a thousand files, takes a tenth there."""
    if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < _ROOM:
        yield otherwise
        return
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_MEMORY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep_small(url: str) -> None:
    """Have a server write over its log early, as it lies in memory."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter system set max_wal_size = '128MB'")
        connection.execute("select pg_reload_conf()")


def _sweep() -> None:
    """Clear what killed runs left. A server that still runs there ends as soon as it looks."""
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        try:
            os.kill(int(owner), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            pass  # somebody else's
