"""Claim 9: keys are exchanged and people log out, while two processes serve and others ask all the time."""

import os
from pathlib import Path
from threading import Thread

import httpx2

from features.support.nodes import Asker, Node
from tests.cli.program import wildside
from tests.people import Person, person
from tests.promises import Promise
from tests.soak import times

LOGOUT, ME = "/api/v1/logout", "/api/v1/users/me"
STEPS = ("introduce", "promote", "retire")
ROUNDS = 3 if os.environ.get("SOAK") else 1


def known(node: Node, cookie: dict[str, str]) -> int:
    return httpx2.get(f"{node.url}{ME}", headers=cookie, timeout=30, verify=False).status_code


def keys(place: Path) -> Path:
    file = place / "session.keys"
    assert wildside("keys", "new", str(file)).returncode == 0
    return file


def ask(nodes: list[Node], cookie: dict[str, str], turn: int) -> httpx2.Response:
    return httpx2.get(f"{nodes[turn % 2].url}{ME}", headers=cookie, timeout=30, verify=False)


def test_keys_are_exchanged_and_nobody_is_signed_out(
    database_url: str, tmp_path: Path, promise: Promise
) -> None:
    """Who logged in before the first step asks until two hours would be over, which is the last step."""
    file = keys(tmp_path)
    with Node(database_url, file, tmp_path) as one, Node(database_url, file, tmp_path) as two:
        nodes, answered, began = [one, two], 0, 0
        for _ in range(ROUNDS):
            ada = one.cookie(person(database_url, "Ada"))
            with Asker(lambda turn, cookie=ada: ask(nodes, cookie, turn)) as asker:  # type: ignore[misc]
                for step in STEPS[:2]:
                    began += _step(file, step, nodes, asker, database_url)
                asker.wait_for_more()
            assert {*asker.statuses} == {200}, asker.statuses
            answered += len(asker.statuses)
            bea = two.cookie(person(database_url, "Bea"))
            began += _step(file, "retire", nodes, None, database_url)
            assert [known(node, bea) for node in nodes] == [200, 200]
            assert [known(node, ada) for node in nodes] == [401, 401]  # the key of theirs is gone
    promise(9, exchanges=ROUNDS, requests=answered, logins_meanwhile=began, signed_out=0)


def _step(file: Path, step: str, nodes: list[Node], asker: Asker | None, url: str) -> int:
    """Take a step and restart one node after the other; whom either signs in, both know."""
    done = wildside("keys", "rotate", str(file), "--step", step)
    assert done.returncode == 0, done.stderr
    for node in nodes:
        node.restart()
        if asker:
            asker.wait_for_more()
        for signing in nodes:
            cookie = signing.cookie(person(url, "Cem"))
            assert [known(each, cookie) for each in nodes] == [200, 200], (step, node.url)
    return len(nodes) * len(nodes)


def test_a_logout_counts_everywhere_at_once(database_url: str, tmp_path: Path, promise: Promise) -> None:
    """While others ask there for the same person, so that whatever might be remembered is."""
    logouts, late = times(100), 0
    file = keys(tmp_path)
    with Node(database_url, file, tmp_path) as one, Node(database_url, file, tmp_path) as two:
        for number in range(logouts):
            here, there = (one, two) if number % 2 else (two, one)
            late += _asked_after(here, there, person(database_url, f"User {number}"))
    assert late == 0
    promise(9, logouts=logouts, known_afterwards=late)


def _asked_after(here: Node, there: Node, who: Person) -> int:
    """How often somebody is known who has logged out, of four that ask at once at both."""
    cookie = here.cookie(who)
    assert (known(here, cookie), known(there, cookie)) == (200, 200)
    answer = httpx2.post(f"{here.url}{LOGOUT}", headers=cookie, timeout=30, verify=False)
    assert answer.status_code == 204, answer.text
    found: list[int] = []
    asking = [
        Thread(target=lambda node=node: found.append(known(node, cookie)))
        for node in (here, there, here, there)
    ]
    for each in asking:
        each.start()
    for each in asking:
        each.join(60)
    assert len(found) == 4
    return len([status for status in found if status != 401])
