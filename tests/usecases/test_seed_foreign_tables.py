"""Tables that Wildside never heard of: what PostgreSQL thinks of a value is a problem, never a crash."""

from typing import Any

import pytest

from tests.usecases.support import Connection, Folder, places, problems, seed
from wildside.outbound.postgres.pool import PostgresDatabase


async def foreign(connection: Connection, folder: Folder, columns: str, rows: list[dict[str, Any]]) -> None:
    """Add a table that Wildside never heard of, with an id, some more columns, and rows in its file."""
    connection.execute(f"""
        create table events (
            id text not null, {columns},
            is_active boolean not null default true, source_type text not null default 'seed',
            constraint events_pkey primary key (id));
        create index events_active on events (id collate "C") where is_active;
        call reference_attach('events')""")
    folder.append_table("events", rows)


@pytest.mark.parametrize(
    ("sql_type", "good", "bad"),
    [
        ("date", "2026-01-31", "2026-02-31"),
        ("uuid", "9b2f6c2e-0000-4000-8000-000000000000", "no uuid"),
        ("timestamptz", "2026-01-01T00:00:00+00:00", "yesterday-ish"),
        ("varchar(3)", "abc", "abcd"),
        ("numeric(3, 1)", 12.5, 1234.5),
        ("text[]", ["a"], [["a"], "b"]),
        ("inet", "127.0.0.1", "localhost"),
    ],
)
async def test_a_text_that_the_database_refuses_is_one_problem(
    seeded: PostgresDatabase, admin: Connection, folder: Folder, sql_type: str, good: Any, bad: Any
) -> None:
    await foreign(admin, folder, f"x {sql_type}", [{"id": "a", "x": good}, {"id": "b", "x": bad}])
    [problem] = await problems(seeded, folder)
    assert problem.startswith("events.json:2:/x: wrong_type: ")
    assert "\n" not in problem


async def test_all_texts_that_the_database_refuses_are_one_report(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    rows = [{"id": "a", "x": "1.1.", "y": "z"}, {"id": "b", "x": "2026-01-01"}, {"id": "c", "x": "soon"}]
    await foreign(admin, folder, "x date, y uuid", rows)
    assert await places(seeded, folder) == [
        "events.json:1:/x: wrong_type",
        "events.json:1:/y: wrong_type",
        "events.json:3:/x: wrong_type",
    ]


async def test_a_text_that_the_database_refuses_hides_no_problem_of_a_later_file(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    await foreign(admin, folder, "x date", [{"id": "a", "x": "2026-02-31"}])
    manifest = folder.path / "manifest.toml"
    entry = '    { name = "events" },\n'
    first = manifest.read_text().replace(entry, "").replace("table = [\n", f"table = [\n{entry}")
    manifest.write_text(first)
    folder.change("tags", "coffee", icon="no namespace")
    found = await places(seeded, folder)
    assert [problem.split(":")[0] for problem in found] == ["events.json", "tags.json"]


@pytest.mark.parametrize(
    ("sql_type", "value"),
    [
        ("date", "2026-01-31"),
        ("uuid", "9b2f6c2e-0000-4000-8000-000000000000"),
        ("numeric(6, 2)", 12.5),
        ("text[]", ["a", "b"]),
        ("integer[]", [1, 2]),
        ("jsonb", {"a": [1, {"b": None}]}),
        ("bigint", 2**63 - 1),
        ("jsonb", [10**30]),
    ],
)
async def test_every_type_of_column_is_stored_once_and_then_unchanged(
    seeded: PostgresDatabase, admin: Connection, folder: Folder, sql_type: str, value: Any
) -> None:
    await foreign(admin, folder, f"x {sql_type}", [{"id": "a", "x": value}])
    assert (await seed(seeded, folder)).run.counts["events"]["inserted"] == 1
    folder.add("events", {"id": "b", "x": value})
    assert (await seed(seeded, folder)).run.counts["events"] == {
        "inserted": 1,
        "updated": 0,
        "unchanged": 1,
        "deprecated": 0,
        "renamed": 0,
        "adopted": 0,
    }


@pytest.mark.parametrize("name", ["value", "i", "t", "s", "n", "key", "excluded", "order", "Mixed Case"])
async def test_a_column_may_have_any_name(
    seeded: PostgresDatabase, admin: Connection, folder: Folder, name: str
) -> None:
    await foreign(admin, folder, f'"{name}" integer check ("{name}" >= 0)', [{"id": "a", name: 1}])
    assert (await seed(seeded, folder)).total("inserted") == 1
    folder.write("events", [{"id": "a", name: 2}])
    assert (await seed(seeded, folder)).total("updated") == 1
    folder.write("events", [{"id": "a", name: -1}])
    assert await places(seeded, folder) == [f"events.json:1:/{name}: check_violation"]


async def test_a_rule_that_cannot_be_asked_is_a_problem_of_the_file(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    rule = "x jsonb constraint events_size_is_positive check ((x ->> 'size')::integer > 0)"
    await foreign(admin, folder, rule, [{"id": "a", "x": {"size": "big"}}])
    assert [problem.split(":")[0] for problem in await places(seeded, folder)] == ["events.json"]


@pytest.mark.parametrize("member", [r"\u0000", r"\ud83d"])
async def test_a_member_that_no_text_can_be_is_a_problem_of_the_file(
    seeded: PostgresDatabase, admin: Connection, folder: Folder, member: str
) -> None:
    await foreign(admin, folder, "x jsonb", [])
    (folder.path / "events.json").write_text(f'[{{"id": "a", "x": {{"{member}": 1}}}}]')
    assert [problem.split(":")[0] for problem in await places(seeded, folder)] == ["events.json"]


async def test_a_number_beyond_all_bounds_is_a_problem_of_the_file(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    await foreign(admin, folder, "x jsonb", [])
    (folder.path / "events.json").write_text('[{"id": "a", "x": [1e999]}]')
    assert [problem.split(":")[0] for problem in await places(seeded, folder)] == ["events.json"]


async def test_json_may_be_deep(seeded: PostgresDatabase, admin: Connection, folder: Folder) -> None:
    await foreign(admin, folder, "x jsonb", [])
    (folder.path / "events.json").write_text(f'[{{"id": "a", "x": {"[" * 300}{"]" * 300}}}]')
    assert (await seed(seeded, folder)).total("inserted") == 1
