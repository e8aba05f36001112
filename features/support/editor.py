"""An administrator who edits all the time, and knows which edits were acknowledged."""

from threading import Condition, Event, Thread
from time import monotonic
from typing import Self

import psycopg

from tests.cli.program import PATIENCE

PAUSE = 0.05
EDIT = "update tags set icon = %s, source_type = 'admin' where slug = 'coffee'"


class Editor:
    """Makes version after version in a thread, until it is closed or the database is gone."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self.acknowledged: list[tuple[float, int]] = []
        self._closing = Event()
        self._changed = Condition()
        self._thread = Thread(target=self._edit)
        self._thread.start()

    @staticmethod
    def icon(version: int) -> str:
        """The icon in a version; the seed was the first."""
        return f"tag:edit-{version}"

    def _edit(self) -> None:
        version = 1
        try:
            while not self._closing.wait(PAUSE):
                version += 1
                self._connection.execute(EDIT, [self.icon(version)])
                with self._changed:
                    self.acknowledged.append((monotonic(), version))
                    self._changed.notify_all()
        except psycopg.OperationalError:
            pass

    def wait_for(self, edits: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.acknowledged) >= edits, PATIENCE)

    def await_end(self) -> None:
        """Wait until the database is gone."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join(PATIENCE)
        self._connection.close()
