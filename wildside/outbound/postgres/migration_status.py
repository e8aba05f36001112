"""Looks at a database without touching it: one read-only transaction, no lock, on a standby too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors

from wildside.config import DatabaseUrl
from wildside.domain.errors import NotPermitted, Unavailable
from wildside.domain.migration_files import MigrationFolder
from wildside.domain.migration_history import History
from wildside.domain.migration_status import MigrationStatus
from wildside.outbound.postgres.applied_migrations import LOCK, Ask, read_history, readable
from wildside.outbound.postgres.migrator_lock import APPLICATION, HOLDER, who
from wildside.outbound.sql_text import created_relations

_INVALID_INDEXES = """
select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indexrelid
 where not i.indisvalid and c.relkind = 'i'
   and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
 order by 1
"""

_UNVALIDATED = """
select conrelid::regclass::text || '.' || quote_ident(conname) from pg_constraint
 where not convalidated and conrelid <> 0 order by 1
"""

_YOYO_LOCK = "select pid, date_trunc('second', ctime)::text from yoyo_lock"


def read_status(url: DatabaseUrl, folder: MigrationFolder) -> MigrationStatus:
    """Return how a database stands. Raises Unavailable."""
    with reading(url) as ask:
        history = read_history(ask, folder)
        return MigrationStatus(
            history,
            standby=_value(ask, "select pg_is_in_recovery()"),
            migrator=next((who(*row) for row in ask(HOLDER)), None),
            yoyo_lock=_yoyo_lock(ask),
            invalid_indexes=[name for (name,) in ask(_INVALID_INDEXES)],
            unvalidated=[name for (name,) in ask(_UNVALIDATED)],
            leftovers=_leftovers(ask, folder, history),
        )


@contextmanager
def reading(url: DatabaseUrl, **how: int | str) -> Iterator[Ask]:
    """Ask a database in one transaction that cannot write; `how` is of its connection.

    Raises Unavailable, NotPermitted.
    """
    given: dict[str, Any] = {"application_name": f"{APPLICATION} status", **how}
    try:
        with psycopg.connect(url.asyncpg, **given) as connection:
            connection.execute("set transaction isolation level repeatable read, read only")

            def ask(query: str) -> list[tuple[Any, ...]]:
                return connection.execute(query.encode()).fetchall()

            yield ask
    except errors.InsufficientPrivilege as error:
        raise NotPermitted(str(error).strip()) from None
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise Unavailable(url.mask(str(error).strip())) from None


def _leftovers(ask: Ask, folder: MigrationFolder, history: History) -> list[tuple[str, str]]:
    wanted = [
        (one.id, name)
        for one in folder.migrations
        if one.id in history.pending
        for name in created_relations(one.text)
    ]
    return [(one, name) for one, name in wanted if _there(ask, name)]


def _there(ask: Ask, relation: str) -> bool:
    literal = relation.replace("'", "''")
    return bool(_value(ask, f"select to_regclass('{literal}') is not null"))


def _yoyo_lock(ask: Ask) -> str | None:
    if not readable(ask, LOCK, must=False):
        return None
    return next((f"yoyo's lock is held by process {pid} since {at} UTC" for pid, at in ask(_YOYO_LOCK)), None)


def _value(ask: Ask, query: str) -> Any:
    return next(iter(ask(query)))[0]
