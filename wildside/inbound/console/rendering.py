"""Templates to pages. What is put into them is escaped, and a name that is not there is an error."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

NAVIGATION = (
    ("/console", "Health"),
    ("/console/release", "Release"),
    ("/console/versions", "Versions"),
    ("/console/compare", "Compare"),
    ("/console/tables", "Tables"),
    ("/console/seeds", "Seeds"),
    ("/console/migrations", "Migrations"),
    ("/console/diagrams", "Diagrams"),
    ("/console/audit", "Audit"),
    ("/console/provenance", "Provenance"),
)
"""Path → what the link is called."""


def page(name: str, path: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """Render a template as a page. `path` is where it is, so that the navigation can show it."""
    return HTMLResponse(rendered(name, path, values), status)


def rendered(name: str, path: str, values: Mapping[str, Any]) -> str:
    """Render a template as HTML."""
    return _ENVIRONMENT.get_template(name).render(values, path=path, navigation=NAVIGATION)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _value(value: Any) -> str:
    """Show a value of JSON: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _key(key: Any) -> str:
    return "/".join(_value(part) for part in key)


_ENVIRONMENT = Environment(
    loader=PackageLoader("wildside.inbound.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {"moment": _moment, "value": _value, "key": _key}
