"""Files that nobody would write: each is told about, none ends the program or holds it up."""

import sys
from pathlib import Path
from time import monotonic

import pytest

from tests.cli.program import wildside
from tests.toolkit.checking import CLEAN, FILE, HEAD, ROLLBACK, write
from wildside.domain.lint.check import folder_of
from wildside.outbound import squawk
from wildside.outbound.migration_check import check_migrations
from wildside.outbound.migration_files import read_contents
from wildside.outbound.sql_parser import parse_sql

DEEP = 9_000

HOSTILE = {
    "empty": b"",
    "one line feed": b"\n",
    "only white space": b" \t\r\n ",
    "only comments": b"-- Nothing.\n/* at all */\n",
    "open comment": b"-- Nothing.\n/* at all\n",
    "NUL": b"-- Walks.\nselect 1;\0 select 2;\n",
    "nothing but NUL": b"\0" * 1000,
    "Latin 1": "-- Caf\xe9.\nselect 'caf\xe9';\n".encode("latin-1"),
    "UTF-16": "-- Walks.\nselect 1;\n".encode("utf-16"),
    "surrogates": b"select '\xed\xa0\x80';\n",
    "random": bytes(range(256)) * 16,
    "open string": b"-- Walks.\nselect 'open;\n",
    "open dollars": b"-- Walks.\ndo $x$ begin\n",
    "open quotes": b'-- Walks.\nselect "open;\n',
    "brackets": b"select " + b"(" * DEEP + b"1" + b")" * DEEP + b";\n",
    "open brackets": b"select " + b"(" * DEEP,
    "sums": b"select 1" + b"+1" * DEEP + b";\n",
    "nots": b"select " + b"not " * DEEP + b"true;\n",
    "arrays": b"select " + b"array[" * 2000 + b"1" + b"]" * 2000 + b";\n",
    "subqueries": b"select * from " + b"(select * from " * 900 + b"t" + b") x" * 900 + b";\n",
    "comments in comments": b"/*" * 3000 + b"*/" * 3000 + b"\nselect 1;\n",
    "semicolons": b";" * 5000 + b"\n",
    "1 MB": b"-- Walks.\n" + b"select 1;\n" * 100_000,
    "1 MB in a line": b"-- " + b"x" * 1_000_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", [FILE, ROLLBACK])
def test_a_hostile_file_has_findings_and_no_other_file_does(data: bytes, name: str, tmp_path: Path) -> None:
    second = CLEAN.replace("-- depends:", "-- depends: 0001.walks")
    clean = {FILE: CLEAN, ROLLBACK: "select 1;\n", "0002.legs.sql": second}
    write(tmp_path, clean | {"0002.legs.rollback.sql": "select 1;\n"})
    (tmp_path / name).write_bytes(data)
    odd = data in (HOSTILE["brackets"], HOSTILE["comments in comments"])  # but right
    started = monotonic()
    found = check_migrations(tmp_path)
    assert monotonic() - started < 10
    assert {Path(one.file).name for one in found} == (set() if odd and name == ROLLBACK else {name})
    assert all(0 <= one.line <= data.count(b"\n") + data.count(b"\r") + 1 for one in found)
    assert all(len(one.message) < 1000 for one in found)


def test_a_file_that_squawk_dies_of_does_not_hide_what_it_says_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    risky = f"{HEAD}\nset local lock_timeout = '1s';\n-- Which?\ncreate index walks_a on walks (a);\n"
    write(tmp_path, {FILE: CLEAN, ROLLBACK: "select 1;\n", "0002.legs.sql": risky})
    dying = tmp_path / "squawk"
    dying.write_text(f"""#!{sys.executable}
import pathlib, subprocess, sys
texts = [pathlib.Path(one).read_text() for one in sys.argv if one.endswith(".sql")]
if any("somebody" in text and "index" not in text for text in texts):
    sys.exit(134)
sys.exit(subprocess.call([{squawk._program()!r}, *sys.argv[1:]]))
""")
    dying.chmod(0o755)
    monkeypatch.setattr(squawk, "_program", lambda: str(dying))
    files = folder_of(read_contents(tmp_path)[0], [], parse_sql).files
    told = {(one.file, one.rule, one.line) for one in squawk.run_squawk(list(files.values()))}
    assert {(FILE, "failed", 0), ("0002.legs.sql", "require-concurrent-index-creation", 6)} <= told


def test_names_that_are_hostile_too(tmp_path: Path) -> None:
    write(tmp_path, CLEAN)
    names = [
        "0002.a b.sql",
        "0002.%25:,.sql",
        "-e.sql",
        "*.sql",
        "é.sql",
        ".hidden.sql",
        "0002.x\n::error::y.sql",
    ]
    for name in names:
        (tmp_path / name).write_text("select 1;\n")
    (tmp_path / "folder.sql").mkdir()
    (tmp_path / "dangling.sql").symlink_to("nowhere")
    done = wildside("db", "check", "--migrations", str(tmp_path), "--format", "github")
    assert done.returncode == 1
    assert all(line.startswith("::error file=") for line in done.stdout.splitlines())
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path, write(tmp_path / "x", CLEAN) / FILE):
        done = wildside("db", "check", "--migrations", str(folder))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("wildside: there are no migrations in")
        assert done.stderr.count("\n") == 1
