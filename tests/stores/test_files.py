"""Reading a folder of reference data: what is wrong with files, and when two folders are the same."""

from pathlib import Path
from typing import Any

import pytest

from wildside.domain.command_errors import SourceInvalid
from wildside.domain.source import Pairs, Rename
from wildside.outbound.files import read_source

MANIFEST = 'table = [{ name = "tags" }, { name = "badges" }]\n'
ROWS = '[{"slug": "a"}]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without faults."""
    return filled(tmp_path / "reference")


def filled(folder: Path) -> Path:
    folder.mkdir()
    (folder / "manifest.toml").write_text(MANIFEST)
    (folder / "tags.json").write_text(ROWS)
    (folder / "badges.json").write_text(ROWS)
    (folder / "renames.json").write_text("[]\n")
    return folder


def problems(folder: Path) -> list[tuple[str, int, str]]:
    return [(problem.file, problem.row, problem.code) for problem in read_source(folder).problems]


def refusal(folder: Path) -> str:
    with pytest.raises(SourceInvalid) as raised:
        read_source(folder)
    [problem] = raised.value.problems
    return problem


class TestManifest:
    def test_a_folder_without_faults_is_read_whole(self, folder: Path) -> None:
        source = read_source(folder)
        assert source.problems == []
        assert source.manifest.order == ["tags", "badges"]
        assert {name: (file.name, file.rows) for name, file in source.files.items()} == {
            "tags": ("tags.json", [{"slug": "a"}]),
            "badges": ("badges.json", [{"slug": "a"}]),
        }

    def test_a_folder_without_a_manifest_is_refused_with_its_path(self, tmp_path: Path) -> None:
        assert refusal(tmp_path).startswith(
            f"manifest.toml:0:: unreadable: {tmp_path / 'manifest.toml'}: No such file"
        )

    @pytest.mark.parametrize(
        "content",
        [
            b"table = [",
            b"\xff",
            b"",
            b'table = "tags"',
            b"table = [{ name = 1 }]",
            b'table = [{ name = "tags", key = "slug" }]',
            b"table = []\nmax_shrnk = 0.5",
            b'table = []\nmax_shrink = "half"',
        ],
    )
    def test_a_manifest_that_cannot_be_understood_is_refused(self, folder: Path, content: bytes) -> None:
        (folder / "manifest.toml").write_bytes(content)
        assert refusal(folder).startswith("manifest.toml:0:: invalid_manifest: ")

    def test_an_unknown_member_is_named(self, folder: Path) -> None:
        (folder / "manifest.toml").write_text("table = []\nmax_shrnk = 0.5")
        assert "max_shrnk" in refusal(folder)

    def test_a_file_that_the_manifest_does_not_name_is_not_read(self, folder: Path) -> None:
        (folder / "notes.json").write_text("not JSON")
        assert problems(folder) == []


class TestFiles:
    def test_a_missing_file_is_a_problem_of_that_file(self, folder: Path) -> None:
        (folder / "tags.json").unlink()
        assert problems(folder) == [("tags.json", 0, "unreadable")]
        assert "tags" not in read_source(folder).files

    def test_a_folder_in_place_of_a_file_is_unreadable(self, folder: Path) -> None:
        (folder / "tags.json").unlink()
        (folder / "tags.json").mkdir()
        assert problems(folder) == [("tags.json", 0, "unreadable")]

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"[", id="cut short"),
            pytest.param(b'[{"slug": "a"},]', id="trailing comma"),
            pytest.param(b"[] []", id="two values"),
            pytest.param(b"\xef\xbb\xbf[]", id="byte order mark"),
            pytest.param(b'[{"slug": "caf\xe9"}]', id="Latin-1"),
            pytest.param(b'[{"slug": "\xed\xa0\xbd"}]', id="surrogate in UTF-8"),
            pytest.param("[]".encode("utf-16"), id="UTF-16"),
            pytest.param(b'[{"weight": NaN}]', id="NaN"),
            pytest.param(b'[{"weight": Infinity}]', id="Infinity"),
            pytest.param(b'[{"weight": -Infinity}]', id="-Infinity"),
            pytest.param(b'[{"slug": "a\tb"}]', id="control character"),
            pytest.param(b"[" * 100_000, id="deep nesting"),
            pytest.param(b"[" * 100_000 + b"]" * 100_000, id="deep nesting, closed"),
            pytest.param(b"[" + b"9" * 5000 + b"]", id="enormous number"),
        ],
    )
    def test_what_is_no_json_is_a_problem_of_that_file(self, folder: Path, content: bytes) -> None:
        (folder / "tags.json").write_bytes(content)
        assert problems(folder) == [("tags.json", 0, "invalid_json")]

    @pytest.mark.parametrize("content", ["{}", "null", '"text"', "1", '{"a": 1, "a": 2}'])
    def test_what_is_no_array_is_a_problem_of_that_file(self, folder: Path, content: str) -> None:
        (folder / "tags.json").write_text(content)
        assert problems(folder) == [("tags.json", 0, "wrong_type")]

    def test_an_empty_array_is_read_for_others_to_judge(self, folder: Path) -> None:
        (folder / "tags.json").write_text("[]")
        assert read_source(folder).files["tags"].rows == []

    def test_every_faulty_file_is_reported_at_once(self, folder: Path) -> None:
        (folder / "tags.json").write_text("{}")
        (folder / "badges.json").unlink()
        (folder / "renames.json").write_text("[")
        assert problems(folder) == [
            ("tags.json", 0, "wrong_type"),
            ("badges.json", 0, "unreadable"),
            ("renames.json", 0, "invalid_json"),
        ]

    @pytest.mark.parametrize(
        ("text", "row"),
        [
            ('[{"a": 1, "b": 2, "a": 3}]', Pairs({"a": 3, "b": 2}, ("a",))),
            ('[{"x": {"a": 1, "a": 1}}]', {"x": Pairs({"a": 1}, ("a",))}),
            ('[{"x": [{"a": 1, "a": 1, "a": 1}]}]', {"x": [Pairs({"a": 1}, ("a",))]}),
            ('[{"a": 1, "\\u0061": 2}]', Pairs({"a": 2}, ("a",))),
        ],
    )
    def test_a_member_given_twice_is_remembered(self, folder: Path, text: str, row: Any) -> None:
        (folder / "tags.json").write_text(text)
        assert read_source(folder).files["tags"].rows == [row]


class TestRenames:
    def test_a_folder_need_not_have_renames(self, folder: Path) -> None:
        (folder / "renames.json").unlink()
        assert (read_source(folder).renames, problems(folder)) == ([], [])

    def test_declared_renames_are_read(self, folder: Path) -> None:
        (folder / "renames.json").write_text('[{"table": "tags", "from": "b", "to": "a"}]')
        assert read_source(folder).renames == [Rename("tags", ("b",), ("a",), 1)]

    def test_a_manifest_may_name_another_file(self, folder: Path) -> None:
        (folder / "manifest.toml").write_text('renames = "moves.json"\n' + MANIFEST)
        (folder / "moves.json").write_text('[{"table": "tags", "from": "b", "to": null}]')
        assert read_source(folder).renames == [Rename("tags", ("b",), None, 1)]

    def test_a_faulty_rename_is_a_problem_of_its_row(self, folder: Path) -> None:
        (folder / "renames.json").write_text("[{}, 1]")
        assert problems(folder) == [
            ("renames.json", 1, "wrong_members"),
            ("renames.json", 2, "wrong_members"),
        ]


class TestDigest:
    def test_it_is_the_same_for_the_same_files_in_another_folder(self, folder: Path, tmp_path: Path) -> None:
        assert read_source(filled(tmp_path / "elsewhere")).digest == read_source(folder).digest

    def test_it_does_not_depend_on_when_a_file_was_written_or_on_others_beside_it(self, folder: Path) -> None:
        before = read_source(folder).digest
        (folder / "tags.json").write_text(ROWS)
        (folder / "notes.txt").write_text("x")
        assert read_source(folder).digest == before

    @pytest.mark.parametrize("name", ["manifest.toml", "tags.json", "badges.json", "renames.json"])
    def test_it_changes_with_any_byte_of_any_file(self, folder: Path, name: str) -> None:
        before = read_source(folder).digest
        (folder / name).write_text((folder / name).read_text() + "\n")
        assert read_source(folder).digest != before

    def test_it_changes_when_two_files_change_places(self, folder: Path) -> None:
        (folder / "badges.json").write_text("[]\n")
        before = read_source(folder).digest
        (folder / "badges.json").write_text(ROWS)
        (folder / "tags.json").write_text("[]\n")
        assert read_source(folder).digest != before

    def test_it_changes_when_bytes_move_from_one_file_to_the_next(self, folder: Path) -> None:
        (folder / "tags.json").write_text("[] ")
        (folder / "badges.json").write_text("[]")
        before = read_source(folder).digest
        (folder / "tags.json").write_text("[]")
        (folder / "badges.json").write_text(" []")
        assert read_source(folder).digest != before

    def test_it_is_a_sha_256(self, folder: Path) -> None:
        digest = read_source(folder).digest
        assert len(digest) == 64
        assert int(digest, 16) >= 0
