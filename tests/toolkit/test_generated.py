"""Generated files are replaced together or not at all."""

import os
from pathlib import Path

import pytest

from wildside.domain.command_errors import OutputFailed
from wildside.domain.generated import differences
from wildside.outbound.generated import read_generated, replace_files

OLD = {"a.txt": "mark a\n", "deep/b.txt": "mark b\n", "gone.txt": "mark gone\n"}
NEW = {"a.txt": "mark A\n", "deep/b.txt": "mark B\n", "new/c.txt": "mark C\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "docs"
    replace_files(place, OLD)
    (place / "by-hand.txt").write_text("mine")
    return place


def content(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_all_are_replaced_and_the_stale_one_goes(folder: Path) -> None:
    replace_files(folder, NEW, ["gone.txt"])
    assert content(folder) == NEW | {"by-hand.txt": "mine"}


@pytest.mark.parametrize("at", range(1, 6))
def test_an_error_half_way_leaves_everything_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    real, calls = os.replace, []

    def failing(source: Path, target: Path) -> None:
        calls.append(source)
        if len(calls) == at:
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OutputFailed, match="No space left on device"):
        replace_files(folder, NEW, ["gone.txt"])
    assert len(calls) >= at
    monkeypatch.undo()
    assert content(folder) == OLD | {"by-hand.txt": "mine"}


def test_a_folder_that_cannot_be_filled_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed):
        replace_files(tmp_path / "x" / "y", {"a" * 300: ""})
    assert not (tmp_path / "x").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputFailed):
        replace_files(tmp_path / "file", NEW)


def test_ours_are_known_by_their_mark(folder: Path) -> None:
    assert read_generated(folder, "mark", []) == OLD
    assert read_generated(folder, "nothing", ["by-hand.txt", "not-there.txt"]) == {"by-hand.txt": "mine"}
    assert read_generated(folder, "", ["a.txt"]) == {"a.txt": "mark a\n"}
    assert read_generated(folder / "not-there", "mark", ["a.txt"]) == {}


def test_differences_say_what_and_where() -> None:
    found = differences(
        {"a": "1\n2\n3\n", "b": "", "d": "x\n"}, {"a": "1\nzwei\n3\n", "c": "", "d": "x\ny\n"}
    )
    assert [str(one) for one in found] == [
        "a:2: different: is out of date",
        "b:0: missing: is missing",
        "c:0: stale: should not be there",
        "d:2: different: is out of date",
    ]
    assert found[0].diff.splitlines()[3:7] == [" 1", "-zwei", "+2", " 3"]
