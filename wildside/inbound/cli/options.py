"""Options that several commands take."""

from pathlib import Path

import click

database_url = click.option(
    "--database-url", envvar="DATABASE_URL", required=True, show_envvar=True, help="The database."
)
host = click.option(
    "--host",
    envvar="WILDSIDE_HOST",
    default="127.0.0.1",
    show_default=True,
    show_envvar=True,
    help="Address to listen on.",
)
port = click.option(
    "--port",
    envvar="PORT",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65535),
    show_envvar=True,
    help="Port to listen on; 0 takes any free one.",
)
cors_origins = click.option(
    "--cors-origins",
    envvar="WILDSIDE_CORS_ORIGINS",
    default="",
    show_envvar=True,
    metavar="ORIGINS",
    help="Web origins, with spaces between, whose pages may read the answers; * for all.",
)
timeouts = click.option(
    "--timeouts",
    envvar="WILDSIDE_TIMEOUTS",
    default="",
    show_envvar=True,
    metavar="SECONDS",
    help="What to wait for how long, where it is not the usual: 'request=4 drain=6'; see docs/operating.md.",
)
pg_bin = click.option(
    "--pg-bin",
    envvar="PGBIN",
    type=click.Path(path_type=Path),
    show_envvar=True,
    help="Folder of PostgreSQL's programs.",
)
