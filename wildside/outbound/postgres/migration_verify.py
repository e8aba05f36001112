"""`wildside db verify`: the files against what is noted of them, and the schema against its snapshot."""

from pathlib import Path

from wildside.config import DatabaseUrl
from wildside.domain.command_errors import ServerFailed
from wildside.domain.migration_files import Finding, MigrationFolder
from wildside.domain.schema_dump import drift
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.dump import dump_schema
from wildside.outbound.postgres.migration_status import read_status


def verify(
    url: DatabaseUrl, folder: MigrationFolder, snapshot: Path | None, pg_bin: Path | None
) -> list[Finding]:
    """Compare a database with the files that made it. Raises Unavailable.

    `snapshot` is the schema that they make; it is compared only where all of them are applied.
    """
    history = read_status(url, folder).history
    drifted = _drift(url, snapshot, pg_bin) if snapshot and not history.pending else []
    return sorted([*history.findings(), *drifted])


def _drift(url: DatabaseUrl, snapshot: Path, pg_bin: Path | None) -> list[Finding]:
    try:
        live = dump_schema(url, find_binaries(pg_bin))
    except ServerFailed as error:
        return [Finding("schema.sql", 0, "drift", f"was not looked for: {error}", "warning")]
    return drift(snapshot.read_text(encoding="utf-8"), live)
