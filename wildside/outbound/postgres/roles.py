"""Makes the roles, and reads who may do what: each kind of thing is a question to pg_catalog."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql

from wildside.config import DatabaseUrl
from wildside.domain.errors import SchemaMismatch
from wildside.domain.grants import Grant, Grants, Role
from wildside.domain.repeatables import Repeatable
from wildside.domain.roles import ROLES
from wildside.outbound.postgres.repeatables import connected, run_file

_OWNER = "select pg_get_userbyid(relowner) from pg_class where oid = to_regclass('public.repeatables')"

_ROLES = """
select r.rolname, r.rolcanlogin, r.rolinherit, r.rolsuper, r.rolcreaterole, r.rolcreatedb,
       r.rolreplication, r.rolbypassrls,
       array(select pg_get_userbyid(m.roleid) from pg_auth_members m
              where m.member = r.oid order by 1) as member_of,
       array(select unnest(s.setconfig) from pg_db_role_setting s
              where s.setrole = r.oid and s.setdatabase in (0, d.oid) order by 1) as settings
  from pg_roles r
  join pg_database d on d.datname = current_database()
 where r.rolname = any (%s)
"""

# An owner's own rights are only told where they are not the usual ones.
_GRANTS = """
with extensions as (select classid, objid from pg_depend where deptype = 'e'),
things (kind, name, owner, acl, type) as (
    select 'database', '(this one)', datdba, datacl, 'd'::"char"
      from pg_database where datname = current_database()
    union all
    select 'schema', nspname, nspowner, nspacl, 'n' from pg_namespace where nspname = 'public'
    union all
    select case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'view' else 'table' end,
           c.relname, c.relowner, c.relacl, case c.relkind when 'S' then 's'::"char" else 'r' end
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
       and ('pg_class'::regclass, c.oid) not in (table extensions)
    union all
    select 'function', p.oid::regprocedure || case when p.prosecdef then ' as its owner' else '' end,
           p.proowner, p.proacl, 'f'
      from pg_proc p
     where p.pronamespace = 'public'::regnamespace and ('pg_proc'::regclass, p.oid) not in (table extensions)
    union all
    select 'column', format('%%s.%%s', c.relname, a.attname), c.relowner, a.attacl, 'c'
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and a.attacl is not null and not a.attisdropped),
aims as (
    select kind, name, owner, a.grantee, a.privilege_type, a.is_grantable
      from things cross join lateral aclexplode(coalesce(acl, acldefault(type, owner))) a),
usual as (
    select kind, name, a.privilege_type
      from things cross join lateral aclexplode(acldefault(type, owner)) a where a.grantee = owner)
select t.kind, t.name, pg_get_userbyid(t.owner) as owner,
       case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee) end as grantee, g.privileges
  from things t
  left join lateral (
      select a.grantee, array_agg(lower(a.privilege_type) || case when a.is_grantable then '*' else '' end
                                  order by a.privilege_type) as privileges
        from aims a
       where a.kind = t.kind and a.name = t.name
         and (a.grantee <> t.owner
              or t.kind not in ('column', 'database', 'schema') and exists (
                  (select privilege_type from usual u where u.kind = t.kind and u.name = t.name)
                  except
                  (select privilege_type from aims o
                    where o.kind = t.kind and o.name = t.name and o.grantee = t.owner)))
       group by a.grantee) g on true
union all
select 'by default',
       format('%%s%%s', case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences'
                            when 'f' then 'functions' when 'T' then 'types' else 'schemas' end,
              case d.defaclnamespace when 0 then '' else ' in ' || d.defaclnamespace::regnamespace end),
       pg_get_userbyid(d.defaclrole),
       case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee) end,
       array_agg(lower(a.privilege_type) order by a.privilege_type)
  from pg_default_acl d cross join lateral aclexplode(d.defaclacl) a
 where d.defaclnamespace in (0, 'public'::regnamespace)
 group by d.oid, d.defaclrole, d.defaclnamespace, d.defaclobjtype, a.grantee
"""


def apply_roles(url: DatabaseUrl, script: str) -> None:
    """Run the script that makes the roles and sets up this database for them.

    Raises MigrationFailed with the line, Unavailable.
    """
    with connected(url) as connection, connection.transaction():
        run_file(connection, Repeatable("roles", script))


@contextmanager
def scratch_roles(url: DatabaseUrl) -> Iterator[str]:
    """Name a prefix that no role has, and drop the roles that were made with it.

    To be left after the databases in which they own or may do something.
    """
    prefix = f"scratch_{uuid4().hex[:12]}"
    with connected(url) as connection:
        try:
            yield prefix
        finally:
            for role in reversed(ROLES):
                name = sql.Identifier(f"{prefix}_{role}")
                with suppress(psycopg.errors.UndefinedObject):
                    connection.execute(sql.SQL("drop role {}").format(name))


def read_grants(url: DatabaseUrl) -> Grants:
    """Read who may do what in a database. Raises SchemaMismatch without our tables, Unavailable."""
    with connected(url) as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        owner = _one(connection, _OWNER)
        if owner is None:
            raise SchemaMismatch("there is no table repeatables")
        prefix = owner.removesuffix("_owner")
        short = {f"{prefix}_{role}": role for role in ROLES} if prefix != owner else {}
        roles = connection.execute(_ROLES, (list(short),)).fetchall()
        rows = connection.execute(_GRANTS, ()).fetchall()
    return Grants(
        sorted(_role(row, short) for row in roles),
        sorted(_grant(row, short) for row in rows),
    )


def _one(connection: psycopg.Connection[Any], query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _role(row: Any, short: dict[str, str]) -> Role:
    name, login, inherits, *mighty, member_of, settings = row
    words = ("superuser", "createrole", "createdb", "replication", "bypassrls")
    return Role(
        short[name],
        login,
        inherits,
        tuple(word for word, has in zip(words, mighty, strict=True) if has),
        tuple(sorted(short.get(one, one) for one in member_of)),
        tuple(sorted(_setting(one, short) for one in settings)),
    )


def _setting(text: str, short: dict[str, str]) -> str:
    name, _, value = text.partition("=")
    return f"{name} = {short.get(value, value)}"


def _grant(row: Any, short: dict[str, str]) -> Grant:
    kind, name, owner, grantee, privileges = row
    shown = "" if kind in {"database", "schema"} else short.get(owner, owner)
    if grantee is None or (kind == "by default" and grantee == owner):
        return Grant(kind, name, shown, "", ())
    return Grant(kind, name, shown, short.get(grantee, grantee), tuple(privileges))
