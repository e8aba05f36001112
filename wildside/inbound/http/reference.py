"""Reference releases: the newest, a past one, one table, and what changed between two."""

from starlette.responses import Response

from wildside.domain.delta import Token
from wildside.domain.errors import NotFound
from wildside.inbound.http.queries import number, query, required
from wildside.inbound.http.representations import IMMUTABLE, REVALIDATE, answer
from wildside.inbound.http.state import ApiRequest


async def bootstrap(request: ApiRequest) -> Response:
    """Answer with every active row of every table, of the newest or of any past version."""
    asked = query(request).get("version")
    if asked is None:
        return answer(request, (await request.state["current_release"]()).bootstrap, REVALIDATE)
    past = request.state["past_releases"]
    if "." in asked:
        release = await past.of(Token.parse("version", asked))
    else:
        release = await past.at(number("version", asked, 2**63 - 1))
    return answer(request, release.bootstrap, IMMUTABLE)


async def table(request: ApiRequest) -> Response:
    """Answer with every active row of one table."""
    query(request)
    body = (await request.state["current_release"]()).tables.get(request.path_params["table"])
    if body is None:
        raise NotFound("There is no such reference table; /api/v1/reference/version lists them.")
    return answer(request, body, REVALIDATE)


async def changes(request: ApiRequest) -> Response:
    """Answer with what a client lacks that has the release `since`; with `to`, the same for ever."""
    asked = query(request)
    since = Token.parse("since", required(asked, "since", "the referenceVersion that you have"))
    until = Token.parse("to", asked["to"]) if "to" in asked else None
    body = await request.state["past_releases"].changes(since, until)
    request.state["telemetry"].changes(body.mode)
    return answer(request, body, REVALIDATE if until is None else IMMUTABLE)
