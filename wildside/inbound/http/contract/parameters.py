"""Parameters, headers and answers that several operations have."""

from collections.abc import Mapping
from typing import Any, TypeVar

from wildside.domain.bundles import DEVICE, DEVICE_DETAIL
from wildside.domain.pages import LONGEST
from wildside.domain.poi_searches import MOST_METRES, TAG
from wildside.inbound.http.contract.operations import Parameter, Reply
from wildside.inbound.http.pages import DEFAULT, MOST, PageJson
from wildside.inbound.http.poi_queries import DEFAULT_METRES
from wildside.inbound.http.push import LONGEST_WAIT

_VERSION = r"[0-9a-z]{1,64}\.[1-9][0-9]{0,17}-[0-9a-f]{16}"
_TOKEN = {"type": "string", "pattern": f"^{_VERSION}$"}
_FRACTION = r"(\.[0-9]{1,17})?"
_LNG = rf"-?(180(\.0{{1,17}})?|(1[0-7][0-9]|[0-9]{{1,2}}){_FRACTION})"
_LAT = rf"-?(90(\.0{{1,17}})?|[0-8]?[0-9]{_FRACTION})"
_TAG = r'(W/)?"[!#-~\x80-\xff]*"'
_POINT = f"{_LNG},{_LAT}"
_UUID = {"type": "string", "format": "uuid"}

PAGED = (
    Parameter(
        "cursor", "Where to go on: taken, with the rest, from the links of a page.",
        {"type": "string", "maxLength": LONGEST},
    ),
    Parameter(
        "limit", "How many rows a page has at the most.",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT},
    ),
)  # fmt: skip
VERSION = Parameter(
    "version", "The number or the referenceVersion of a past version.",
    {"type": "string", "pattern": f"^([0-9]{{1,18}}|{_VERSION})$"},
)  # fmt: skip
SINCE = Parameter("since", "The referenceVersion that you have.", _TOKEN, required=True)
TO = Parameter("to", "The referenceVersion to go to; without it the newest.", _TOKEN)
WAIT = Parameter(
    "wait", "Seconds to wait, with If-None-Match, for another release.",
    {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0},
)  # fmt: skip
PLACES = (
    Parameter(
        "near", "Around where to look, as lng,lat in degrees. Either this or bbox is given.",
        {"type": "string", "pattern": f"^{_POINT}$"},
    ),
    Parameter(
        "bbox", "Within which box, as min_lng,min_lat,max_lng,max_lat in degrees.",
        {"type": "string", "pattern": f"^{_POINT},{_POINT}$"},
    ),
    Parameter(
        "radius", "How far around `near`, in metres.",
        {"type": "number", "exclusiveMinimum": 0, "maximum": MOST_METRES, "default": DEFAULT_METRES},
    ),
    Parameter("category", "A key of poi_categories; what is below it counts too."),
    Parameter("interest", "A key of interest_themes."),
    Parameter(
        "tag", f"A tag of OpenStreetMap as key=value, each of 1 to {TAG} characters.",
        {"type": "string", "pattern": rf"^[^=\x00]{{1,{TAG}}}=[^\x00]{{1,{TAG}}}$"},
    ),
)  # fmt: skip
DEVICE_ID = Parameter(
    "deviceId", DEVICE_DETAIL, {"type": "string", "pattern": f"^{DEVICE.pattern}$"}, required=True
)

IF_NONE_MATCH = Parameter(
    "If-None-Match", "Entity tags that you have: 304 says that one of them still holds."
)
NOT_YET = Parameter("If-None-Match", "Only *: there is to be nothing yet.", {"const": "*"})
IF_MATCH = Parameter(
    "If-Match",
    "The entity tag of what is to be changed, as expectedRevision is.",
    {"type": "string", "pattern": rf"^(\*|{_TAG}(, ?{_TAG})*)$"},
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "A UUID of yours for what you want done: asked again with it, it is not done twice.",
    _UUID,
)
LAST_EVENT_ID = Parameter("Last-Event-ID", "The referenceVersion that you have.")

CHANGING = (IDEMPOTENCY_KEY,)
REVISED = (IDEMPOTENCY_KEY, IF_MATCH, NOT_YET)

Row = TypeVar("Row")


def cached(description: str, shape: Any, *headers: str) -> tuple[Reply, ...]:
    """Return the answers of what everybody may keep, and asks for again."""
    tags = ("Cache-Control", "ETag", "Vary", *headers)
    return (
        Reply(200, description, shape, (*tags, "Repr-Digest", "Content-Encoding")),
        Reply(304, "What you have still holds.", headers=tags),
    )


def own(description: str, shape: Any) -> tuple[Reply, ...]:
    """Return the answers of what is a user's own, and has a revision."""
    tags = ("Cache-Control", "ETag")
    return Reply(200, description, shape, tags), Reply(304, "What you have still holds.", headers=tags)


def page_of(shape: type[Row], *headers: str) -> tuple[Reply, ...]:
    """Return the answer of a list."""
    return (Reply(200, "A page.", PageJson[shape], ("Cache-Control", *headers)),)  # type: ignore[valid-type]


def kept(shape: Any, *statuses: int) -> tuple[Reply, ...]:
    """Return the answers to who has stored something: 200 where it was there before, 201 where it is new."""
    told = {200: ("It is stored.", ()), 201: ("It is new, and stored.", ("Location",))}
    headers = ("Cache-Control", "ETag", "Idempotency-Replayed")
    return tuple(Reply(status, told[status][0], shape, (*headers, *told[status][1])) for status in statuses)


def gone(description: str, *headers: str) -> tuple[Reply, ...]:
    """Return the answer without a body."""
    return (Reply(204, description, headers=("Cache-Control", *headers)),)


def report(shape: Any) -> tuple[Reply, ...]:
    """Return the answers of a look at health: with the first there is traffic for us, with the second not."""
    told = ((200, "It can serve."), (503, "It cannot; the checks say why."))
    return tuple(
        Reply(status, text, shape, ("Cache-Control",), "application/health+json") for status, text in told
    )


HEADERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Allow": ("The methods of this path.", {"type": "string"}),
    "Cache-Control": ("Who may keep this, and how long.", {"type": "string"}),
    "Content-Encoding": ("How the body is compressed.", {"enum": ["br", "zstd", "gzip"], "type": "string"}),
    "ETag": ("The entity tag of this representation, strong.", {"type": "string", "pattern": '^"'}),
    "Idempotency-Replayed": ("That this was done before, under the same key.", {"const": "true"}),
    "Link": ("Whose the data are (RFC 8288).", {"type": "string"}),
    "Location": ("Where what was made is.", {"type": "string", "format": "uri-reference"}),
    "Repr-Digest": ("SHA-256 of the body as sent (RFC 9530).", {"type": "string", "pattern": "^sha-256=:"}),
    "Retry-After": ("Seconds to wait before asking again.", {"type": "integer", "minimum": 1}),
    "Set-Cookie": ("The session, or its end.", {"type": "string"}),
    "Trace-Id": ("By which our logs know this request.", {"type": "string", "pattern": "^[0-9a-f]{32}$"}),
    "Vary": ("What else decides the representation.", {"type": "string"}),
    "WWW-Authenticate": ("How to log in.", {"type": "string"}),
}
"""Headers of answers: what each says, and its schema."""

SOMETIMES = {"Content-Encoding", "Idempotency-Replayed", "Retry-After"}
"""Headers that not every answer has for which they are named."""
