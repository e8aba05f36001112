"""Clients that read all the time, and note every answer."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic, sleep
from typing import Self

import httpx2

from features.support.holder import is_whole
from tests.cli.program import PATIENCE

PAUSE = 0.02


@dataclass(frozen=True)
class Reading:
    """An answer: when it was asked for and came, and what it says. Status 0 is no answer at all."""

    client: int
    began: float
    ended: float
    status: int
    number: int = 0
    whole: bool = False
    told: str = ""


class Readers:
    """Some clients, each in a thread, until they are closed."""

    def __init__(self, url: str, clients: int) -> None:
        self._url = url
        self.readings: list[Reading] = []
        self._closing = Event()
        self._threads = [Thread(target=self._read, args=[number]) for number in range(clients)]
        for thread in self._threads:
            thread.start()

    def _read(self, client: int) -> None:
        with httpx2.Client(timeout=PATIENCE) as connection:
            while not self._closing.wait(PAUSE):
                began = monotonic()
                reading = Reading(client, began, began, 0)
                with suppress(httpx2.HTTPError):
                    answer = connection.get(self._url)
                    reading = _noted(client, began, answer)
                self.readings.append(reading)

    def wait_for(self, wanted: Callable[[Reading], bool]) -> Reading:
        """Return the first reading that is wanted, of those that begin from now on."""
        now, deadline = monotonic(), monotonic() + PATIENCE
        while True:
            found = [reading for reading in list(self.readings) if reading.began > now and wanted(reading)]
            if found:
                return found[0]
            assert monotonic() < deadline, self.readings[-3:]
            sleep(PAUSE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        for thread in self._threads:
            thread.join(PATIENCE)


def _noted(client: int, began: float, answer: httpx2.Response) -> Reading:
    ended, status = monotonic(), answer.status_code
    if status != 200:
        told = f"{answer.headers.get('retry-after')} {answer.text}"
        return Reading(client, began, ended, status, told=told)
    document = answer.json()
    number = int(document["referenceVersion"].partition(".")[2].partition("-")[0])
    return Reading(client, began, ended, status, number, is_whole(document))
