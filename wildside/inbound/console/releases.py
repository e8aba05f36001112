"""The reference release: what it holds, how it came to be, and what differs between two."""

from collections.abc import Sequence
from itertools import groupby

from starlette.responses import Response

from wildside.domain.command_errors import EditInvalid
from wildside.domain.editing import VERSIONS, Difference
from wildside.domain.errors import Fault, InvalidRequest, NotPermitted
from wildside.inbound.console.lists import listed
from wildside.inbound.console.rendering import page
from wildside.inbound.http.queries import number, query, required
from wildside.inbound.http.sessions import admin
from wildside.inbound.http.state import ApiRequest
from wildside.usecases.compare_versions import compare_versions

_LARGEST = 2**63 - 1
_MEANING = "a version, as the page Versions lists them"


async def release(request: ApiRequest) -> Response:
    """Show the newest release, and its tables."""
    await admin(request)
    query(request)
    current = await request.state["current_release"]()
    return page("release.html", request.url.path, release=current)


async def versions(request: ApiRequest) -> Response:
    """Show a page of all versions, the newest first."""
    await admin(request)
    found = await listed(request, VERSIONS, lambda stores, seek: stores.history.page(seek))
    return page("versions.html", request.url.path, found=found)


async def compare(request: ApiRequest) -> Response:
    """Show what clients see differently at two versions; without any, the form that asks for two."""
    await admin(request)
    asked = query(request)
    newest = (await request.state["current_release"]()).version.number
    if not asked:
        return _comparison(request, newest, max(newest - 1, 1), newest, None)
    given = {name: number(name, required(asked, name, _MEANING), _LARGEST) for name in ("from", "to")}
    try:
        found = await compare_versions(request.state["history"], given["from"], given["to"])
    except NotPermitted as error:
        return _comparison(request, newest, given["from"], given["to"], None, str(error))
    except EditInvalid as error:
        faults = [Fault(name, "unknown_version", str(error), "parameter") for name in given]
        raise InvalidRequest(
            "There are no such two versions.",
            [one for one in faults if not 0 < given[one.where] <= newest] or faults,
        ) from error
    return _comparison(request, newest, given["from"], given["to"], found)


def _comparison(
    request: ApiRequest,
    newest: int,
    a: int,
    b: int,
    found: Sequence[Difference] | None,
    refused: str | None = None,
) -> Response:
    by_table = groupby(sorted(found or (), key=lambda one: one.table), key=lambda one: one.table)
    tables = None if found is None else [(name, list(rows)) for name, rows in by_table]
    return page("compare.html", request.url.path, newest=newest, a=a, b=b, tables=tables, refused=refused)
