"""Imports of OpenStreetMap over dicts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from wildside.domain.geometry import Bounds
from wildside.domain.ingestion import PROVENANCE, IngestRun, Input, Provenance
from wildside.domain.osm import Place, TagRule
from wildside.domain.pages import Seek
from wildside.domain.pois import Poi
from wildside.domain.reference import Row
from wildside.outbound.memory.books import Session
from wildside.outbound.memory.city import City
from wildside.outbound.memory.pages import nearest


class MemoryIngestion:
    """Keeps imports of OpenStreetMap."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._staged: dict[UUID, Place] = {}

    async def begin(self) -> None:
        """Take the place of the one writer."""
        await self._session.claim()

    async def rules(self) -> Sequence[TagRule]:
        """Return the active rules."""
        found = [
            TagRule(row["osm_key"], row["osm_value"], row["category"], row["priority"])
            for row in self._active("osm_tag_rules")
        ]
        return sorted(found, key=lambda rule: (rule.key, rule.value))

    async def region(self, slug: str) -> Bounds | None:
        """Return the bounds of an active region."""
        row = next((row for row in self._active("regions") if row["slug"] == slug), None)
        return Bounds(row["min_lng"], row["min_lat"], row["max_lng"], row["max_lat"]) if row else None

    async def stage(self, places: Collection[Place]) -> None:
        """Take the places of an import."""
        self._staged = {place.id: place for place in places}

    async def insert(self, now: datetime) -> int:
        """Add those staged places that are new."""
        city = await self._city()
        new = [place for place in self._staged.values() if place.id not in city.pois]
        city.pois.update({place.id: _poi(place, now) for place in new})
        return len(new)

    async def update(self, now: datetime) -> int:
        """Change those that differ from what is staged, or were retired."""
        pois, count = (await self._city()).pois, 0
        for place in self._staged.values():
            before = pois[place.id]
            after = replace(
                _poi(place, now),
                narrative=before.narrative,
                first_seen_at=before.first_seen_at,
                last_seen_at=before.last_seen_at,
            )
            if before != after:
                pois[place.id] = replace(after, last_seen_at=max(before.last_seen_at, now))
                count += 1
        return count

    async def retire(self, bounds: Bounds, now: datetime) -> int:
        """Retire those within bounds that are not staged."""
        pois = (await self._city()).pois
        gone = [
            poi
            for poi in pois.values()
            if poi.retired_at is None and bounds.has(poi.location) and poi.id not in self._staged
        ]
        pois.update({poi.id: replace(poi, retired_at=max(poi.last_seen_at, now)) for poi in gone})
        return len(gone)

    async def touch(self, now: datetime) -> None:
        """Note of all staged places that they were seen."""
        pois = (await self._city()).pois
        for poi in [pois[each] for each in self._staged]:
            pois[poi.id] = replace(poi, last_seen_at=max(poi.last_seen_at, now))

    async def weigh(self) -> int:
        """Bring the interests of staged places in step with their categories."""
        interests, count = (await self._city()).interests, 0
        for place in self._staged.values():
            wanted, had = self._weights(place.category), interests.get(place.id, {})
            count += sum(wanted.get(theme) != had.get(theme) for theme in wanted.keys() | had.keys())
            interests[place.id] = wanted
        return count

    async def run(self, source: Input) -> IngestRun | None:
        """Return the last import of an input."""
        return self._session.books.city.ingestion_runs.get(source)

    async def record(self, imported: IngestRun) -> None:
        """Keep an import, in place of that of the same input."""
        runs = (await self._city()).ingestion_runs
        before = runs.get(imported.input, imported)
        runs[imported.input] = replace(imported, id=before.id)

    async def add_provenance(self, record: Provenance) -> None:
        """Append to the history."""
        (await self._city()).provenance[record.id] = record

    async def provenance(self, seek: Seek) -> Sequence[Provenance]:
        """Return records of the list, the nearest to the cut first."""
        return nearest(PROVENANCE, self._session.books.city.provenance.values(), seek)

    async def _city(self) -> City:
        return (await self._session.claim()).city

    def _active(self, table: str) -> list[Row]:
        return [row for row in self._session.books.rows.get(table, {}).values() if row["is_active"]]

    def _weights(self, category: str) -> dict[str, float]:
        """Return the largest weight for each interest, of a category and those around it."""
        parents = {row["slug"]: row["parent"] for row in self._session.books.rows["poi_categories"].values()}
        around = {category}
        while (wider := parents.get(category)) is not None:
            around.add(wider)
            category = wider
        found: dict[str, float] = {}
        for row in self._active("interest_poi_categories"):
            if row["category"] in around:
                found[row["interest"]] = max(row["weight"], found.get(row["interest"], 0.0))
        return found


def _poi(place: Place, now: datetime) -> Poi:
    return Poi(
        place.id, place.osm_type, place.osm_id, place.location, place.name, dict(place.osm_tags),
        place.category, None, place.popularity, now, now, None,
    )  # fmt: skip
