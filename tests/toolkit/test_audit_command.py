"""`wildside audit user-state`: the wiring it reads, the page it keeps, how it ends."""

from pathlib import Path

import psycopg
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.cli.program import wildside
from tests.toolkit.separated import did
from wildside.config import DatabaseUrl
from wildside.inbound.console.urls import CONSOLE
from wildside.inbound.http.urls import ROUTES
from wildside.tools import Tools

NOWHERE = DatabaseUrl.parse("postgresql://nobody@127.0.0.1:1/nowhere")


def test_the_wiring_is_that_of_the_application_as_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_request: Request) -> Response:
        return Response()

    before = Tools().wiring(NOWHERE)
    assert [path for path, _ in before.routes] == [route.path for route in (*ROUTES, *CONSOLE)]
    assert {"current_release", "readiness"} <= set(before.parts)
    assert {"reference", "seeding", "health", "users", "sessions", "preferences"} <= set(before.stores)
    assert {"database_unavailable", "revision_mismatch"} <= set(before.failures)
    assert ("/api/v1/users/me/interests", ("GET", "HEAD", "PUT")) in before.routes
    monkeypatch.setattr(
        "wildside.app.ROUTES", [*ROUTES, Route("/users/me/nothing", nothing, methods=["PUT"])]
    )
    assert ("/users/me/nothing", ("PUT",)) in Tools().wiring(NOWHERE).routes


def test_the_page_is_up_to_date() -> None:
    done = wildside("audit", "user-state", "--check")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_a_page_that_is_not_ends_with_1(database_url: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    arguments = ("audit", "user-state", "--database-url", database_url, "--page", str(page))
    assert wildside(*arguments, "--check").returncode == 2
    assert wildside(*arguments, "--write").returncode == 0
    assert "up to date" in did(*arguments, "--check", url="")
    page.write_text(page.read_text().replace("canonical", "missing", 1))
    assert did(*arguments, "--check", url="", code=1).startswith(f"--- {page}")
    assert '"equal": false' in did(*arguments, "--check", "--json", url="", code=1)
    assert wildside(*arguments, "--check", "--write").returncode == 2


def test_a_page_that_cannot_be_written_is_told(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    page = str(tmp_path / "file" / "page.md")
    told = did(
        "audit", "user-state", "--database-url", database_url, "--page", page, "--write", url="", code=2
    )
    assert "unexpected" not in told


def test_a_required_migration_ends_with_3_where_that_is_asked_for(
    connection: psycopg.Connection[tuple[object, ...]], database_url: str
) -> None:
    arguments = ("audit", "user-state", "--database-url", database_url, "--json")
    did(*arguments, "--exit-code", url="")
    connection.execute("drop table user_interest_themes")
    connection.commit()
    did(*arguments, "--exit-code", url="", code=3)
    did(*arguments, url="")
