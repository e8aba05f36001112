"""Whatever PostgreSQL can parse, the rules can look at; and whatever it cannot."""

import random
from pathlib import Path

import pytest

from tests.conftest import MIGRATIONS
from tests.toolkit.checking import FILE, HEAD, ROLLBACK, alone, findings

STATEMENTS = Path(__file__).with_name("statements.sql").read_text()
"""A statement a line, of nearly every kind there is."""


@pytest.mark.parametrize("text", [STATEMENTS, *STATEMENTS.splitlines()])
def test_every_kind_of_statement(text: str) -> None:
    for example in (
        f"{HEAD}\n{text}\n",
        alone(f"{text}\n"),
        {FILE: f"{HEAD}\nselect 1;\n", ROLLBACK: f"{text}\n"},
    ):
        found = findings(example)
        assert [one for one in found if one.rule == "syntax"] == []


@pytest.mark.parametrize("seed", range(20))
def test_files_that_somebody_has_sat_on(seed: int) -> None:
    dice = random.Random(seed)
    texts = [path.read_text() for path in sorted(MIGRATIONS.glob("*.sql"))]
    for _ in range(5):
        text = dice.choice(texts)
        for _ in range(dice.randint(1, 5)):
            start, length = dice.randrange(len(text)), dice.choice([1, 3, 20, 200])
            noise = dice.choice(
                ["", ";", "'", "$$", "/*", "*/", "--", "\0", "é", "\\", "(", '"', "-- allow: x: y\n"]
            )
            text = text[:start] + noise + text[start + dice.choice([0, length]) :]
        for one in findings({FILE: text, ROLLBACK: text[::-1]}):
            assert 0 <= one.line <= text.count("\n") + 1
