"""What editors write into the catalogue of routes, in PostgreSQL.

Rows that stay are updated rather than made anew, as those of preferences are.
"""

from wildside.domain.route_catalogue import Collection, Pick, Summary, Trend
from wildside.outbound.postgres.session import Session

_PUT_SUMMARY = """
insert into route_summaries
    (route_id, slug, category, theme, difficulty, surface, gradient, crowd_level, region, rating,
     localizations)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (route_id) do update
   set slug = excluded.slug, category = excluded.category, theme = excluded.theme,
       difficulty = excluded.difficulty, surface = excluded.surface, gradient = excluded.gradient,
       crowd_level = excluded.crowd_level, region = excluded.region, rating = excluded.rating,
       localizations = excluded.localizations
"""

_PUT_TAGS = """
with gone as (
    delete from route_summary_tags where route_id = $1 and tag <> all ($2::text[])
)
insert into route_summary_tags (route_id, tag, position)
select $1, k.key, k.place - 1 from unnest($2::text[]) with ordinality as k (key, place)
on conflict (route_id, tag) do update set position = excluded.position
"""

_PUT_BADGES = """
with gone as (
    delete from route_summary_badges where route_id = $1 and badge <> all ($2::text[])
)
insert into route_summary_badges (route_id, badge, position)
select $1, k.key, k.place - 1 from unnest($2::text[]) with ordinality as k (key, place)
on conflict (route_id, badge) do update set position = excluded.position
"""

_PUT_COLLECTION = """
insert into route_collections
    (slug, sort_order, difficulty, min_distance_metres, max_distance_metres, min_duration_seconds,
     max_duration_seconds, localizations)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (slug) do update
   set sort_order = excluded.sort_order, difficulty = excluded.difficulty,
       min_distance_metres = excluded.min_distance_metres, max_distance_metres = excluded.max_distance_metres,
       min_duration_seconds = excluded.min_duration_seconds,
       max_duration_seconds = excluded.max_duration_seconds, localizations = excluded.localizations
"""

_PUT_COLLECTION_ROUTES = """
with gone as (
    delete from route_collection_routes where collection = $1 and route_id <> all ($2::uuid[])
)
insert into route_collection_routes (collection, route_id, position)
select $1, k.key, k.place - 1 from unnest($2::uuid[]) with ordinality as k (key, place)
on conflict (collection, route_id) do update set position = excluded.position
"""

_PUT_TREND = """
insert into trending_route_highlights (route_id, position, trend_percent, localizations)
values ($1, (select coalesce(max(t.position) + 1, 0) from trending_route_highlights t), $2, $3)
on conflict (route_id) do update
   set trend_percent = excluded.trend_percent, localizations = excluded.localizations
"""

_PUT_PICK = """
insert into community_picks (route_id, position, user_id, rating, saves, picked_at, localizations)
values ($1, (select coalesce(max(p.position) + 1, 0) from community_picks p), $2, $3, $4, $5, $6)
on conflict (route_id) do update
   set user_id = excluded.user_id, rating = excluded.rating, saves = excluded.saves,
       picked_at = excluded.picked_at, localizations = excluded.localizations
"""


async def put_summary(session: Session, summary: Summary) -> None:
    """Keep how a curated route is described."""
    await session.row(
        _PUT_SUMMARY,
        summary.route_id,
        summary.slug,
        summary.category,
        summary.theme,
        summary.difficulty,
        summary.surface,
        summary.gradient,
        summary.crowd_level,
        summary.region,
        summary.rating,
        summary.localizations,
    )
    await session.row(_PUT_TAGS, summary.route_id, summary.tags)
    await session.row(_PUT_BADGES, summary.route_id, summary.badges)


async def put_collection(session: Session, collection: Collection) -> None:
    """Keep a collection."""
    await session.row(
        _PUT_COLLECTION,
        collection.slug,
        collection.sort_order,
        collection.difficulty,
        collection.distance.least,
        collection.distance.most,
        collection.duration.least,
        collection.duration.most,
        collection.localizations,
    )
    await session.row(_PUT_COLLECTION_ROUTES, collection.slug, collection.route_ids)


async def put_trend(session: Session, trend: Trend) -> None:
    """Keep a trend."""
    await session.row(_PUT_TREND, trend.route_id, trend.trend_percent, trend.localizations)


async def put_pick(session: Session, pick: Pick) -> None:
    """Keep a pick."""
    await session.row(
        _PUT_PICK, pick.route_id, pick.user_id, pick.rating, pick.saves, pick.picked_at, pick.localizations
    )
