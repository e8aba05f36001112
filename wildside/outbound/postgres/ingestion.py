"""Imports of OpenStreetMap in PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, astuple
from datetime import datetime
from typing import Any

import msgspec

from wildside.domain.geometry import Bounds
from wildside.domain.ingestion import Counts, IngestRun, Input, Provenance
from wildside.domain.osm import Place, TagRule
from wildside.domain.pages import Seek
from wildside.outbound.postgres.pages import PageStatements
from wildside.outbound.postgres.session import Session, store

_LOCK = "select pg_advisory_xact_lock($1, $2)"
_KEY = (0x57494C44, 7)
"""The advisory lock of imports: "WILD" in ASCII, and a number among ours."""

_RULES = """
select osm_key, osm_value, category, priority
  from osm_tag_rules
 where is_active
 order by osm_key collate "C", osm_value collate "C"
"""

_REGION = "select min_lng, min_lat, max_lng, max_lat from regions where slug = $1 and is_active"

_OPEN = "call poi_staging_open()"
# Tags go as text: the driver copies in binary, for which our codec of jsonb has no form.
_STAGED = ("id", "osm_type", "osm_id", "location", "name", "osm_tags", "category", "popularity")

_INSERT = """
with new as (
    insert into pois
           (id, osm_type, osm_id, location, name, osm_tags, category, popularity, first_seen_at, last_seen_at)
    select s.id, s.osm_type, s.osm_id, s.location, s.name, s.osm_tags::jsonb, s.category, s.popularity, $1, $1
      from poi_staging s
     where not exists (select from pois p where p.id = s.id)
    returning id)
select count(*) from new
"""

# Coordinates are compared as numbers: the operators of point take a tenth of a metre for nothing.
_UPDATE = """
with changed as (
    update pois p
       set location = s.location, name = s.name, osm_tags = s.osm_tags::jsonb, category = s.category,
           popularity = s.popularity, last_seen_at = greatest(p.last_seen_at, $1), retired_at = null
      from poi_staging s
     where p.id = s.id
       and (p.retired_at is not null
            or (p.location[0], p.location[1], p.name, p.osm_tags, p.category, p.popularity)
               is distinct from
               (s.location[0], s.location[1], s.name, s.osm_tags::jsonb, s.category, s.popularity))
    returning p.id)
select count(*) from changed
"""

_RETIRE = """
with gone as (
    update pois p
       set retired_at = greatest(p.last_seen_at, $5)
     where p.retired_at is null
       and p.location <@ box(point($1, $2), point($3, $4))
       and not exists (select from poi_staging s where s.id = p.id)
    returning p.id)
select count(*) from gone
"""

_TOUCH = """
update pois p
   set last_seen_at = $1
  from poi_staging s
 where p.id = s.id and p.last_seen_at < $1
"""

# Of a category and those around it the largest weight counts. Only differences are written.
_WEIGH = """
with recursive around (category, wider) as (
    select slug, slug from poi_categories
    union all
    select a.category, c.parent
      from around a
      join poi_categories c on c.slug = a.wider
     where c.parent is not null
), weights as (
    select a.category, i.interest, max(i.weight) as weight
      from around a
      join interest_poi_categories i on i.category = a.wider and i.is_active
     group by a.category, i.interest
), wanted as (
    select s.id, w.interest, w.weight from poi_staging s join weights w on w.category = s.category
), gone as (
    delete from poi_interest_themes t
     using poi_staging s
     where t.poi_id = s.id
       and not exists (select from wanted w where w.id = t.poi_id and w.interest = t.interest_theme)
    returning t.poi_id
), come as (
    insert into poi_interest_themes (poi_id, interest_theme, weight)
    select w.id, w.interest, w.weight
      from wanted w
      left join poi_interest_themes t on t.poi_id = w.id and t.interest_theme = w.interest
     where t.weight is distinct from w.weight
    on conflict (poi_id, interest_theme) do update set weight = excluded.weight
    returning poi_id
)
select (select count(*) from gone) + (select count(*) from come)
"""

_RUN = """
select id, source_url, read_count, kept_count, inserted_count, updated_count, unchanged_count, retired_count,
       imported_at
  from osm_ingestion_runs
 where (source_digest, geofence, min_lng, min_lat, max_lng, max_lat, rules_digest)
       = ($1, $2, $3, $4, $5, $6, $7)
"""

_RECORD = """
insert into osm_ingestion_runs
       (source_digest, geofence, min_lng, min_lat, max_lng, max_lat, rules_digest, id, source_url,
        read_count, kept_count, inserted_count, updated_count, unchanged_count, retired_count, imported_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
on conflict on constraint osm_ingestion_runs_are_one_an_input do update
   set source_url = excluded.source_url, read_count = excluded.read_count, kept_count = excluded.kept_count,
       inserted_count = excluded.inserted_count, updated_count = excluded.updated_count,
       unchanged_count = excluded.unchanged_count, retired_count = excluded.retired_count,
       imported_at = excluded.imported_at
"""

_ADD_PROVENANCE = """
insert into enrichment_provenance (id, job_id, source_url, min_lng, min_lat, max_lng, max_lat, imported_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

# Along the index enrichment_provenance_page, which has the newest first.
PAGE = PageStatements(
    first="""
select id, job_id, source_url, min_lng, min_lat, max_lng, max_lat, imported_at
  from enrichment_provenance
 order by imported_at desc, id desc
 limit $1
""",
    next="""
select id, job_id, source_url, min_lng, min_lat, max_lng, max_lat, imported_at
  from enrichment_provenance
 where (imported_at, id) < ($2, $3)
 order by imported_at desc, id desc
 limit $1
""",
    prev="""
select id, job_id, source_url, min_lng, min_lat, max_lng, max_lat, imported_at
  from enrichment_provenance
 where (imported_at, id) >= ($2, $3)
 order by imported_at, id
 limit $1
""",
)


@store("enrichment_provenance")
class PostgresIngestion:
    """Keeps imports of OpenStreetMap."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def begin(self) -> None:
        """Wait until nobody else imports."""
        await self._session.row(_LOCK, *_KEY)

    async def rules(self) -> Sequence[TagRule]:
        """Return the active rules."""
        return [TagRule(*row) for row in await self._session.rows(_RULES)]

    async def region(self, slug: str) -> Bounds | None:
        """Return the bounds of an active region."""
        row = await self._session.row(_REGION, slug)
        return Bounds(*row) if row else None

    async def stage(self, places: Collection[Place]) -> None:
        """Take the places of an import."""
        await self._session.row(_OPEN)
        await self._session.copy("poi_staging", _STAGED, [_staged(place) for place in places])

    async def insert(self, now: datetime) -> int:
        """Add those staged places that are new."""
        return int(await self._session.value(_INSERT, now))

    async def update(self, now: datetime) -> int:
        """Change those that differ from what is staged, or were retired."""
        return int(await self._session.value(_UPDATE, now))

    async def retire(self, bounds: Bounds, now: datetime) -> int:
        """Retire those within bounds that are not staged."""
        return int(await self._session.value(_RETIRE, *astuple(bounds), now))

    async def touch(self, now: datetime) -> None:
        """Note of all staged places that they were seen."""
        await self._session.row(_TOUCH, now)

    async def weigh(self) -> int:
        """Bring the interests of staged places in step with their categories."""
        return int(await self._session.value(_WEIGH))

    async def run(self, source: Input) -> IngestRun | None:
        """Return the last import of an input."""
        row = await self._session.row(_RUN, *_input(source))
        return IngestRun(row[0], source, row[1], Counts(*row[2:8]), row[8]) if row else None

    async def record(self, imported: IngestRun) -> None:
        """Keep an import, in place of that of the same input."""
        counts = asdict(imported.counts).values()
        await self._session.row(
            _RECORD, *_input(imported.input), imported.id, imported.source_url, *counts, imported.imported_at
        )

    async def add_provenance(self, record: Provenance) -> None:
        """Append to the history."""
        await self._session.row(
            _ADD_PROVENANCE,
            record.id,
            record.job_id,
            record.source_url,
            *astuple(record.bounds),
            record.imported_at,
        )

    async def provenance(self, seek: Seek) -> Sequence[Provenance]:
        """Return records of the list, the nearest to the cut first."""
        return [_provenance(row) for row in await PAGE.rows(self._session, seek)]


def _staged(place: Place) -> tuple[Any, ...]:
    location = (place.location.lng, place.location.lat)
    tags = msgspec.json.encode(place.osm_tags).decode()
    named = (place.osm_type, place.osm_id, location, place.name, tags)
    return (place.id, *named, place.category, place.popularity)


def _input(source: Input) -> tuple[Any, ...]:
    return (source.source_digest, source.geofence, *astuple(source.bounds), source.rules_digest)


def _provenance(row: Any) -> Provenance:
    return Provenance(row[0], row[1], row[2], Bounds(*row[3:7]), row[7])
