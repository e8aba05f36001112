"""Links between rows as they would stand after a seed: dangling, inactive, in circles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wildside.domain.reference import Key, Link, Row, Table, Tables, show_key
from wildside.domain.source import Problem, Source, pointer

DATABASE = "database"
"""Where a problem stands that no source file holds: an administrator's row, say."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rows of a table as they would stand after the seed, and where the source gave them."""

    rows: Mapping[Key, Row]
    file: str
    numbers: Mapping[Key, int]

    def place(self, key: Key) -> tuple[str, int]:
        """Return (file, row), or (database, 0) for a row that the source does not give."""
        number = self.numbers.get(key)
        return (DATABASE, 0) if number is None else (self.file, number)


Outcomes = Mapping[str, Outcome]


def outcome(table: Table, images: Sequence[Row], existing: Sequence[Row], file: str) -> Outcome:
    """Overlay source images on stored rows: administrators' rows stay, lost seed rows turn inactive."""
    wanted = {table.key_of(image): image for image in images}
    rows: dict[Key, Row] = dict(wanted)
    for row in existing:
        key = table.key_of(row)
        if row["source_type"] == "admin":
            rows[key] = row
        elif key not in wanted:
            rows[key] = {**row, "is_active": False}
    numbers = {
        key: number
        for number, key in enumerate(map(table.key_of, images), start=1)
        if rows[key] is wanted[key]
    }
    return Outcome(rows, file, numbers)


def link_problems(tables: Tables, outcomes: Outcomes) -> list[Problem]:
    """Return every link that would dangle, lead from an active to an inactive row, or go in circles."""
    return [
        problem
        for table in tables.values()
        for link in table.links
        for problem in (
            *_parent_problems(table, link, tables[link.table], outcomes),
            *(_cycles(table, link, outcomes[table.name]) if link.table == table.name else ()),
        )
    ]


def _parent_problems(table: Table, link: Link, parent_table: Table, outcomes: Outcomes) -> Iterator[Problem]:
    here, parents = outcomes[table.name], outcomes[link.table].rows
    for key, row in here.rows.items():
        wanted = link.parent_key(row, parent_table.key)
        if wanted is None:
            continue
        parent = parents.get(wanted)
        if parent is None:
            yield _problem(
                table,
                link,
                here,
                key,
                "dangling_reference",
                f"{link.table} has no {show_key(wanted)}",
            )
        elif row["is_active"] and not parent["is_active"]:
            message = f"{link.table} {show_key(wanted)} is not active"
            yield _problem(table, link, here, key, "inactive_parent", message)


def _cycles(table: Table, link: Link, here: Outcome) -> Iterator[Problem]:
    safe: set[Key] = set()
    for start in here.rows:
        path: list[Key] = []
        key: Key | None = start
        while key is not None and key in here.rows and key not in safe and key not in path:
            path.append(key)
            key = link.parent_key(here.rows[key], table.key)
        if key is not None and key in path:
            circle = " → ".join(show_key(step) for step in [*path[path.index(key) :], key])
            yield _problem(table, link, here, key, "cycle", circle)
        safe.update(path)


def object_key_problems(source: Source, outcomes: Outcomes) -> list[Problem]:
    """Check that the keys of declared JSON objects, such as localizations, are active rows."""
    return [
        Problem(
            file,
            number,
            pointer(column, member),
            "unknown_member",
            f"{target} has no active {member}",
        )
        for column, target in source.manifest.object_keys.items()
        if target in outcomes
        for here in outcomes.values()
        for key, row in here.rows.items()
        for file, number in [here.place(key)]
        if file != DATABASE and isinstance(row.get(column), dict)
        for member in row[column]
        if not outcomes[target].rows.get((member,), {}).get("is_active")
    ]


def _problem(table: Table, link: Link, here: Outcome, key: Key, code: str, message: str) -> Problem:
    file, number = here.place(key)
    subject = f"{table.name} {show_key(key)}: " if file == DATABASE else ""
    return Problem(file, number, pointer(link.columns[0]), code, subject + message)
