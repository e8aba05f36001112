"""Claim 5: whatever is sent, the server answers, with what is right or with what is wrong about it."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import SystemRandom
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from tests.cli.program import Program
from tests.kept import put_bundle, put_note, put_walk
from tests.people import person
from tests.promises import Promise
from tests.trust.answers import Answer, ask
from tests.trust.hostile import KINDS, Known, Shot, shot
from tests.walkways import put_route

MANY = 100_000 if os.environ.get("SOAK") else 3_000
SEED = int(os.environ.get("HOSTILE_SEED") or SystemRandom().randrange(10**6))
PATIENT = "lock=10 statement=12 command=15 request=30 drain=40 acquire=10 body=2"
"""The machine may be busy, and this is not about time."""
ALARMS = ('"level":"error"', '"level":"critical"', "Traceback", "value_refused", "constraint_violated")


def known(url: str) -> Known:
    """Somebody signed in, with a note, a bundle and a walk."""
    ada = person(url)
    with psycopg.connect(url, autocommit=True) as connection:
        way = put_route(connection)
        note, walk = put_note(connection, ada.id, way.id), put_walk(connection, ada.id, way.id)
        bundle = put_bundle(connection, ada.id, way.id)
    ids = {"id": way.id, "noteId": note, "table": "tags", "walk": walk, "bundle": bundle, "code": "not_found"}
    return Known(ada.headers["Cookie"].encode(), {name: str(each) for name, each in ids.items()})


@pytest.fixture
def target(seeded_url: str) -> Iterator[tuple[Program, tuple[str, int], Known]]:
    env = {"DATABASE_URL": seeded_url, "WILDSIDE_TIMEOUTS": PATIENT}
    with Program("serve", "--port", "0", env=env) as program:
        at = urlsplit(program.url())
        yield program, (str(at.hostname), int(at.port or 0)), known(seeded_url)


def fault(sent: Shot, answer: Answer) -> str | None:
    """Say what is wrong with an answer; None where nothing is."""
    if sent.kind == "codings" and answer.status == 501:
        return None  # RFC 9112, section 6.1, has the server say so of a transfer coding that it does not know
    if not 100 <= answer.status < 500:
        return f"status {answer.status}"
    if answer.status < 400 or sent.raw.startswith(b"HEAD "):
        return None
    problem = answer.problem
    if problem is None:
        # What is no HTTP comes no further than the server, which has no problem documents.
        return "no problem document" if sent.whole else None
    return None if problem["status"] == answer.status else "another status in the problem"


def test_whatever_is_sent_is_answered_and_never_our_fault(
    target: tuple[Program, tuple[str, int], Known], promise: Promise
) -> None:
    program, address, here = target
    sys.stdout.write(f"HOSTILE_SEED={SEED}\n")
    statuses: Counter[str] = Counter()
    wrong: list[str] = []

    def one(number: int) -> None:
        sent = shot(SEED, number, here)
        answer = ask(address, sent.raw)
        statuses["unknown coding" if answer.status == 501 else f"{answer.status // 100}xx"] += 1
        if found := fault(sent, answer):
            wrong.append(f"{SEED}-{number} {sent.kind}: {found}\n{sent.raw[:300]!r}\n{answer.body[:300]!r}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(MANY)))
    assert not wrong, f"{len(wrong)} of {MANY}:\n" + "\n".join(sorted(wrong)[:10])
    alarms = [line for line in program.stderr if any(alarm in line for alarm in ALARMS)]
    assert not alarms, "\n".join(alarms[:5])
    assert ask(address, b"GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status == 200
    assert statuses["2xx"] > MANY / 50, statuses  # much of it is nearly right
    assert program.stop() == 0, "connections that nobody uses are left"  # drain is longer than our patience
    promise(5, requests=MANY, seed=SEED, **{"5xx": 0}, **statuses, unanswered=0)


def test_the_same_seed_makes_the_same_requests() -> None:
    here = Known(b"session=x", {name: str(uuid4()) for name in ("id", "noteId", "table", "code")})
    first, again = ([shot(7, number, here) for number in range(200)] for _ in range(2))
    assert first == again
    assert {one.kind for one in first} >= {
        "bodies",
        "chunks",
        "cookies",
        "large",
        "lines",
        "tables",
        "upgrades",
    }
    assert len({one.raw for one in first}) > 150
    assert len(KINDS) == 20


def test_every_bit_of_a_cookie_has_its_turn() -> None:
    here = Known(b"session=" + b"x" * 66, {name: str(uuid4()) for name in ("id", "noteId", "table", "code")})
    sent = [one.raw for number in range(3520) if (one := shot(7, number, here)).kind == "cookies"]
    assert len({*sent}) == len(sent) == 66 * 8


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [(0, "", b""), (501, "", b""), (500, "", b""), (503, "", b""), (404, "text/plain", b"no"),
     (404, "application/problem+json", b'{"status": 400}')],
)  # fmt: skip
def test_what_would_be_a_fault_is_found(status: int, content_type: str, body: bytes) -> None:
    sent = Shot("tables", b"GET / HTTP/1.1\r\n\r\n")
    assert fault(sent, Answer(status, {"content-type": content_type}, body))
