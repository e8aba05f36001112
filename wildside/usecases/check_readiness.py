"""Decide whether this process can serve: database, migrations, release."""

from wildside.domain.errors import NoRelease, StoreError
from wildside.domain.health import Check, migration_check
from wildside.ports.database import Database

Checks = dict[str, Check]


async def check_readiness(database: Database, expected: frozenset[str]) -> Checks:
    """Return the outcome of every check by name; failures are outcomes, not exceptions."""
    checks: Checks = {}
    try:
        async with database.reading() as stores:
            applied = await stores.health.applied_migrations()
            checks["database"] = Check("pass")
            checks["migrations"] = migration_check(expected, applied)
            await stores.reference.version()
            checks["release"] = Check("pass")
    except NoRelease as error:
        checks["release"] = Check("fail", str(error))
    except StoreError as error:
        checks.setdefault("database", Check("fail", f"{error.code}: the database cannot be used"))
        checks.setdefault("release", Check("fail", "not readable"))
    return checks
