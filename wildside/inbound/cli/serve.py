"""`wildside serve`: the API over a database that is already there."""

import click
import structlog
from click.core import ParameterSource

from wildside.domain.session_keys import fingerprint
from wildside.inbound.cli import options
from wildside.inbound.cli.console import out
from wildside.inbound.cli.keys import new_key
from wildside.inbound.cli.toolbox import Toolbox
from wildside.inbound.http.scrapes import PATH
from wildside.inbound.http.server import inherited, reserve, url_of
from wildside.inbound.http.servers import SERVERS, server_named
from wildside.inbound.logs import configure_logs
from wildside.settings import Settings, Spelled, read_settings

_EPILOG = """\b
Examples:
  wildside keys new session.keys
  export SESSION_KEYS_FILE=session.keys
  DATABASE_URL=postgresql://app@db/wildside wildside serve
  wildside serve --database-url postgresql:///wildside --port 0
  wildside serve --mode development --allow-ephemeral 1
  wildside serve --timeouts 'request=4 drain=6'
  wildside serve --metrics-bind 127.0.0.1:9464
  wildside serve --server uvicorn
\b
It starts while the database is down: /health/live answers 200, /health/ready 503."""

log = structlog.get_logger()


@click.command(epilog=_EPILOG)
@options.spelled
@options.host
@options.port
@options.inherited_socket
@click.option(
    "--server",
    envvar="WILDSIDE_SERVER",
    default=SERVERS[0],
    show_default=True,
    type=click.Choice(SERVERS),
    show_envvar=True,
    help="What speaks HTTP; uvicorn needs the extra of its name, and is faster: see docs/performance.md.",
)
@click.pass_obj
def serve(tools: Toolbox, spelled: Spelled, host: str, port: int, fd: int | None, server: str) -> None:
    """Serve the API until Ctrl-C or SIGTERM."""
    typed = click.get_current_context().get_parameter_source
    if fd is not None and {typed("host"), typed("port")} & {ParameterSource.COMMANDLINE}:
        raise click.UsageError("--fd goes without --host and --port: the socket has its address")
    settings, warnings = read_settings(spelled, new_key)
    asgi_server = server_named(server)
    listener = reserve(host, port) if fd is None else inherited(fd)
    watched = reserve(*settings.metrics_bind, "--metrics-bind") if settings.metrics_bind else None
    metrics = f"{url_of(watched)}{PATH}" if watched else None
    configure_logs()
    _tell(settings, warnings)

    def answering(url: str) -> None:
        announce(url)
        if metrics:
            out.print(f"metrics at {metrics}")

    tools.serve(settings, listener, answering, watched=watched, server=asgi_server)


def announce(url: str) -> None:
    """Print the line that scripts wait for."""
    out.print(f"listening on {url}")


def _tell(settings: Settings, warnings: list[str]) -> None:
    """Say in the log which keys are used: by their fingerprints, never themselves."""
    for warning in warnings:
        log.warning("settings", warning=warning)
    signing, *accepted = map(fingerprint, settings.session_keys)
    log.info("session keys", signing=signing, accepted=accepted)
