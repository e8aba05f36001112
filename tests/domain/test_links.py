"""Links as they would stand after a seed: dangling, to inactive parents, in circles."""

from collections.abc import Sequence

import pytest

from tests.builders import image, source, table
from wildside.domain.links import Outcome, link_problems, object_key_problems, outcome
from wildside.domain.reference import Column, Link, Row, Table

PARENT = Column("parent", "text", nullable=True, default=False)
TREE = table("kinds", PARENT, links=[Link("kinds_parent_fkey", ("parent",), "kinds", ("slug",))])
TAGS = table("tags")
USES = table("uses", PARENT, links=[Link("uses_parent_fkey", ("parent",), "tags", ("slug",))])


def after(what: Table, images: Sequence[Row], existing: Sequence[Row] = ()) -> Outcome:
    return outcome(what, images, existing, f"{what.name}.json")


def problems_of_tree(images: Sequence[Row], existing: Sequence[Row] = ()) -> list[str]:
    found = link_problems({"kinds": TREE}, {"kinds": after(TREE, images, existing)})
    return [str(problem) for problem in found]


def problems_of_uses(tags: Outcome, uses: Outcome) -> list[str]:
    found = link_problems({"tags": TAGS, "uses": USES}, {"tags": tags, "uses": uses})
    return [str(problem) for problem in found]


def test_a_tree_without_faults_has_no_problems() -> None:
    assert problems_of_tree([image("a", parent=None), image("b", parent="a"), image("c", parent="b")]) == []


def test_a_child_may_stand_before_its_parent_in_the_file() -> None:
    assert problems_of_tree([image("b", parent="a"), image("a", parent=None)]) == []


def test_a_parent_that_is_nowhere_dangles() -> None:
    assert problems_of_tree([image("a", parent=None), image("b", parent="x")]) == [
        "kinds.json:2:/parent: dangling_reference: kinds has no x"
    ]


def test_a_parent_that_the_source_makes_inactive_is_named() -> None:
    assert problems_of_tree([image("a", parent=None, is_active=False), image("b", parent="a")]) == [
        "kinds.json:2:/parent: inactive_parent: kinds a is not active"
    ]


def test_an_inactive_child_may_have_an_inactive_parent() -> None:
    rows = [image("a", parent=None, is_active=False), image("b", parent="a", is_active=False)]
    assert problems_of_tree(rows) == []


def test_an_inactive_child_may_not_dangle_either() -> None:
    assert problems_of_tree([image("b", parent="x", is_active=False)]) == [
        "kinds.json:1:/parent: dangling_reference: kinds has no x"
    ]


def test_a_parent_that_an_administrator_hid_is_named_at_the_sources_child() -> None:
    hidden = image("a", source_type="admin", is_active=False)
    found = problems_of_uses(after(TAGS, [image("a")], [hidden]), after(USES, [image("u", parent="a")]))
    assert found == ["uses.json:1:/parent: inactive_parent: tags a is not active"]


def test_a_parent_that_left_the_source_is_named_at_an_administrators_child() -> None:
    tags = after(TAGS, [image("b")], [image("a"), image("b")])
    uses = after(USES, [], [image("u", parent="a", source_type="admin")])
    assert problems_of_uses(tags, uses) == [
        "database:0:/parent: inactive_parent: uses u: tags a is not active"
    ]


def test_parent_and_child_may_leave_the_source_together() -> None:
    assert problems_of_tree([], [image("a", parent=None), image("b", parent="a")]) == []


def test_a_child_may_leave_the_parent_that_leaves_the_source() -> None:
    existing = [image("a", parent=None), image("b", parent=None), image("c", parent="a")]
    assert problems_of_tree([image("b", parent=None), image("c", parent="b")], existing) == []


def test_a_link_may_lead_to_an_administrators_row() -> None:
    tags = after(TAGS, [], [image("mine", source_type="admin")])
    assert problems_of_uses(tags, after(USES, [image("u", parent="mine")])) == []


def test_what_an_administrator_adopted_is_looked_at_as_the_administrator_left_it() -> None:
    adopted = image("u", parent="b", source_type="admin")
    tags = after(TAGS, [image("a")], [image("a"), image("b")])
    assert problems_of_uses(tags, after(USES, [image("u", parent="a")], [adopted])) == [
        "database:0:/parent: inactive_parent: uses u: tags b is not active"
    ]


@pytest.mark.parametrize(
    ("parents", "circle"),
    [
        ({"a": "a"}, "a → a"),
        ({"a": "b", "b": "a"}, "a → b → a"),
        ({"a": "b", "b": "c", "c": "b"}, "b → c → b"),
    ],
)
def test_a_circle_is_shown_once_and_whole(parents: dict[str, str], circle: str) -> None:
    found = problems_of_tree([image(slug, parent=parent) for slug, parent in parents.items()])
    assert [problem.partition("cycle: ")[2] for problem in found] == [circle]


def test_two_circles_are_two_problems() -> None:
    parents = {"a": "b", "b": "a", "c": "c"}
    assert len(problems_of_tree([image(slug, parent=parent) for slug, parent in parents.items()])) == 2


def test_a_circle_of_many_rows_is_found() -> None:
    rows = [image(f"k{number}", parent=f"k{(number + 1) % 1500}") for number in range(1500)]
    assert [problem.split(": ")[1] for problem in problems_of_tree(rows)] == ["cycle"]


def test_a_chain_of_many_rows_is_no_circle() -> None:
    rows = [image(f"k{number}", parent=f"k{number - 1}" if number else None) for number in range(1500)]
    assert problems_of_tree(rows) == []


PLOTS = Table("plots", ("x", "y"), ("x", "y"), ())


def of_plots(columns: tuple[str, ...], parent_columns: tuple[str, ...], child: Row) -> list[str]:
    """Problems of a child with a composite link to the one plot x=left, y=top."""
    uses = Table("uses", ("slug",), ("slug",), (), (Link("fk", columns, "plots", parent_columns),))
    plots = Outcome({("left", "top"): {"x": "left", "y": "top", "is_active": True}}, "plots.json", {})
    here = Outcome({("u",): {"is_active": True, **child}}, "uses.json", {("u",): 1})
    found = link_problems({"plots": PLOTS, "uses": uses}, {"plots": plots, "uses": here})
    return [str(problem) for problem in found]


def test_a_composite_link_is_looked_up_as_a_whole() -> None:
    assert of_plots(("a", "b"), ("x", "y"), {"a": "left", "b": "top"}) == []
    assert of_plots(("a", "b"), ("x", "y"), {"a": "left", "b": "left"}) == [
        "uses.json:1:/a: dangling_reference: plots has no left/left"
    ]


def test_a_composite_link_with_a_null_points_nowhere() -> None:
    assert of_plots(("a", "b"), ("x", "y"), {"a": "nowhere", "b": None}) == []


def test_a_link_may_name_the_columns_of_the_key_in_another_order() -> None:
    """`foreign key (b, a) references plots (y, x)` is as good as the other way round."""
    assert of_plots(("b", "a"), ("y", "x"), {"a": "left", "b": "top"}) == []


LOCALES = table("locales")
TEXTS = table("tags", Column("names", "jsonb", nullable=False, default=False))


def object_problems(
    names: object, locales: Sequence[Row] = (image("en-GB"),), existing: Sequence[Row] = ()
) -> list[str]:
    wanted = source({"locales": [], "tags": []}, object_keys={"names": "locales"})
    outcomes = {
        "locales": after(LOCALES, locales),
        "tags": after(TEXTS, [image("a", names=names)], existing),
    }
    return [str(problem) for problem in object_key_problems(wanted, outcomes)]


def test_a_declared_object_may_have_the_keys_of_active_rows() -> None:
    assert object_problems({"en-GB": {"name": "A"}}) == []


@pytest.mark.parametrize("locales", [[image("en-GB")], [image("en-GB"), image("es", is_active=False)]])
def test_a_declared_object_may_have_no_other_keys(locales: list[Row]) -> None:
    assert object_problems({"es": 1, "en-GB": 2}, locales) == [
        "tags.json:1:/names/es: unknown_member: locales has no active es"
    ]


def test_an_unknown_member_is_escaped_in_the_pointer() -> None:
    assert object_problems({"a/b~c": 1}) == [
        "tags.json:1:/names/a~1b~0c: unknown_member: locales has no active a/b~c"
    ]


def test_a_declared_object_that_is_none_has_no_members() -> None:
    assert object_problems(None) == []


def test_the_members_that_an_administrator_wrote_are_not_blamed_on_the_source() -> None:
    adopted = image("a", names={"xx": 1}, source_type="admin")
    assert object_problems({"en-GB": 1}, existing=[adopted]) == []
