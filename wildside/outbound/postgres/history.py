"""The past: the journal as sql/migrations/0013 to 0015 read it."""

from collections.abc import Sequence

from wildside.domain.editing import Difference, Epoch, PastVersion, difference_of
from wildside.domain.errors import NotPermitted
from wildside.domain.pages import Seek
from wildside.domain.seeding import PastSeed, SeedRun
from wildside.outbound.postgres.pages import PageStatements
from wildside.outbound.postgres.session import Session

_VERSIONS = """
select version, created_at, actor, reason, tables
  from reference_history
 where $2::text is null or tables ? $2
 order by version desc
 limit $1
"""

_PAGE = PageStatements(
    first="""
select version, created_at, actor, reason, tables
  from reference_history
 order by version desc
 limit $1
""",
    next="""
select version, created_at, actor, reason, tables
  from reference_history
 where version < $2
 order by version desc
 limit $1
""",
    prev="""
select version, created_at, actor, reason, tables
  from reference_history
 where version >= $2
 order by version
 limit $1
""",
)

_SEEDS = PageStatements(
    first="""
select id, started_at, finished_at, source_digest, actor, counts, version_from, version_to
  from reference_seed_runs
 order by id desc
 limit $1
""",
    next="""
select id, started_at, finished_at, source_digest, actor, counts, version_from, version_to
  from reference_seed_runs
 where id < $2
 order by id desc
 limit $1
""",
    prev="""
select id, started_at, finished_at, source_digest, actor, counts, version_from, version_to
  from reference_seed_runs
 where id >= $2
 order by id
 limit $1
""",
)

_MAY = "select current_user, has_table_privilege($1, 'select')"

_MAY_RUN = "select current_user, has_function_privilege('reference_difference(bigint, bigint)', 'execute')"

_DIFFERENCE = "select table_name, old_key, new_key, before, after from reference_difference($1, $2)"

_EPOCHS = "select epoch, version, created_at, actor, reason from reference_epochs order by created_at desc"


class PostgresHistory:
    """Reads the journal, and brings what it reads back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def versions(self, limit: int, table: str | None = None) -> Sequence[PastVersion]:
        """Return the newest versions first."""
        return [PastVersion(**dict(row)) for row in await self._session.rows(_VERSIONS, limit, table)]

    async def page(self, seek: Seek) -> Sequence[PastVersion]:
        """Return versions of the list, the nearest to the cut first."""
        await self._check("read reference_history", _MAY, "reference_history")
        return [PastVersion(**dict(row)) for row in await _PAGE.rows(self._session, seek)]

    async def seeds(self, seek: Seek) -> Sequence[PastSeed]:
        """Return seeds of the list, the nearest to the cut first."""
        await self._check("read reference_seed_runs", _MAY, "reference_seed_runs")
        return [PastSeed(row[0], SeedRun(*tuple(row)[1:])) for row in await _SEEDS.rows(self._session, seek)]

    async def _check(self, what: str, query: str, *arguments: str) -> None:
        """Raise NotPermitted where our role may not do that: the grants are those of an older release."""
        user, may = await self._session.row(query, *arguments)
        if not may:
            raise NotPermitted(f"{user} may not {what}: run wildside db repeatables")

    async def has(self, version: int) -> bool:
        """Return whether there is a version of this number."""
        query = "select exists (select from reference_versions where version = $1)"
        found: bool = await self._session.value(query, version)
        return found

    async def difference(self, a: int, b: int) -> Sequence[Difference]:
        """Return the rows that clients would see differently at two versions."""
        await self._check("run reference_difference", _MAY_RUN)
        rows = await self._session.rows(_DIFFERENCE, a, b)
        found = (
            difference_of(row["table_name"], row["old_key"], row["new_key"], row["before"], row["after"])
            for row in rows
        )
        return [difference for difference in found if difference]

    async def roll_back(self, version: int) -> None:
        """Write the content of an earlier version as a new one."""
        await self._session.value("select reference_roll_back($1)", version)

    async def epochs(self) -> Sequence[Epoch]:
        """Return the lines of versions, the newest first."""
        return [Epoch(**dict(row)) for row in await self._session.rows(_EPOCHS)]

    async def begin_epoch(self) -> None:
        """Give the versions another name."""
        await self._session.value("select reference_new_epoch()")
