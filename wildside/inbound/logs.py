"""Logs: one line an event, on standard error; coloured where someone watches, JSON elsewhere."""

import asyncio
import json
import logging
import os
import re
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, BinaryIO, Literal, cast, get_args

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from wildside.domain.command_errors import SettingsInvalid

VARIABLE = "WILDSIDE_LOG_FORMAT"
Format = Literal["json", "console"]

_SECRET = re.compile(
    "password|passwd|passphrase|secret|token|cookie|session|authori[sz]ation|credential|key", re.IGNORECASE
)
_HIDDEN = "***"
_NUMBERS = (int, float, type(None))
_ROUTE = re.compile(r"/api/v1/routes/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=/|$)", re.IGNORECASE)


def log_format() -> Format | None:
    """Return the format that the environment asks for, if it does. Raises SettingsInvalid."""
    given = os.environ.get(VARIABLE, "")
    if given and given not in get_args(Format):
        raise SettingsInvalid([f"{VARIABLE} is one of {', '.join(get_args(Format))}, and not {given!r}"])
    return cast(Format, given) or None


def configure_logs(level: int = logging.INFO) -> None:
    """Set up the log of this process: ours from `level` on, and warnings of libraries in the same form.

    Tracebacks show no local variables, which may be secrets. Raises SettingsInvalid.
    """
    console = (log_format() or ("console" if sys.stderr.isatty() else "json")) == "console"
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ending, lines = [_with_route, redacted, *_rendered(console)], _Lines(sys.stderr.buffer)
    structlog.configure(
        processors=[*shared, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr) if console else lambda *_: lines,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    named = [*shared, structlog.stdlib.add_logger_name]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=named, processors=[remove, *ending])
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


class _Lines:
    """Writes lines, which leave together at the end of a turn of the event loop; at once where none runs."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._held: deque[bytes] = deque()
        self._due: asyncio.AbstractEventLoop | None = None
        """Whose turn it is at the end of which they leave."""

    def msg(self, line: str) -> None:
        """Write a line."""
        self._held.append(line.encode())
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._leave()
            return
        if self._due is not loop:
            self._due = loop
            loop.call_soon(self._leave)

    def _leave(self) -> None:
        self._due, leaving = None, []
        with suppress(IndexError):
            while True:  # one by one, as another thread may add one
                leaving.append(self._held.popleft())
        self._file.write(b"\n".join([*leaving, b""]))
        self._file.flush()

    debug = info = warning = error = critical = exception = msg


def redacted(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide what stands under a name that secrets have, however deep: in mappings, and in pairs of headers.

    Numbers stay: they count secrets, and are none. What an event is called stays too.
    """
    for name, value in event.items():
        # Most are texts under harmless names, and there is a line for every request.
        if name != "event" and not (type(value) is str and not _is_secret(name)):
            event[name] = _hidden(name, value)
    return event


def _rendered(console: bool) -> list[Processor]:
    if console:
        return [_shown, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, _as_json]


def _shown(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Spell out what steers a terminal: it may be a client's."""
    for name, value in event.items():
        if name != "event" and isinstance(value, str) and not value.isprintable():
            event[name] = ascii(value)
    return event


_encode = msgspec.json.Encoder().encode
_PLAIN = frozenset({str, int, float, bool, type(None)})


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Write plain ASCII the quick way, as there is a line for every request; all else escaped, so that a
    client can neither end the line nor steer a terminal; what is no JSON as `repr` shows it."""
    if all(type(value) in _PLAIN for value in event.values()):
        with suppress(UnicodeEncodeError):  # half of a surrogate pair
            line = _encode(event)
            if line.isascii():
                return line.decode()
    return json.dumps(event, default=repr, separators=(",", ":"))


def _with_route(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Name the city walk that a request is about, where its path does."""
    path = event.get("path")
    if path and (found := _ROUTE.match(path)):
        event["route_id"] = found[1].lower()
    return event


def _hidden(name: object, value: Any) -> Any:
    if isinstance(value, _NUMBERS):
        return value
    if isinstance(name, str | bytes) and _is_secret(name):
        return _HIDDEN
    if isinstance(value, Mapping):
        return {inner: _hidden(inner, one) for inner, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_pair_hidden(one) for one in value]
    return value


def _pair_hidden(value: Any) -> Any:
    """Hide the second of a pair whose first is the name of a secret, as headers are in ASGI."""
    if isinstance(value, list | tuple) and len(value) == 2:
        return [value[0], _hidden(value[0], value[1])]
    return _hidden(None, value)


@lru_cache(1024)
def _is_secret(name: str | bytes) -> bool:
    text = name if isinstance(name, str) else name.decode("latin-1")
    return _SECRET.search(text) is not None
