"""Apps: processes that read reference data with the Python provider, and what they print."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from typing import IO, Any, Self

from tests.cli.program import PATIENCE, environment

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What an app printed; see features/support/app.py."""

    source: str
    version: str
    age: float | None
    stale: bool
    whole: bool
    icon: str


@dataclass(frozen=True)
class App:
    """How an app is set up."""

    url: str
    cache: Path
    flag: str = "on"

    def settings(self) -> dict[str, str]:
        settings = {"WILDSIDE_URL": self.url, "WILDSIDE_CACHE": str(self.cache)}
        return environment(USE_BACKEND_REFERENCE=self.flag, PYTHONUNBUFFERED="1", **settings)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            command(*arguments),
            cwd=ROOT,
            env=self.settings(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "features.support.app", *arguments]


def answers(printed: str) -> list[Answer]:
    return [Answer(**json.loads(line)) for line in printed.splitlines()]


class Running:
    """An app that asks again and again, and writes its cache each time."""

    def __init__(self, app: App) -> None:
        self.process: subprocess.Popen[str] = subprocess.Popen(
            command("--again"),
            cwd=ROOT,
            env=app.settings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.printed: list[str] = []
        self.told: list[str] = []
        self._changed = Condition()
        streams = ((self.process.stdout, self.printed), (self.process.stderr, self.told))
        self._readers = [Thread(target=self._read, args=pair) for pair in streams]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: IO[str], lines: list[str]) -> None:
        with stream:
            for line in stream:
                with self._changed:
                    # The last line of who is killed may be cut.
                    lines += [line] if line.endswith("\n") else []
                    self._changed.notify_all()

    def await_answers(self, number: int) -> None:
        """Wait until it has printed so many, from now on."""
        wanted = len(self.printed) + number
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.printed) >= wanted, PATIENCE), self.told

    def end(self) -> list[Any]:
        """Kill it, and return its answers."""
        assert self.process.poll() is None, self.told
        self.process.kill()
        self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return answers("".join(self.printed))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.end()
