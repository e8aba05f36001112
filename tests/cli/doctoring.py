"""`wildside doctor`, asked, and the commands that it names."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tests.cli.program import environment, wildside
from wildside.inbound.cli.main import cli
from wildside.outbound.postgres.binaries import find_binaries
from wildside.tools import Tools

FOREIGN = {"export", "chmod", "ls", "createdb", "psql", "pg_isready", "timedatectl", "df"}
"""What is named of others' programs."""


@dataclass(frozen=True)
class Report:
    """What it said, and its exit code."""

    code: int
    checks: list[dict[str, str]]
    output: str

    def named(self, name: str) -> list[dict[str, str]]:
        return [one for one in self.checks if one["name"] == name]

    def statuses(self, name: str) -> list[str]:
        return [one["status"] for one in self.named(name)]

    @property
    def failing(self) -> dict[str, dict[str, str]]:
        return {one["name"]: one for one in self.checks if one["status"] == "fail"}


def examine(url: str = "", **env: str) -> Report:
    """Ask it for JSON. Every command that it names must be there."""
    done = wildside("doctor", "--json", env={"DATABASE_URL": url, **env})
    assert done.stderr == ""
    told = json.loads(done.stdout)
    for one in told["checks"]:
        must_exist(one["mend"], url)
        assert bool(one["mend"]) or one["status"] in {"ok", "unknown"}, one
    return Report(done.returncode, told["checks"], done.stdout)


def must_exist(line: str, url: str) -> None:
    """See that our commands take what is given to them, and that no other program is named than we know."""
    for words in (shlex.split(command) for command in line.split("&&") if line):
        while "=" in words[0]:  # a setting of this command
            words.pop(0)
        if words[0] == "wildside":
            _parse(words[1:], url)
        else:
            assert words[0] in FOREIGN, line


def _parse(words: list[str], url: str) -> None:
    command: click.Command = cli
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    with suppress(click.exceptions.Exit):  # of --help
        command.make_context("it", words, obj=Tools(), default_map={"database_url": url or "none"})


def mend(line: str, env: Mapping[str, str]) -> None:
    """Run a command as an operator does, who has copied it."""
    binaries = find_binaries(Path(os.environ["PGBIN"]) if "PGBIN" in os.environ else None)
    path = f"{Path(sys.executable).parent}:{binaries}:{os.environ['PATH']}"
    done: subprocess.CompletedProcess[Any] = subprocess.run(
        ["bash", "-euc", line],
        env=environment(PATH=path, **env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
