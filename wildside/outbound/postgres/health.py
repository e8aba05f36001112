"""What readiness asks of PostgreSQL."""

from wildside.outbound.postgres.session import Session


class PostgresHealth:
    """Looks at yoyo's own table."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def applied_migrations(self) -> frozenset[str]:
        """Return the ids of the migrations that yoyo has recorded; none where it never ran."""
        if await self._session.value("select to_regclass('_yoyo_migration')") is None:
            return frozenset()
        rows = await self._session.rows("select migration_id from _yoyo_migration")
        return frozenset(row["migration_id"] for row in rows)
