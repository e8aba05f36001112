"""Sets of generated files, replaced together or not at all."""

import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from wildside.domain.command_errors import OutputFailed

_HEAD = 300
"""How many bytes of a file are looked at for the mark of ours."""


def read_generated(folder: Path, mark: str, names: Collection[str]) -> dict[str, str]:
    """Read the files of these names that are there, and every other one that bears the mark.

    Only the folder and those right below it are looked through; without a mark, nothing is.
    """
    found: dict[str, str] = {}
    paths = {folder / name for name in names}
    try:
        if mark:
            below = (path for pattern in ("*", "*/*") for path in folder.glob(pattern))
            paths |= {path for path in below if path.is_file() and _bears(path, mark)}
        for path in sorted(paths):
            if path.is_file():
                found[path.relative_to(folder).as_posix()] = path.read_bytes().decode(errors="replace")
    except OSError as error:
        raise OutputFailed(f"{error.filename or folder}: {error.strerror}") from error
    return found


def replace_files(folder: Path, wanted: Mapping[str, str], stale: Collection[str] = ()) -> None:
    """Write all files and remove the stale ones. Raises OutputFailed; then everything is as it was."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".wildside-", dir=folder) as place:
            fresh, old = Path(place, "fresh"), Path(place, "old")
            for name, text in wanted.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(text.encode())
            _swap(folder, fresh, old, [*wanted, *stale])
    except OSError as error:
        for path in made:
            with suppress(OSError):
                path.rmdir()
        raise OutputFailed(f"{error.filename or folder}: {error.strerror}") from error


def _bears(path: Path, mark: str) -> bool:
    with path.open("rb") as file:
        return mark.encode() in file.read(_HEAD)


def _swap(folder: Path, fresh: Path, old: Path, names: Collection[str]) -> None:
    """Rename each file out of the way and the new one into its place; at any error, all back."""
    moved: list[tuple[Path, Path]] = []
    try:
        for name in names:
            for source, target in ((folder / name, old / name), (fresh / name, folder / name)):
                if source.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    source.replace(target)
                    moved.append((source, target))
    except OSError:
        for source, target in reversed(moved):
            target.replace(source)
        raise
