"""Pages show what a comment says, whatever it says, and every part of a table."""

import re

import pytest

from tests.toolkit.catalogues import ROOMS, column, index, primary, refers, schema, table, unique
from wildside.domain.areas import Area
from wildside.domain.catalogue import Check, Routine, Trigger, View
from wildside.domain.markdown import block, code, prose
from wildside.domain.migration_files import MigrationFolder, parse_migration
from wildside.domain.migration_sources import Place, created
from wildside.domain.schema_pages import page_of, schema_pages
from wildside.domain.schema_review import coverage, has_index, review

BEDS = table(
    "beds",
    column("id", "uuid", comment="Version 7."),
    column("house", null=True, default="'none'::text"),
    column("number", "integer", null=True),
    column("area", "integer", generated=True),
    foreign_keys=[refers("house number", "rooms", "house number", on_delete="set null", deferred=True)],
    checks=[Check("beds_area_positive", "(area > 0)", comment="Nobody sleeps on nothing.")],
    indexes=[primary("id"), unique("area"), index("house", "number", condition="(area > 1)")],
    triggers=[Trigger("beds_touch", "touch", "CREATE TRIGGER beds_touch …")],
)


def test_a_page_has_every_part_of_its_table() -> None:
    places = {("index", "house_number_index"): Place("0001.beds.sql", 1, "Which beds are in this room?")}
    page = schema_pages(schema(ROOMS, BEDS), [], places)["tables/beds.md"]
    for line in (
        "# `beds`",
        "What it is.",
        "| `id` | `uuid` | no |  | Version 7. |",
        "| `house` | `text` | yes | `'none'::text` |  |",
        "| `area` | `integer` | no | generated |  |",
        "| `house_number_fkey` | `house`, `number` | [`rooms`](rooms.md) (`house`, `number`) "
        "| on update cascade, on delete set null, checked at commit |",
        "| `beds_area_positive` | `(area > 0)` | Nobody sleeps on nothing. |",
        "| `pkey` | primary key `id` |  |",
        "| `area_key` | unique `area` |  |",
        "| `house_number_index` | `house`, `number` where `(area > 1)` | Which beds are in this room? |",
        "| `beds_touch` | `touch` | `CREATE TRIGGER beds_touch …` |",
    ):
        assert line in page.splitlines()


def test_a_page_names_who_refers_to_its_table() -> None:
    page = schema_pages(schema(ROOMS, BEDS), [], {})["tables/rooms.md"]
    assert "| [`beds`](beds.md) | `house_number_fkey` | `house`, `number` |" in page


def test_a_comment_in_the_catalogue_wins_over_that_of_the_file() -> None:
    one = table("t", column("a"), indexes=[index("a", comment="In the catalogue?")])
    places = {("index", "a_index"): Place("0001.t.sql", 1, "In the file?")}
    page = schema_pages(schema(one), [], places)["tables/t.md"]
    assert "In the catalogue?" in page
    assert "In the file?" not in page


def test_a_table_without_a_primary_key_says_so() -> None:
    pages = schema_pages(schema(table("heap", column("a")), ROOMS), [], {})
    assert "It has no primary key." in pages["tables/heap.md"]
    assert "It has no primary key." not in pages["tables/rooms.md"]


def test_the_index_lists_each_area_and_the_coverage() -> None:
    areas = [Area("house", "House & home", ["rooms", "beds"])]
    lines = schema_pages(schema(ROOMS, BEDS), areas, {})["README.md"].splitlines()
    assert "## House &amp; home" in lines
    assert lines.index("| [`beds`](tables/beds.md) | What it is. |") < lines.index(
        "| [`rooms`](tables/rooms.md) | What it is. |"
    )
    assert "| Columns | 1 of 6 (16 %) |" in lines
    assert coverage(schema())["tables"].total == 0


def test_views_and_functions_have_a_page() -> None:
    view = View("v", "A | view.", [column("a")], " SELECT t.a\n   FROM t;")
    routine = Routine("f(integer, text)", "bigint", "sql", "Counts.")
    pages = schema_pages(schema(views=[view], routines=[routine]), [], {})
    assert "| `f(integer, text)` | `bigint` | sql | Counts. |" in pages["functions.md"]
    assert "A \\| view." in pages["views.md"]
    assert "```sql\n SELECT a\n   FROM t;\n```" in pages["views.md"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a | b", "a \\| b"),
        ("one\ntwo\r\n  three\n", "one<br>two<br>three"),
        ("<b>&</b>", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ("`x` *y* [z](w) ~u~ \\", "\\`x\\` \\*y\\* \\[z\\](w) \\~u\\~ \\\\"),
    ],
)
def test_comments_are_shown_as_they_are(text: str, shown: str) -> None:
    assert prose(text) == shown
    page = schema_pages(schema(table("t", column("a", comment=text))), [], {})["tables/t.md"]
    assert f"| `a` | `text` | no |  | {shown} |" in page.splitlines()


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a", "`a`"), ("a || b", "`a \\|\\| b`"), ("`", "`` ` ``"), ("a``b", "```a``b```"), ("a\n  b", "`a b`")],
)
def test_code_is_shown_as_it_is(text: str, shown: str) -> None:
    assert code(text) == shown


def test_a_block_is_closed_only_by_its_own_fence() -> None:
    assert block("```", "sql") == ["````sql", "```", "````", ""]


@pytest.mark.parametrize("name", ["../up", "Straße", "a b", "con/aux", "Tags", "%41"])
def test_a_name_of_any_letters_makes_a_file_that_any_disk_takes(name: str) -> None:
    assert re.fullmatch(r"tables/[a-z0-9A-F%_-]+\.md", page_of(name))
    others = {page_of(other) for other in ("up", "tags", "A", "a_b")}
    assert page_of(name) not in others


def test_what_lacks_a_comment_is_found_where_it_was_made() -> None:
    bare = table("bare", column("a"), comment=None)
    routines = [Routine("f(integer)", "bigint", "sql", None), Routine("p()", "procedure", "sql", "")]
    found = review(
        schema(bare, views=[View("v", None, [])], routines=routines),
        {
            ("table", "bare"): Place("0001.bare.sql", 4, None),
            ("procedure", "p"): Place("0002.p.sql", 9, None),
        },
    )
    assert [str(one) for one in found] == [
        "0001.bare.sql:4: comment: table bare has no comment",
        "v:0: comment: view v has no comment",
        "f:0: comment: function f(integer) has no comment",
        "0002.p.sql:9: comment: procedure p() has no comment",
        "0001.bare.sql:4: comment: column bare.a has no comment",
    ]


@pytest.mark.parametrize(
    ("one", "enough"),
    [
        (index("house", "number"), True),
        (index("number", "house", "id"), True),
        (primary("house", "number"), True),
        (index("id", "house", "number"), False),
        (index("house"), False),
        (index("house", "number", condition="(a > 1)"), False),
        (index("house", "number", valid=False), False),
    ],
)
def test_a_foreign_key_needs_an_index_that_begins_with_it(one: object, enough: bool) -> None:
    key = refers("house number", "rooms", "house number")
    beds = table("beds", column("id"), foreign_keys=[key], indexes=[one])
    assert has_index(beds, key) is enough
    found = [str(finding) for finding in review(schema(ROOMS, beds), {}) if finding.rule == "unindexed"]
    assert found == ([] if enough else ["beds:0: unindexed: foreign key house_number_fkey has no index"])


def test_migrations_know_where_things_were_made_and_why() -> None:
    text = (
        "-- Purpose.\n\ncreate table beds (\n    id text);\n"
        "-- Which beds?\ncreate unique index beds_id on beds (id);\n"
        'create index "Odd" on beds (id);\ncreate or replace function f() returns int\n'
    )
    later = "-- Again.\ncreate index concurrently beds_id on beds (id);\n"
    folder = MigrationFolder([parse_migration("1.a", text, None), parse_migration("2.b", later, None)])
    assert created(folder) == {
        ("table", "beds"): Place("1.a.sql", 3, None),
        ("index", "beds_id"): Place("2.b.sql", 2, "Again."),
        ("index", "Odd"): Place("1.a.sql", 7, None),
        ("function", "f"): Place("1.a.sql", 8, None),
    }
