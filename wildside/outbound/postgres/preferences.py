"""Preferences in PostgreSQL. Every statement names the owner."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wildside.domain.errors import NoRelease, Unauthorized
from wildside.domain.preferences import Asked, Choices, Meant, Preferences
from wildside.outbound.postgres.revisions import mismatch
from wildside.outbound.postgres.session import Session, store

_GET = """
select p.user_id, p.unit_system, p.revision, p.updated_at,
       array(select t.interest_theme from user_interest_themes t where t.user_id = $1 order by t.position)
           as interest_themes,
       array(select t.safety_toggle from user_safety_toggles t where t.user_id = $1 order by t.position)
           as safety_toggles
  from user_preferences p
 where p.user_id = $1
"""

_FIRST_UNIT_SYSTEM = """
select slug from unit_systems where is_active order by sort_order, slug collate "C" limit 1
"""

# A key in use means itself; one that is not may have been renamed, and its new name too.
_MEANINGS = """
with recursive asked as (
    select place, table_name, key
      from unnest($1::text[], $2::text[]) with ordinality as a (table_name, key, place)
), named (place, table_name, key, steps) as (
    select place, table_name, key, 0 from asked
    union all
    select n.place, n.table_name, a.new_key ->> 0, n.steps + 1
      from named n
      join reference_aliases a on a.table_name = n.table_name and a.old_key = jsonb_build_array(n.key)
     where n.steps < 100
), rows as (
    select n.place, n.steps, r.slug, r.is_active
      from named n join interest_themes r on r.slug = n.key where n.table_name = 'interest_themes'
    union all
    select n.place, n.steps, r.slug, r.is_active
      from named n join safety_toggles r on r.slug = n.key where n.table_name = 'safety_toggles'
    union all
    select n.place, n.steps, r.slug, r.is_active
      from named n join unit_systems r on r.slug = n.key where n.table_name = 'unit_systems'
    union all
    select n.place, n.steps, r.slug, r.is_active
      from named n join regions r on r.slug = n.key where n.table_name = 'regions'
)
select distinct on (place) place, slug, is_active from rows order by place, steps
"""

# The user before what is theirs, as who erases them does: else the two could wait for each other.
_HOLD = """
with owner as (select id from users where id = $1 for key share)
select (select p.revision from user_preferences p
         where p.user_id = $1 and p.user_id = owner.id for no key update) as revision
  from owner
"""

_FIRST = """
with owner as (select id from users where id = $1 for key share)
insert into user_preferences (user_id, unit_system, revision)
select $1, $2, 1 from owner
on conflict (user_id) do nothing
returning user_id, unit_system, revision, updated_at
"""

_NEXT = """
with owner as (select id from users where id = $1 for key share)
update user_preferences p
   set unit_system = coalesce($2, p.unit_system), revision = p.revision + 1
  from owner
 where p.user_id = $1 and p.user_id = owner.id and p.revision = $3
returning p.user_id, p.unit_system, p.revision, p.updated_at
"""

# Rows that stay are updated rather than made anew: they keep following a rename that is at work. Without
# toggles ($3 is null) nothing differs from all of them, and nothing is unnested: they stay as they are.
_LISTS = """
with left_themes as (
    delete from user_interest_themes where user_id = $1 and interest_theme <> all ($2::text[])
), left_toggles as (
    delete from user_safety_toggles where user_id = $1 and safety_toggle <> all ($3::text[])
), themes as (
    insert into user_interest_themes (user_id, interest_theme, position)
    select $1, k.key, k.place - 1 from unnest($2::text[]) with ordinality as k (key, place)
    on conflict (user_id, interest_theme) do update set position = excluded.position
    returning interest_theme, position
), toggles as (
    insert into user_safety_toggles (user_id, safety_toggle, position)
    select $1, k.key, k.place - 1 from unnest($3::text[]) with ordinality as k (key, place)
    on conflict (user_id, safety_toggle) do update set position = excluded.position
    returning safety_toggle, position
)
select array(select interest_theme from themes order by position) as interest_themes,
       case when $3::text[] is null
            then array(select t.safety_toggle from user_safety_toggles t where t.user_id = $1
                        order by t.position)
            else array(select safety_toggle from toggles order by position) end as safety_toggles
"""


@store("user_preferences")
class PostgresPreferences:
    """Keeps what users have chosen."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, user_id: UUID) -> Preferences | None:
        """Return what a user has chosen."""
        row = await self._session.row(_GET, user_id)
        return _preferences(row, row) if row else None

    async def first_unit_system(self) -> str:
        """Return the unit system of who has chosen none."""
        found = await self._session.value(_FIRST_UNIT_SYSTEM)
        if found is None:
            raise NoRelease("there is no unit system to choose: run wildside seed")
        return str(found)

    async def meanings(self, asked: Sequence[Asked]) -> Sequence[Meant | None]:
        """Return the row that each key means today."""
        tables, keys = [one.table for one in asked], [one.key for one in asked]
        rows = await self._session.rows(_MEANINGS, tables, keys)
        found = {row["place"]: Meant(row["slug"], row["is_active"]) for row in rows}
        return [found.get(place) for place in range(1, len(asked) + 1)]

    async def hold(self, user_id: UUID) -> int | None:
        """Return the revision that there is, and keep it until the transaction ends."""
        row = await self._session.row(_HOLD, user_id)
        if row is None:
            raise Unauthorized("This account is no longer there.")
        revision: int | None = row["revision"]
        return revision

    async def save(self, user_id: UUID, choices: Choices, replaced: int | None) -> Preferences:
        """Write choices in place of a revision, or as the first."""
        if replaced is None:
            row = await self._session.row(_FIRST, user_id, choices.unit_system)
        else:
            row = await self._session.row(_NEXT, user_id, choices.unit_system, replaced)
        if row is None:
            raise mismatch(replaced, await self.hold(user_id))
        lists = await self._session.row(_LISTS, user_id, choices.interest_themes, choices.safety_toggles)
        return _preferences(row, lists)


def _preferences(row: Any, lists: Any) -> Preferences:
    return Preferences(
        row["user_id"],
        tuple(lists["interest_themes"]),
        tuple(lists["safety_toggles"]),
        row["unit_system"],
        row["revision"],
        row["updated_at"],
    )
