"""The session keys of `wildside up`: kept where its data are kept, and ended where nothing is."""

from pathlib import Path
from uuid import UUID

import httpx2

from tests.cli.places import copy_data
from tests.cli.program import Program
from tests.people import person
from wildside.inbound.http.cookies import CookieRules, Cookies
from wildside.settings import read_key_file

PSQL = "psql '"


def status(program: Program, keys: Path, session_id: UUID) -> int:
    """How a cookie is answered that is signed as the file says, for http."""
    cookies = Cookies(read_key_file(keys)[0].keys, CookieRules(secure=False))
    header = {"Cookie": f"session={cookies.value(session_id)}"}
    return httpx2.get(f"{program.url()}/api/v1/users/me", headers=header).status_code


def test_its_keys_are_kept_beside_its_data(made_data: Path, place: Path) -> None:
    data = copy_data(made_data, place)
    keys = data / "session.keys"
    ring, mode = read_key_file(keys)
    assert mode == 0o600
    command = ("up", "--port", "0", "--data-dir", str(data))
    with Program(*command, cwd=place) as first:
        first.url()
        session_id = person(first.wait_for(PSQL).partition(PSQL)[2].rstrip("'")).session_id
        assert status(first, keys, session_id) == 200
        assert first.stop() == 0
    with Program(*command, cwd=place) as second:
        second.url()
        assert read_key_file(keys)[0] == ring
        assert status(second, keys, session_id) == 200
        assert ring.keys[0].decode() not in second.output


def test_it_does_not_take_keys_that_are_wrong(made_data: Path, place: Path) -> None:
    data = copy_data(made_data, place)
    (data / "session.keys").write_text("canary-4711\n")
    with Program("up", "--port", "0", "--data-dir", str(data), cwd=place) as program:
        assert program.ended() == 2
    assert "the key has 11 bytes" in program.output
    assert "canary" not in program.output
