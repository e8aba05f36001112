"""`wildside db new` writes a pair of files that the toolkit itself has nothing against."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.program import wildside
from tests.conftest import MIGRATIONS
from wildside.domain.command_errors import MigrationsInvalid
from wildside.outbound.migration_files import read_migrations, write_migration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(MIGRATIONS, tmp_path / "migrations")


def test_the_next_number_and_what_comes_before(folder: Path) -> None:
    last = read_migrations(folder).migrations[-1].id
    done = wildside("db", "new", "walk_sessions", "--migrations", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    made = read_migrations(folder).migrations[-1]
    number = int(last[:4]) + 1
    assert made.id == f"{number:04}.walk_sessions"
    assert (made.depends, made.transactional, made.irreversible) == ((last,), True, None)
    assert "set local lock_timeout" in made.text
    assert made.rollback


def test_a_contract_step_says_what_it_closes(folder: Path) -> None:
    first = read_migrations(folder).migrations[0].id
    arguments = ("db", "new", "old_column", "--migrations", str(folder), "--phase", "contract")
    assert wildside(*arguments).returncode == 2
    unknown = wildside(*arguments, "--closes", "9999.never")
    assert (unknown.returncode, unknown.stderr) == (
        2,
        "wildside: --closes: there is no migration 9999.never\n",
    )
    assert wildside(*arguments, "--closes", first).returncode == 0
    made = read_migrations(folder).migrations[-1]
    assert {name: value for name, (value, _) in made.directives.items()}["closes"] == first


def test_what_it_writes_passes_the_check(folder: Path) -> None:
    arguments = ("--migrations", str(folder))
    for more in ([], ["--phase", "expand"]):
        assert wildside("db", "new", "walks", *more, *arguments).returncode == 0
    expanded = read_migrations(folder).migrations[-1].id
    contract = ("--phase", "contract", "--closes", expanded)
    assert wildside("db", "new", "walks", *contract, *arguments).returncode == 0
    assert wildside("db", "check", "--strict", *arguments).stdout == ""


def test_what_is_there_is_never_written_over(folder: Path) -> None:
    [last] = read_migrations(folder).migrations[-1:]
    before = (folder / last.file).read_bytes()
    with pytest.raises(MigrationsInvalid, match=f"{last.file}: File exists"):
        write_migration(folder, replace(last, text="select 1;\n"))
    assert (folder / last.file).read_bytes() == before


@pytest.mark.parametrize("noun", ["Walk", "walk-sessions", "../x", "1walk", ""])
def test_a_wrong_name_writes_nothing(folder: Path, noun: str) -> None:
    before = sorted(folder.iterdir())
    assert wildside("db", "new", "--migrations", str(folder), "--", noun).returncode == 2
    assert sorted(folder.iterdir()) == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = wildside("db", "new", "walks", "--migrations", str(tmp_path / "none"))
    assert done.returncode == 2
    assert "there are no migrations in" in done.stderr


def test_files_of_another_fashion_have_no_next_number(tmp_path: Path) -> None:
    (tmp_path / "2020_01_walks.sql").write_text("select 1;\n")
    refused = wildside("db", "new", "walks", "--migrations", str(tmp_path))
    told = "2020_01_walks.sql: not named as 0001.walks.sql, so there is no next number"
    assert (refused.returncode, refused.stderr) == (2, f"wildside: {told}\n")


def test_half_a_pair_is_not_left(folder: Path) -> None:
    number = int(read_migrations(folder).migrations[-1].id[:4]) + 1
    (folder / f"{number:04}.walks.rollback.sql").write_text("select 1;\n")
    assert wildside("db", "new", "walks", "--migrations", str(folder)).returncode == 2
    assert not (folder / f"{number:04}.walks.sql").exists()
