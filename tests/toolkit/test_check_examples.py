"""The examples in the documentation are true: each wrong one is found where it is wrong, no right one is."""

import pytest

from tests.toolkit.checking import FILE, ROLLBACK, of_rule
from wildside.domain.lint.check import ALLOW, RULES
from wildside.domain.lint.rules import Rule

WHERE = {
    "name": [("0001.walks.down.sql", 0)],
    "number": [("0003.legs.sql", 0)],
    "rollback": [(FILE, 0)],
    "encoding": [(FILE, 1)],
    "whitespace": [(FILE, 1)],
    "length": [(FILE, 121)],
    "empty": [(FILE, 0)],
    "syntax": [(FILE, 1)],
    "split": [(FILE, 1)],
    "psql": [(FILE, 1)],
    "purpose": [(FILE, 1)],
    "depends": [("0002.legs.sql", 2)],
    "directive": [(FILE, 5)],
    "in-transaction": [(FILE, 4)],
    "one-statement": [(FILE, 5)],
    "guard": [(FILE, 5)],
    "transaction-control": [(FILE, 3)],
    "add-value": [(FILE, 4)],
    "validate": [(FILE, 4)],
    "set-local": [(FILE, 3)],
    "lower-case": [(FILE, 3)],
    "type": [(FILE, 4)],
    "named-constraint": [(FILE, 4)],
    "named-index": [(FILE, 4)],
    "on-delete": [(FILE, 3)],
    "question": [(FILE, 3)],
    "table-comment": [(FILE, 3)],
    "if-exists": [(FILE, 3)],
    "lock-timeout": [(FILE, 3)],
    "contract": [(FILE, 5)],
    "closes": [("0002.names_gone.sql", 3)],
}
each = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def test_every_rule_has_an_id_of_its_own_and_examples_here() -> None:
    ids = [rule.id for rule in RULES]
    assert sorted(ids) == sorted(WHERE)
    assert ALLOW not in ids


@each
def test_the_wrong_example_is_found_where_it_is_wrong(rule: Rule) -> None:
    assert of_rule(rule.id, rule.bad) == WHERE[rule.id]


@each
def test_the_right_example_is_not_found(rule: Rule) -> None:
    assert of_rule(rule.id, rule.good) == []


@each
def test_a_meaning_is_one_sentence_on_one_line(rule: Rule) -> None:
    assert "\n" not in rule.meaning
    assert rule.meaning.endswith(".")


# The others' examples are several files, or no text to which a line may be added.
SILENCED = [rule for rule in RULES if isinstance(rule.bad, str) and rule.id not in ("encoding", "length")]


@pytest.mark.parametrize("rule", SILENCED, ids=lambda rule: rule.id)
def test_a_reason_silences_the_rule_in_that_file(rule: Rule) -> None:
    assert isinstance(rule.bad, str)
    allowed = rule.bad.replace("\n", f"\n-- allow: {rule.id}: there is a reason\n", 1)
    if rule.id in ("psql", "syntax", "purpose", "question"):
        allowed = rule.bad + f"-- allow: {rule.id}: there is a reason\n"
    assert of_rule(rule.id, allowed) == []
    assert of_rule(ALLOW, allowed) == []
    assert ROLLBACK not in [file for file, _ in of_rule(rule.id, allowed)]
