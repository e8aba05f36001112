"""What a database server says of itself, for `wildside doctor`."""

import shutil

import psycopg

from wildside.config import DatabaseUrl
from wildside.domain.diagnosis import EXTENSIONS, Space, Vitals
from wildside.domain.errors import Unavailable
from wildside.outbound.postgres.migration_status import reading

_PATIENCE = 5
"""Seconds to connect; a statement gets as many."""
_PATIENTLY = "select set_config('statement_timeout', '5s', true)"

_LOOK = """
select current_setting('server_version_num')::int,
       session_user::text,
       (select rolsuper from pg_roles where rolname = session_user),
       (select pg_get_userbyid(relowner)::text from pg_class where oid = to_regclass('public.repeatables')),
       pg_is_in_recovery(),
       has_table_privilege(to_regclass('public.sessions'), 'insert')
       and not current_setting('default_transaction_read_only')::bool,
       (select setting from pg_settings where name = 'data_directory'),
       inet_server_addr() is null,
       pg_database_size(current_database()),
       clock_timestamp()
"""

_EXTENSIONS = "select name, installed_version is not null from pg_available_extensions"


def read_vitals(url: DatabaseUrl) -> Vitals:
    """Look at a server, and give up soon where it does not answer. Raises Unavailable, NotPermitted."""
    with reading(url, application_name="wildside doctor", connect_timeout=_PATIENCE) as ask:
        ask(_PATIENTLY)
        extensions: dict[str, bool] = {name: there for name, there in ask(_EXTENSIONS) if name in EXTENSIONS}
        [(version, user, superuser, owner, standby, writes, folder, near, size, moment)] = ask(_LOOK)
    return Vitals(version, user, superuser, owner, standby, writes, extensions, moment, folder, near, size)


def is_pooled(url: DatabaseUrl) -> bool:
    """Return whether a pooler stands in between: it tells another backend's number than PostgreSQL.

    Raises Unavailable.
    """
    try:
        with psycopg.connect(url.asyncpg, connect_timeout=_PATIENCE) as connection:
            found = connection.execute("select pg_backend_pid()").fetchone()
            return found != (connection.info.backend_pid,)
    except psycopg.Error as error:
        raise Unavailable(url.mask(str(error).strip())) from None


def free_space(vitals: Vitals) -> Space | None:
    """Return how full the disk of a server's data is; None where it is another machine's, or hidden."""
    if not vitals.same_machine or vitals.data_folder is None:
        return None
    try:
        usage = shutil.disk_usage(vitals.data_folder)
    except OSError:
        return None
    return Space(usage.total, usage.free)
