"""What is kept of places and routes, a dict a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from wildside.domain.ingestion import IngestRun, Input, Provenance
from wildside.domain.pois import Poi
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
