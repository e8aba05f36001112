"""Clients that write and read rows with revisions all the time, and note what they were told."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from itertools import count
from threading import Event, Thread
from time import monotonic
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

from tests.trust.history import History, Operation, Outcome
from tests.trust.rows import Row

PATIENCE = 15.0
"""Seconds in which an answer must come, on a busy machine."""
AGAIN = 100
"""How often a write is asked for again under its key, until it is known what became of it."""
PAUSE = 0.25
"""Seconds that who is asked to come back later stays away."""
NOT_DONE = {"database_unavailable", "timed_out", "retry_transaction"}
"""Codes of a 503 that say that a write has had no effect."""
ABOUT_IT = {"revision_mismatch", "call_in_progress"}
SHARE_OF_READS, SHARE_WITH_KEY = 0.25, 0.5


class Client:
    """A connection that is kept; status 0 is no answer. Whoever is to come back later is told when."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)

    def ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        content = None if body is None else json.dumps(body).encode()
        typed = {"Content-Type": "application/json"} if content else {}
        try:
            self._connection.request(method, path, content, {**headers, **typed})
            response = self._connection.getresponse()
            answer = json.loads(response.read() or b"null")
        except (OSError, HTTPException):
            self._connection.close()
            return 0, None
        if response.status == 503 and path.startswith("/api/"):
            assert int(response.headers["Retry-After"]) > 0, answer
        return response.status, answer

    def status(self, path: str) -> int:
        return self.ask("GET", path, None, {})[0]

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Walkers:
    """So many at once, until they have done so many operations together."""

    def __init__(self, url: str, rows: Sequence[Row], operations: int, seed: int) -> None:
        self.history = History()
        self.told: Counter[str] = Counter()
        self.slowest = 0.0
        self.faults: list[str] = []
        self.url, self._rows, self._seed = url, rows, seed
        self._operations, self._numbers = operations, count(1)
        self.begun = 0
        self._seen: dict[Row, int] = dict.fromkeys(rows, 0)
        self._stop = Event()
        self._threads: list[Thread] = []

    def start(self, many: int) -> None:
        for number in range(many):
            self._threads.append(Thread(target=self._work, args=[number], daemon=True))
            self._threads[-1].start()

    def join(self, patience: float) -> None:
        deadline = monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, deadline - monotonic()))
            assert not thread.is_alive(), f"{self.begun} operations, {self.told}"

    def stop(self) -> None:
        self._stop.set()

    def _work(self, number: int) -> None:
        dice, client = random.Random(f"{self._seed} {number}"), Client(self.url)
        try:
            while not self._stop.is_set() and (begun := next(self._numbers)) <= self._operations:
                self.begun = begun
                row = dice.choice(self._rows)
                if dice.random() < SHARE_OF_READS:
                    self.read(client, row)
                else:
                    self._write(client, row, keyed=dice.random() < SHARE_WITH_KEY)
        except Exception as error:
            self.faults.append(repr(error))
        finally:
            client.close()

    def read_all(self) -> None:
        """Read each row, when nobody writes."""
        client = Client(self.url)
        for row in self._rows:
            self.read(client, row)
        client.close()

    def read(self, client: Client, row: Row) -> None:
        operation = self.history.begin(Operation(row))
        status, body = self._ask(client, row, "GET", row.read_path)
        if status == 200:
            self._know(operation, *row.shown(body))
        elif status == 404:
            self._know(operation, 0, None)
        else:
            self._tell(operation, Outcome.FAILED)

    def _write(self, client: Client, row: Row, *, keyed: bool) -> None:
        replaces, number = self._seen[row], next(row.numbers)
        operation = self.history.begin(Operation(row, replaces, number))
        body = {**row.body(number), **({"expectedRevision": replaces} if replaces else {})}
        key = {"Idempotency-Key": str(uuid4())} if keyed else {}
        unknown = False
        for _ in range(AGAIN if keyed else 1):
            status, answer = self._ask(client, row, row.method, row.path, body, key)
            if status in {200, 201}:
                revision, stored = row.shown(answer)
                assert stored == number, (row.kind, stored, number)
                self._know(operation, revision, number)
                return
            if status and answer["code"] == "revision_mismatch":
                self._seen[row] = answer["actualRevision"] or 0  # lower, where revisions were lost
                unknown = False  # had it been done before, this key would have brought its answer
                break
            unknown = unknown or not status or answer["code"] not in NOT_DONE
            if not unknown:
                break
            self.told["asked again"] += keyed
        self._tell(operation, Outcome.UNKNOWN if unknown else Outcome.FAILED)

    def _know(self, operation: Operation, revision: int, value: int | None) -> None:
        row: Any = operation.row
        self._tell(operation, Outcome.DONE, revision, value)
        self._seen[row] = max(self._seen[row], revision)

    def _tell(self, operation: Operation, outcome: Outcome, revision: int = 0, value: Any = None) -> None:
        self.history.end(operation, outcome, revision, value)
        self.told[f"{'writes' if operation.writes else 'reads'} {outcome.name.lower()}"] += 1

    def _ask(
        self, client: Client, row: Row, method: str, path: str, body: Any = None, key: Any = None
    ) -> tuple[int, Any]:
        """Ask, and wait a moment where the answer is to come back later."""
        began = monotonic()
        status, answer = client.ask(method, path, body, {**row.who.headers, **(key or {})})
        self.slowest = max(self.slowest, monotonic() - began)
        code = answer["code"] if status > 201 else ""
        self.told[f"{status} {code}".strip() if status else "no answer"] += 1
        assert status in {0, 200, 201, 503} or code in {"not_found", *ABOUT_IT}, (
            method,
            path,
            status,
            answer,
        )
        if status in {0, 503} or code == "call_in_progress":
            self._stop.wait(PAUSE)
        return status, answer
