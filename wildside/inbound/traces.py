"""Trace ids: of a caller who has one, else new."""

import random
import re

_TRACEPARENT = re.compile(r"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")


def new_trace_id() -> str:
    """Make a trace id: 32 hexadecimal digits."""
    # Nobody is kept out by it, and to ask the kernel for each takes as long as all else about a trace.
    return f"{random.getrandbits(128):032x}"


def continued(traceparent: str) -> str | None:
    """Return the trace id of a `traceparent` (W3C Trace Context, section 3.2); None where it is not valid."""
    found = _TRACEPARENT.fullmatch(traceparent)
    if found is None:
        return None
    version, trace, span, more = found.groups()
    if (version == "00" and more) or not int(trace, 16) or not int(span, 16):
        return None
    return trace
