"""yoyo's own lock: a row with the number of the client's process, which outlives that process.

It names no host, so the number proves nothing. What proves that nobody owns a row: we hold the
advisory lock, so no `wildside db` does; and no session is in the database that could be a `yoyo`,
which keeps its session open from before it writes the row until after it has deleted it.
"""

import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psycopg
import yoyo
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import parse_uri

from wildside.config import DatabaseUrl, account_name
from wildside.domain.command_errors import MigrationFailed, MigratorBusy
from wildside.domain.errors import NotPermitted, Unavailable
from wildside.outbound.postgres.migrator_lock import APPLICATION, POLL_SECONDS, MigratorLock, who

NO_MIGRATORS = r"^wildside (serve|listener|seed|reference|db lock|db status|db bless)\M"
"""Sessions of ours that never write yoyo's row."""

_SUSPECTS = """
select pid, application_name, usename, coalesce(host(client_addr), 'the same host') as address,
       date_trunc('second', backend_start)::text as since
  from pg_stat_activity
 where datname = current_database() and coalesce(backend_type, 'client backend') = 'client backend'
   and pid <> all(%s) and application_name !~ %s
 order by backend_start, pid
"""


class Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]  # yoyo has no types
    """yoyo's own, whose sessions say who they are and end soon after we do."""

    def init_connection(self, connection: Any) -> None:
        """Name the session, and have its server look whether we are still there.

        Else a statement goes on after `kill -9`, while the next migrator already has the lock.
        """
        super().init_connection(connection)
        connection.execute("select set_config('application_name', %s, false)", [APPLICATION])
        with suppress(psycopg.Error):  # a server on Windows cannot look
            connection.execute("""
                select set_config(name, '500', false) from pg_settings
                 where name = 'client_connection_check_interval'
            """)

    def prepare(self) -> None:
        """Make yoyo's tables if they are not there, as yoyo does. Raises NotPermitted if we may not write."""
        row = self.execute("select pg_is_in_recovery(), current_user, to_regclass('yoyo_lock')").fetchone()
        standby, user, table = row
        if standby:
            raise NotPermitted("this is a standby, which nobody can write: migrate the primary")
        if table is None:
            self.create_lock_table()
        # yoyo would take a refusal for a lock.
        query = "select has_table_privilege(to_regclass('yoyo_lock'), 'insert, delete')"
        if not self.execute(query).fetchone()[0]:
            raise NotPermitted(f"{user} may not migrate: it can neither make nor write the table yoyo_lock")


@contextmanager
def only_migrator(
    url: DatabaseUrl, wait: float, tell: Callable[[str], None]
) -> Iterator[tuple[MigratorLock, Any]]:
    """Hold our lock and then yoyo's; the context is ours, and yoyo's backend with its tables made.

    Waits so many seconds for each. Raises MigratorBusy, NotPermitted, Unavailable, and MigrationFailed
    for whatever else the database says meanwhile.
    """
    with _quiet_yoyo():
        try:
            with (
                MigratorLock(url, wait, tell) as lock,
                Backend(parse_uri(url.yoyo), yoyo.default_migration_table) as backend,
            ):
                backend.prepare()
                with _yoyos_lock(backend, lock, wait, tell):
                    backend.ensure_internal_schema_updated()
                    yield lock, backend
        except psycopg.OperationalError as error:
            raise Unavailable(url.mask(str(error).strip())) from None
        except psycopg.Error as error:
            raise MigrationFailed(url.mask(str(error).strip())) from None


@contextmanager
def _quiet_yoyo() -> Iterator[None]:
    # yoyo notes a user's name, which a container's user may not have.
    os.environ.setdefault("LOGNAME", account_name())
    with warnings.catch_warnings():
        # yoyo reads its bookkeeping with a cursor that psycopg warns about on Python 3.13.
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@contextmanager
def _yoyos_lock(backend: Any, lock: MigratorLock, wait: float, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold yoyo's row too, so that a plain `yoyo apply` waits for us; clear one that nobody owns."""
    held = ExitStack()
    deadline = time.monotonic() + wait
    told = False
    while True:
        try:
            held.enter_context(backend.lock(timeout=0.01))
            break
        except yoyo.exceptions.LockTimeout:
            told = _wait(backend, lock, deadline, tell, told=told)
    try:
        yield
    finally:
        try:
            held.close()
        except psycopg.Error:
            _delete_afresh(backend, tell)


def _delete_afresh(backend: Any, tell: Callable[[str], None]) -> None:
    """Delete our row on a new session: the old one was idle for long, and somebody cut it."""
    try:
        with backend.copy() as fresh, fresh.transaction():
            fresh.execute("delete from yoyo_lock where pid = :pid", {"pid": os.getpid()})
    except psycopg.Error:
        tell("yoyo's lock could not be given back; the next wildside db apply clears it")


def _wait(
    backend: Any, lock: MigratorLock, deadline: float, tell: Callable[[str], None], *, told: bool
) -> bool:
    row = backend.execute("select pid, date_trunc('second', ctime)::text from yoyo_lock").fetchone()
    if row is None:
        return told
    ours = [lock.pid, backend.connection.info.backend_pid]
    suspects = lock.session.execute(_SUSPECTS, [ours, NO_MIGRATORS]).fetchall()
    if not suspects:
        tell(f"cleared yoyo's lock of process {row[0]} since {row[1]} UTC: no session could own it any more")
        # That one alone: another may have come since, so not yoyo's break_lock.
        with backend.transaction():
            backend.execute("delete from yoyo_lock where pid = :pid", {"pid": row[0]})
        return told
    lines = "; ".join(who(**one) for one in suspects)
    if time.monotonic() > deadline:
        raise MigratorBusy(
            f"yoyo's lock is held by process {row[0]} since {row[1]} UTC, which may be any of: {lines}; "
            "if none of them migrates, yoyo break-lock"
        )
    if not told:
        tell(f"waiting for yoyo's lock of process {row[0]} since {row[1]} UTC, which may be any of: {lines}")
    time.sleep(POLL_SECONDS)
    return True


@contextmanager
def yoyo_backend(url: DatabaseUrl) -> Iterator[Any]:
    """Open yoyo's own connection to a database. Raises Unavailable when there is none."""
    with _quiet_yoyo():
        try:
            backend = yoyo.get_backend(url.yoyo)
        except psycopg.OperationalError as error:
            raise Unavailable(url.mask(str(error).strip())) from None
        with backend:
            yield backend
