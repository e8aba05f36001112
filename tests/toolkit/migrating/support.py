"""What these tests share: files, yoyo's own command, ours, and questions to the database."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any, LiteralString

import psycopg

from tests.cli.program import Program, environment, python, wildside
from tests.conftest import MIGRATIONS

YOYO = Path(sys.executable).with_name("yoyo")
CHECKSUMS = "0000.migration_checksums"
Done = subprocess.CompletedProcess[str]


def write(folder: Path, name: str, text: str, rollback: str | None = None) -> Path:
    """A migration, and what undoes it."""
    (folder / f"{name}.sql").write_text(f"{text}\n")
    if rollback is not None:
        (folder / f"{name}.rollback.sql").write_text(f"{rollback}\n")
    return folder


def tables(folder: Path, *names: str) -> Path:
    """A migration for each table."""
    for name in names:
        noun = name.partition(".")[2]
        write(folder, name, f"create table {noun} (id integer);", f"drop table {noun};")
    return folder


def with_checksums(folder: Path) -> Path:
    """The project's own table of checksums, as the first migration."""
    text = (MIGRATIONS / "0017.migration_checksums.sql").read_text().split("\n", 2)[2]
    return write(folder, CHECKSUMS, text, "drop table migration_checksums;")


def yoyos_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def yoyo_command(command: str, url: str, folder: Path, *more: str) -> list[str]:
    named = ("--database", yoyos_url(url), str(folder))
    return [str(YOYO), command, "--no-config-file", *more, *named]


def yoyo(command: str, url: str, folder: Path, *more: str) -> Done:
    """yoyo's own command, its output not a terminal."""
    return python(*yoyo_command(command, url, folder, *more), env=environment())


def db(command: str, url: str, folder: Path, *more: str) -> Done:
    return wildside("db", command, "--database-url", url, "--migrations", str(folder), *more)


def db_program(command: str, url: str, folder: Path, *more: str) -> Program:
    return Program("db", command, "--database-url", url, "--migrations", str(folder), *more)


@contextmanager
def yoyo_running(url: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`yoyo apply` at work."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        yoyo_command("apply", url, folder), env=environment(), stdin=quiet, stdout=quiet, stderr=quiet
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ask(url: str, query: LiteralString, *arguments: Any) -> list[Any]:
    """The first column of every row."""
    with psycopg.connect(url, autocommit=True) as connection:
        return [row[0] for row in connection.execute(query, arguments or None).fetchall()]


def run(url: str, *statements: LiteralString) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def applied(url: str) -> list[str]:
    """What yoyo's table says."""
    if ask(url, "select to_regclass('_yoyo_migration')") == [None]:
        return []
    return ask(url, "select migration_id from _yoyo_migration order by applied_at_utc, migration_id")


def there(url: str, relation: str) -> bool:
    return ask(url, "select to_regclass(%s) is not null", relation) == [True]


def sleepers(url: str) -> list[int]:
    """Backends in the middle of a statement that sleeps."""
    query = """
        select pid from pg_stat_activity
         where datname = current_database() and state = 'active' and query ~ 'pg_sleep'
           and pid <> pg_backend_pid()
    """
    return ask(url, query)


def until(answer: Callable[[], object], within: float = 10.0) -> None:
    """Ask until the answer is true."""
    started = monotonic()
    while not answer():
        assert monotonic() - started < within, "not in time"
        sleep(0.02)
