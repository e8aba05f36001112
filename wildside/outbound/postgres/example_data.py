"""People who were made up, in PostgreSQL."""

from collections.abc import Sequence

from wildside.domain.example_people import ExamplePerson, ExampleSet, username_of
from wildside.outbound.postgres.session import Session, store

_LOCK = "select pg_advisory_xact_lock($1, $2)"
_KEY = (0x57494C44, 6)
"""The advisory lock of example data: "WILD" in ASCII, and a number among ours."""

_MADE = """
select e.users,
       exists (select from user_credentials c
                 join user_roles r on r.user_id = c.user_id and r.role = 'admin'
                where c.username = $2) as administrator
  from example_data e
 where e.seed = $1
"""

_ADD_SET = "insert into example_data (seed, users) values ($1, $2)"

_ADD_USERS = """
insert into users (id, display_name, created_at)
select id, display_name, created_at
  from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as p (id, display_name, created_at)
"""

_ADD_CREDENTIALS = """
insert into user_credentials (user_id, username, password_hash)
select user_id, username, $3
  from unnest($1::uuid[], $2::text[]) as p (user_id, username)
"""

_MAKE_ADMINISTRATOR = """
insert into user_roles (user_id, role)
select user_id, 'admin' from user_credentials where username = $1
"""


@store("example_data")
class PostgresExampleData:
    """Keeps sets of people who were made up."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def begin(self) -> None:
        """Wait until nobody else makes any."""
        await self._session.row(_LOCK, *_KEY)

    async def made(self, seed: str) -> ExampleSet | None:
        """Return what was made of a seed."""
        row = await self._session.row(_MADE, seed, username_of(seed, 1))
        return ExampleSet(row["users"], row["administrator"]) if row else None

    async def add(self, seed: str, people: Sequence[ExamplePerson], password_hash: str) -> None:
        """Make the people of a seed."""
        ids = [person.id for person in people]
        await self._session.row(_ADD_SET, seed, len(people))
        await self._session.row(
            _ADD_USERS,
            ids,
            [person.display_name for person in people],
            [person.created_at for person in people],
        )
        await self._session.row(_ADD_CREDENTIALS, ids, [person.username for person in people], password_hash)

    async def make_administrator(self, username: str) -> None:
        """Let somebody do what administrators may."""
        await self._session.row(_MAKE_ADMINISTRATOR, username)
