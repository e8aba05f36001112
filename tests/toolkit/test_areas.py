"""Every table is in one area, and a wrong declaration is told whole."""

from pathlib import Path
from typing import Any

import pytest

from wildside.domain.areas import Area, area_findings, parse_areas
from wildside.domain.command_errors import AreasInvalid
from wildside.outbound.areas import read_areas


def test_a_declaration_is_read(tmp_path: Path) -> None:
    file = tmp_path / "areas.toml"
    file.write_text('[a-b]\ntitle = "A"\ntables = ["t"]\n[c]\ntitle = "C"\ntables = []\nbookkeeping = true\n')
    assert read_areas(file) == [Area("a-b", "A", ["t"]), Area("c", "C", [], bookkeeping=True)]


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ({"a": 1}, "a: not an area, as [a] would begin it"),
        ({"a": {"title": "A"}}, "a: tables: a list of names is missing"),
        ({"a": {"title": "A", "tables": [1]}}, "a: tables: a list of names is missing"),
        ({"a": {"tables": []}}, "a: title: a text is missing"),
        ({"a": {"title": "A", "tables": [], "bookkeeping": 1}}, "a: bookkeeping: neither true nor false"),
        ({"a": {"title": "A", "tables": [], "hue": "red"}}, "a: hue: not known"),
        ({"../a": {"title": "A", "tables": []}}, "../a: the name of an area is lower case"),
        ({"wildside": {"title": "A", "tables": []}}, "wildside: the name of an area is lower case"),
    ],
)
def test_what_is_no_area_is_told(declared: dict[str, Any], problem: str) -> None:
    with pytest.raises(AreasInvalid) as caught:
        parse_areas(declared)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(problem)


def test_a_file_that_is_missing_or_no_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(AreasInvalid, match=r"areas\.toml: No such file"):
        read_areas(tmp_path / "areas.toml")
    (tmp_path / "areas.toml").write_text("[a")
    with pytest.raises(AreasInvalid, match=r"areas\.toml: "):
        read_areas(tmp_path / "areas.toml")


def test_each_table_belongs_to_exactly_one() -> None:
    areas = [Area("a", "A", ["one", "two"]), Area("b", "B", ["two", "ghost"])]
    assert [str(one) for one in area_findings(areas, ["one", "two", "three"], "areas.toml")] == [
        "areas.toml:0: areas: table three is in no area",
        "areas.toml:0: areas: table two is named 2 times",
        "areas.toml:0: areas: there is no table ghost",
    ]
