"""What the console says when something does not work: on a page, with what to do, and never a traceback."""

import psycopg
import pytest

from tests.http.console.desk import Desk
from tests.http.support import NOWHERE, application, assert_problem, client_of, started
from tests.people import COOKIES, KEY, Person, person


@pytest.mark.parametrize("path", ["/console", "/console/seeds", "/console/tables/tags"])
async def test_without_a_database_the_failing_check_is_shown_all_the_same(path: str, root: Person) -> None:
    async with started(application(NOWHERE, session_keys=(KEY,))) as app, client_of(app) as client:
        desk = Desk(client, root)
        answer = await desk.ask(path, 503)
        told = await desk.read(path, 503)
        assert "database ✗ fail database_unavailable: the database cannot be used" in told
        assert "Traceback" not in answer.text
        assert int(answer.headers["retry-after"]) > 0
        await desk.ask(path, 503, "HEAD")


async def test_without_a_database_the_form_says_so(root: Person) -> None:
    async with started(application(NOWHERE, session_keys=(KEY,))) as app, client_of(app) as client:
        form = {"username": "ada", "password": "x"}
        answer = await Desk(client).ask("/console/login", 503, "POST", data=form)
        assert "<form" in answer.text
        assert "database_unavailable" in answer.text
        assert (await client.get("/console/style.css")).status_code == 200
        assert "To see" not in (await Desk(client).ask("/console", 401)).text


async def test_before_the_first_seed_the_pages_say_what_to_run(database_url: str) -> None:
    root = person(database_url, "Root", "admin")
    async with started(application(database_url, session_keys=(KEY,))) as app, client_of(app) as client:
        desk = Desk(client, root)
        for path in ("/console/release", "/console/tables", "/console/tables/tags", "/console/compare"):
            assert "run wildside seed" in await desk.read(path, 503)
        assert "No version stands here." in await desk.read("/console/versions")
        assert "No seed stands here" in await desk.read("/console/seeds")
        assert "release ✗ fail" in await desk.read("/console")


async def test_a_mistake_of_ours_is_a_page_with_the_trace_id_and_no_details(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("canary 4711")

    monkeypatch.setattr("wildside.app.read_status", broken)
    answer = await desk.ask("/console/migrations", 500)
    assert "canary" not in answer.text
    assert answer.headers["trace-id"] in answer.text


async def test_a_table_that_is_missing_is_told_with_the_check(database_url: str) -> None:
    root = person(database_url, "Root", "admin")
    with psycopg.connect(database_url) as connection:
        connection.execute("alter table enrichment_provenance rename to elsewhere")
    async with started(application(database_url, session_keys=(KEY,))) as app, client_of(app) as client:
        told = await Desk(client, root).read("/console/provenance", 503)
        assert "schema_mismatch" in told
        assert "migrations" in told


async def test_a_session_that_is_over_leads_to_the_form(desk: Desk, desk_url: str) -> None:
    gone = person(desk_url, "Gone", "admin")
    with psycopg.connect(desk_url) as connection:
        connection.execute("delete from sessions where id = %s", (gone.session_id,))
    await Desk(desk.client, gone).ask("/console", 401)
    forged = {"Cookie": f"{COOKIES.rules.name}={COOKIES.value(gone.session_id)[:-2]}xx"}
    await Desk(desk.client).ask("/console", 401, headers=forged)


async def test_all_other_paths_stay_as_they_are(desk: Desk) -> None:
    for path in ("/consoles", "/api/v1/nothing", "/"):
        answer = await desk.client.get(path)
        assert_problem(answer, 404, "not_found")
        assert "content-security-policy" not in answer.headers
