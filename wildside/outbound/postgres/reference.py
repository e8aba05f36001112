"""Reference releases, each read by one statement so that it holds one moment of the database."""

from datetime import datetime
from typing import Any

from wildside.domain.errors import NoRelease
from wildside.domain.release import Content, TableContent, Version
from wildside.outbound.postgres.session import Session

_VERSION = "select epoch, version, changed_at from reference_counter"

# reference_active_rows is stable, so it reads with this statement's snapshot.
_CONTENT = """
select c.epoch, c.version, c.changed_at,
       (select jsonb_object_agg(m.table_name, jsonb_build_object(
                   'version', m.version_seq, 'last_updated', m.last_updated,
                   'rows', reference_active_rows(m.table_name)))
          from reference_metadata m) as tables
  from reference_counter c
"""


class PostgresReference:
    """Reads releases."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def version(self) -> Version:
        """Return the newest version."""
        return _version(await self._session.row(_VERSION))

    async def content(self) -> Content:
        """Return the newest version and all its active rows."""
        row = await self._session.row(_CONTENT)
        tables = {name: _table(value) for name, value in (row["tables"] or {}).items()}
        return Content(_version(row), tables)


def _version(row: Any) -> Version:
    if row["version"] == 0:
        raise NoRelease("there is no reference release yet: run wildside seed")
    return Version(row["epoch"], row["version"], row["changed_at"])


def _table(value: Any) -> TableContent:
    return TableContent(value["version"], datetime.fromisoformat(value["last_updated"]), value["rows"])
