"""Takes every migration up, down and up again on a scratch database, and dumps the schema at each stop."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import psycopg
import yoyo

from wildside.config import DatabaseUrl
from wildside.domain.command_errors import MigrationFailed, MigrationsInvalid
from wildside.domain.migration_files import Migration
from wildside.domain.roundtrip import Fault, Trip, judged, way
from wildside.outbound.migration_files import read_migrations
from wildside.outbound.postgres.dump import dump_schema
from wildside.outbound.postgres.scratch import scratch_server
from wildside.outbound.postgres.yoyo_lock import yoyo_backend


def round_trips(
    folder: Path, only: str | None, scratch: DatabaseUrl | None, pg_bin: Path | None
) -> Generator[Trip, None, None]:
    """Yield the trip of each file in the order of their application, or of one.

    Raises MigrationsInvalid when there is no such file, MigrationFailed when one cannot be applied at all.
    A file that cannot be applied again ends it: the schema after it is not to be had.
    """
    ours = {one.id: one for one in read_migrations(folder).migrations}
    if only is not None and only not in ours:
        raise MigrationsInvalid(f"there is no migration {only}")
    with (
        scratch_server(scratch, pg_bin) as server,
        server.database() as url,
        yoyo_backend(url) as backend,
        backend.lock(),
    ):
        traveller = _Traveller(backend, url, server.bin_dir)
        for theirs in backend.to_apply(yoyo.read_migrations(str(folder))):
            if only in {None, theirs.id}:
                yield traveller.trip(ours[theirs.id], theirs)
                if only or traveller.lost:
                    return
            else:
                traveller.up(theirs)


class _Traveller:
    """Goes up and down one scratch database. `lost` says that its schema is no longer that of the files."""

    def __init__(self, backend: Any, url: DatabaseUrl, bin_dir: Path) -> None:
        self._backend = backend
        self._url = url
        self._bin_dir = bin_dir
        self._here: str | None = None  # the dump of where we are, if it is known
        self.lost = False

    def up(self, theirs: Any) -> None:
        """Apply a file."""
        self._here = None
        try:
            self._backend.apply_one(theirs)
        except psycopg.Error as error:
            raise MigrationFailed(f"{theirs.id}.sql: {str(error).strip()}") from error

    def trip(self, ours: Migration, theirs: Any) -> Trip:
        """Apply a file, undo it and apply it again, unless there is no way back."""
        before = self._here or self._dump()
        self.up(theirs)
        short = way(ours)
        if short is not None:
            return short
        dumps = {"before": before, "up": self._dump()}
        try:
            self._backend.rollback_one(theirs)
        except psycopg.Error as error:
            self.lost = not ours.transactional
            return _stopped(ours, Fault(ours.rollback_file, f"cannot be applied: {_line(error)}"))
        dumps["down"] = self._dump()
        try:
            self.up(theirs)
        except MigrationFailed as failure:
            self.lost = True
            again = Fault(ours.file, f"cannot be applied again: {' '.join(str(failure).split())}")
            found = judged(ours, {**dumps, "again": dumps["up"]}).faults
            return _stopped(ours, *found, again)
        dumps["again"] = self._here = self._dump()
        return judged(ours, dumps)

    def _dump(self) -> str:
        return dump_schema(self._url, self._bin_dir)


def _stopped(migration: Migration, *faults: Fault) -> Trip:
    return Trip(migration.id, "both ways", faults)


def _line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
