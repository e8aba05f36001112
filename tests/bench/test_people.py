"""That people are asked for as they should be, on a real server, and that the proof sees what is wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from bench import walkers as module
from bench.limits import by_pgbench, parsed, scripts
from bench.pages import fill
from bench.peers.__main__ import NAMES, ours, prove_tables, report
from bench.peers.apps.shared import camel_case, chosen, cursor_of, key_of, links, release
from bench.peers.environment import HYPERCORN, save_bodies
from bench.people import SERVING, pairs
from bench.rounds import summary
from bench.walkers import PREFERENCES, Walkers, headers, prove, settled
from bench.wrk import Load
from wildside.outbound.postgres.binaries import find_binaries

OURS = "Wildside, Hypercorn"
Wrong = tuple[str, str, tuple[int, Any]]
WRONG: list[Wrong] = [
    ("GET", PREFERENCES, (200, {"revision": 99})),
    ("PUT", PREFERENCES, (200, {})),
    ("POST", "/notes", (200, {"id": "", "body": ""})),
    ("GET", "/users?", (200, {"data": []})),
]


@pytest.fixture
def walkers(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> Walkers:
    """A handful of them, after three pages of other users."""
    monkeypatch.setattr(module, "NUMBER", 3)
    monkeypatch.setattr(module, "DEEP", 3)
    fill(seeded_url, 70)
    return Walkers.settle(seeded_url, 70)


@pytest.fixture
def port(seeded_url: str, walkers: Walkers, tmp_path: Path) -> Iterator[int]:
    with ours(tmp_path, "wildside", HYPERCORN, seeded_url) as port:
        yield port


def test_the_server_does_what_is_measured_and_the_proof_sees_where_it_does_not(
    seeded_url: str, walkers: Walkers, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove(seeded_url, walkers, OURS, port)
    real = module._asked
    for wrong in WRONG:

        def asked(port: int, method: str, path: str, *more: Any, wrong: Wrong = wrong) -> tuple[int, Any]:
            meant = method == wrong[0] and wrong[1] in path
            return wrong[2] if meant else real(port, method, path, *more)

        monkeypatch.setattr(module, "_asked", asked)
        with pytest.raises(SystemExit, match="where it was to be"):
            prove(seeded_url, walkers, OURS, port)
    bodies = save_bodies(tmp_path / "bodies", port)
    monkeypatch.setenv("PEER_BODIES", str(bodies))
    held = release()
    assert held["br"].headers["Content-Encoding"] == "br"
    assert chosen(held, "br").content == (bodies / "br").read_bytes()
    assert chosen(held, "identity").etag == chosen(held, None).etag != held["br"].etag
    prove_tables(port, OURS, port, "/api/v1/reference/bootstrap")
    with pytest.raises(SystemExit, match="with other rows"):
        prove_tables(port, OURS, port, "/api/v1/reference/bootstrap?nothing")


def test_the_limit_does_what_the_server_does(seeded_url: str, walkers: Walkers) -> None:
    before = walkers.effects(seeded_url)
    defined = {"known": "0", "admin": str(walkers.admin.id)}
    done = {}
    for case, script in scripts(walkers.values).items():
        assert "$" not in script
        done[case] = by_pgbench(find_binaries() / "pgbench", seeded_url, script, defined, 2, 1).answers
    after = walkers.effects(seeded_url)
    assert after["replace"] - before["replace"] == done["preferences, replaced"] > 0
    assert after["write"] - before["write"] == done["note, written once"] > 0
    with psycopg.connect(seeded_url) as connection:
        kept = connection.execute(
            "select p.revision, array_agg(t.interest_theme order by t.position) "
            "from user_preferences p join user_interest_themes t using (user_id) "
            "group by p.user_id having p.revision > 1"
        ).fetchall()
    assert len(kept) == 2
    for revision, themes in kept:
        assert themes == module.THEMES[(revision - 1) % 2]
    walkers.tidy(seeded_url)
    assert walkers.effects(seeded_url)["write"] == 0
    settled(seeded_url)


def test_everybody_is_told_apart_to_either_kind_of_server(seeded_url: str, walkers: Walkers) -> None:
    known = walkers.everybody(seeded_url)
    assert len({user for user, _, _ in known}) == 3
    for server, name in ((OURS, "Cookie"), ("Django, uvicorn", "X-User")):
        with walkers.listed(seeded_url, server) as file:
            lines = [line.split("\t") for line in file.read_text().splitlines()]
        assert lines == [
            [name, headers(server, user, session)[name], str(revision)] for user, session, revision in known
        ]


def test_a_note_without_a_kept_answer_is_noticed(seeded_url: str, walkers: Walkers) -> None:
    with psycopg.connect(seeded_url) as connection:
        connection.execute(
            "insert into route_notes (user_id, id, route_id, body, revision) "
            "values (%s, gen_random_uuid(), %s, 'x', 1)",
            [walkers.admin.id, walkers.route],
        )
    with pytest.raises(SystemExit, match="1 notes and 0 kept answers"):
        walkers.effects(seeded_url)


def test_pgbench_is_read_and_silence_is_refused() -> None:
    told = "latency average = 1.0 ms\ntps = 1234.5 (without initial connection time)\n"
    assert parsed(told, [3000, 1000, 2000]) == Load(3, 1234.5, 0, 2.0, 3.0, 3.0)
    for output, times in ((told, []), ("tps = nothing", [1])):
        with pytest.raises(SystemExit, match="told nothing"):
            parsed(output, times)


def test_a_table_has_each_server_and_each_pair_on_the_same_server() -> None:
    one = {(1, "a", name): [Load(1, 10.0 * place, 0, 1, 1, 1)] for place, name in enumerate(SERVING, 1)}
    rows = summary(one, pairs)
    lines = report(rows, SERVING).splitlines()
    assert lines[2] == "| pgbench | 10.0 |"
    assert "| Wildside, uvicorn / FastAPI, uvicorn | 0.60 |" in lines
    assert not any("Hypercorn / FastAPI, uvicorn" in line for line in lines)
    assert set(SERVING) - {"pgbench"} == set(NAMES) - {"nginx"}
    assert "| nginx | – |" in report(rows, NAMES)  # noqa: RUF001


def test_a_peers_cursor_leads_to_where_it_was_made() -> None:
    key = (datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), UUID(int=7))
    assert key_of(cursor_of(*key)) == key
    assert links(None, "x") == {"self": "/api/v1/users?limit=20", "next": "/api/v1/users?limit=20&cursor=x"}
    assert camel_case("metres_per_long_unit") == "metresPerLongUnit"
