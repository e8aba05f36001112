"""How the database stands, as `wildside db status` tells it."""

from starlette.responses import Response

from wildside.domain.errors import NotPermitted
from wildside.domain.migration_status import MigrationStatus
from wildside.inbound.console.rendering import page
from wildside.inbound.http.queries import query
from wildside.inbound.http.sessions import admin
from wildside.inbound.http.state import ApiRequest


async def migrations(request: ApiRequest) -> Response:
    """Show each migration with its status and checksum, and what is wrong."""
    await admin(request)
    query(request)
    try:
        found = await request.state["read_status"]()
    except NotPermitted as error:
        return page("migrations.html", request.url.path, found=None, states={}, refused=str(error))
    return page("migrations.html", request.url.path, found=found, states=_states(found), refused=None)


def _states(found: MigrationStatus) -> dict[str, str]:
    """Say in words how each migration stands; what is applied as its file says, is applied."""
    history = found.history
    states = dict.fromkeys((one.id for one in history.applied), "applied")
    states |= dict.fromkeys(history.pending, "pending")
    for ids, told in (
        (history.commented, "applied; only comments or layout of the file changed since"),
        (history.unknown, "applied; no checksum was noted"),
        (history.edited, "applied, and the file was edited since"),
        (history.missing, "applied, and there is no such file"),
        (history.out_of_order, "pending, though a later one is applied"),
    ):
        states |= dict.fromkeys(ids, told)
    return states
