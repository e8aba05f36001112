"""One release on disk, for the next process.

The file is a line with the digest of all that follows, a line that says whose release it is and
when the backend last confirmed it, and then the release as /bootstrap would send it. Anything
that is not exactly this is no file at all: a cache may be lost, but never be wrong.
"""

import contextlib
import glob
import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wildside.client.errors import NotIntact, SchemaMismatch
from wildside.client.release import Release, bootstrap_bytes, parse_bootstrap

_MAGIC = b"wildside-reference-cache 1 "
_LARGEST = 256 * 1024 * 1024
_ABANDONED_AFTER = 3600.0


class _About(msgspec.Struct, rename="camel"):
    url: str
    verified_at: float


@dataclass(frozen=True, slots=True)
class CacheFile:
    """Holds the newest release of the backend at `url` in the file `path`. Both methods block."""

    path: Path
    url: str

    def load(self) -> tuple[Release, float] | None:
        """Return the release and when it was verified, in seconds since 1970; None for whatever else.

        That is: no file, a truncated or damaged one, another program's, another backend's, or one
        of another schema. Raises nothing.
        """
        try:
            return self._read()
        except (OSError, ValueError, msgspec.MsgspecError, NotIntact, SchemaMismatch):
            return None

    def save(self, release: Release, verified_at: float) -> None:
        """Replace the file so that a reader, or a power failure, sees the old one or the new one.

        Raises OSError, and leaves the old file as it was.
        """
        about = msgspec.json.encode(_About(self.url, verified_at))
        body = about + b"\n" + bootstrap_bytes(release)
        content = _MAGIC + _digest(body) + b"\n" + body
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._sweep()
        _replace(self.path, content, self._prefix)

    @property
    def _prefix(self) -> str:
        return f".{self.path.name}."

    def _read(self) -> tuple[Release, float] | None:
        # A pipe would keep us waiting for ever, and nothing of ours is this large.
        if not self.path.is_file() or self.path.stat().st_size > _LARGEST:
            return None
        first, _, body = self.path.read_bytes().partition(b"\n")
        if first != _MAGIC + _digest(body):
            return None
        line, _, payload = body.partition(b"\n")
        about = msgspec.json.decode(line, type=_About)
        return (parse_bootstrap(payload), about.verified_at) if about.url == self.url else None

    def _sweep(self) -> None:
        """Remove what killed processes left; a young file may be another's at work."""
        for left in self.path.parent.glob(f"{glob.escape(self._prefix)}*.tmp"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED_AFTER:
                    left.unlink()


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def _replace(path: Path, content: bytes, prefix: str) -> None:
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power failure too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
