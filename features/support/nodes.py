"""Several servers over one database, people who are logged in there, and one who asks all the time."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Self

import httpx2

from tests.cli.program import PATIENCE, Program
from tests.people import Person
from wildside.inbound.http.cookies import CookieRules, Cookies
from wildside.settings import read_key_file

PAUSE = 0.01


class Node:
    """A server, and the keys with which it was started last."""

    def __init__(self, database_url: str, keys_file: Path, place: Path) -> None:
        self._file = keys_file
        env = {"DATABASE_URL": database_url, "SESSION_KEYS_FILE": str(keys_file), "TMPDIR": str(place)}
        self._start: Callable[[], Program] = lambda: Program("serve", "--port", "0", cwd=place, env=env)
        self.begin()

    def begin(self) -> None:
        self._keys = read_key_file(self._file)[0].keys
        self._program = self._start()
        self.url = self._program.url()

    def restart(self) -> None:
        """Stop it in order, and start it anew: on another port, as a node of its own address would not."""
        assert self._program.stop() == 0, self._program.output
        self.begin()

    def cookie(self, person: Person) -> dict[str, str]:
        """What it would send to somebody who logs in."""
        cookies = Cookies(self._keys, CookieRules())
        return {"Cookie": f"{cookies.rules.name}={cookies.value(person.session_id)}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.__exit__()


class Asker:
    """Asks one node after the other until it is closed; a node that is not there is passed over."""

    def __init__(self, ask: Callable[[int], httpx2.Response]) -> None:
        self._ask = ask
        self.statuses: list[int] = []
        self._closing = Event()
        self._thread = Thread(target=self._run)
        self._thread.start()
        self.wait_for_more()

    def _run(self) -> None:
        turn = 0
        while not self._closing.wait(PAUSE):
            turn += 1
            with suppress(httpx2.HTTPError):
                self.statuses.append(self._ask(turn).status_code)

    def wait_for_more(self, number: int = 10) -> None:
        """Return once it was answered so many times, from now on."""
        wanted, deadline = len(self.statuses) + number, monotonic() + PATIENCE
        while len(self.statuses) < wanted:
            assert monotonic() < deadline, self.statuses[-3:]
            sleep(PAUSE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join(PATIENCE)
