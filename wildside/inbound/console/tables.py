"""The reference tables of a release, to be looked through."""

from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response

from wildside.domain.errors import Fault, InvalidRequest, NotFound
from wildside.domain.release import TableContent
from wildside.domain.searching import FOUND, matching, nearest
from wildside.inbound.console.lists import cut
from wildside.inbound.console.rendering import page
from wildside.inbound.http.pages import sought
from wildside.inbound.http.queries import number, query
from wildside.inbound.http.sessions import admin
from wildside.inbound.http.state import ApiRequest

_LONGEST = 200
"""Characters that a search looks for."""


async def tables(request: ApiRequest) -> Response:
    """Show which tables there are."""
    await admin(request)
    query(request)
    return page("tables.html", request.url.path, release=await request.state["current_release"]())


async def table(request: ApiRequest) -> Response:
    """Show a page of a table's rows, or of those that hold a text; of the newest version, or of any past one.

    Each further page is of the version of the first, so that no row is missed or seen twice.
    """
    await admin(request)
    asked, name = request.query_params, request.path_params["table"]
    wanted = asked.get("q", "").strip()
    newest = (await request.state["current_release"]()).version.number
    version = number("version", asked["version"], 2**63 - 1) if asked.get("version") else newest
    listing = replace(FOUND, within=name).narrowed(q=wanted, version=str(version))
    seek = sought(request, listing)
    _check_length(wanted)
    content = (await request.state["past_releases"].at(version)).content.tables.get(name)
    if content is None:
        raise NotFound(f"Version {version} of the reference data has no table of this name.")
    rows = matching(content.rows, wanted)
    return page(
        "table.html",
        request.url.path,
        name=name,
        table=content,
        columns=_columns(content),
        version=version,
        newest=newest,
        wanted=wanted,
        count=len(rows),
        found=cut(request, listing, seek, nearest(rows, seek)),
    )


def _check_length(wanted: str) -> None:
    if len(wanted) > _LONGEST:
        detail = f"q has at most {_LONGEST} characters."
        raise InvalidRequest(detail, [Fault("q", "too_long", detail, "parameter")])


def _columns(table: TableContent) -> Sequence[str]:
    """Return all columns, the key first."""
    named = dict.fromkeys(column for row in table.rows for column in row)
    return list(dict.fromkeys([*table.key, *sorted(named)]))
