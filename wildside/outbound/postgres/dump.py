"""The schema of a database as text, by PostgreSQL's own pg_dump."""

from pathlib import Path

from wildside.config import DatabaseUrl
from wildside.domain.schema_dump import normalised
from wildside.outbound.postgres.client_programs import run_client

_OPTIONS = ("--schema-only", "--no-owner", "--no-privileges", "--encoding=UTF8", "--exclude-table=*yoyo*")


def dump_schema(url: DatabaseUrl, bin_dir: Path) -> str:
    """Dump everything but yoyo's tables; the same schema gives the same bytes. Raises ServerFailed."""
    return normalised(run_client(bin_dir / "pg_dump", _OPTIONS, url))


def copy_schema(source: DatabaseUrl, target: DatabaseUrl, bin_dir: Path) -> None:
    """Make everything but yoyo's tables in another database too, without rows. Raises ServerFailed."""
    dump = run_client(bin_dir / "pg_dump", _OPTIONS, source)
    run_client(bin_dir / "psql", ("-X", "-q", "-v", "ON_ERROR_STOP=1"), target, dump)
