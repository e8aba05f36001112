"""The way that needs no release in memory: every request has its answer built from SQL.

python -m bench.per_request serve --port 0

It is the same program and the same HTTP; only the two parts that remember are exchanged for two
that ask the database each time. In its favour, a body's compressed form is still remembered, and a
request may wait for a connection as long as it takes, where the program itself would answer 503.
"""

from wildside import app
from wildside.__main__ import main
from wildside.domain.delta import Token
from wildside.domain.release import Body, Release, build_release
from wildside.outbound.postgres.pool import Limits
from wildside.ports.database import Database
from wildside.ports.news import News
from wildside.usecases.current_release import CurrentRelease
from wildside.usecases.past_releases import PastReleases

PATIENT = Limits(acquire=60, statement=60, command=65)


class BuiltEachTime(CurrentRelease):
    """Reads every row at each call."""

    def __init__(self, database: Database, news: News) -> None:
        super().__init__(database, news)
        self._rows_of = database

    async def __call__(self) -> Release:
        async with self._rows_of.reading() as stores:
            return build_release(await stores.reference.content())


class ComparedEachTime(PastReleases):
    """Rebuilds the client's release and the difference at each call."""

    def __init__(self, database: Database, current: CurrentRelease) -> None:
        super().__init__(database, current)
        self._parts = database, current

    async def changes(self, since: Token, until: Token | None) -> Body:
        return await PastReleases(*self._parts).changes(since, until)


PARTS = {"CurrentRelease": BuiltEachTime, "PastReleases": ComparedEachTime, "Limits": lambda **_: PATIENT}

if __name__ == "__main__":
    for name, part in PARTS.items():
        setattr(app, name, part)
    main()
