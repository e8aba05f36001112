"""The catalogue of routes over dicts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from wildside.domain.errors import ConstraintViolated, NoRelease
from wildside.domain.reference import BOOKKEEPING, Row
from wildside.domain.route_catalogue import (
    DESCRIBING,
    EXPLORED,
    Collection,
    Descriptors,
    Explore,
    ListedPick,
    ListedRoute,
    Pick,
    Summary,
    Trend,
)
from wildside.outbound.memory.books import Session
from wildside.outbound.memory.city import City


class MemoryRouteCatalogue:
    """Keeps the catalogue of routes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def explore(self) -> Explore:
        """Return all of it as it was at one moment."""
        city, people = self._session.books.city, self._session.books.people
        routes = sorted(city.summaries.values(), key=lambda each: each.slug)
        picks = [
            ListedPick(pick, people.users[pick.user_id].display_name if pick.user_id else None)
            for pick in city.picks.values()
        ]
        return Explore(
            max(self._changed(EXPLORED), city.catalogue_changed_at or self._changed(EXPLORED)),
            self._active("route_categories"),
            self._active("themes"),
            tuple(_listed(city, each) for each in routes),
            tuple(sorted(city.collections.values(), key=lambda each: (each.sort_order, each.slug))),
            tuple(city.trends.values()),
            tuple(picks),
        )

    async def descriptors(self) -> Descriptors:
        """Return the reference rows of DESCRIBING as they were at one moment."""
        return Descriptors(self._changed(DESCRIBING), {name: self._active(name) for name in DESCRIBING})

    async def put_summary(self, summary: Summary) -> None:
        """Keep how a curated route is described."""
        city = await self._changing()
        route = city.routes.get(summary.route_id)
        if route is None or route.user_id is not None:
            raise ConstraintViolated("there is no such curated route", "route_summaries_route_fkey")
        taken = {each.slug for each in city.summaries.values() if each.route_id != summary.route_id}
        if summary.slug in taken:
            raise ConstraintViolated(f"{summary.slug} is taken", "route_summaries_slug_is_taken")
        for key, table in zip(_keys(summary), _TABLES, strict=True):
            self._must_have(table, (key,), f"route_summaries_{_COLUMNS[table]}_fkey")
        self._must_have("tags", summary.tags, "route_summary_tags_tag_fkey")
        self._must_have("badges", summary.badges, "route_summary_badges_badge_fkey")
        city.summaries[summary.route_id] = summary

    async def put_collection(self, collection: Collection) -> None:
        """Keep a collection."""
        city = await self._changing()
        self._must_have("difficulties", (collection.difficulty,), "route_collections_difficulty_fkey")
        for route_id in collection.route_ids:
            _must_list(city, route_id, "route_collection_routes_route_fkey")
        city.collections[collection.slug] = collection

    async def put_trend(self, trend: Trend) -> None:
        """Keep a trend."""
        city = await self._changing()
        _must_list(city, trend.route_id, "trending_route_highlights_route_fkey")
        city.trends[trend.route_id] = trend

    async def put_pick(self, pick: Pick) -> None:
        """Keep a pick."""
        city = await self._changing()
        _must_list(city, pick.route_id, "community_picks_route_fkey")
        if pick.user_id is not None:
            self._session.books.people.must_have(pick.user_id)
        city.picks[pick.route_id] = pick

    async def _changing(self) -> City:
        city, now = (await self._session.claim()).city, self._session.shelf.now()
        city.note_change(now)
        return city

    def _active(self, table: str) -> Sequence[Row]:
        order = self._session.shelf.tables[table].order
        rows = [row for row in self._session.books.rows[table].values() if row["is_active"]]
        rows.sort(key=lambda row: tuple(row[column] for column in order))
        return [{name: value for name, value in row.items() if name not in BOOKKEEPING} for row in rows]

    def _changed(self, tables: Sequence[str]) -> datetime:
        if self._session.books.number == 0:
            raise NoRelease("there is no reference release yet: run wildside seed")
        return max(self._session.books.changed[table][1] for table in tables)

    def _must_have(self, table: str, keys: Sequence[str], constraint: str) -> None:
        if any((key,) not in self._session.books.rows[table] for key in keys):
            raise ConstraintViolated(f"{table} has no such row", constraint)


_COLUMNS = {
    "route_categories": "category",
    "themes": "theme",
    "difficulties": "difficulty",
    "surfaces": "surface",
    "gradients": "gradient",
    "crowd_levels": "crowd_level",
    "regions": "region",
}
_TABLES = tuple(_COLUMNS)


def _keys(summary: Summary) -> Sequence[str]:
    return [getattr(summary, column) for column in _COLUMNS.values()]


def _listed(city: City, summary: Summary) -> ListedRoute:
    route = city.routes[summary.route_id]
    return ListedRoute(summary, route.distance_metres, route.duration_seconds)


def _must_list(city: City, route_id: UUID, constraint: str) -> None:
    if route_id not in city.summaries:
        raise ConstraintViolated("there is no such route in the catalogue", constraint)
