"""Who may migrate: an advisory lock that ends with its holder, asked for again and again.

Never a waiting `pg_advisory_lock`: a waiter's snapshot is older than a `create index concurrently`
of the holder, which would wait for it for ever.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.rows import dict_row

from wildside.config import DatabaseUrl
from wildside.domain.command_errors import MigratorBusy, SettingsInvalid
from wildside.domain.errors import Unavailable

KEY = 0x57494C44_53494445  # "WILDSIDE"
POLL_SECONDS = 0.2
LOOK_SECONDS = 0.05
APPLICATION = "wildside db"

HOLDER = """
select a.pid, a.application_name, a.usename, coalesce(host(a.client_addr), 'the same host') as address,
       date_trunc('second', a.backend_start)::text as since
  from pg_locks l
  join pg_stat_activity a using (pid)
 where l.locktype = 'advisory' and l.granted and l.objsubid = 1
   and l.classid = 1464421444 and l.objid = 1397310533  -- the halves of KEY
   and l.database = (select oid from pg_database where datname = current_database())
"""

HELD_BY = HOLDER + " and a.pid = %s"

_BLOCKERS = """
select b.pid, coalesce(nullif(a.application_name, ''), 'a program') as application_name, a.usename,
       date_trunc('second', a.xact_start)::text as since, regexp_replace(a.query, '\\s+', ' ', 'g') as query,
       h.mode, coalesce(h.relation::regclass::text, h.locktype) as relation, w.mode as wanted
  from pg_locks w
 cross join lateral unnest(pg_blocking_pids(w.pid)) as b (pid)
  left join pg_stat_activity a on a.pid = b.pid
  left join pg_locks h on h.pid = b.pid and h.granted and h.locktype = w.locktype
        and h.database is not distinct from w.database and h.relation is not distinct from w.relation
        and h.transactionid is not distinct from w.transactionid and h.tuple is not distinct from w.tuple
 where w.pid = %s and not w.granted
"""

Row = dict[str, Any]


class MigratorLock:
    """The lock while its context lasts, on a session that does nothing else but look around."""

    def __init__(self, url: DatabaseUrl, wait: float, tell: Callable[[str], None]) -> None:
        self._url, self._wait, self._tell = url, wait, tell
        self._session: psycopg.Connection[Row] | None = None

    @property
    def session(self) -> psycopg.Connection[Row]:
        """The session that holds the lock."""
        if self._session is None:
            raise RuntimeError("the lock is not taken")
        return self._session

    @property
    def pid(self) -> int:
        """The backend that holds the lock."""
        return self.session.info.backend_pid

    def __enter__(self) -> Self:
        try:
            self._session = psycopg.connect(
                self._url.asyncpg,
                autocommit=True,
                row_factory=dict_row,
                application_name=f"{APPLICATION} lock",
            )
        except psycopg.Error as error:
            raise Unavailable(self._url.mask(str(error).strip())) from None
        try:
            self._must_be_ours()
            self._poll()
        except BaseException:
            self._session.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def _must_be_ours(self) -> None:
        """Raise SettingsInvalid behind a pooler, where the lock would stay with a session that others get."""
        if self._row("select pg_backend_pid() as pid")["pid"] != self.pid:
            hint = 'set DATABASE_URL="$DATABASE_DIRECT_URL" for this command'
            why = f"DATABASE_URL leads to a pooler, and migrations need a session: {hint}"
            raise SettingsInvalid([why])

    def _poll(self) -> None:
        deadline = time.monotonic() + self._wait
        told = ""
        while not self._row("select pg_try_advisory_lock(%s) as got", KEY)["got"]:
            row = self.session.execute(HOLDER.encode()).fetchone()
            holder = who(**row) if row else ""
            if time.monotonic() > deadline:
                raise MigratorBusy(f"another migrator is at work: {holder or 'it has just ended: try again'}")
            if holder and holder != told:
                self._tell(f"waiting for another migrator: {holder}")
                told = holder
            time.sleep(POLL_SECONDS)

    def _row(self, query: str, *arguments: Any) -> Row:
        row = self.session.execute(query.encode(), arguments).fetchone()
        return row or {}

    @contextmanager
    def watching(self, pid: int) -> Iterator["Watch"]:
        """Look, while the context lasts, at whom the backend `pid` waits for."""
        watch = Watch(self.session, pid)
        try:
            yield watch
        finally:
            watch.stop()


class Watch:
    """Asks once in a while who blocks a backend: after a timeout they are no longer to be seen.

    It also keeps the lock's session from being idle, so that no firewall cuts it.
    """

    def __init__(self, session: psycopg.Connection[Row], pid: int) -> None:
        self.blockers: list[str] = []
        """Those who were last seen to block, a line each."""
        self._session, self._pid, self._stopped = session, pid, Event()
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                found = self._session.execute(_BLOCKERS, [self._pid]).fetchall()
            except psycopg.Error:
                return  # the migrator sees for itself, before it commits, whether the lock is still held
            if found:
                self.blockers = sorted({_blocker(row) for row in found})

    def stop(self) -> None:
        """Look no longer."""
        self._stopped.set()
        self._thread.join()


def who(pid: int, application_name: str | None, usename: str, address: str, since: str) -> str:
    """Return the words for a session, of the columns that `HOLDER` has."""
    program = application_name or "a program"
    return f"pid {pid}, {program}, user {usename}, from {address}, since {since}"


def _blocker(row: Row) -> str:
    holds = f"holds {row['mode']} on" if row["mode"] else "waits before us for"
    return (
        f"pid {row['pid']}, {row['application_name']}, user {row['usename']}, {holds} {row['relation']}, "
        f"since {row['since']}: {(row['query'] or '')[:100]}"
    )
