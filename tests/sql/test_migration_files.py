"""The house style of SQL, asked of the files. Each answer is a list of offenders."""

import re
from itertools import pairwise
from pathlib import Path

from tests.conftest import MIGRATIONS

FILES = sorted(MIGRATIONS.glob("*.sql"))
UP = [path for path in FILES if not path.name.endswith(".rollback.sql")]


def offending_lines(pattern: str, files: list[Path] = FILES) -> list[str]:
    return [
        f"{path.name}:{number}: {line}"
        for path in files
        for number, line in enumerate(path.read_text().split("\n"), start=1)
        if re.search(pattern, line)
    ]


def test_keywords_are_lower_case() -> None:
    words = "SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|COMMENT|CALL|CONSTRAINT|SET|WITH|FROM|WHERE|AND|OR"
    assert offending_lines(rf"^\s*({words}|Select|Insert|Create|Alter|Drop|Comment|Call)\b") == []


def test_no_file_asks_whether_something_exists_already() -> None:
    assert offending_lines(r"(?i)\bif\s+(not\s+)?exists\b(?!\s*\()") == []


def test_no_file_opens_or_closes_a_transaction() -> None:
    assert offending_lines(r"(?i)^\s*(begin|commit|rollback|start\s+transaction)\s*;") == []


def test_no_file_is_long() -> None:
    assert [path.name for path in FILES if len(path.read_text().splitlines()) > 120] == []


def test_no_line_ends_as_on_windows_or_in_white_space() -> None:
    assert [path.name for path in FILES if b"\r" in path.read_bytes()] == []
    assert offending_lines(r"[ \t]$|\t") == []


def test_every_file_ends_with_one_line_feed() -> None:
    assert [path.name for path in FILES if not re.search(r"[^\n]\n\Z", path.read_text())] == []


def test_every_file_is_named_by_a_number_and_a_noun() -> None:
    name = re.compile(r"\d{4}\.[a-z]+(_[a-z]+)*(\.rollback)?\.sql")
    assert [path.name for path in MIGRATIONS.iterdir() if not name.fullmatch(path.name)] == []
    numbers = [path.name[:4] for path in UP]
    assert numbers == sorted(set(numbers))


def test_the_first_line_says_what_the_file_is_for() -> None:
    purpose = re.compile(r"-- [A-Z].*\.")
    assert [path.name for path in UP if not purpose.fullmatch(path.read_text().split("\n")[0])] == []


def test_the_second_line_names_the_files_that_come_before() -> None:
    known = {path.name.removesuffix(".sql") for path in UP}
    assert [path.name for path in UP if not depends(path) <= known] == []
    assert [path.name for path in UP if not depends(path)] == [UP[0].name]


def depends(path: Path) -> set[str]:
    marker, *names = path.read_text().split("\n")[1].removeprefix("-- ").split(" ")
    assert marker == "depends:"
    return {name for name in names if name}


def test_above_every_index_stands_the_question_it_answers() -> None:
    pairs = [pair for path in UP for pair in pairwise(path.read_text().split("\n"))]
    assert [line for above, line in pairs if line.startswith("create index") and not asks(above)] == []


def asks(line: str) -> bool:
    return line.startswith("-- ") and line.endswith("?")
