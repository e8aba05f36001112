"""`wildside serve`: the API over a database that is already there."""

import click

from wildside.config import DatabaseUrl, Settings, Timeouts
from wildside.inbound.cli import options
from wildside.inbound.cli.console import out
from wildside.inbound.cli.toolbox import Toolbox
from wildside.inbound.http.server import reserve

_EPILOG = """\b
Examples:
  DATABASE_URL=postgresql://app@db/wildside wildside serve
  wildside serve --database-url postgresql:///wildside --port 0
  wildside serve --timeouts 'request=4 drain=6'
\b
It starts while the database is down: /health/live answers 200, /health/ready 503."""


@click.command(epilog=_EPILOG)
@options.database_url
@options.host
@options.port
@options.cors_origins
@options.timeouts
@click.pass_obj
def serve(tools: Toolbox, database_url: str, host: str, port: int, cors_origins: str, timeouts: str) -> None:
    """Serve the API until Ctrl-C or SIGTERM."""
    settings = Settings(
        DatabaseUrl.parse(database_url),
        cors_origins=tuple(cors_origins.split()),
        timeouts=Timeouts.parse(timeouts),
    )
    tools.serve(settings, reserve(host, port), announce)


def announce(url: str) -> None:
    """Print the line that scripts wait for."""
    out.print(f"listening on {url}")
