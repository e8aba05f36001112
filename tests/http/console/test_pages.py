"""What the pages show, of a database that something happened to."""

import re
from uuid import UUID

import psycopg
import pytest

from tests.http.console.desk import Desk, links, words
from tests.http.test_provenance import put
from wildside.config import DatabaseUrl, migrations_folder
from wildside.outbound.migration_files import read_migrations
from wildside.outbound.postgres.migration_status import read_status

HOSTILE = '"><img src=x onerror=alert(1)>{{ 7 * 7 }}'
EDITS = (
    "update tags set icon = 'tag:beans', source_type = 'admin' where slug = 'coffee'",
    "insert into tags (slug, sort_order, icon, localizations, source_type) select 'new', 999, 'tag:new', "
    "jsonb_build_object('en-GB', jsonb_build_object('name', $$" + HOSTILE + "$$)), 'admin'",
    "update badges set is_active = false, source_type = 'admin' where slug = (select min(slug) from badges)",
    "select reference_rename('tags', '[\"views\"]', '[\"vistas\"]')",
)
NEWEST = 1 + len(EDITS)


@pytest.fixture(scope="module", autouse=True)
def edited(desk_url: str) -> None:
    """A version for each edit."""
    for edit in EDITS:
        with psycopg.connect(desk_url) as connection:
            connection.execute(edit.encode())


async def test_health_is_that_of_the_api(desk: Desk) -> None:
    told = await desk.read("/console")
    for check in ("listener ✓ pass", "database ✓ pass", "migrations ✓ pass", "release ✓ pass"):
        assert check in told
    assert "It can serve." in told
    head = await desk.ask("/console", method="HEAD")
    assert head.headers["content-type"].startswith("text/html")


async def test_health_names_the_check_that_fails(desk: Desk, desk_url: str) -> None:
    with psycopg.connect(desk_url) as connection:
        connection.execute("create table kept as select * from _yoyo_migration")
        connection.execute("delete from _yoyo_migration where migration_id = '0033.provenance'")
    try:
        told = await desk.read("/console")
        pending = await desk.read("/console/migrations")
    finally:
        with psycopg.connect(desk_url) as connection:
            connection.execute("delete from _yoyo_migration")
            connection.execute("insert into _yoyo_migration select * from kept")
            connection.execute("drop table kept")
    assert "migrations ✗ fail 1 migrations are not applied, first 0033.provenance" in told
    assert "It should get no traffic" in told
    assert "33 applied, 1 pending" in pending
    assert "0033.provenance pending, though a later one is applied" in pending
    assert "error : 0033.provenance.sql leftover" in pending


async def test_the_release_is_the_one_that_is_served(desk: Desk) -> None:
    summary = (await desk.client.get("/api/v1/reference/version")).json()
    told = await desk.read("/console/release")
    assert summary["referenceVersion"] in told
    for name, table in summary["tables"].items():
        assert re.search(rf"\b{name} {table['rows']} {table['version']} .{{23}} {table['digest']}", told), (
            name
        )


async def test_versions_are_walked_on_and_back(desk: Desk) -> None:
    path, seen = "/console/versions?limit=2", []
    while path:
        page = (await desk.ask(path)).text
        seen += [int(number) for number in re.findall(r'<th scope="row" class="number">(\d+)', page)]
        back = links(page, "prev")
        path = next(iter(links(page, "next")), "")
    assert seen == list(range(NEWEST, 0, -1))
    before = words((await desk.ask(back[0])).text)
    assert "3 20" in before
    assert "tags: 1 upserts" in await desk.read("/console/versions")


async def test_each_version_can_be_compared_with_the_one_before(desk: Desk) -> None:
    page = (await desk.ask("/console/versions")).text
    paths = re.findall(r'href="(/console/compare[^"]*)"', page)
    assert len(paths) == 1 + len(EDITS)
    for path in paths:
        assert "From" in await desk.read(path.replace("&amp;", "&"))


async def test_two_versions_differ_by_what_was_done_between(desk: Desk) -> None:
    page = (await desk.ask(f"/console/compare?from=1&to={NEWEST}")).text
    told = words(page)
    assert "badges 1 row \N{MINUS SIGN} removed" in told
    assert "+ added new" in told
    assert "≠ changed coffee" in told
    assert "→ renamed views → vistas" in told
    assert re.search(r"<del>tag:coffee-cup</del></td><td><ins>tag:beans</ins>", page)
    back = await desk.read(f"/console/compare?from={NEWEST}&to=1")
    assert "+ added" in back
    assert "\N{MINUS SIGN} removed new" in back
    assert "→ renamed vistas → views" in back
    assert "No differences" in await desk.read("/console/compare?from=2&to=2")
    assert "No differences" not in await desk.read("/console/compare")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("from=1", "to : a version"),
        ("to=1", "from : a version"),
        ("from=&to=1", "from : from is a whole number"),
        ("from=one&to=1", "from : from is a whole number"),
        ("from=0&to=99", "from : there is no version 0; the newest is 5 (unknown_version)"),
        ("from=1&to=99", "to : there is no version 99; the newest is 5 (unknown_version)"),
        (f"from=1&to={2**63}", "to : to is a whole number"),
        ("from=1&from=2&to=1", "from : This may be given once."),
    ],
)
async def test_versions_that_never_were_are_not_compared(desk: Desk, asked: str, told: str) -> None:
    assert told in await desk.read(f"/console/compare?{asked}", 400)


async def rows(desk: Desk, path: str) -> list[str]:
    """The keys of the rows of all pages, from this one on; back again they are the same."""
    there: list[list[str]] = []
    back: list[list[str]] = []
    for walked, rel in ((there, "next"), (back, "prev")):
        while path:
            page = (await desk.ask(path)).text
            walked.append(re.findall(r"<tr><td>([^<]*)</td>", page))
            path = next(iter(links(page, rel)), "")
        path = next(iter(links(page, "prev")), "")
    assert back[: len(there) - 1] == there[-2::-1]
    return [key for page in there for key in page]


async def test_a_table_is_read_to_its_end(desk: Desk) -> None:
    served = (await desk.client.get("/api/v1/reference/tags")).json()["tables"]["tags"]
    assert await rows(desk, "/console/tables/tags?limit=7") == [row["slug"] for row in served]
    past = await rows(desk, "/console/tables/tags?version=1&limit=100")
    assert "views" in past
    assert "vistas" not in past
    assert "25 of 25 rows of version 1." in await desk.read("/console/tables/tags?version=1")


async def test_each_further_page_is_of_the_version_of_the_first(desk: Desk, desk_url: str) -> None:
    first = (await desk.ask("/console/tables/locales?limit=5")).text
    with psycopg.connect(desk_url) as connection:
        connection.execute(
            "update locales set sort_order = -1, source_type = 'admin' "
            "where code = (select max(code) from locales where code <> 'en-GB')"
        )
    try:
        rest = await rows(desk, links(first, "next")[0])
        seen = re.findall(r"<tr><td>([^<]*)</td>", first) + rest
        assert len(seen) == len(set(seen)) == 28
        again = (await desk.ask("/console/tables/locales?limit=5")).text
        assert links(again, "next") != links(first, "next")
    finally:
        with psycopg.connect(desk_url) as connection:
            connection.execute("select reference_roll_back(%s)", (NEWEST,))


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ("COFFEE", ["coffee"]),
        ("mercado", ["market"]),
        ("tag:pin", ["local"]),
        ("<IMG", ["new"]),
        ("nothing", []),
    ],
)
async def test_a_text_is_found_in_any_column_whatever_its_case(
    desk: Desk, wanted: str, keys: list[str]
) -> None:
    answer = await desk.ask("/console/tables/tags", params={"q": wanted})
    assert re.findall(r"<tr><td>([^<]*)</td>", answer.text) == keys
    assert f"{len(keys)} of 26 rows of version" in words(answer.text)
    assert f"hold “{wanted}”" in words(answer.text)


async def test_a_search_goes_on_over_its_pages(desk: Desk) -> None:
    whole = await rows(desk, "/console/tables/tags?q=name&limit=100")
    assert whole == []  # names of members are no texts
    whole = await rows(desk, "/console/tables/tags?q=tag:&limit=100")
    assert await rows(desk, "/console/tables/tags?q=tag:&limit=3") == whole
    assert len(whole) == 26


async def test_nothing_of_the_data_or_of_a_request_becomes_html(desk: Desk) -> None:
    for path in (
        "/console/tables/tags?q=onerror",
        f"/console/compare?from=1&to={NEWEST}",
        "/console/tables/tags?q=%22%3E%3Cimg%20src%3Dx",
    ):
        page = (await desk.ask(path)).text
        assert "<img" not in page
        assert "{{" not in page.replace("{{ 7 * 7 }}", "")
    assert HOSTILE in await desk.read("/console/tables/tags?q=onerror")
    assert "<script" not in (await desk.ask("/console/%3Cscript%3E", 404)).text


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/console/tables/nothing", 404, "has no table of this name"),
        ("/console/tables/tags?version=99", 404, "There is no version 99"),
        ("/console/tables/tags?version=x", 400, "version : version is a whole number"),
        ("/console/tables/tags?version=0", 404, "There is no version 0"),
        (f"/console/tables/tags?q={'a' * 201}", 400, "q : q has at most 200 characters."),
        ("/console/tables/tags?limit=0&cursor=x&c=1", 400, "c : This path takes no such parameter."),
        ("/console/tables/tags?limit=0&cursor=x&c=1", 400, "limit : limit is a whole number from 1 to 100."),
        ("/console/tables/tags?limit=0&cursor=x&c=1", 400, "cursor : This is no cursor of ours"),
        ("/console/versions?cursor=x", 400, "cursor : This is no cursor of ours"),
        ("/console/seeds?cursor=x", 400, "cursor : This is no cursor of ours"),
        ("/console/provenance?cursor=x", 400, "cursor : This is no cursor of ours"),
        ("/console/diagrams/nothing", 404, "There is no such diagram."),
        ("/console/diagrams/..%2F..%2Faudits%2Fuser-state.svg", 404, "There is nothing at this path."),
        ("/console/diagrams/wildside.svg", 404, "There is no such diagram."),
        ("/console/nothing", 404, "There is nothing at this path."),
        ("/console/", 404, "There is nothing at this path."),
    ],
)
async def test_what_is_not_there_is_told_on_a_page(desk: Desk, path: str, status: int, told: str) -> None:
    assert told in await desk.read(path, status)


async def test_a_cursor_is_of_one_search(desk: Desk) -> None:
    on = links((await desk.ask("/console/tables/tags?q=tag:&limit=2")).text, "next")[0]
    assert "of other filters" in await desk.read(on.replace("q=tag%3A", "q=pin"), 400)
    assert "of another list" in await desk.read(on.replace("/tags", "/locales"), 400)


async def test_the_seed_is_shown_with_what_it_did(desk: Desk) -> None:
    told = await desk.read("/console/seeds")
    assert re.search(r"\b1 2026-01-01 00:00:00 UTC 0\.0 tester 0 → 1 559 0 0 0 0 0 [0-9a-f]{64}", told)


async def test_migrations_are_shown_as_db_status_does(desk: Desk, desk_url: str) -> None:
    status = read_status(DatabaseUrl.parse(desk_url), read_migrations(migrations_folder()))
    told = await desk.read("/console/migrations")
    assert "34 applied, 0 pending." in told
    for one in status.history.applied:
        assert one.checksum is not None
        assert f"{one.id} applied {one.at} UTC by {one.by} {one.checksum.text}" in told
    with psycopg.connect(desk_url) as connection:
        connection.execute(
            "insert into migration_checksums "
            "(migration_id, text_digest, statements_digest, origin, noted_by) "
            "values ('0003.reference_tables', repeat('0', 64), repeat('0', 64), 'applied', 'a test')"
        )
    told = await desk.read("/console/migrations")
    assert "0003.reference_tables applied, and the file was edited since" in told
    assert "error : 0003.reference_tables.sql edited: the file was changed after it was applied" in told


async def test_diagrams_are_drawings_that_may_do_nothing(desk: Desk) -> None:
    listing = (await desk.ask("/console/diagrams")).text
    names = re.findall(r'href="/console/diagrams/([a-z-]+)"', listing)
    assert names[0] == "overview"
    assert len(names) == len(set(names)) == 11
    for name in names:
        page = (await desk.ask(f"/console/diagrams/{name}")).text
        assert f'<img src="/console/diagrams/{name}.svg" alt="Entity-relationship diagram: ' in page
        drawing = await desk.client.get(f"/console/diagrams/{name}.svg", headers=desk.who.headers)  # type: ignore[union-attr]
        assert drawing.headers["content-type"] == "image/svg+xml"
        assert drawing.headers["content-security-policy"].endswith("; sandbox")
        assert b"<svg " in drawing.content


async def test_the_audit_is_shown_as_it_is_written(desk: Desk) -> None:
    page = (await desk.ask("/console/audit")).text
    assert "<table>" in page
    assert "<h2>Login</h2>" in page
    assert "not_required" in page


async def test_provenance_comes_page_by_page(desk: Desk, desk_url: str) -> None:
    assert "No import stands here" in await desk.read("/console/provenance")
    put(desk_url, *((number, f"2026-03-0{number}T12:00:00Z") for number in range(1, 4)))
    first = (await desk.ask("/console/provenance?limit=2")).text
    assert "2026-03-03 12:00:00 UTC https://example.org/ 24.9, 60.1, 25.0, 60.2 " + str(UUID(int=7)) in words(
        first
    )
    second = (await desk.ask(links(first, "next")[0])).text
    assert "2026-03-01" in second
    assert "2026-03-02" not in second
    assert "© OpenStreetMap contributors" in words(second)
