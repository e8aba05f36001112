"""One file, run and recorded: in one transaction where the file allows it.

yoyo commits the file and then records it on another connection, so that a connection cut in between
leaves a changed schema that nobody remembers. Here the rows that yoyo would write are written by
yoyo's own methods before the commit, on the connection and in the transaction of the file.
"""

import re
import sys
from contextlib import redirect_stdout
from typing import Any

import psycopg
from psycopg import errors

from wildside.domain.command_errors import MigrationFailed
from wildside.domain.migration_files import Migration, MigrationFolder
from wildside.outbound.postgres.applied_migrations import CHECKSUMS, note
from wildside.outbound.postgres.migration_errors import described, line_of
from wildside.outbound.postgres.migrator_lock import HELD_BY, MigratorLock
from wildside.outbound.sql_text import checksum

_INVALID_INDEXES = """
select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
 where not i.indisvalid and c.relkind = 'i' order by 1
"""


class Blocked(Exception):
    """A statement did not get its lock in time. `blockers` are those who were seen to hold it."""

    def __init__(self, message: str, blockers: list[str]) -> None:
        super().__init__(message)
        self.message, self.blockers = message, blockers


class MigrationRun:
    """One migration in one direction: `apply` or `rollback`."""

    def __init__(
        self, backend: Any, lock: MigratorLock, folder: MigrationFolder, migration: Any, direction: str
    ) -> None:
        self._backend, self._lock, self._migration, self._direction = backend, lock, migration, direction
        file = folder.named(migration.id)
        if file is None:
            raise MigrationFailed(f"{migration.id}.sql has gone")
        self._file: Migration = file
        self._ran: list[str] = []
        self._running = False

    def attempt(self, lock_timeout: float) -> None:
        """Run and record it, or leave nothing of it. Raises Blocked, MigrationFailed."""
        self._ran = []
        with (
            self._backend.copy() as session,
            self._lock.watching(session.connection.info.backend_pid) as watch,
        ):
            try:
                if self._migration.use_transactions:
                    self._in_one_transaction(session, lock_timeout)
                else:
                    self._statement_by_statement(session)
            except errors.LockNotAvailable as error:
                watch.stop()
                raise Blocked(self._described(error) + self._left(session), watch.blockers) from None
            except psycopg.Error as error:
                raise MigrationFailed(self._described(error) + self._left(session)) from None

    def _in_one_transaction(self, session: Any, lock_timeout: float) -> None:
        with session.transaction():
            path = session.execute("select current_setting('search_path')").fetchone()[0]
            milliseconds = f"{lock_timeout * 1000:.0f}ms"
            session.connection.execute("select set_config('lock_timeout', %s, true)", [milliseconds])
            self._steps(session)
            # Deferred rules speak now, while the session still is as the file left it.
            session.execute("set constraints all immediate")
            session.execute("reset role")
            session.connection.execute("select set_config('search_path', %s, true)", [path])
            self._record(session)
            self._must_still_hold(session)

    def _statement_by_statement(self, session: Any) -> None:
        # No lock_timeout of ours: it would leave behind the invalid index of a build that waits
        # for old transactions, and such a wait blocks nobody.
        with session.disable_transactions():
            self._steps(session)
            self._must_be_valid(session)
        with session.transaction():
            self._record(session)

    def _steps(self, session: Any) -> None:
        steps = self._migration.steps
        self._running = True
        with redirect_stdout(sys.stderr):  # yoyo prints what a query returns among our results
            for step in steps if self._direction == "apply" else reversed(steps):
                statement = getattr(step.step, f"_{self._direction}")
                if statement:
                    self._ran.append(statement)
                    getattr(step, self._direction)(session)
        self._running = False

    def _record(self, session: Any) -> None:
        """Write what yoyo writes, and the file's checksum where there is a table for it."""
        # Looked at by the backend already; a second look would find a changed search_path strange.
        session._internal_schema_updated = True  # noqa: SLF001 - yoyo asks its tables each time otherwise
        session.log_migration(self._migration, self._direction)
        if self._direction == "rollback":
            session.unmark_one(self._migration, log=False)
            return
        session.mark_one(self._migration, log=False)
        if session.execute(f"select to_regclass('{CHECKSUMS}')").fetchone()[0] is not None:
            note(session.connection.execute, self._migration.id, checksum(self._file), "applied")

    def _must_still_hold(self, session: Any) -> None:
        """See, as the last thing before the commit, that nobody took the lock from us."""
        if session.connection.execute(HELD_BY, [self._lock.pid]).fetchone() is None:
            raise MigrationFailed(
                f"{self._file.file}:0: lock_lost: the session that held the migrator's lock has ended; "
                "nothing of it was applied"
            )

    def _must_be_valid(self, session: Any) -> None:
        """Refuse to record a file that has an index left invalid, as `if not exists` would have it."""
        invalid = [name for (name,) in session.execute(_INVALID_INDEXES).fetchall() if self._names(name)]
        if invalid and self._direction == "apply":
            raise MigrationFailed(
                f"{self._file.file}:0: invalid_index: {', '.join(invalid)} is invalid, so not recorded: "
                f"drop index concurrently {invalid[0]}, then apply again"
            )

    def _names(self, index: str) -> bool:
        return re.search(rf"(?<![\w$]){re.escape(index)}(?![\w$])", self._file.text) is not None

    def _described(self, error: psycopg.Error) -> str:
        text = self._file.text if self._direction == "apply" else self._file.rollback or ""
        name = self._file.file if self._direction == "apply" else self._file.rollback_file
        line = line_of(text, self._ran, len(self._ran) - 1, error) if self._running else 0
        return described(name, line, error)

    def _left(self, session: Any) -> str:
        """Say what a failed file leaves behind."""
        if self._migration.use_transactions:
            return ""
        before = len(self._ran) - 1
        stay = f"its first {before} statements stay" if before else "no statement went before"
        left = f"; it runs outside a transaction: {stay}"
        if session.connection.closed:
            return left
        invalid = [name for (name,) in session.execute(_INVALID_INDEXES).fetchall() if self._names(name)]
        return left + (f"; invalid now: index {', '.join(invalid)}" if invalid else "")
