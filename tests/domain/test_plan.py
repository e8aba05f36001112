"""The plan of a seed as a value: what would be written, and what is refused and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import builders
from tests.builders import source, table
from wildside.domain.plan import Adopted, TablePlan, plan_table
from wildside.domain.reference import Column, Key, Row, Table
from wildside.domain.source import Manifest, Rename, TableEntry

TAGS = table("tags", Column("notes", "jsonb", nullable=True, default=False))


def image(slug: str, sort_order: int = 1, **more: Any) -> dict[str, Any]:
    return builders.image(slug, sort_order, **{"notes": None, **more})


def plan(
    images: Sequence[Row],
    existing: Sequence[Row] = (),
    aliases: Mapping[Key, Key] | None = None,
    renames: Sequence[Rename] = (),
    allow_shrink: bool = True,
    what: Table = TAGS,
    **manifest: Any,
) -> TablePlan:
    wanted = source({what.name: images}, renames, **manifest)
    return plan_table(what, images, existing, aliases or {}, wanted, allow_shrink)


def rename(old: str, new: str | None, what: str = "tags") -> Rename:
    return Rename(what, (old,), None if new is None else (new,), 1)


def codes(refusals: Sequence[str]) -> list[str]:
    return [refusal.partition(":")[0] for refusal in refusals]


def rows(count: int) -> list[dict[str, Any]]:
    return [image(f"tag-{number:02}", number) for number in range(count)]


class TestWrites:
    def test_the_same_rows_need_nothing(self) -> None:
        assert plan(rows(3), rows(3)) == TablePlan("tags", [], [], 3, [], [], [])

    def test_a_new_key_is_inserted(self) -> None:
        assert plan(rows(2), rows(1)) == TablePlan("tags", [rows(2)[1]], [], 1, [], [], [])

    def test_a_row_that_differs_is_updated(self) -> None:
        changed = image("tag-00", 9)
        assert plan([changed], rows(1)).updates == [changed]

    def test_a_deprecated_row_that_is_back_in_the_source_is_updated(self) -> None:
        assert plan(rows(1), [image("tag-00", 0, is_active=False)]).updates == rows(1)

    def test_true_in_place_of_one_is_a_difference(self) -> None:
        changed = image("a", notes={"flag": True})
        assert plan([changed], [image("a", notes={"flag": 1})]).updates == [changed]

    def test_every_source_row_is_counted_once(self) -> None:
        existing = [*rows(3), image("mine", source_type="admin")]
        found = plan([*rows(2), image("tag-02", 9), image("mine"), image("new")], existing)
        assert (len(found.inserts), len(found.updates), found.unchanged, len(found.adopted)) == (1, 1, 2, 1)


class TestDeprecations:
    def test_a_row_that_left_the_source_is_deprecated(self) -> None:
        assert plan(rows(1), rows(3)).deprecations == [("tag-01",), ("tag-02",)]

    def test_a_row_that_is_inactive_already_is_not(self) -> None:
        assert plan([], [image("a", is_active=False)]).deprecations == []

    def test_an_administrators_row_is_not(self) -> None:
        assert plan([], [image("a", source_type="admin")]).deprecations == []

    def test_deprecations_are_in_the_order_of_keys(self) -> None:
        assert plan([], reversed_rows := rows(5)[::-1]).deprecations == sorted(
            (row["slug"],) for row in reversed_rows
        )


class TestAdopted:
    def test_an_adopted_row_is_neither_written_nor_hidden_from_the_report(self) -> None:
        found = plan([image("a", 1)], [image("a", 5, name="Mine", source_type="admin")])
        assert (found.inserts, found.updates) == ([], [])
        assert found.adopted == [Adopted("tags", ("a",), {"name": ("A", "Mine"), "sort_order": (1, 5)})]

    def test_a_hidden_row_is_reported_as_hidden(self) -> None:
        found = plan([image("a")], [image("a", source_type="admin", is_active=False)])
        assert found.adopted == [Adopted("tags", ("a",), {"is_active": (True, False)})]

    def test_an_adopted_row_that_equals_the_source_is_reported_too(self) -> None:
        assert plan([image("a")], [image("a", source_type="admin")]).adopted == [Adopted("tags", ("a",), {})]

    def test_an_administrators_own_row_is_no_business_of_the_source(self) -> None:
        assert plan([], [image("mine", source_type="admin")]).adopted == []


class TestShrinkGuard:
    def test_a_fifth_may_go(self) -> None:
        assert plan(rows(8), rows(10), allow_shrink=False).refusals == []

    def test_more_than_a_fifth_may_not(self) -> None:
        assert plan(rows(7), rows(10), allow_shrink=False).refusals == [
            "shrink: tags would lose 3 of its 10 active rows, more than 20%; "
            "if that is meant, run again with --allow-shrink tags"
        ]

    def test_the_last_row_of_a_short_table_may_not(self) -> None:
        assert codes(plan([], rows(1), allow_shrink=False).refusals) == ["shrink"]

    def test_what_is_meant_is_allowed(self) -> None:
        assert plan([], rows(10), allow_shrink=True).refusals == []

    def test_the_share_is_of_active_seed_rows_alone(self) -> None:
        others = [image(f"mine-{number}", source_type="admin") for number in range(90)]
        gone = [image(f"gone-{number}", is_active=False) for number in range(90)]
        assert codes(plan(rows(7), [*rows(10), *others, *gone], allow_shrink=False).refusals) == ["shrink"]

    def test_new_rows_do_not_make_up_for_lost_ones(self) -> None:
        new = [image(f"new-{number}") for number in range(10)]
        assert codes(plan([*rows(7), *new], rows(10), allow_shrink=False).refusals) == ["shrink"]

    def test_a_manifest_may_set_another_share(self) -> None:
        assert plan(rows(5), rows(10), allow_shrink=False, max_shrink=0.5).refusals == []

    def test_a_table_may_set_its_own_share(self) -> None:
        strict = Manifest(table=[TableEntry(name="tags", max_shrink=0.0)], max_shrink=0.5)
        wanted = replace(source({"tags": rows(9)}), manifest=strict)
        assert codes(plan_table(TAGS, rows(9), rows(10), {}, wanted, False).refusals) == ["shrink"]


class TestUndeclaredRename:
    def test_a_vanished_row_that_is_back_under_another_key_is_refused(self) -> None:
        found = plan([image("café", name="Coffee")], [image("coffee", name="Coffee")])
        assert codes(found.refusals) == ["undeclared_rename"]
        assert "tags loses coffee and gains café with the same name and notes" in found.refusals[0]

    def test_it_is_refused_even_if_other_columns_changed(self) -> None:
        found = plan([image("b", 7, name="A")], [image("a", 1)])
        assert codes(found.refusals) == ["undeclared_rename"]

    def test_rows_without_any_text_are_not_known_by_it(self) -> None:
        found = plan([image("b", name=None, notes=None)], [image("a", name=None, notes=None)])
        assert found.refusals == []

    def test_a_new_row_with_another_text_is_new(self) -> None:
        assert plan([image("b", name="B")], [image("a", name="A")]).refusals == []

    def test_a_row_declared_as_retired_may_be_replaced(self) -> None:
        found = plan([image("b", name="A")], [image("a")], renames=[rename("a", None)])
        assert found.refusals == []
        assert found.deprecations == [("a",)]

    def test_a_retired_row_of_another_table_excuses_nothing(self) -> None:
        found = plan([image("b", name="A")], [image("a")], renames=[rename("a", None, "badges")])
        assert codes(found.refusals) == ["undeclared_rename"]

    def test_a_row_that_stays_is_no_rename(self) -> None:
        assert plan([image("a"), image("b", name="A")], [image("a")]).refusals == []

    def test_an_inactive_row_was_not_renamed(self) -> None:
        assert plan([image("b", name="A")], [image("a", is_active=False)]).refusals == []

    def test_rows_of_a_table_without_descriptive_columns_cannot_be_known_again(self) -> None:
        weights = Table("weights", ("slug",), ("slug",), (Column("weight", "integer", False, False),))
        found = plan([{**image("b"), "weight": 1}], [{**image("a"), "weight": 1}], what=weights)
        assert found.refusals == []


class TestRenamedInDatabase:
    def test_a_key_renamed_by_sql_may_not_come_back_from_the_source(self) -> None:
        found = plan([image("a", name="x")], [image("b", name="y")], {("a",): ("b",)})
        assert found.refusals == [
            "renamed_in_database: tags a was renamed to b in the database; "
            "rename it in the source too and declare it in the renames file"
        ]

    def test_a_key_renamed_twice_by_sql_may_not_come_back_either(self) -> None:
        aliases = {("a",): ("b",), ("b",): ("c",)}
        found = plan([image("a", name="x")], [image("c", name="y")], aliases)
        assert codes(found.refusals) == ["renamed_in_database"]

    def test_a_rename_that_the_source_follows_is_fine(self) -> None:
        assert plan([image("b")], [image("b")], {("a",): ("b",)}).refusals == []

    def test_a_source_with_both_keys_means_two_rows(self) -> None:
        assert plan([image("a"), image("b")], [image("b")], {("a",): ("b",)}).refusals == []

    def test_an_old_key_that_is_in_use_again_is_fine(self) -> None:
        assert plan([image("a")], [image("a"), image("b")], {("a",): ("b",)}).refusals == []


SLUGS = st.sampled_from([f"tag-{letter}" for letter in "abcdefgh"])
PLACES = st.integers(0, 2)
WANTED = st.dictionaries(
    SLUGS, st.builds(lambda place, active: {"sort_order": place, "is_active": active}, PLACES, st.booleans())
)
STORED = st.dictionaries(
    SLUGS,
    st.builds(
        lambda place, active, owner: {"sort_order": place, "is_active": active, "source_type": owner},
        PLACES,
        st.booleans(),
        st.sampled_from(["seed", "admin"]),
    ),
)


def keyed(found: Mapping[str, dict[str, Any]]) -> dict[str, Row]:
    return {slug: image(slug, **values) for slug, values in found.items()}


@settings(deadline=None)
@given(WANTED, STORED)
def test_what_a_plan_leaves_is_the_source_and_what_administrators_hold(
    wanted: dict[str, Any], stored: dict[str, Any]
) -> None:
    images, before = keyed(wanted), keyed(stored)
    found = plan(list(images.values()), list(before.values()))
    after = before | {image["slug"]: image for image in [*found.inserts, *found.updates]}
    after |= {slug: {**after[slug], "is_active": False} for (slug,) in found.deprecations}
    admins = {slug: held for slug, held in before.items() if held["source_type"] == "admin"}
    lost = {slug: {**held, "is_active": False} for slug, held in before.items() if slug not in images}
    assert after == {**lost, **images, **admins}


@settings(deadline=None)
@given(WANTED, STORED)
def test_a_second_plan_has_nothing_left_to_write(wanted: dict[str, Any], stored: dict[str, Any]) -> None:
    images, before = keyed(wanted), keyed(stored)
    first = plan(list(images.values()), list(before.values()))
    after = before | {image["slug"]: image for image in [*first.inserts, *first.updates]}
    after |= {slug: {**after[slug], "is_active": False} for (slug,) in first.deprecations}
    second = plan(list(images.values()), list(after.values()))
    assert (second.inserts, second.updates, second.deprecations) == ([], [], [])


@settings(deadline=None)
@given(WANTED, STORED)
def test_a_plan_counts_every_source_row_once_and_never_writes_a_row_it_deprecates(
    wanted: dict[str, Any], stored: dict[str, Any]
) -> None:
    found = plan(list(keyed(wanted).values()), list(keyed(stored).values()))
    counted = len(found.inserts) + len(found.updates) + found.unchanged + len(found.adopted)
    written = {row["slug"] for row in [*found.inserts, *found.updates]}
    assert counted == len(wanted)
    assert written.isdisjoint({slug for (slug,) in found.deprecations})
