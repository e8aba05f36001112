"""Extracts of OpenStreetMap for tests: as a list of elements, or as a file that osmium writes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import osmium
from osmium.osm.mutable import Node, Relation, Way

from wildside.domain.geometry import Bounds, Point
from wildside.domain.osm import Element, Geofence
from wildside.usecases.ingest_osm import IngestOrder

FENCE = Bounds(24.9, 60.1, 25.0, 60.2)
URL = "https://example.org/helsinki.osm.pbf"
START = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Listed:
    """An extract that is a list."""

    content: Sequence[Element]
    name: str = "a"

    def digest(self) -> str:
        return self.name * 64

    def elements(
        self, wanted: Callable[[dict[str, str]], bool], note: Callable[[int], None]
    ) -> Iterable[Element]:
        note(len(self.content))
        return [each for each in self.content if wanted(dict(each.tags))]


def cafe(number: int, lng: float = 24.95, lat: float = 60.15, **tags: str) -> Element:
    return Element("node", number, Point(lng, lat), {"amenity": "cafe", **tags})


class Clock:
    """A minute later each time; ids count up."""

    def __init__(self) -> None:
        self.minutes = self.made = 0

    def now(self) -> datetime:
        self.minutes += 1
        return START + timedelta(minutes=self.minutes)

    def new_id(self) -> UUID:
        self.made += 1
        return UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + self.made)

    def order(self, geofence: Geofence = FENCE, url: str = URL, **changes: Any) -> IngestOrder:
        return IngestOrder(geofence, url, self.now, self.new_id, **changes)


def write(path: Path, *things: Node | Way | Relation) -> Path:
    """Write a file in PBF; things go in as they come."""
    writer = osmium.SimpleWriter(osmium.io.File(str(path), "pbf"), overwrite=True)
    for each in things:
        add = {Node: writer.add_node, Way: writer.add_way, Relation: writer.add_relation}[type(each)]
        add(each)
    writer.close()
    return path


def node(number: int, lng: float, lat: float, **tags: str) -> Node:
    return Node(id=number, location=(lng, lat), tags=tags, version=1)


def way(number: int, nodes: Sequence[int], **tags: str) -> Way:
    return Way(id=number, nodes=list(nodes), tags=tags, version=1)


def relation(number: int, members: Sequence[tuple[str, int, str]], **tags: str) -> Relation:
    return Relation(id=number, members=list(members), tags=tags, version=1)
