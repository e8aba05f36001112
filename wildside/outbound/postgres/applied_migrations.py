"""Reads yoyo's tables and our checksums beside them; writes only the checksums."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wildside.config import account_name
from wildside.domain.errors import NotPermitted
from wildside.domain.migration_files import MigrationFolder
from wildside.domain.migration_history import AppliedMigration, Checksum, History, compare
from wildside.outbound.sql_text import checksum

MIGRATIONS, LOG, LOCK, CHECKSUMS = "_yoyo_migration", "_yoyo_log", "yoyo_lock", "migration_checksums"

_APPLIED = """
select m.migration_id as id, date_trunc('second', m.applied_at_utc)::text as at, null as by
  from _yoyo_migration m
 order by m.applied_at_utc, m.migration_id
"""

_APPLIED_BY = """
select m.migration_id as id, date_trunc('second', m.applied_at_utc)::text as at,
       l.username || '@' || l.hostname as by
  from _yoyo_migration m
  left join lateral (select username, hostname from _yoyo_log l
                      where l.migration_hash = m.migration_hash and l.operation in ('apply', 'mark')
                      order by l.created_at_utc desc limit 1) l on true
 order by m.applied_at_utc, m.migration_id
"""

_CHECKSUMS = """
select distinct on (migration_id) migration_id, text_digest, statements_digest
  from migration_checksums order by migration_id, id desc
"""

_NOTE = """
insert into migration_checksums (migration_id, text_digest, statements_digest, origin, noted_by, reason)
values (%s, %s, %s, %s, %s, %s)
"""

Ask = Callable[[str], Iterable[tuple[Any, ...]]]
"""Runs a query on whatever connection there is, and returns its rows."""


def read_history(ask: Ask, folder: MigrationFolder) -> History:
    """Set what the database has applied beside a folder. Raises NotPermitted if it may not be read."""
    now = {one.id: checksum(one) for one in folder.migrations}
    return compare(folder, read_applied(ask), now)


def read_applied(ask: Ask) -> list[AppliedMigration]:
    """Return what is applied, in the order in which it was; nothing where yoyo never ran."""
    if not readable(ask, MIGRATIONS):
        return []
    sums = read_checksums(ask)
    query = _APPLIED_BY if readable(ask, LOG, must=False) else _APPLIED
    return [AppliedMigration(name, at, by, sums.get(name)) for name, at, by in ask(query)]


def read_checksums(ask: Ask) -> Mapping[str, Checksum]:
    """Return the newest checksum of each migration; nothing where there is no such table."""
    if not readable(ask, CHECKSUMS):
        return {}
    return {name: Checksum(text, statements) for name, text, statements in ask(_CHECKSUMS)}


def readable(ask: Ask, table: str, *, must: bool = True) -> bool:
    """Whether a table is there. Raises NotPermitted if it is, `must` be read, and we may not."""
    privilege = "select current_user, has_table_privilege(oid, 'select') from pg_class"
    query = f"{privilege} where oid = to_regclass('{table}')"
    for user, may in ask(query):
        if not may and must:
            raise NotPermitted(f"{user} may not read {table}: grant select on {table} to {user}")
        return bool(may)
    return False


def note(
    execute: Callable[..., Any],
    name: str,
    found: Checksum,
    origin: str,
    *,
    actor: str | None = None,
    reason: str | None = None,
) -> None:
    """Note a checksum. `execute` takes a statement and its arguments."""
    execute(_NOTE, [name, found.text, found.statements, origin, actor or account_name(), reason])
