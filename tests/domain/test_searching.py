"""What is found in a reference table."""

from wildside.domain.reference import Row
from wildside.domain.searching import matching


def test_only_texts_are_looked_through() -> None:
    found: list[Row] = [{"a": 7, "b": None}, {"a": {"x": ["y", {"z": "Straße 7"}]}}]
    assert [one.number for one in matching(found, "STRASSE")] == [2]
    assert [one.number for one in matching(found, "7")] == [2]
    assert [one.number for one in matching(found, "")] == [1, 2]
