"""Scratch databases with a schema in them, on the server of a URL, else on one of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wildside.config import DatabaseUrl
from wildside.domain.roles import with_prefix
from wildside.outbound.postgres.dump import dump_schema
from wildside.outbound.postgres.migrations import apply_migrations
from wildside.outbound.postgres.repeatables import apply_repeatables
from wildside.outbound.postgres.roles import apply_roles, scratch_roles
from wildside.outbound.postgres.scratch import scratch_server


@contextmanager
def migrated(folder: Path, url: DatabaseUrl | None, pg_bin: Path | None) -> Iterator[DatabaseUrl]:
    """Make a database with every migration of a folder applied."""
    with scratch_server(url, pg_bin) as server, server.database() as scratch:
        apply_migrations(scratch, folder, _quietly)
        yield scratch


def dump_migrated(folder: Path, url: DatabaseUrl | None, pg_bin: Path | None) -> str:
    """Return the schema that migrations make as text, the same bytes from every version of PostgreSQL."""
    with scratch_server(url, pg_bin) as server, server.database() as scratch:
        apply_migrations(scratch, folder, _quietly)
        return dump_schema(scratch, server.bin_dir)


@contextmanager
def granted(sql: Path, url: DatabaseUrl | None, pg_bin: Path | None) -> Iterator[DatabaseUrl]:
    """Make a database with all that a folder such as ours has, and roles of its own."""
    with (
        scratch_server(url, pg_bin) as server,
        scratch_roles(DatabaseUrl.parse(server.url)) as prefix,
        server.database() as scratch,
    ):
        apply_migrations(scratch, sql / "migrations", _quietly)
        apply_roles(scratch, with_prefix((sql / "roles.sql").read_text(encoding="utf-8"), prefix))
        apply_repeatables(scratch, sql / "repeatable", _quietly)
        yield scratch


def _quietly(_told: str) -> None:
    pass
