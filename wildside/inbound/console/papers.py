"""What comes with the program: diagrams of the schema, the audit of user state, and these pages' style."""

from importlib.resources import files

from markdown_it import MarkdownIt
from starlette.responses import Response

from wildside.domain.errors import NotFound
from wildside.inbound.console.rendering import page
from wildside.inbound.http.queries import query
from wildside.inbound.http.sessions import admin
from wildside.inbound.http.state import ApiRequest

# A drawing brings its own style, and may do nothing else, opened by itself as well.
_DRAWING = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


async def style(request: ApiRequest) -> Response:
    """Send the style sheet; the form to log in needs it too."""
    query(request)
    content = files("wildside.inbound.console").joinpath("style.css").read_bytes()
    return Response(content, media_type="text/css")


async def diagrams(request: ApiRequest) -> Response:
    """Show which diagrams there are."""
    await admin(request)
    query(request)
    return page("diagrams.html", request.url.path, diagrams=request.state["papers"].diagrams())


async def diagram(request: ApiRequest) -> Response:
    """Show one diagram, and which tables are on it."""
    await admin(request)
    query(request)
    named = {one.name: one for one in request.state["papers"].diagrams()}
    if (found := named.get(request.path_params["name"])) is None:
        raise NotFound("There is no such diagram.")
    return page("diagram.html", request.url.path, diagram=found)


async def drawing(request: ApiRequest) -> Response:
    """Send a diagram as SVG."""
    await admin(request)
    query(request)
    content = request.state["papers"].drawing(request.path_params["name"])
    return Response(content, headers={"Content-Security-Policy": _DRAWING}, media_type="image/svg+xml")


async def audit(request: ApiRequest) -> Response:
    """Show the audit; the Markdown is ours, and even so no HTML in it gets through."""
    await admin(request)
    query(request)
    content = _markdown.render(request.state["papers"].audit())
    return page("audit.html", request.url.path, content=content)
