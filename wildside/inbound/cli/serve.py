"""`wildside serve`: the API over a database that is already there."""

import os
from pathlib import Path

import click

from wildside.config import DatabaseUrl, Settings
from wildside.inbound.cli import options
from wildside.inbound.cli.console import out
from wildside.inbound.cli.toolbox import Toolbox
from wildside.inbound.http.server import reserve

_EPILOG = """\b
Examples:
  DATABASE_URL=postgresql://app@db/wildside wildside serve
  wildside serve --database-url postgresql:///wildside --port 0
\b
It starts while the database is down: /health/live answers 200, /health/ready 503."""


@click.command(epilog=_EPILOG)
@options.database_url
@options.host
@options.port
@options.cors_origins
@options.proxy_hops
@click.pass_obj
def serve(
    tools: Toolbox, database_url: str, host: str, port: int, cors_origins: str, proxy_hops: int
) -> None:
    """Serve the API until Ctrl-C or SIGTERM."""
    keys, secure = _session_settings()
    settings = Settings(
        DatabaseUrl.parse(database_url),
        cors_origins=tuple(cors_origins.split()),
        session_keys=keys,
        session_cookie_secure=secure,
        proxy_hops=proxy_hops,
    )
    tools.serve(settings, reserve(host, port), announce)


def _session_settings() -> tuple[tuple[bytes, ...], bool]:
    """Read the keys, one a line, and whether the cookie is for HTTPS only."""
    file = os.environ.get("SESSION_KEYS_FILE")
    keys = tuple(Path(file).read_bytes().split()) if file else ()
    return keys, os.environ.get("SESSION_COOKIE_SECURE") not in {"0", "false"}


def announce(url: str) -> None:
    """Print the line that scripts wait for."""
    out.print(f"listening on {url}")
