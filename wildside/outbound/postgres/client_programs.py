"""Runs PostgreSQL's client programs, as pg_dump and psql, on a database."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from wildside.config import DatabaseUrl
from wildside.domain.command_errors import ServerFailed


def run_client(program: Path, options: Sequence[str], url: DatabaseUrl, text: str | None = None) -> str:
    """Give a program a text, and return what it prints. Raises ServerFailed with what it says is wrong.

    The password goes by the environment: everyone can read arguments.
    """
    parts = {name: str(value) for name, value in conninfo_to_dict(url.asyncpg).items()}
    secret = {"PGPASSWORD": parts.pop("password")} if "password" in parts else {}
    env = {**os.environ, "LC_ALL": "C", **secret}
    command = [str(program), *options, "--dbname", make_conninfo(**parts)]
    try:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, encoding="utf-8", env=env, check=False
        )
    except OSError as error:
        raise ServerFailed(f"{program} cannot be run: {error.strerror}") from error
    if done.returncode:
        raise ServerFailed(url.mask(done.stderr.strip()))
    return done.stdout
