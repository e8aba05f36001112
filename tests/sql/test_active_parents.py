"""No active row below an inactive one, once a transaction has ended."""

import psycopg
import pytest

from tests.sql.support import Connection, add_rows, add_slugs, broken_rule, column
from tests.sql.test_renames import add_categories


@pytest.fixture
def family(db: Connection) -> Connection:
    """A theme that speaks to an interest."""
    add_slugs(db, "themes", "walks")
    add_slugs(db, "interest_themes", "food")
    add_rows(db, "theme_interests", ["theme", "interest", "weight"], [("walks", "food", 1)])
    return db


def test_a_parent_of_an_active_row_cannot_turn_inactive(family: Connection) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught:
        family.execute("update themes set is_active = false")
    assert broken_rule(caught.value) == "theme_interests_theme_fkey_active"
    assert column(family, "select is_active from themes") == [True]


def test_the_rule_is_looked_at_when_the_transaction_ends(family: Connection) -> None:
    family.execute("begin")
    family.execute("update themes set is_active = false")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        family.execute("commit")


def test_parent_and_child_may_turn_inactive_in_either_order(family: Connection) -> None:
    with family.transaction():
        family.execute("update themes set is_active = false")
        family.execute("update theme_interests set is_active = false")
    with family.transaction():
        family.execute("update theme_interests set is_active = true")
        family.execute("update themes set is_active = true")
    with family.transaction():
        family.execute("update theme_interests set is_active = false")
        family.execute("update themes set is_active = false")
    assert column(family, "select is_active from themes") == [False]


def test_a_child_cannot_turn_active_below_an_inactive_parent(family: Connection) -> None:
    with family.transaction():
        family.execute("update theme_interests set is_active = false")
        family.execute("update interest_themes set is_active = false")
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught:
        family.execute("update theme_interests set is_active = true")
    assert broken_rule(caught.value) == "theme_interests_interest_fkey_active"


def test_a_child_cannot_be_born_below_an_inactive_parent(db: Connection) -> None:
    add_categories(db, ("top", None))
    db.execute("update poi_categories set is_active = false")
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught:
        add_categories(db, ("low", "top"))
    assert broken_rule(caught.value) == "poi_categories_parent_fkey_active"


def test_a_tree_turns_inactive_by_one_statement(db: Connection) -> None:
    add_categories(db, ("low", "top"), ("top", None))
    db.execute("update poi_categories set is_active = false")
    assert column(db, "select distinct is_active from poi_categories") == [False]


def test_an_inactive_child_may_have_any_parent_but_not_none(db: Connection) -> None:
    add_categories(db, ("low", "top"), ("top", None))
    db.execute("update poi_categories set is_active = false")
    db.execute("update poi_categories set slug = 'peak' where slug = 'top'")
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught:
        db.execute("update poi_categories set parent = 'nobody' where slug = 'low'")
    assert broken_rule(caught.value) == "poi_categories_parent_fkey"


def test_a_parent_that_is_renamed_while_it_turns_inactive_is_refused_too(family: Connection) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught:
        family.execute("update themes set slug = 'strolls', is_active = false")
    assert broken_rule(caught.value) == "theme_interests_theme_fkey_active"
