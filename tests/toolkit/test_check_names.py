"""Names, numbers, rollbacks, directives: what yoyo would run, and what it would pass over in silence."""

import pytest

from tests.toolkit.checking import CLEAN, FILE, HEAD, ROLLBACK, findings, in_rollback, of_rule
from wildside.domain.lint.check import check, folder_of
from wildside.outbound.sql_parser import parse_sql

UNDO = "select 1;\n"


def test_a_clean_pair_has_no_findings() -> None:
    assert findings(CLEAN) == []


@pytest.mark.parametrize(
    "name",
    [
        "1.walks.sql",
        "0001_walks.sql",
        "0001.Walks.sql",
        "0001.walks-old.sql",
        "0001.1.sql",
        "0001.a.b.sql",
        "a.sql",
    ],
)
def test_a_name_that_yoyo_would_run_but_is_not_ours(name: str) -> None:
    assert of_rule("name", {name: CLEAN, name.replace(".sql", ".rollback.sql"): UNDO}) == [(name, 0)]


def test_strays_and_rollbacks_of_nothing() -> None:
    contents = {FILE: CLEAN.encode(), ROLLBACK: b"select 1;\n", "0002.legs.rollback.sql": b"select 1;\n"}
    found = check(folder_of(contents, ["0003.old.py", "notes.txt", "0004.sub.SQL"], parse_sql), [])
    told = {one.file: (one.line, one.rule) for one in found}
    assert told == dict.fromkeys(
        ["0002.legs.rollback.sql", "0003.old.py", "0004.sub.SQL", "notes.txt"], (0, "name")
    )
    assert "yoyo would run it" in next(one.message for one in found if one.file.endswith(".py"))


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        (["0002.walks"], ["0002.walks"]),
        (["0000.walks"], ["0000.walks"]),
        (["0001.legs", "0001.walks"], ["0001.walks"]),
        (["0001.a", "0002.b", "0004.c", "0005.d"], ["0004.c"]),
        (["0001.a", "0002.b"], []),
    ],
)
def test_numbers(names: list[str], wrong: list[str]) -> None:
    assert of_rule("number", {f"{name}.sql": CLEAN for name in names}) == [(f"{one}.sql", 0) for one in wrong]


def test_an_irreversible_migration_says_why_and_has_no_rollback() -> None:
    said = "-- Walks.\n-- irreversible: rows are merged\n\nselect 1;\n"
    assert of_rule("rollback", {FILE: said}) == []
    assert of_rule("rollback", {FILE: said, ROLLBACK: UNDO}) == [(FILE, 2)]
    assert of_rule("rollback", {FILE: said.replace(" rows are merged", "")}) == [(FILE, 2)]
    assert of_rule("rollback", {FILE: CLEAN}) == [(FILE, 0)]


@pytest.mark.parametrize(
    ("directive", "line"),
    [
        ("-- depends: 0001.a", None),
        ("-- depends: 0001.a 0003.c", 2),
        ("-- depends: 0003.c", 2),
        ("-- depends: 0002.b", 2),
        ("-- depends: 0009.z", 2),
        ("-- depends:", 2),
        ("-- Something else.", 0),
    ],
)
def test_depends_names_what_comes_before_and_only_that(directive: str, line: int | None) -> None:
    texts = {
        "0001.a.sql": "-- A.\n-- depends:\n\nselect 1;\n",
        "0002.b.sql": f"-- B.\n{directive}\n\nselect 1;\n",
        "0003.c.sql": "-- C.\n-- depends: 0002.b\n\nselect 1;\n",
    }
    assert of_rule("depends", texts) == ([] if line is None else [("0002.b.sql", line)])


def test_the_first_of_all_depends_on_nothing() -> None:
    assert of_rule("depends", "-- Walks.\n-- depends: 0001.walks\n\nselect 1;\n") == [(FILE, 2)]
    assert of_rule("depends", "-- Walks.\n\nselect 1;\n") == [(FILE, 0)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("-- Walks.\n-- Depends:\n\nselect 1;\n", 2),
        ("-- Walks.\n-- TRANSACTIONAL: false\n\nselect 1;\n", 2),
        ("-- Walks.\n--depends:\n\nselect 1;\n", 2),
        ("-- Walks.\n-- depends :\n\nselect 1;\n", 2),
        ("-- Walks.\n--  depends:\n\nselect 1;\n", 2),
        ("-- Walks.\n-- depends:\n-- depends:\n\nselect 1;\n", 3),
        ("-- Walks.\n-- transactional: maybe\n\nselect 1;\n", 2),
        ("-- Walks.\n-- transactional: False\n\nselect 1;\n", 2),
        ("-- Walks.\n-- transactional:\n\nselect 1;\n", 2),
        ("-- Walks.\n-- phase: shrink\n\nselect 1;\n", 2),
        ("-- Walks.\n/* -- transactional: false */\nselect 1;\n", 2),
        ("-- Walks.\n/*\ndepends: 0000.x\n*/\nselect 1;\n", 3),
        ("-- Walks.\n/* On. */\n-- transactional: false\nselect 1;\n", 3),
        ("-- Walks.\n\nselect 1;\n-- irreversible: no\n", 4),
        ("-- Walks.\n\nselect 1; -- depends: 0000.x\n", 3),
        ("-- Walks.\n-- depend:\n\nselect 1;\n", 2),
        ("-- Walks.\n-- transaction: false\n\nselect 1;\n", 2),
        ("-- Walks.\n-- Transactionnal: false\n\nselect 1;\n", 2),
        ("-- Walks.\n-- allows: rule: why\n\nselect 1;\n", 2),
        ("-- Walks.\n-- squawk-ignore ban-drop-table\nselect 1;\n", 2),
        ("-- Walks.\n-- depends: 0000.a\n-- transactional: true\n\nselect 1;\n", None),
        ("-- Walks.\n-- Note: this is prose.\n\nselect 'depends: x', $$\n-- depends: y\n$$;\n", None),
        ("\n-- Walks.\n\n  -- depends:\n\nselect 1;\n", None),
    ],
)
def test_directives_that_yoyo_would_not_see_or_not_understand(text: str, line: int | None) -> None:
    assert of_rule("directive", text) == ([] if line is None else [(FILE, line)])


def test_it_says_what_yoyo_does_with_it() -> None:
    told = [one.message for one in findings(CLEAN.replace("-- depends", "-- Depends")) if one.line]
    assert told == ["yoyo does not see `Depends`; write `depends`"]
    itself = [one.message for one in findings(CLEAN.replace("-- depends:", "-- depends: 0001.walks"))]
    assert itself == ["0001.walks does not come before it"]


def test_a_rollback_has_no_directives() -> None:
    text = "-- transactional: false\n-- depends: 0000.x\nselect 1;\n"
    assert of_rule("directive", in_rollback(text)) == [(ROLLBACK, 1), (ROLLBACK, 2)]


@pytest.mark.parametrize("first", ["-- walks.", "-- Walks", "--Walks.", "", "/* Walks. */", "select 1;"])
def test_the_first_line_is_a_sentence(first: str) -> None:
    assert of_rule("purpose", f"{first}\nselect 1;\n") == [(FILE, 1)]


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("-- allow: question: the planner asked for it", []),
        ("-- allow: question", [4]),
        ("-- allow: question:", [4]),
        ("-- allow: question because", [4]),
        ("-- allow:", [4]),
        ("-- allow: questions: why", [4]),
        ("-- allow: table-comment: why", [4]),
        ("-- allow: squawk/adding-field-with-default: why", [4]),
        ("/* allow: question: why */", None),
        ("-- allow me to say", None),
    ],
)
def test_an_allow_has_a_reason_and_something_to_silence(comment: str, told: list[int] | None) -> None:
    text = f"{HEAD}\n{comment}\nselect 1;\ncreate index walks_owner on walks (owner);\n"
    assert of_rule("allow", text) == [(FILE, line) for line in told or []]
    assert bool(of_rule("question", text)) == (told != [])


def test_an_allow_counts_for_its_own_file_only() -> None:
    texts = in_rollback("-- allow: transaction-control: why\nbegin;\n") | {FILE: f"{HEAD}\nbegin;\n"}
    assert of_rule("transaction-control", texts) == [(FILE, 4)]
    assert of_rule("allow", texts) == []
