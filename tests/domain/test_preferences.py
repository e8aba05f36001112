"""Choices and what is expected of revisions, without a database."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from wildside.domain.errors import InvalidRequest, PreconditionFailed, RevisionMismatch
from wildside.domain.preferences import MOST, Choices, Meant, Preferences
from wildside.domain.revisions import Expected, expecting

MANY = tuple(f"t{number}" for number in range(MOST + 1))
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def faults(error: InvalidRequest) -> list[tuple[str, str]]:
    return [(fault.where, fault.code) for fault in error.faults]


def test_the_longest_lists_are_kept() -> None:
    assert len(Choices(MANY[:MOST], MANY[:MOST], "metric").asked) == 2 * MOST + 1


def test_everything_wrong_with_choices_is_told_at_once() -> None:
    with pytest.raises(InvalidRequest) as raised:
        Choices(MANY, ("a", "b", "a", "a"))
    assert faults(raised.value) == [
        ("/interestThemeIds", "too_many"),
        ("/safetyToggleIds/2", "repeated"),
        ("/safetyToggleIds/3", "repeated"),
    ]


def test_the_same_key_may_stand_in_both_lists() -> None:
    assert [one.where for one in Choices(("a",), ("a",), "a").asked] == [
        "/interestThemeIds/0", "/safetyToggleIds/0", "/unitSystem",
    ]  # fmt: skip


def test_choices_take_the_names_of_today() -> None:
    found = [Meant("b", True), Meant("c", True), Meant("d", True)]
    assert Choices(("a",), ("a",), "a").by_name_of_today(found) == Choices(("b",), ("c",), "d")
    assert Choices(("a", "b")).by_name_of_today(found[:2]) == Choices(("b", "c"))


def test_every_key_that_will_not_do_is_told_in_its_order() -> None:
    found = [
        Meant("b", True),
        None,
        Meant("b", True),
        Meant("c", False),
        Meant("b", False),
        Meant("x", False),
    ]
    with pytest.raises(InvalidRequest) as raised:
        Choices(("a", "?", "b"), ("c", "d"), "x").by_name_of_today(found)
    assert faults(raised.value) == [
        ("/interestThemeIds/1", "unknown_key"),
        ("/interestThemeIds/2", "repeated"),
        ("/safetyToggleIds/0", "deprecated_key"),
        ("/safetyToggleIds/1", "deprecated_key"),
        ("/unitSystem", "deprecated_key"),
    ]


@pytest.mark.parametrize(("revision", "updated_at"), [(0, NOW), (-1, NOW), (None, NOW), (1, None)])
def test_preferences_that_cannot_be(revision: int | None, updated_at: datetime | None) -> None:
    with pytest.raises(ValueError, match="revision"):
        Preferences(uuid4(), (), (), "metric", revision, updated_at)


EXPECTED: list[Any] = [
    (expecting(None), [None], RevisionMismatch, None),
    (expecting(2), [2], RevisionMismatch, 2),
    (Expected(None, by_header=True), [1, 2, 3], PreconditionFailed, None),
    (Expected(frozenset({2}), by_header=True), [2], PreconditionFailed, 2),
    (Expected(frozenset({None}), by_header=True), [None], PreconditionFailed, None),
    (Expected(frozenset({None, 3}), by_header=True), [None, 3], PreconditionFailed, None),
    (Expected(frozenset(), by_header=True), [], PreconditionFailed, None),
]


@pytest.mark.parametrize(("expected", "allowed", "error", "told"), EXPECTED)
def test_what_may_be_replaced(
    expected: Expected, allowed: list[int | None], error: type, told: int | None
) -> None:
    assert [actual for actual in (None, 1, 2, 3) if expected.allows(actual)] == allowed
    refused = expected.refused(7)
    assert (type(refused), refused.expected, refused.actual) == (error, told, 7)
