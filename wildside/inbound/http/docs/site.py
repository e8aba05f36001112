"""Puts the pages together: the contract, Swagger UI over it, and a page for each problem."""

import re
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from wildside.domain.release import body_of
from wildside.inbound.http.docs.advice import ADVICE
from wildside.inbound.http.docs.page import NOTHING, Page, Site
from wildside.inbound.http.problems import STATUSES
from wildside.inbound.http.representations import IMMUTABLE, MEDIA_TYPE, REVALIDATE

OPENAPI, PROBLEMS = "/docs/openapi.json", "/docs/problems"
_TRYING = {**NOTHING, "script-src": "'self'", "connect-src": "'self'"}
"""Swagger UI is a script of ours, asks this server, and styles by script, which needs no 'unsafe-inline'."""
_HTML = "text/html; charset=utf-8"
_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
_ASSETS = (
    "swagger-ui/swagger-ui-bundle.js",
    "swagger-ui/swagger-ui.css",
    "assets/init.js",
    "assets/style.css",
)
_CODE = re.compile(r"`([^`]+)`")


def site(document: str) -> Site:
    """Return every page, and every file that they need. `document` is the contract, as JSON."""
    environment = _environment()
    paths, assets = _assets()

    def page(template: str, policy: dict[str, str], **values: object) -> Page:
        html = environment.get_template(template).render(values, assets=paths)
        return Page(body_of(html.encode()), _HTML, REVALIDATE, policy)

    known = [(code, HTTPStatus(STATUSES[code]), advice) for code, advice in ADVICE.items()]
    return {
        "/docs": page("index.html", _TRYING),
        OPENAPI: Page(body_of(document.encode()), MEDIA_TYPE, REVALIDATE, NOTHING),
        PROBLEMS: page("problems.html", NOTHING, problems=known),
        **{
            f"{PROBLEMS}/{code}": page("problem.html", NOTHING, code=code, status=status, advice=advice)
            for code, status, advice in known
        },
        **assets,
    }


def _assets() -> tuple[dict[str, str], Site]:
    """Return where each file is, by its name, and the files. Their paths have digests: they never change."""
    paths: dict[str, str] = {}
    pages: dict[str, Page] = {}
    for name in _ASSETS:
        content = files(__package__).joinpath(name).read_bytes()
        stem, _, ending = name.rpartition("/")[2].rpartition(".")
        path = f"/docs/assets/{stem}.{sha256(content).hexdigest()[:16]}.{ending}"
        paths[f"{stem}.{ending}"] = path
        pages[path] = Page(body_of(content), _TYPES[ending], IMMUTABLE, NOTHING)
    return paths, pages


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["code"] = _code
    return made


def _code(text: str) -> Markup:
    """Show what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before
