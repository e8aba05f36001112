"""The schema of a database as text, by PostgreSQL's own pg_dump."""

import subprocess
from pathlib import Path

from wildside.config import DatabaseUrl
from wildside.domain.errors import ServerFailed
from wildside.domain.schema_dump import normalised

_COMMAND = ("--schema-only", "--no-owner", "--no-privileges", "--encoding=UTF8", "--exclude-table=*yoyo*")


def dump_schema(url: DatabaseUrl, bin_dir: Path) -> str:
    """Dump everything but yoyo's tables; the same schema gives the same bytes. Raises ServerFailed."""
    command = [str(bin_dir / "pg_dump"), *_COMMAND, "--dbname", url.asyncpg]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    except OSError as error:
        raise ServerFailed(f"{command[0]} cannot be run: {error.strerror}") from error
    if done.returncode:
        raise ServerFailed(done.stderr.strip())
    return normalised(done.stdout)
