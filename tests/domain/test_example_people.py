"""People who are made up are the same everywhere, and as people are."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from wildside.domain.example_people import (
    MOST,
    NAMES,
    ExamplePerson,
    example_people,
    seed_problem,
    username_of,
)

ALL = example_people("demo", MOST)


def test_these_are_the_people_of_the_demonstration() -> None:
    """Written down: who changes how they are made changes those that others have in their databases."""
    assert list(example_people("demo", 2)) == [
        ExamplePerson(
            UUID("01941f4b-5be0-7261-9add-6c886611494a"),
            "demo-1",
            "Pía F Bakker",
            datetime(2025, 1, 1, 0, 37, tzinfo=UTC),
        ),
        ExamplePerson(
            UUID("01941f6d-3bc0-7280-8c5d-9ba2685a8dd0"),
            "demo-2",
            "Björn Q Sato",
            datetime(2025, 1, 1, 1, 14, tzinfo=UTC),
        ),
    ]


def test_fewer_are_the_first_of_more() -> None:
    by_number = {person.username: person for person in ALL}
    few = example_people("demo", 10)
    assert {person.username for person in few} == {username_of("demo", number) for number in range(1, 11)}
    assert [by_number[person.username] for person in few] == list(few)


def test_other_seeds_are_other_people() -> None:
    ids = [{person.id for person in example_people(seed, 1000)} for seed in ("demo", "crowd", "demo-1")]
    assert len(set.union(*ids)) == 3000
    names = [[person.display_name for person in example_people(seed, 9)] for seed in ("demo", "crowd")]
    assert names[0] != names[1]


def test_everybody_is_somebody_else() -> None:
    assert len({person.id for person in ALL}) == len({person.username for person in ALL}) == MOST
    assert len({person.display_name for person in ALL}) == MOST < NAMES


def test_names_are_as_names_are_to_be() -> None:
    assert [
        person for person in ALL if not re.fullmatch(r"[^\W\d]+ [A-Z] [^\W\d]+", person.display_name)
    ] == []
    assert all(3 <= len(person.display_name) <= 32 for person in ALL)
    longest = username_of("a" * 32, MOST)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_.@+-]{2,63}", name) for name in (longest, username_of("a", 1)))


def test_ids_are_uuids_of_version_7_of_the_moment() -> None:
    for person in ALL:
        assert (person.id.version, person.id.variant) == (7, "specified in RFC 4122")
        assert person.id.int >> 80 == person.created_at.timestamp() * 1000
    assert sorted(ALL, key=lambda person: person.id) == list(ALL)


def test_moments_are_spread_and_some_are_shared() -> None:
    counted = Counter(person.created_at for person in ALL)
    assert set(counted.values()) == {1, 2}
    assert Counter(counted.values())[2] == MOST // 4
    moments = [person.created_at for person in ALL]
    assert moments == sorted(moments)
    assert datetime(2025, 1, 1, tzinfo=UTC) < moments[0]
    assert moments[-1] < datetime(2026, 1, 1, tzinfo=UTC)
    assert moments[-1] - moments[0] > timedelta(days=200)


@pytest.mark.parametrize("seed", ["a", "demo", "a-1", "2026", "a" * 32])
def test_a_seed_has_a_plain_name(seed: str) -> None:
    assert seed_problem(seed) is None


@pytest.mark.parametrize("seed", ["", "A", "a_b", "-a", "a-", "a--b", "a" * 33, "ü", "a b", "a\n", "a/b"])
def test_a_name_that_the_table_would_refuse_is_told(seed: str) -> None:
    assert "a-z and 0-9" in (seed_problem(seed) or "")
