"""People of a scenario: signed in without a login, and what they ask."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2

from features.support.world import World
from tests.people import Person, person


def sign_in(world: World, name: str) -> None:
    """Put somebody into the database, logged in."""
    world.remembered[name] = person(world.database_url, name)


def who(world: World, name: str) -> Person:
    found: Person = world.remembered[name]
    return found


def ask(
    world: World,
    name: str | None,
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
) -> httpx2.Response:
    """Ask as somebody, or as nobody, and remember the answer as the last one."""
    world.answer = _asked(world, name, method, path, body, headers or {})
    return world.answer


def ask_at_once(world: World, name: str, method: str, path: str, bodies: list[Any]) -> list[httpx2.Response]:
    """Ask for all of it at the same moment."""
    with ThreadPoolExecutor(len(bodies)) as threads:
        return list(threads.map(lambda body: _asked(world, name, method, path, body, {}), bodies))


def _asked(
    world: World, name: str | None, method: str, path: str, body: Any, headers: dict[str, str]
) -> httpx2.Response:
    proof = who(world, name).headers if name else {}
    return httpx2.request(method, world.program.url() + path, json=body, headers={**proof, **headers})
