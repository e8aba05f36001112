"""Files of session keys out: never half a file, never readable by more people than before."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from wildside.domain.command_errors import OutputFailed


class KeyFiles:
    """Writes files of keys."""

    def create(self, path: Path, text: str) -> None:
        """Write a file that only its owner may read. Raises OutputFailed, also where there is one."""
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(file.fileno(), 0o600)  # whatever the umask takes away
                _write(file.fileno(), text)
            _settle(path.parent)
        except OSError as error:
            raise OutputFailed(f"{path}: {error.strerror}") from error

    def replace(self, path: Path, text: str) -> None:
        """Put a file in the place of another, with its mode and owner; a link stays, what it leads to goes.

        Raises OutputFailed; then the file is as it was.
        """
        target, fresh = path.resolve(), ""
        try:
            before = target.stat()
            descriptor, fresh = tempfile.mkstemp(prefix=".wildside-", dir=target.parent)
            with os.fdopen(descriptor, "wb") as file:
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
                os.fchmod(file.fileno(), before.st_mode & 0o777)
                _write(file.fileno(), text)
            Path(fresh).replace(target)
            _settle(target.parent)
        except OSError as error:
            if fresh:
                with suppress(OSError):
                    Path(fresh).unlink()
            raise OutputFailed(f"{path}: {error.strerror}") from error


def _write(descriptor: int, text: str) -> None:
    content = text.encode()
    while content:
        content = content[os.write(descriptor, content) :]
    os.fsync(descriptor)


def _settle(folder: Path) -> None:
    """Have the name outlive a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
