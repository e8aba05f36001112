"""An app as its developers write one, in a process of its own.

python -m features.support.app              one answer as a line of JSON
  --fresh                                   no answer rather than an old one
  --loud                                    tell every request on stderr
  --again                                   answers until it is stopped, each as a new start would,
                                            an hour after the one before, so that each is cached
  --largest BYTES                           no file may grow above this, as on a full disk
  CACHE...                                  an answer for each cache file, instead of WILDSIDE_CACHE

Where it has no answer it prints the error's code and message to stderr, and ends with 4.
"""

import argparse
import asyncio
import http.client
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from features.support.holder import digest
from wildside.client import ClientConfig, ReferenceDataError, create_reference_provider

NO_ANSWER = 4
HOUR = 3600.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--loud", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--largest", type=int)
    parser.add_argument("cache", nargs="*", type=Path)
    return parser.parse_args()


def main() -> None:
    """Print answers."""
    given = arguments()
    logging.basicConfig(format="%(message)s")
    if given.loud:
        http.client.HTTPConnection.debuglevel = 1
        setattr(http.client, "print", partial(print, file=sys.stderr))  # noqa: B010 - what it calls
    if given.largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (given.largest, given.largest))
    try:
        config = ClientConfig.from_environment(os.environ)
        for each, now in starts(config, given):
            print(json.dumps(asyncio.run(answer(each, now, fresh=given.fresh))), flush=True)  # noqa: T201
    except ReferenceDataError as error:
        print(f"{error.code}: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(NO_ANSWER)


def starts(
    config: ClientConfig, given: argparse.Namespace
) -> Iterator[tuple[ClientConfig, Callable[[], float]]]:
    if given.again:
        for number in count():
            yield config, lambda number=number: time.time() + number * HOUR  # type: ignore[misc]
    for cache in given.cache or [config.cache]:
        yield replace(config, cache=cache), time.time


async def answer(config: ClientConfig, now: Callable[[], float], *, fresh: bool) -> dict[str, Any]:
    """Say what the app was given, and whether the tables are those of the version."""
    provider = create_reference_provider(config, now=now)
    given = await provider.get_bootstrap(allow_stale_cache=not fresh)
    return {
        "source": given.source,
        "version": given.version,
        "age": given.age,
        "stale": given.stale,
        "whole": digest(given.value.tables)[:16] == given.version.rpartition("-")[2],
        "icon": next(row["icon"] for row in given.value.tables["tags"] if row["slug"] == "coffee"),
    }


if __name__ == "__main__":
    main()
