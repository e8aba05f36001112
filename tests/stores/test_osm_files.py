"""Files of OpenStreetMap: nodes, ways and relations, what is missing of them, and files that are none."""

import builtins
from pathlib import Path
from typing import Any

import pytest

from tests.extracts import node, relation, way, write
from wildside.config import demo_extract
from wildside.domain.command_errors import IngestInvalid, ToolMissing
from wildside.domain.geometry import Point
from wildside.domain.osm import Element
from wildside.outbound.osm_files import open_extract

CAFE = {"amenity": "cafe"}
CORNERS = [node(1, 24.0, 60.0), node(2, 24.2, 60.0), node(3, 24.2, 60.2), node(4, 24.0, 60.2)]


def read(path: Path) -> tuple[dict[tuple[str, int], Element], int]:
    """All places in a file, and how many elements have tags."""
    counted: list[int] = []
    found = list(open_extract(path).elements(lambda tags: "amenity" in tags, counted.append))
    assert len(counted) == 1
    return {(each.osm_type, each.osm_id): each for each in found}, counted[0]


def test_nodes_ways_and_relations_have_a_place(tmp_path: Path) -> None:
    found, tagged = read(
        write(
            tmp_path / "a.osm.pbf",
            *CORNERS,
            node(5, 24.5, 60.5, **CAFE, name="Café Ångström"),
            node(6, 24.6, 60.6, highway="crossing"),
            way(10, [1, 2, 3, 4, 1], **CAFE),
            way(11, [1, 2, 3], **CAFE),
            way(12, [1, 2, 3]),
            way(13, [3, 4, 1]),
            relation(
                20, [("w", 12, "outer"), ("w", 13, "outer"), ("n", 5, "label")], **CAFE, type="multipolygon"
            ),
            relation(21, [("n", 1, ""), ("n", 3, "")], **CAFE, type="site"),
        )
    )
    assert {key: each.location for key, each in found.items()} == {
        ("node", 5): Point(24.5, 60.5),
        ("way", 10): Point(24.1, 60.1),
        ("way", 11): found["way", 11].location,
        ("relation", 20): Point(24.1, 60.1),
        ("relation", 21): Point(24.1, 60.1),
    }
    assert found["node", 5].tags == {"amenity": "cafe", "name": "Café Ångström"}
    middle = found["way", 11].location
    assert middle is not None
    assert (middle.lng, 60 < middle.lat < 60.2) == (24.2, True)
    assert tagged == 6


def test_what_lies_beyond_the_file_is_left_out_of_the_reckoning(tmp_path: Path) -> None:
    found, _ = read(
        write(
            tmp_path / "a.osm.pbf",
            *CORNERS,
            way(10, [1, 2, 99], **CAFE),
            way(11, [98, 99], **CAFE),
            way(12, [1, 2, 3, 4, 1]),
            relation(20, [("w", 12, "outer"), ("w", 77, "outer"), ("r", 78, "")], **CAFE),
            relation(21, [("w", 77, "outer"), ("n", 99, "")], **CAFE),
            relation(22, [], **CAFE),
            relation(23, [("r", 1, "")], **CAFE),
        )
    )
    known = {key: each.location for key, each in found.items() if each.location}
    assert known == {("way", 10): Point(24.1, 60.0), ("relation", 20): Point(24.1, 60.1)}
    assert len(found) == 6


def test_a_file_without_any_tags_is_read(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.osm.pbf", *CORNERS)) == ({}, 0)


@pytest.mark.parametrize("name", ["a.osm.pbf", "a.osm", "a.txt"])
def test_the_name_of_a_file_does_not_matter(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.osm.pbf", node(1, 24.0, 60.0, **CAFE)).rename(tmp_path / name)
    assert len(read(path)[0]) == 1


DATA = demo_extract().read_bytes()
BROKEN = {
    "empty": b"",
    "text": b"Helsinki has many places.\n" * 100,
    "XML": b'<?xml version="1.0"?><osm version="0.6"></osm>',
    "cut": DATA[:400_000],
    "cut at its end": DATA[:-1],
    "overwritten": DATA[:300_000] + bytes(200) + DATA[300_200:],
    "with something behind it": DATA + b"PK\3\4 and more of it",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_whole_file_is_said_to_be_broken(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "broken.osm.pbf"
    path.write_bytes(BROKEN[kind])
    with pytest.raises(IngestInvalid, match=r"broken\.osm\.pbf cannot be read as OpenStreetMap's PBF"):
        read(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(IngestInvalid, match="No such file"):
        open_extract(tmp_path / "none").digest()
    with pytest.raises(IngestInvalid, match="cannot be read"):
        read(tmp_path / "none")
    with pytest.raises(IngestInvalid, match="Is a directory"):
        open_extract(tmp_path).digest()


def test_the_digest_is_sha_256() -> None:
    digest = open_extract(demo_extract()).digest()
    assert digest == "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee"


def test_without_osmium_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "osmium":
            raise ModuleNotFoundError(name)
        return ours(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ToolMissing, match=r"pip install 'wildside\[osm\]'"):
        open_extract(demo_extract())
