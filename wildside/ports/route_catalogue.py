"""What is asked of the catalogue of routes."""

from typing import Protocol

from wildside.domain.route_catalogue import Collection, Descriptors, Explore, Pick, Summary, Trend


class RouteCatalogueStore(Protocol):
    """Keeps the catalogue of routes. Raises ConstraintViolated for keys that name nothing."""

    async def explore(self) -> Explore:
        """Return all of it as it was at one moment. Raises NoRelease before the first seed."""
        ...

    async def descriptors(self) -> Descriptors:
        """Return the reference rows of DESCRIBING as they were at one moment. Raises NoRelease."""
        ...

    async def put_summary(self, summary: Summary) -> None:
        """Keep how a curated route is described, instead of what was said of it before."""
        ...

    async def put_collection(self, collection: Collection) -> None:
        """Keep a collection instead of that of the same slug."""
        ...

    async def put_trend(self, trend: Trend) -> None:
        """Keep a trend, at the end of the list where its route is not in it."""
        ...

    async def put_pick(self, pick: Pick) -> None:
        """Keep a pick, at the end of the list where its route is not in it."""
        ...
