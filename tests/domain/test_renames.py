"""Declared renames: which are still to be done, which clash, and which do not fit the source."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.builders import row, source, table
from wildside.domain.plan import RenamePlan, plan_renames, rename_problems
from wildside.domain.reference import Key
from wildside.domain.source import Manifest, Rename

TAGS = table()


def rename(old: str, new: str | None, what: str = "tags") -> Rename:
    return Rename(what, (old,), None if new is None else (new,), 1)


def codes(refusals: Sequence[str]) -> list[str]:
    return [refusal.partition(":")[0] for refusal in refusals]


class TestPlanOfRenames:
    def test_a_key_that_is_there_is_renamed(self) -> None:
        assert plan_renames([rename("a", "b")], {"tags": [("a",)]}) == RenamePlan([rename("a", "b")], [])

    @pytest.mark.parametrize("keys", [{}, {"tags": []}, {"tags": [("b",)]}])
    def test_a_rename_done_before_or_never_needed_is_left_out(self, keys: dict[str, list[Key]]) -> None:
        assert plan_renames([rename("a", "b")], keys) == RenamePlan([], [])

    def test_a_retired_key_is_not_renamed(self) -> None:
        assert plan_renames([rename("a", None)], {"tags": [("a",)]}) == RenamePlan([], [])

    def test_a_rename_onto_a_key_in_use_is_refused(self) -> None:
        found = plan_renames([rename("a", "b")], {"tags": [("a",), ("b",)]})
        assert found.steps == []
        assert codes(found.refusals) == ["rename_conflict"]

    def test_a_chain_is_followed_from_wherever_the_database_is(self) -> None:
        chain = [rename("a", "b"), rename("b", "c")]
        assert plan_renames(chain, {"tags": [("a",)]}).steps == chain
        assert plan_renames(chain, {"tags": [("b",)]}).steps == chain[1:]
        assert plan_renames(chain, {"tags": [("c",)]}).steps == []

    def test_a_chain_written_newest_first_is_followed_or_refused_but_never_left_half_done(self) -> None:
        found = plan_renames([rename("b", "c"), rename("a", "b")], {"tags": [("a",)]})
        last = found.steps[-1].new if found.steps else None
        assert last == ("c",) or found.refusals

    @pytest.mark.parametrize("backwards", [False, True])
    def test_two_rows_of_one_chain_cannot_both_become_its_end(self, backwards: bool) -> None:
        chain = [rename("a", "b"), rename("b", "c")]
        found = plan_renames(chain[::-1] if backwards else chain, {"tags": [("a",), ("b",)]})
        assert codes(found.refusals) == ["rename_conflict"]

    def test_each_table_has_keys_of_its_own(self) -> None:
        assert plan_renames([rename("a", "b")], {"tags": [("a",)], "badges": [("b",)]}).refusals == []

    def test_every_conflict_is_refused_at_once(self) -> None:
        both = [rename("a", "b"), rename("c", "d")]
        keys = {"tags": [("a",), ("b",), ("c",), ("d",)]}
        assert codes(plan_renames(both, keys).refusals) == ["rename_conflict"] * 2


class TestDeclaredRenames:
    def problems(self, *renames: Rename, slugs: Sequence[str] = ("b",)) -> list[str]:
        wanted = source({"tags": [row(slug) for slug in slugs]}, renames)
        return [str(problem) for problem in rename_problems(wanted, {"tags": TAGS})]

    def test_a_rename_from_a_vanished_key_to_one_of_the_source_is_fine(self) -> None:
        assert self.problems(rename("a", "b")) == []

    @pytest.mark.parametrize(("old", "new"), [((), ("b",)), (("a", "x"), ("b",)), (("a",), ("b", "x"))])
    def test_a_key_with_too_few_or_too_many_parts_is_named(self, old: Key, new: Key) -> None:
        found = self.problems(Rename("tags", old, new, 1))
        assert found == ["renames.json:1:: wrong_key: a key of tags is slug"]

    def test_an_unknown_table_is_named(self) -> None:
        assert self.problems(rename("a", "b", "nothing")) == [
            "renames.json:1:/table: unknown_table: nothing is not a reference table"
        ]

    def test_an_old_key_that_is_still_in_the_source_is_named(self) -> None:
        assert self.problems(rename("a", "b"), slugs=["a", "b"]) == [
            "renames.json:1:/from: rename_source_present: a is still a key in the source"
        ]

    def test_a_new_key_that_is_not_in_the_source_is_named(self) -> None:
        assert self.problems(rename("a", "c")) == [
            "renames.json:1:/to: rename_target_missing: c is no key in the source"
        ]

    def test_a_new_key_that_is_renamed_onward_need_not_be_there(self) -> None:
        assert self.problems(rename("a", "x"), rename("x", "b")) == []

    def test_a_key_may_be_retired_or_have_been_renamed_to_one_that_is(self) -> None:
        assert self.problems(rename("a", None)) == []
        assert self.problems(rename("a", "x"), rename("x", None)) == []

    def test_a_retired_key_may_not_stay_in_the_source(self) -> None:
        assert ["rename_source_present" in problem for problem in self.problems(rename("b", None))] == [True]

    def test_the_file_that_the_manifest_names_is_blamed(self) -> None:
        wanted = source({"tags": [row("b")]}, [rename("a", "c")])
        wanted = replace(wanted, manifest=Manifest(table=wanted.manifest.table, renames="moves.json"))
        assert [problem.file for problem in rename_problems(wanted, {"tags": TAGS})] == ["moves.json"]

    def test_everything_is_named_at_once(self) -> None:
        assert len(self.problems(rename("b", "c"), rename("x", "y", "nothing"))) == 3
