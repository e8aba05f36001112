"""What has the name of a secret is hidden, however deep it lies; what has not stays."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.cli.program import environment, wildside
from wildside.inbound.logs import redacted

CANARY = "canary-4711"
DEEP: list[Any] = [
    {"password": CANARY},
    {"Set-Cookie": [CANARY]},
    {"apiKey": {"value": CANARY}},
    {"SESSION_KEYS_FILE": CANARY},
    {"request": {"headers": {"authorization": CANARY}}},
    {"request": [{"body": ({"newPassword": CANARY},)}]},
    {"headers": [(b"cookie", CANARY.encode()), (b"accept", b"*/*")]},
    {"headers": [["X-Auth-Token", CANARY]]},
    {"settings": {1: {"client_secret": CANARY}}},
    {"sessions": {"ada": CANARY}},
]


@pytest.mark.parametrize("fields", DEEP, ids=str)
def test_a_secret_is_hidden(fields: dict[str, Any]) -> None:
    event = redacted(None, "info", {"event": "keys", **fields})
    assert CANARY not in str(event)
    assert "***" in str(event)
    assert event["event"] == "keys"


def test_the_rest_stays() -> None:
    fields = {
        "event": "session keys",
        "sessions": 3,
        "tokens": None,
        "headers": [("accept", "*/*"), ("host", "x")],
        "rows": {"inserted": 1, "deep": [["a", {"b": "c"}]]},
        "error": "no answer",
    }
    assert json.dumps(redacted(None, "info", dict(fields))) == json.dumps(fields)


def test_what_is_hidden_in_the_log_is_what_its_caller_still_has() -> None:
    body = {"password": CANARY}
    redacted(None, "info", {"event": "x", "body": body})
    assert body == {"password": CANARY}


SPEAK = """
import asyncio, dataclasses, logging
import structlog

@dataclasses.dataclass
class Known:
    what: str = dataclasses.field(repr=False)

from wildside.inbound.logs import configure_logs
configure_logs()
structlog.get_logger().warning("ours", password="canary-4711", deep=[{"token": "canary-4711"}])
structlog.get_logger().info("plain", half="\\ud800", many=2**70, quote='"', none=None)
structlog.get_logger().info("wide", path="/\\u2028\\x9b2J\\u0085")
structlog.get_logger().info("odd", raw=b"b", known=Known("canary-4711"))
structlog.get_logger().debug("too fine")
logging.getLogger("somebody").warning("theirs %s", "said")
logging.getLogger("somebody").info("too fine")
try:
    local = "canary-4711"
    raise ValueError("went wrong")
except ValueError:
    structlog.get_logger().exception("failed")
    logging.getLogger("hypercorn.error").exception("failed there")
"""


def spoken(program: str = SPEAK, **env: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(**env), capture_output=True, text=True, check=True
    )
    assert CANARY not in done.stderr
    assert done.stdout == ""
    assert all(character.isprintable() for character in done.stderr.replace("\n", "").replace("\x1b[", ""))
    return done.stderr.splitlines()


def test_each_line_is_an_object_whoever_speaks() -> None:
    lines = [json.loads(line) for line in spoken()]
    assert [(line["event"], line["level"], line.get("logger")) for line in lines] == [
        ("ours", "warning", None),
        ("plain", "info", None),
        ("wide", "info", None),
        ("odd", "info", None),
        ("theirs said", "warning", "somebody"),
        ("failed", "error", None),
        ("failed there", "error", "hypercorn.error"),
    ]
    assert all("ValueError: went wrong" in line["exception"] for line in lines[5:])


def test_values_of_every_kind_can_be_written() -> None:
    _, plain, wide, odd, *_ = (json.loads(line) for line in spoken())
    assert [plain[name] for name in ("half", "many", "quote", "none")] == ["\ud800", 2**70, '"', None]
    assert wide["path"] == "/\u2028\x9b2J\x85"
    assert (odd["raw"], odd["known"]) == ("b'b'", "Known()")


TURNS = """
import asyncio, threading
import structlog
from wildside.inbound.logs import configure_logs
configure_logs()
log = structlog.get_logger()
async def turn(name):
    log.info(f"{name}, first")
    other = threading.Thread(target=log.info, args=[f"{name}, by another"])
    other.start()
    other.join()
    log.info(f"{name}, second")
log.info("before")
asyncio.run(turn("one"))
asyncio.run(turn("two"))
log.info("after")
"""


def test_each_line_leaves_in_its_order() -> None:
    names = [json.loads(line)["event"] for line in spoken(TURNS)]
    each = ["one, first", "one, by another", "one, second", "two, first", "two, by another", "two, second"]
    assert names == ["before", *each, "after"]


def test_a_console_is_for_people() -> None:
    lines = spoken(WILDSIDE_LOG_FORMAT="console")
    assert not [line for line in lines if line.startswith("{")]
    assert [line for line in lines if "theirs said" in line]
    assert "ValueError: went wrong" in "\n".join(lines)


def test_another_format_is_refused() -> None:
    env = {"DATABASE_URL": "postgresql:///x", "WILDSIDE_LOG_FORMAT": "xml"}
    for command in (["serve", "--port", "0"], ["seed"]):
        done = wildside(*command, env=env)
        assert done.returncode == 2, done.stderr
        assert "WILDSIDE_LOG_FORMAT is one of json, console, and not 'xml'" in done.stderr
