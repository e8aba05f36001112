"""Reference releases, each read by one statement so that it holds one moment of the database."""

from datetime import datetime
from typing import Any

from wildside.domain.delta import Change, Changes, Renaming
from wildside.domain.errors import NoRelease, NotFound
from wildside.domain.reference import BOOKKEEPING, Link, Row
from wildside.domain.release import Content, TableContent, Version
from wildside.outbound.postgres.session import Session, store

_VERSION = "select epoch, version, changed_at from reference_counter"

# reference_active_rows is stable, so it reads with this statement's snapshot.
_CONTENT = """
select c.epoch, c.version, c.changed_at,
       (select jsonb_object_agg(m.table_name, jsonb_build_object(
                   'version', m.version_seq, 'last_updated', m.last_updated,
                   'key', k.key_columns, 'order', k.order_columns, 'links', k.links,
                   'rows', reference_active_rows(m.table_name)))
          from reference_metadata m
          join reference_catalogue k using (table_name)) as tables
  from reference_counter c
"""

# The journal never changes behind the newest version, so the past needs no snapshot; a table's
# version and moment are those of its last entry, or of its shape where it had no rows yet.
_CONTENT_AT = """
select c.epoch, v.version, v.created_at as changed_at,
       (select jsonb_object_agg(s.table_name, jsonb_build_object(
                   'version', w.version, 'last_updated', w.created_at,
                   'key', s.key_columns, 'order', s.order_columns,
                   'links', coalesce(k.links, '[]'),
                   'rows', reference_rows_at(s.table_name, v.version, s.order_columns)))
          from (select distinct on (table_name) table_name, version, key_columns, order_columns
                  from reference_shapes
                 where version <= $1
                 order by table_name, version desc) s
         cross join lateral (select coalesce(max(j.version), s.version) as last
                               from reference_journal j
                              where j.table_name = s.table_name and j.version <= $1) l
          left join reference_catalogue k on k.table_name = s.table_name
          left join reference_versions w on w.version = greatest(l.last, s.version, 1)
         where s.key_columns is not null) as tables
  from reference_counter c
  join reference_versions v on v.version = $1 and v.version <= c.version
"""

_CHANGES = """
select k.table_name, k.key,
       reference_image(k.table_name, k.key, $1) as before,
       reference_image(k.table_name, k.key, $2) as after
  from (select distinct j.table_name, e.key
          from reference_journal j
         cross join lateral (values (j.key), (j.old_key)) e (key)
         where j.version > $1 and j.version <= $2 and e.key is not null) k
"""

_RENAMES = """
select table_name, old_key, key
  from reference_journal
 where version > $1 and version <= $2 and operation = 'rename'
 order by id
"""


@store("reference_metadata")
class PostgresReference:
    """Reads releases."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def version(self) -> Version:
        """Return the newest version."""
        return _version(await self._session.row(_VERSION))

    async def content(self) -> Content:
        """Return the newest version and all its active rows."""
        return _content(await self._session.row(_CONTENT))

    async def content_at(self, number: int) -> Content:
        """Return what a version held."""
        row = await self._session.row(_CONTENT_AT, number)
        if row is None:
            raise NotFound(f"There is no version {number} of the reference data.")
        return _content(row)

    async def changes(self, since: int, until: int) -> Changes:
        """Return what the journal has between two versions."""
        rows = await self._session.rows(_CHANGES, since, until)
        steps = await self._session.rows(_RENAMES, since, until)
        return Changes(
            [
                Change(row["table_name"], tuple(row["key"]), _shown(row["before"]), _shown(row["after"]))
                for row in rows
            ],
            [Renaming(row["table_name"], tuple(row["old_key"]), tuple(row["key"])) for row in steps],
        )


def _shown(image: Row | None) -> Row | None:
    """Return an image as clients see it: without the bookkeeping, and not at all while inactive."""
    if image is None or not image["is_active"]:
        return None
    return {column: value for column, value in image.items() if column not in BOOKKEEPING}


def _content(row: Any) -> Content:
    return Content(_version(row), {name: _table(value) for name, value in (row["tables"] or {}).items()})


def _version(row: Any) -> Version:
    if row["version"] == 0:
        raise NoRelease("there is no reference release yet: run wildside seed")
    return Version(row["epoch"], row["version"], row["changed_at"])


def _table(value: Any) -> TableContent:
    links = tuple(
        Link(link["name"], tuple(link["columns"]), link["table"], tuple(link["parent_columns"]))
        for link in value["links"]
    )
    return TableContent(
        value["version"],
        datetime.fromisoformat(value["last_updated"]),
        value["rows"],
        tuple(value["key"]),
        tuple(value["order"]),
        links,
    )
