"""Files of OpenStreetMap, read with osmium, which only who imports needs."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wildside.domain.command_errors import IngestInvalid, ToolMissing
from wildside.domain.geometry import Point
from wildside.domain.osm import Element
from wildside.domain.osm_shapes import Line, middle_of_members, middle_of_way

Wanted = Callable[[dict[str, str]], bool]


def open_extract(path: Path) -> "OsmFile":
    """Open a file. Raises ToolMissing without osmium."""
    try:
        import osmium  # noqa: PLC0415 - only who imports needs it
    except ModuleNotFoundError as error:
        raise ToolMissing("this needs osmium: pip install 'wildside[osm]'") from error
    return OsmFile(path, osmium)


@dataclass(slots=True)
class _Relation:
    """A relation that is wanted, and its members, each way with its role."""

    osm_id: int
    tags: dict[str, str]
    nodes: list[int]
    ways: list[tuple[int, str]]


@dataclass(slots=True)
class _Members:
    """Where members are, as far as the file says."""

    nodes: dict[int, Point] = field(default_factory=dict)
    ways: dict[int, Line] = field(default_factory=dict)


class OsmFile:
    """An extract in the format PBF."""

    def __init__(self, path: Path, osmium: Any) -> None:
        self._path, self._osmium = path, osmium

    def digest(self) -> str:
        """Return SHA-256 of the file, hexadecimal."""
        try:
            with self._path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise IngestInvalid([f"{self._path}: {error.strerror}"]) from error

    def elements(self, wanted: Wanted, note: Callable[[int], None]) -> Iterable[Element]:
        """Read every element whose tags are wanted: nodes, ways and relations, each in the file's order.

        It is read up to three times, for ways come after the relations that they are members of only in
        another pass: relations first, then nodes and ways with tags, then the members.
        """
        with self._broken():
            tagged, relations = self._relations(wanted)
            kinds = self._osmium.osm.NODE | self._osmium.osm.WAY
            for each in self._processor(kinds, self._osmium.filter.EmptyTagFilter()):
                tagged += 1
                if wanted(tags := dict(each.tags)):
                    yield self._element(each, tags)
            members = self._members(relations)
            for one in relations:
                ways = [(members.ways.get(each, ()), role) for each, role in one.ways]
                nodes = [members.nodes[each] for each in one.nodes if each in members.nodes]
                yield Element("relation", one.osm_id, middle_of_members(ways, nodes), one.tags)
            note(tagged)

    def _processor(self, kinds: Any, *filters: Any) -> Any:
        # The format is said, so that no other is taken for it by the name of the file.
        file = self._osmium.io.File(str(self._path), "pbf")
        found = self._osmium.FileProcessor(file, kinds)
        if kinds & self._osmium.osm.NODE:
            found = found.with_locations()
        for each in filters:
            found = found.with_filter(each)
        return found

    def _relations(self, wanted: Wanted) -> tuple[int, list[_Relation]]:
        """Return how many relations have tags, and those that are wanted."""
        tagged, found = 0, []
        for each in self._processor(self._osmium.osm.RELATION, self._osmium.filter.EmptyTagFilter()):
            tagged += 1
            if wanted(tags := dict(each.tags)):
                nodes = [member.ref for member in each.members if member.type == "n"]
                ways = [(member.ref, member.role) for member in each.members if member.type == "w"]
                found.append(_Relation(each.id, tags, nodes, ways))
        return tagged, found

    def _members(self, relations: Iterable[_Relation]) -> _Members:
        """Return where the members of relations are. Relations that are members are not followed."""
        nodes = {each for one in relations for each in one.nodes}
        ways = {each for one in relations for each, _ in one.ways}
        found = _Members()
        if not nodes | ways:
            return found
        only = self._osmium.filter.IdFilter(nodes | ways)
        for each in self._processor(self._osmium.osm.NODE | self._osmium.osm.WAY, only):
            if each.is_way() and each.id in ways:
                found.ways[each.id] = _line(each)
            elif each.is_node() and each.id in nodes and each.location.valid():
                found.nodes[each.id] = Point(each.location.lon, each.location.lat)
        return found

    def _element(self, each: Any, tags: dict[str, str]) -> Element:
        if each.is_way():
            closed = each.nodes and each.ends_have_same_id()
            return Element("way", each.id, middle_of_way(_line(each), closed=closed), tags)
        known = each.location.valid()
        location = Point(each.location.lon, each.location.lat) if known else None
        return Element("node", each.id, location, tags)

    @contextmanager
    def _broken(self) -> Iterator[None]:
        """Turn what osmium raises into what is wrong with the file."""
        try:
            yield
        except (RuntimeError, OSError, ValueError) as error:
            message = f"{self._path} cannot be read as OpenStreetMap's PBF: {error}"
            raise IngestInvalid([message]) from error


def _line(way: Any) -> Line:
    """Return where the nodes of a way are, those that the file has."""
    return tuple((node.location.lon, node.location.lat) for node in way.nodes if node.location.valid())
