"""Reads a database's schema from pg_catalog into `domain/catalogue.py`, a question for each kind of thing."""

from collections import defaultdict
from typing import Any

import msgspec
import psycopg
from psycopg.rows import dict_row

from wildside.config import DatabaseUrl
from wildside.domain.catalogue import Catalogue, CatalogueTable, Routine, View
from wildside.domain.errors import Unavailable

_RELATIONS = """
select c.relname as name, c.relkind::text as kind, obj_description(c.oid, 'pg_class') as comment,
       case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid, true) else '' end as definition
  from pg_class c
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
   and c.relname not like '%yoyo%'
   and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
 order by c.relname collate "C"
"""

_COLUMNS = """
select c.relname as relation, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
       not a.attnotnull as nullable, a.attgenerated <> '' or a.attidentity <> '' as generated,
       case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as default,
       col_description(c.oid, a.attnum) as comment
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
 order by a.attnum
"""

_FOREIGN_KEYS = """
select c.relname as relation, k.conname as name, p.relname as parent,
       array(select a.attname::text
               from unnest(k.conkey) with ordinality as n (number, place)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.number
              order by n.place) as columns,
       array(select a.attname::text
               from unnest(k.confkey) with ordinality as n (number, place)
               join pg_attribute a on a.attrelid = k.confrelid and a.attnum = n.number
              order by n.place) as parent_columns,
       d.words[position(k.confdeltype::text in 'rcnda')] as on_delete,
       d.words[position(k.confupdtype::text in 'rcnda')] as on_update,
       k.condeferred as deferred, k.convalidated as validated
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_class p on p.oid = k.confrelid
 cross join (values (array['restrict', 'cascade', 'set null', 'set default', 'no action'])) as d (words)
 where c.relnamespace = 'public'::regnamespace and k.contype = 'f'
 order by k.conname collate "C"
"""

_CHECKS = """
select c.relname as relation, k.conname as name, pg_get_expr(k.conbin, k.conrelid) as condition,
       k.convalidated as validated, obj_description(k.oid, 'pg_constraint') as comment
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
 where c.relnamespace = 'public'::regnamespace and k.contype = 'c'
 order by k.conname collate "C"
"""

_INDEXES = """
select c.relname as relation, x.relname as name, m.amname as method, i.indisunique as unique,
       i.indisprimary as primary, i.indisvalid as valid, k.oid is not null as constraint,
       pg_get_expr(i.indpred, i.indrelid) as condition, pg_get_indexdef(i.indexrelid) as definition,
       array(select coalesce(a.attname::text, pg_get_indexdef(i.indexrelid, n, true))
               from generate_series(1, i.indnkeyatts) as n
               left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = nullif(i.indkey[n - 1], 0)
              order by n) as columns,
       obj_description(i.indexrelid, 'pg_class') as comment
  from pg_index i
  join pg_class c on c.oid = i.indrelid
  join pg_class x on x.oid = i.indexrelid
  join pg_am m on m.oid = x.relam
  left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
 where c.relnamespace = 'public'::regnamespace
 order by x.relname collate "C"
"""

_TRIGGERS = """
select c.relname as relation, t.tgname as name, p.proname as function,
       pg_get_triggerdef(t.oid, true) as definition, obj_description(t.oid, 'pg_trigger') as comment
  from pg_trigger t
  join pg_class c on c.oid = t.tgrelid
  join pg_proc p on p.oid = t.tgfoid
 where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
 order by t.tgname collate "C"
"""

_ROUTINES = """
select p.oid::regprocedure::text as signature, l.lanname as language,
       coalesce(pg_get_function_result(p.oid), 'procedure') as returns,
       obj_description(p.oid, 'pg_proc') as comment
  from pg_proc p
  join pg_language l on l.oid = p.prolang
 where p.pronamespace = 'public'::regnamespace
   and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
 order by p.oid::regprocedure::text collate "C"
"""

_PARTS = {
    "columns": _COLUMNS,
    "foreign_keys": _FOREIGN_KEYS,
    "checks": _CHECKS,
    "indexes": _INDEXES,
    "triggers": _TRIGGERS,
}


def read_catalogue(url: DatabaseUrl) -> Catalogue:
    """Read everything from one snapshot. Raises Unavailable when there is no database."""
    try:
        with psycopg.connect(url.asyncpg, row_factory=dict_row) as connection:
            connection.execute("set transaction isolation level repeatable read, read only")
            relations = connection.execute(_RELATIONS).fetchall()
            routines = connection.execute(_ROUTINES).fetchall()
            parts = {kind: _by_relation(connection, query.encode()) for kind, query in _PARTS.items()}
    except psycopg.OperationalError as error:
        raise Unavailable(url.mask(str(error).strip())) from None
    whole = [{**row, **{kind: found[row["name"]] for kind, found in parts.items()}} for row in relations]
    tables = [msgspec.convert(row, CatalogueTable) for row in whole if row["kind"] in {"r", "p"}]
    return Catalogue(
        {table.name: table for table in tables},
        [msgspec.convert(row, View) for row in whole if row["kind"] in {"v", "m"}],
        [msgspec.convert(row, Routine) for row in routines],
    )


def _by_relation(connection: psycopg.Connection[dict[str, Any]], query: bytes) -> dict[str, list[Any]]:
    found = defaultdict(list)
    for row in connection.execute(query).fetchall():
        found[row["relation"]].append(row)
    return found
