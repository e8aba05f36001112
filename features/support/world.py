"""What a scenario has: a database, a place on disk, programs, and the last answer."""

import json
import shutil
import socket
import subprocess
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import httpx2

from features.support.databases import Databases, running
from tests.cli.places import open_place, processes_in
from tests.cli.program import PATIENCE, Program, environment, wildside
from tests.cli.relay import Change, relaying
from wildside.config import sql_folder

ROOT = Path(__file__).parents[2]
Kept = TypeVar("Kept")


class World:
    """Made for one scenario, and taken down after it."""

    database_url: str
    edited_at: float
    source: Path
    program: Program
    answer: httpx2.Response
    result: subprocess.CompletedProcess[str]

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self.remembered: dict[str, Any] = {}
        self._stack = ExitStack()
        self.place = self._stack.enter_context(open_place())
        self._stack.callback(self._nothing_runs)

    def close(self) -> None:
        """Stop what was started, in reverse, and see that nothing is left running."""
        self._stack.close()

    def _nothing_runs(self) -> None:
        assert not (left := processes_in(self.place)), left

    def keep(self, opened: AbstractContextManager[Kept]) -> Kept:
        """Open something until the scenario ends."""
        return self._stack.enter_context(opened)

    def listen(self) -> int:
        """Listen on a free port until the scenario ends, and return it."""
        listener = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port: int = listener.getsockname()[1]
        return port

    def relay(self, change: Change) -> str:
        """Put something between a client and the program until the scenario ends; returns where to ask."""
        return self._stack.enter_context(relaying(self.program.url(), change))

    def use_database(self, template: str) -> None:
        self.database_url = self.databases.clone(template)
        self._stack.callback(self.databases.drop, self.database_url)

    def use_own_server(self) -> None:
        """Run a PostgreSQL for this scenario alone, which keeps what was committed when it is killed."""
        self.databases = self._stack.enter_context(running(self.place / "own", durable=True))
        self.database_url = self.databases.url("seeded")

    def start(self, *arguments: str, port: int = 0, **env: str) -> None:
        """Start a program that goes on until the scenario ends."""
        self.program = self._stack.enter_context(
            Program(*arguments, "--port", str(port), cwd=self.place, env={"TMPDIR": str(self.place), **env})
        )

    def serve(self, port: int = 0) -> None:
        self.start("serve", port=port, DATABASE_URL=self.database_url)

    def run(self, *arguments: str, typed: str | None = None) -> None:
        """Run a command to its end, on the scenario's database; `typed` is its standard input."""
        self.result = wildside(*arguments, env={"DATABASE_URL": self.database_url}, typed=typed)

    def yoyo(self, command: str, *arguments: str) -> None:
        """Run yoyo as an operator does, in the checkout."""
        self.result = subprocess.run(
            [Path(sys.executable).parent / "yoyo", command, *arguments],
            cwd=ROOT,
            env=environment(DATABASE_URL=self.database_url),
            capture_output=True,
            text=True,
            check=False,
        )

    def get(self, path: str, **headers: str) -> httpx2.Response:
        self.answer = httpx2.get(self.program.url() + path, headers=headers)
        return self.answer

    def await_answer(self, path: str, member: str, wanted: str) -> None:
        """Read until a member of the answer has the wanted value."""
        deadline = monotonic() + PATIENCE
        while self.get(path).json()[member] != wanted:
            assert monotonic() < deadline, self.answer.text

    def use_source(self) -> None:
        """Copy the reference files, so that a scenario may change them."""
        self.source = Path(shutil.copytree(sql_folder() / "reference", self.place / "reference"))

    def rows(self, table: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads((self.source / f"{table}.json").read_text())
        return rows

    def write_rows(self, table: str, rows: list[dict[str, Any]]) -> None:
        (self.source / f"{table}.json").write_text(json.dumps(rows))
