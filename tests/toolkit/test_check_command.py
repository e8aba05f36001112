"""`wildside db check` as it is run: shapes, exit codes, offline, fast; and the real files pass."""

import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import environment, wildside
from tests.conftest import MIGRATIONS
from tests.toolkit.checking import CLEAN, FILE, HEAD, ROLLBACK, write
from wildside.domain.lint.check import RULES
from wildside.domain.lint.page import markdown
from wildside.domain.lint.squawk import LEFT_OUT, Remark, squawk_findings
from wildside.domain.migration_files import Finding
from wildside.inbound.cli.db.check import annotation
from wildside.outbound import squawk
from wildside.outbound.migration_check import check_migrations

PAGE = Path(__file__).parents[2] / "docs" / "migration-rules.md"
SERIAL = f"{HEAD}\nset local lock_timeout = '1s';\nalter table walks add column number serial;\n"
ADVICE = f"{HEAD}\ncreate table walks (id serial);\ncomment on table walks is 'Walks.';\n"

WITHOUT_NETWORK = """
import socket
def refuse(*arguments, **more):
    raise RuntimeError("the network was asked for")
for name in ("connect", "connect_ex", "bind", "sendto"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = socket.create_connection = refuse
"""


def test_our_own_migrations_pass_fast_and_without_a_stack_of_exceptions() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = wildside("db", "check", "--strict")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "nothing wrong\n")
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3
    assert [path.name for path in MIGRATIONS.iterdir() if "allow:" in path.read_text()] == []


def test_it_needs_no_network_and_no_database(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_NETWORK)
    done = wildside("db", "check", env={"PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (0, "")


def test_it_runs_where_there_is_no_network_at_all() -> None:
    unshare = shutil.which("unshare")
    command = [unshare or "", "--net", "--map-root-user"]
    if not unshare or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespace without network may be made here")
    program = [sys.executable, "-m", "wildside", "db", "check"]
    done = subprocess.run(
        [*command, *program], env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    return write(tmp_path / "migrations", {FILE: CLEAN + "\tbegin;\n", ROLLBACK: "vacuum;\n"})


def test_a_line_a_finding(wrong: Path) -> None:
    done = wildside("db", "check", "--migrations", "migrations", cwd=wrong.parent)
    assert done.returncode == 1
    told = [line.split(": ")[:2] for line in done.stdout.splitlines()]
    assert told == [
        [f"migrations/{ROLLBACK}:1", "in-transaction"],
        [f"migrations/{FILE}:5", "transaction-control"],
        [f"migrations/{FILE}:5", "whitespace"],
    ]
    assert done.stderr == "errors: 3, warnings: 0\n"


def test_the_same_as_json(wrong: Path) -> None:
    done = wildside("db", "check", "--migrations", str(wrong), "--json")
    assert done.returncode == 1
    found = [Finding(**one) for one in json.loads(done.stdout)]
    assert [(Path(one.file), one.line, one.rule, one.level) for one in found] == [
        (wrong / ROLLBACK, 1, "in-transaction", "error"),
        (wrong / FILE, 5, "transaction-control", "error"),
        (wrong / FILE, 5, "whitespace", "error"),
    ]
    assert wildside("db", "check", "--migrations", str(wrong), "--format", "json").stdout == done.stdout
    assert json.loads(wildside("db", "check", "--json").stdout) == []


def test_the_same_as_annotations(wrong: Path) -> None:
    done = wildside("db", "check", "--migrations", "migrations", "--format", "github", cwd=wrong.parent)
    assert done.returncode == 1
    first = done.stdout.splitlines()[0]
    assert first.startswith(
        f"::error file=migrations/{ROLLBACK},line=1,title=in-transaction::this cannot run"
    )


def test_annotations_are_escaped_and_have_a_line() -> None:
    finding = Finding("a,b:%.sql", 0, "squawk/x", "100 %\r\nof: a, b", "warning")
    assert annotation(finding) == (
        "::warning file=a%2Cb%3A%25.sql,line=1,title=squawk/x::100 %25%0D%0Aof: a, b"
    )


def test_advice_is_a_warning_unless_it_is_strict(tmp_path: Path) -> None:
    folder = str(write(tmp_path, ADVICE))
    done = wildside("db", "check", "--migrations", folder)
    assert (done.returncode, done.stderr) == (0, "errors: 0, warnings: 1\n")
    assert f"{FILE}:4: squawk/prefer-identity: " in done.stdout
    for shape in ("text", "json", "github"):
        arguments = ("db", "check", "--migrations", folder, "--format", shape)
        assert [wildside(*arguments).returncode, wildside(*arguments, "--strict").returncode] == [0, 1]


def test_what_only_squawk_cannot_read_is_a_warning() -> None:
    remarks = [Remark(FILE, 1, rule, "…") for rule in ("prefer-identity", "syntax-error", "disallowed-x")]
    assert [one.level for one in squawk_findings(remarks)] == ["warning", "warning", "error"]


def test_squawk_is_told_of_the_transaction_and_counts_lines_as_we_do(tmp_path: Path) -> None:
    risky = f"{HEAD}\nset local lock_timeout = '1s';\n\nalter table walks\n    add column a text not null;\n"
    folder = str(write(tmp_path, risky))
    done = wildside("db", "check", "--migrations", folder)
    assert [line.split(": ")[0][-1] for line in done.stdout.splitlines()] == ["7"]
    assert "squawk/adding-required-field" in done.stdout
    write(tmp_path, risky.replace("\nset", "-- allow: squawk/adding-required-field: no rows yet\n\nset", 1))
    assert wildside("db", "check", "--migrations", folder).returncode == 0
    lone = "-- Walks.\n-- depends:\n-- transactional: false\n\nalter table walks add column a text;\n"
    write(tmp_path, lone)
    assert wildside("db", "check", "--migrations", folder).returncode == 0
    write(tmp_path, lone.replace("text;", "text not null;"))
    assert (
        f"{FILE}:5: squawk/adding-required-field: " in wildside("db", "check", "--migrations", folder).stdout
    )


def test_squawk_knows_what_the_oldest_server_can_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    column = "alter table walks add column a bigint not null default 1;\n"
    write(tmp_path, f"{HEAD}\nset local lock_timeout = '1s';\n{column}")
    assert check_migrations(tmp_path) == []
    monkeypatch.setattr(squawk, "OLDEST", "10.0")
    told = [one.rule for one in check_migrations(tmp_path)]
    assert told == ["squawk/adding-field-with-default"]


def test_settings_of_squawk_on_the_machine_change_nothing(tmp_path: Path) -> None:
    write(tmp_path / "migrations", SERIAL)
    before = wildside("db", "check", "--migrations", "migrations", cwd=tmp_path)
    excluded = 'excluded_rules = ["prefer-identity", "adding-serial-primary-key-field"]\n'
    (tmp_path / ".squawk.toml").write_text(excluded)
    settings = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    after = wildside("db", "check", "--migrations", "migrations", cwd=tmp_path, env=settings)
    assert "squawk/" in before.stdout
    assert (before.returncode, before.stdout) == (after.returncode, after.stdout)


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['pglast'] = None\n")
    done = wildside("db", "check", env={"PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "wildside: no pglast: pip install 'wildside[toolkit]'\n"


def test_without_squawk_it_says_so_too(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import shutil\nshutil.which = lambda *_, **__: None\n")
    done = wildside("db", "check", env={"PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stderr) == (2, "wildside: no squawk: pip install 'wildside[toolkit]'\n")


@pytest.mark.parametrize("wrong_use", [["--format", "xml"], ["--markdown"], ["extra"]])
def test_wrong_usage(wrong_use: list[str]) -> None:
    done = wildside("db", "check", *wrong_use)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage:" in done.stderr


def test_the_rules_are_listed_a_line_each_and_so_is_every_option() -> None:
    listed = wildside("db", "check", "--rules").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [*(rule.id for rule in RULES), "allow", "squawk/…"]
    shown = wildside("db", "check", "--help").stdout
    assert "Exit codes: 0 done, 2 wrong usage, 1 something is wrong" in shown
    assert all(option in shown for option in ("--migrations", "--format", "--json", "--strict", "--rules"))


def test_the_page_is_up_to_date() -> None:
    assert wildside("db", "check", "--rules", "--markdown").stdout == markdown()
    assert PAGE.read_text() == markdown(), "wildside db check --rules --markdown > docs/migration-rules.md"
    assert all(f"## {rule.id}\n" in markdown() for rule in RULES)
    assert all(f"| `{rule}` |" in markdown() for rule in LEFT_OUT)
