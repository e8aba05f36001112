"""What a real server says about an error: little to the client, enough to the log."""

from collections.abc import Iterator
from typing import Any

import httpx2
import psycopg
import pytest

from tests.cli.program import Program
from tests.conftest import url_of_connection
from tests.http.support import REFERENCE, assert_nothing_leaks, assert_problem

CANARY = "canary-4711"
BREAK = f"""
create or replace function reference_active_rows(wanted text) returns jsonb language plpgsql as $$
begin raise exception '{CANARY}'; end $$
"""


@pytest.fixture
def broken(seeded_connection: psycopg.Connection[Any]) -> Iterator[Program]:
    """A server whose database refuses to read rows."""
    seeded_connection.execute(BREAK.encode())
    seeded_connection.commit()
    url = url_of_connection(seeded_connection)
    with Program("serve", "--port", "0", env={"DATABASE_URL": url}) as program:
        yield program


def test_an_unexpected_error_is_told_to_the_log_and_not_to_the_client(broken: Program) -> None:
    response = httpx2.get(broken.url() + f"{REFERENCE}/bootstrap")
    assert_problem(response, 500, "internal_error")
    assert_nothing_leaks(response, [CANARY, "QueryFailed", "reference_active_rows"])
    broken.stop()
    assert response.headers["trace-id"] in broken.output
    assert CANARY in broken.output


def test_standard_output_is_for_the_address_and_the_log_goes_beside_it(broken: Program) -> None:
    httpx2.get(broken.url() + f"{REFERENCE}/bootstrap")
    broken.stop()
    assert broken.stdout == [f"listening on {broken.url()}"]


def test_the_log_shows_no_local_variables(broken: Program) -> None:
    """They may hold secrets, and drawing them holds up every other request."""
    httpx2.get(broken.url() + f"{REFERENCE}/bootstrap")
    broken.stop()
    assert " locals " not in broken.output
    assert "╭" not in broken.output
