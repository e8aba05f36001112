"""The release that came with the app: the very bytes of /bootstrap in a file."""

from pathlib import Path

from wildside.client.errors import NoSnapshot, NotIntact, SnapshotInvalid
from wildside.client.release import Release, parse_bootstrap


def load_snapshot(path: Path) -> Release:
    """Read and verify a snapshot. Raises NoSnapshot, SnapshotInvalid and SchemaMismatch."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NoSnapshot(f"there is no snapshot of the reference data at {path}: {error.strerror}") from error
    try:
        return parse_bootstrap(content)
    except NotIntact as error:
        raise SnapshotInvalid(f"the snapshot {path} is damaged: {error}") from error
