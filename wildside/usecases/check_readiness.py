"""Decide whether this process can serve: database, migrations, release."""

from wildside.domain.errors import NoRelease, StoreError
from wildside.domain.health import Check, migration_check
from wildside.ports.database import Database
from wildside.ports.news import News

Checks = dict[str, Check]


async def check_readiness(database: Database, news: News, expected: frozenset[str]) -> Checks:
    """Return the outcome of every check by name; failures are outcomes, not exceptions.

    Without a listener each request asks for the version: slower, not wrong, so it only warns.
    """
    unheard = Check("warn", "nobody listens for new versions; every request asks for the version instead")
    checks: Checks = {"listener": unheard if news.mark is None else Check("pass")}
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
