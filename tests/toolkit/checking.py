"""What the tests of `wildside db check` share: a folder of migrations from texts, and its findings."""

from collections.abc import Mapping
from pathlib import Path

from wildside.domain.lint.check import check, folder_of
from wildside.domain.migration_files import Finding
from wildside.outbound.sql_parser import parse_sql

FILE = "0001.walks.sql"
ROLLBACK = "0001.walks.rollback.sql"
HEAD = "-- Walks that somebody took.\n-- depends:\n"
CLEAN = f"{HEAD}\nselect 1;\n"

Example = str | Mapping[str, str]


def files_of(example: Example) -> dict[str, bytes]:
    """One text is a migration with a rollback; several stand as they are."""
    texts = {FILE: example, ROLLBACK: "select 1;\n"} if isinstance(example, str) else example
    return {name: text.encode() for name, text in texts.items()}


def findings(example: Example) -> list[Finding]:
    """What our own rules find, without squawk."""
    return check(folder_of(files_of(example), [], parse_sql), [])


def of_rule(rule: str, example: Example) -> list[tuple[str, int]]:
    """File and line of each finding of a rule."""
    return [(one.file, one.line) for one in findings(example) if one.rule == rule]


def lines(rule: str, text: str) -> list[int]:
    """The lines, after the head and an empty one, in which a rule is broken."""
    return [line - 3 for file, line in of_rule(rule, f"{HEAD}\n{text}") if file == FILE]


def in_rollback(text: str) -> dict[str, str]:
    """A clean migration with this rollback."""
    return {FILE: CLEAN, ROLLBACK: text}


def alone(text: str) -> str:
    """A migration without a transaction."""
    return f"{HEAD}-- transactional: false\n\n{text}"


def write(folder: Path, example: Example) -> Path:
    """Write the files of an example."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files_of(example).items():
        (folder / name).write_bytes(data)
    return folder
