"""What is kept of places and routes, a dict a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from wildside.domain.ingestion import IngestRun, Input, Provenance
from wildside.domain.pois import Poi
from wildside.domain.route_catalogue import Collection, Pick, Summary, Trend
from wildside.domain.routes import Route


@dataclass(slots=True)
class City:
    """Places and routes, which belong to everybody, but for the routes of a user."""

    pois: dict[UUID, Poi] = field(default_factory=dict)
    interests: dict[UUID, Mapping[str, float]] = field(default_factory=dict)
    """place → interest theme → weight"""
    routes: dict[UUID, Route] = field(default_factory=dict)
    ingestion_runs: dict[Input, IngestRun] = field(default_factory=dict)
    provenance: dict[UUID, Provenance] = field(default_factory=dict)
    summaries: dict[UUID, Summary] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    trends: dict[UUID, Trend] = field(default_factory=dict)
    picks: dict[UUID, Pick] = field(default_factory=dict)
    """route → its pick, in the order of the list"""
    catalogue_changed_at: datetime | None = None

    def follow(self, table: str, old: str, new: str) -> None:
        """Give a reference row its new key wherever places name it, as foreign keys do on update."""
        if table == "poi_categories":
            renamed = [poi for poi in self.pois.values() if poi.category == old]
            self.pois.update({poi.id: replace(poi, category=new) for poi in renamed})
        if table == "interest_themes":
            for poi_id, weights in self.interests.items():
                named = {new if key == old else key: weight for key, weight in weights.items()}
                self.interests[poi_id] = named

    def note_change(self, now: datetime) -> None:
        """Note that the catalogue has changed, later than ever before."""
        before = self.catalogue_changed_at
        self.catalogue_changed_at = max(now, before + timedelta(microseconds=1)) if before else now

    def forget(self, user_id: UUID, now: datetime) -> None:
        """Remove the routes of a user, and leave what they picked without them."""
        for route_id in [one.id for one in self.routes.values() if one.user_id == user_id]:
            del self.routes[route_id]
        for route_id, pick in self.picks.items():
            if pick.user_id == user_id:
                self.picks[route_id] = replace(pick, user_id=None)
                self.note_change(now)
