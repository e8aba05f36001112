"""`wildside serve`: the API over a database that is already there."""

import click
import structlog

from wildside.domain.session_keys import fingerprint
from wildside.inbound.cli import options
from wildside.inbound.cli.console import out
from wildside.inbound.cli.keys import new_key
from wildside.inbound.cli.toolbox import Toolbox
from wildside.inbound.http.scrapes import PATH
from wildside.inbound.http.server import reserve, url_of
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
\b
It starts while the database is down: /health/live answers 200, /health/ready 503."""

log = structlog.get_logger()


@click.command(epilog=_EPILOG)
@options.spelled
@options.host
@options.port
@click.pass_obj
def serve(tools: Toolbox, spelled: Spelled, host: str, port: int) -> None:
    """Serve the API until Ctrl-C or SIGTERM."""
    settings, warnings = read_settings(spelled, new_key)
    listener = reserve(host, port)
    watched = reserve(*settings.metrics_bind, "--metrics-bind") if settings.metrics_bind else None
    metrics = f"{url_of(watched)}{PATH}" if watched else None
    configure_logs()
    _tell(settings, warnings)

    def answering(url: str) -> None:
        announce(url)
        if metrics:
            out.print(f"metrics at {metrics}")

    tools.serve(settings, listener, answering, watched=watched)


def announce(url: str) -> None:
    """Print the line that scripts wait for."""
    out.print(f"listening on {url}")


def _tell(settings: Settings, warnings: list[str]) -> None:
    """Say in the log which keys are used: by their fingerprints, never themselves."""
    for warning in warnings:
        log.warning("settings", warning=warning)
    signing, *accepted = map(fingerprint, settings.session_keys)
    log.info("session keys", signing=signing, accepted=accepted)
