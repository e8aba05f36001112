"""What is sent of a body: in which coding, under which entity tag, and not at all to who has it already."""

import base64
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import brotli
import zstandard
from starlette.exceptions import HTTPException
from starlette.responses import Response

from wildside.domain.release import Body
from wildside.inbound.http.negotiation import accepts, choose_coding, matches
from wildside.inbound.http.state import ApiRequest

MEDIA_TYPE = "application/json"
REVALIDATE = "no-cache"
IMMUTABLE = "public, max-age=31536000, immutable"

# The dense levels of brotli and zstd cost seconds a megabyte for a tenth fewer bytes; these cost
# milliseconds, so that the first reader of a new release need not wait, and every node sends the same.
_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: bytes(brotli.compress(content, quality=5)),
    "zstd": lambda content: zstandard.ZstdCompressor(level=9).compress(content),
    "gzip": lambda content: gzip.compress(content, compresslevel=6, mtime=0),
    "identity": lambda content: content,
}
"""Coding → encoder, in our order of preference."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Bytes as sent, with their own strong entity tag and digest (RFC 9530)."""

    content: bytes
    etag: str
    digest: str


def encode(body: Body, coding: str) -> Encoded:
    """Encode a body."""
    content = _CODINGS[coding](body.content)
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    etag = body.etag if coding == "identity" else f'{body.etag[:-1]}-{coding}"'
    return Encoded(content, etag, f"sha-256=:{digest}:")


encoded = lru_cache(maxsize=128)(encode)
"""Encode a body once, for as long as it is among those asked for last."""


def check_accept(request: ApiRequest) -> None:
    """Raise 406 where the Accept header excludes JSON."""
    if not accepts(every(request, "accept"), MEDIA_TYPE):
        raise HTTPException(406, f"This is only to be had as {MEDIA_TYPE}.")


def answer(
    request: ApiRequest,
    body: Body,
    cache_control: str,
    media_type: str = MEDIA_TYPE,
    *,
    keep: bool = True,
) -> Response:
    """Send a body, or 304 to who has it (RFC 9110, section 15.4.5).

    `keep` is for bodies that many ask for: as they were sent they stay in memory for the next one. What is
    no JSON is sent whatever Accept says.
    """
    coding = choose_coding(every(request, "accept-encoding"), tuple(_CODINGS))
    if coding is None:
        raise HTTPException(406, f"This is only to be had as {', '.join(_CODINGS)}.")
    sent = (encoded if keep else encode)(body, coding)
    vary = "Accept, Accept-Encoding" if media_type == MEDIA_TYPE else "Accept-Encoding"
    headers = {"ETag": sent.etag, "Cache-Control": cache_control, "Vary": vary}
    if matches(every(request, "if-none-match"), sent.etag):
        return Response(status_code=304, headers=headers)
    headers["Repr-Digest"] = sent.digest
    if coding != "identity":
        headers["Content-Encoding"] = coding
    return Response(sent.content, headers=headers, media_type=media_type)


def private(request: ApiRequest, content: bytes, etag: str) -> Response:
    """Send what is a user's own, or 304 to who has it: to be kept by nobody but them, and asked for anew."""
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if matches(every(request, "if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=MEDIA_TYPE)


def every(request: ApiRequest, name: str) -> str | None:
    """Return a list header whole, also where it came in several lines (RFC 9110, section 5.3)."""
    return ", ".join(request.headers.getlist(name)) or None
