"""Options that several commands take."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from wildside.settings import Spelled

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
inherited_socket = click.option(
    "--fd",
    type=click.IntRange(3),
    metavar="NUMBER",
    help="Serve on a listening socket that was inherited under this number, instead of --host and --port.",
)
_ORIGINS_HELP = "Web origins, with spaces between, whose pages may read the answers; * for all."
cors_origins = click.option(
    "--cors-origins",
    envvar="WILDSIDE_CORS_ORIGINS",
    default="",
    show_envvar=True,
    metavar="ORIGINS",
    help=_ORIGINS_HELP,
)
_TIMEOUTS_HELP = (
    "What to wait for how long, where it is not the usual: 'request=4 drain=6'; see docs/operating.md."
)
timeouts = click.option(
    "--timeouts",
    envvar="WILDSIDE_TIMEOUTS",
    default="",
    show_envvar=True,
    metavar="SECONDS",
    help=_TIMEOUTS_HELP,
)
pg_bin = click.option(
    "--pg-bin",
    envvar="PGBIN",
    type=click.Path(path_type=Path),
    show_envvar=True,
    help="Folder of PostgreSQL's programs.",
)


_SPELLED = (
    ("database-url", "DATABASE_URL", "URL", "The database."),
    (
        "direct-url",
        "DATABASE_DIRECT_URL",
        "URL",
        "The same database without the pooler that DATABASE_URL leads to; left out, there is none.",
    ),
    ("cors-origins", "WILDSIDE_CORS_ORIGINS", "ORIGINS", _ORIGINS_HELP),
    (
        "proxy-hops",
        "WILDSIDE_PROXY_HOPS",
        "NUMBER",
        "Proxies of your own in front, whose entries of X-Forwarded-For are believed; 0, if left out.",
    ),
    ("mode", "WILDSIDE_MODE", "MODE", "production, if left out, or development."),
    ("keys-file", "SESSION_KEYS_FILE", "FILE", "The keys of session cookies, one a line; the first signs."),
    ("same-site", "SESSION_SAMESITE", "WHEN", "SameSite of the cookie: lax, if left out, strict or none."),
    ("cookie-secure", "SESSION_COOKIE_SECURE", "0|1", "Send the cookie over https only; 1, if left out."),
    ("timeouts", "WILDSIDE_TIMEOUTS", "SECONDS", _TIMEOUTS_HELP),
    (
        "metrics-bind",
        "WILDSIDE_METRICS_BIND",
        "HOST:PORT",
        "Answer with the metrics there, under /metrics; left out, nowhere.",
    ),
    ("allow-ephemeral", "SESSION_ALLOW_EPHEMERAL", "0|1", "In development, do without a file of keys."),
)


def spelled(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the settings of the server, as texts: so all that is wrong can be told at once."""

    @wraps(command)
    def gathered(*arguments: Any, **options: Any) -> Any:
        texts = {name: options.pop(name) for name in (one[0].replace("-", "_") for one in _SPELLED)}
        return command(*arguments, spelled=Spelled(**texts), **options)

    for name, variable, metavar, text in reversed(_SPELLED):
        option = click.option(
            f"--{name}", envvar=variable, default="", show_envvar=True, metavar=metavar, help=text
        )
        gathered = option(gathered)
    return gathered
