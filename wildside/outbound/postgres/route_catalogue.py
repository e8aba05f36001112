"""The catalogue of routes in PostgreSQL. Each of its two answers is one statement: one moment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from wildside.domain.errors import NoRelease
from wildside.domain.route_catalogue import (
    DESCRIBING,
    EXPLORED,
    Collection,
    Descriptors,
    Explore,
    ListedPick,
    ListedRoute,
    Pick,
    Span,
    Summary,
    Trend,
)
from wildside.outbound.postgres import route_catalogue_writing as writing
from wildside.outbound.postgres.session import Session, store

# reference_active_rows is stable, so it reads with this statement's snapshot.
_EXPLORE = """
select c.version, greatest(s.changed_at, t.last_updated) as changed_at, t.tables,
       (select coalesce(jsonb_agg(to_jsonb(q.*) order by q.slug collate "C"), '[]')
          from (select y.route_id, y.slug, y.category, y.theme, y.difficulty, y.surface, y.gradient,
                       y.crowd_level, y.region, y.rating, y.localizations,
                       array(select g.tag from route_summary_tags g
                              where g.route_id = y.route_id order by g.position) as tags,
                       array(select b.badge from route_summary_badges b
                              where b.route_id = y.route_id order by b.position) as badges,
                       r.distance_metres, r.duration_seconds
                  from route_summaries y
                  join routes r on r.id = y.route_id and r.user_id is null) q) as routes,
       (select coalesce(jsonb_agg(to_jsonb(q.*) order by q.sort_order, q.slug collate "C"), '[]')
          from (select k.slug, k.sort_order, k.difficulty, k.min_distance_metres, k.max_distance_metres,
                       k.min_duration_seconds, k.max_duration_seconds, k.localizations,
                       array(select m.route_id from route_collection_routes m
                              where m.collection = k.slug order by m.position) as route_ids
                  from route_collections k) q) as collections,
       (select coalesce(jsonb_agg(to_jsonb(h.*) order by h.position), '[]')
          from trending_route_highlights h) as trending,
       (select coalesce(jsonb_agg(to_jsonb(q.*) order by q.position), '[]')
          from (select p.position, p.route_id, p.user_id, p.rating, p.saves, p.picked_at, p.localizations,
                       u.display_name as curator
                  from community_picks p
                  left join users u on u.id = p.user_id) q) as picks
  from reference_counter c
 cross join catalogue_state s
 cross join (select jsonb_object_agg(m.table_name, reference_active_rows(m.table_name)) as tables,
                    max(m.last_updated) as last_updated
               from reference_metadata m
              where m.table_name = any ($1::text[])) t
"""

_DESCRIPTORS = """
select c.version, t.last_updated as changed_at, t.tables
  from reference_counter c
 cross join (select jsonb_object_agg(m.table_name, reference_active_rows(m.table_name)) as tables,
                    max(m.last_updated) as last_updated
               from reference_metadata m
              where m.table_name = any ($1::text[])) t
"""


@store("route_summaries")
class PostgresRouteCatalogue:
    """Keeps the catalogue of routes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def explore(self) -> Explore:
        """Return all of it as it was at one moment."""
        row = _released(await self._session.row(_EXPLORE, EXPLORED))
        return Explore(
            row["changed_at"],
            row["tables"]["route_categories"],
            row["tables"]["themes"],
            tuple(_listed(each) for each in row["routes"]),
            tuple(_collection(each) for each in row["collections"]),
            tuple(_trend(each) for each in row["trending"]),
            tuple(_pick(each) for each in row["picks"]),
        )

    async def descriptors(self) -> Descriptors:
        """Return the reference rows of DESCRIBING as they were at one moment."""
        row = _released(await self._session.row(_DESCRIPTORS, DESCRIBING))
        return Descriptors(row["changed_at"], row["tables"])

    async def put_summary(self, summary: Summary) -> None:
        """Keep how a curated route is described."""
        await writing.put_summary(self._session, summary)

    async def put_collection(self, collection: Collection) -> None:
        """Keep a collection."""
        await writing.put_collection(self._session, collection)

    async def put_trend(self, trend: Trend) -> None:
        """Keep a trend."""
        await writing.put_trend(self._session, trend)

    async def put_pick(self, pick: Pick) -> None:
        """Keep a pick."""
        await writing.put_pick(self._session, pick)


def _released(row: Any) -> Any:
    if row["version"] == 0:
        raise NoRelease("there is no reference release yet: run wildside seed")
    return row


def _listed(row: Any) -> ListedRoute:
    summary = Summary(
        UUID(row["route_id"]),
        row["slug"],
        row["category"],
        row["theme"],
        row["difficulty"],
        row["surface"],
        row["gradient"],
        row["crowd_level"],
        row["region"],
        row["rating"],
        row["localizations"],
        tuple(row["tags"]),
        tuple(row["badges"]),
    )
    return ListedRoute(summary, row["distance_metres"], row["duration_seconds"])


def _collection(row: Any) -> Collection:
    return Collection(
        row["slug"],
        row["sort_order"],
        row["difficulty"],
        Span(row["min_distance_metres"], row["max_distance_metres"]),
        Span(row["min_duration_seconds"], row["max_duration_seconds"]),
        row["localizations"],
        tuple(map(UUID, row["route_ids"])),
    )


def _trend(row: Any) -> Trend:
    return Trend(UUID(row["route_id"]), row["trend_percent"], row["localizations"])


def _pick(row: Any) -> ListedPick:
    pick = Pick(
        UUID(row["route_id"]),
        UUID(row["user_id"]) if row["user_id"] else None,
        row["rating"],
        row["saves"],
        datetime.fromisoformat(row["picked_at"]),
        row["localizations"],
    )
    return ListedPick(pick, row["curator"])
