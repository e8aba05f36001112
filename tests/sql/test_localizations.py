"""Localised text: what the database takes and what it refuses."""

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.sql.support import Connection, add_slugs, broken_rule, column, value

GOOD: list[Any] = [
    {"en-GB": {"name": "Parks"}},
    {"en-GB": {"name": "Parks", "shortLabel": "P", "description": "Green."}, "es": {"name": "Parques"}},
    {"en-GB": {"name": "x"}, "zh-TW": {"name": "公園"}},
]
BAD: dict[str, Any] = {
    "no British English": {"es": {"name": "Parques"}},
    "nothing": {},
    "text": "Parks",
    "a number": 1,
    "null": None,
    "an array": ["en-GB"],
    "an array that names the locale": [{"en-GB": {"name": "Parks"}}],
    "texts that are text": {"en-GB": "Parks"},
    "texts that are null": {"en-GB": {"name": "Parks"}, "es": None},
    "texts that are an array": {"en-GB": ["name"]},
    "no name": {"en-GB": {"description": "Green."}},
    "no name elsewhere": {"en-GB": {"name": "Parks"}, "es": {}},
    "an unknown member": {"en-GB": {"name": "Parks", "title": "Parks"}},
    "a blank name": {"en-GB": {"name": " \t\n"}},
    "an empty name": {"en-GB": {"name": ""}},
    "an empty description": {"en-GB": {"name": "Parks", "description": ""}},
    "a name that is a number": {"en-GB": {"name": 1}},
    "a name that is null": {"en-GB": {"name": None}},
    "a name that is an object": {"en-GB": {"name": {}}},
}


@pytest.fixture(scope="module")
def badge(shared_db: Connection) -> Connection:
    add_slugs(shared_db, "badges", "a")
    return shared_db


@pytest.mark.parametrize("texts", GOOD)
def test_localised_text_is_taken(badge: Connection, texts: Any) -> None:
    badge.execute("update badges set localizations = %s", [Jsonb(texts)])
    assert column(badge, "select localizations from badges") == [texts]


@pytest.mark.parametrize("texts", BAD.values(), ids=BAD.keys())
def test_other_json_is_refused(badge: Connection, texts: Any) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        badge.execute("update badges set localizations = %s", [Jsonb(texts)])
    assert broken_rule(caught.value) == "badges_localizations_are_valid"


def test_the_rule_never_shrugs(shared_db: Connection) -> None:
    """A check that is null lets a row pass."""
    query = "select count(*) from unnest(%s::jsonb[]) as t (v) where localizations_are_valid(v) is null"
    assert value(shared_db, query, [Jsonb(texts) for texts in BAD.values()]) == 0


def test_every_table_with_localised_text_has_the_rule(shared_db: Connection) -> None:
    query = """
    select c.table_name from information_schema.columns c
     where c.column_name = 'localizations' and c.table_schema = 'public'
       and not exists (select from pg_constraint k
                        where k.conname = c.table_name || '_localizations_are_valid')
    """
    assert column(shared_db, query) == []
