"""squawk, run on the texts of files; it reads no settings of the machine."""

import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from wildside.domain.command_errors import ToolMissing
from wildside.domain.lint.squawk import Remark
from wildside.domain.lint.values import SqlFile

PATIENCE = 60.0
OLDEST = "15.0"
"""The oldest PostgreSQL that migrations have to run on."""


def run_squawk(files: Sequence[SqlFile]) -> list[Remark]:
    """Return what squawk says about files that PostgreSQL's parser can read. Raises ToolMissing."""
    program = _program()
    readable = [file for file in files if file.parsed.statements]
    found = []
    for transactional in (True, False):
        some = [file for file in readable if file.transactional is transactional]
        options = ["--assume-in-transaction"] if transactional else []
        with tempfile.TemporaryDirectory() as folder:
            found += _ask([program, *options], some, Path(folder))
    return found


def _program() -> str:
    """Find squawk beside this Python, else wherever programs are."""
    found = shutil.which("squawk", path=sysconfig.get_path("scripts")) or shutil.which("squawk")
    if found is None:
        raise ToolMissing("no squawk: pip install 'wildside[toolkit]'")
    return found


def _ask(command: Sequence[str], files: Sequence[SqlFile], folder: Path) -> list[Remark]:
    """Ask about all files at once; if that fails, about each, so that one alone is to blame."""
    if not files:
        return []
    for number, file in enumerate(files):
        (folder / f"{number}.sql").write_text(file.text, encoding="utf-8")
    (folder / "settings.toml").write_text("", encoding="utf-8")
    answer = _run(command, [f"{number}.sql" for number in range(len(files))], folder)
    if answer is not None:
        return list(_remarks(answer, files))
    found: list[Remark] = []
    for number, file in enumerate(files):
        answer = _run(command, [f"{number}.sql"], folder)
        failed = Remark(file.name, 0, "failed", "squawk ended without an answer about this file")
        found += [failed] if answer is None else _remarks(answer, files)
    return found


def _run(command: Sequence[str], names: Sequence[str], folder: Path) -> str | None:
    options = ("--reporter", "json", "--config", "settings.toml", "--pg-version", OLDEST)
    try:
        done = subprocess.run(
            [*command, *options, *names],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", "")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode in (0, 1) and done.stdout.strip() else None


def _remarks(answer: str, files: Sequence[SqlFile]) -> Iterator[Remark]:
    """Read the answer. Its lines count from 0, whatever its other formats do."""
    for one in json.loads(answer):
        file = files[int(one["file"].removesuffix(".sql"))]
        message = " ".join(f"{one['message']} {one['help'] or ''}".split())
        yield Remark(file.name, one["line"] + 1, one["rule_name"], message)
