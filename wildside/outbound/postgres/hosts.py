"""Connects to the first of several hosts that will do, giving each its share of the time."""

from typing import Any

import asyncpg

from wildside.config import each_host

_NEXT = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TargetServerAttributeNotMatched,
)
"""After these another host may do. A wrong password is wrong, and a server that is full is the one."""


async def connect(*urls: Any, **how: Any) -> Any:
    """Connect as asyncpg does, which would wait for a host that says nothing until no time is left.

    It takes one URL and a `timeout`, typed as the pool wants it. Raises what the last host raised.
    """
    [url] = urls
    *others, last = each_host(url)
    share = how.pop("timeout") / (len(others) + 1)
    for one in others:
        try:
            return await asyncpg.connect(one, timeout=share, **how)
        except _NEXT:
            continue
    return await asyncpg.connect(last, timeout=share, **how)
