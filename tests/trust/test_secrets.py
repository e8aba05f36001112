"""Claim 13: whatever is done with a secret, and whatever goes wrong meanwhile, nobody reads it anywhere."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2
import psycopg
import pytest

from tests.cli.program import Program, wildside
from tests.people import account
from tests.promises import Promise
from tests.sql.support import scratch_database
from wildside.config import DatabaseUrl

CANARIES = {
    "password": "canary-password plum kettle",
    "wrong password": "canary-guess plum kettle",
    "new password": "canary-changed plum kettle",
    "database password": "canary-database/4711?x",
    "session key": "canary-key-" + "k" * 60,
    "username typed": "canary-typed in the wrong place",
}
API = "/api/v1"


class Ears:
    """Everything that anybody was told, by where."""

    def __init__(self) -> None:
        self.heard: dict[str, list[str]] = {}

    def hear(self, where: str, text: str) -> None:
        self.heard.setdefault(where, []).append(text)

    def answer(self, answer: httpx2.Response) -> httpx2.Response:
        told = [pair for pair in answer.headers.multi_items() if pair[0] != "set-cookie"]
        self.hear("answers", f"{told} {answer.text}")
        return answer

    def command_lines(self, process: int) -> None:
        """What everybody on the machine may read of a process and its children."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                if str(process) in {folder.name, parent}:
                    self.hear("command lines", (folder / "cmdline").read_text())
            except OSError:
                continue  # it has ended

    def find(self, secrets: dict[str, str]) -> list[tuple[str, str]]:
        """Which secret was heard where, in whichever spelling."""
        return [
            (name, where)
            for where, texts in self.heard.items()
            for name, secret in secrets.items()
            for spelled in {secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1]}
            if any(spelled in text for text in texts)
        ]


@pytest.fixture
def guarded(cluster: Any, seeded_template: Any) -> Iterator[str]:
    """A seeded database, by a URL with a password, which this server does not ask for."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        yield url.replace("@/", f":{quote(CANARIES['database password'], safe='')}@/")


def run(ears: Ears, *words: str, url: str, typed: str | None = None, code: set[int], **env: str) -> None:
    done = wildside(*words, env={"DATABASE_URL": url, **env}, typed=typed)
    assert done.returncode in code, done.stdout + done.stderr
    ears.hear("commands", done.stdout + done.stderr)


def commands(ears: Ears, url: str, keys: Path) -> None:
    """Those that take a secret, or have one, and those that fail."""
    new, old = CANARIES["new password"], CANARIES["password"]
    run(ears, "users", "create", "carol", "--password-stdin", url=url, typed=f"{old}\n", code={0})
    run(ears, "users", "set-password", "carol", "--password-stdin", url=url, typed=f"{new}\n", code={0})
    run(ears, "users", "create", "dan", "--password-stdin", url=url, typed="canary\n", code={2, 3})
    run(ears, "example-data", "--people-only", "--password-stdin", url=url, typed=f"{old}\n", code={0})
    run(ears, "doctor", url=url, code={0, 1}, DATABASE_DIRECT_URL=url, SESSION_KEYS_FILE=str(keys))
    run(ears, "keys", "fingerprint", str(keys), url=url, code={0})
    rotated = keys.with_name("rotated.keys")
    rotated.write_bytes(keys.read_bytes())
    rotated.chmod(0o600)
    for step in ("introduce", "promote"):
        run(ears, "keys", "rotate", str(rotated), "--step", step, url=url, code={0})
    run(ears, "seed", url=url, code={0})
    nowhere = url.partition("@")[0] + "@127.0.0.1:1/wildside"
    for words in (["seed"], ["doctor"], ["db", "status"], ["users", "list"], ["db", "apply"]):
        run(ears, *words, url=nowhere, code={1, 2, 4})
    for slip in (nowhere.replace("postgresql", "mysql"), nowhere.replace("%2F", "/").replace("%3F", "?")):
        run(ears, "seed", url=slip, code={1, 2, 4})


def requests(ears: Ears, client: httpx2.Client) -> list[str]:
    """Log in and out, guess, type in the wrong place; return the cookies that were set."""
    right, wrong = CANARIES["password"], CANARIES["wrong password"]
    cookies = []
    for body in (
        {"username": "carol", "password": CANARIES["new password"]},
        {"username": "ada", "password": right},
        {"username": "ada", "password": wrong},
        {"username": CANARIES["username typed"], "password": wrong},
        {"username": "ada", "password": [wrong]},
        {"username": "ada", "pasword": wrong},
        {"username": "ada", "password": wrong + "\0"},
    ):
        answer = ears.answer(client.post(f"{API}/login", json=body))
        cookies += (
            [answer.headers["set-cookie"].partition("=")[2].partition(";")[0]] if answer.is_success else []
        )
    ears.answer(client.post(f"{API}/login", content=json.dumps({"password": wrong})[:-1]))
    for cookie in cookies:
        mine = {"Cookie": f"__Host-session={cookie}"}
        for path in ("users/me", "users/me/preferences", "nowhere", "users", "pois?near=x"):
            ears.answer(client.get(f"{API}/{path}", headers=mine))
        ears.answer(client.post(f"{API}/walk-sessions", json={"id": str(uuid4())}, headers=mine))
    return cookies


def break_it(url: str) -> None:
    """Have a login end in the middle, and a read in something that nobody foresaw."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter table user_credentials rename column changed_at to gone")
        connection.execute("alter table user_roles rename column role to gone")


def afterwards(ears: Ears, client: httpx2.Client, mine: dict[str, str]) -> list[httpx2.Response]:
    body = {"username": "ada", "password": CANARIES["password"]}
    answers = client.post(f"{API}/login", json=body), client.get(f"{API}/users/me", headers=mine)
    return [ears.answer(answer) for answer in answers]


def test_no_secret_is_in_any_output(guarded: str, tmp_path: Path, promise: Promise) -> None:
    ears, keys = Ears(), tmp_path / "session.keys"
    keys.write_text(CANARIES["session key"] + "\n")
    keys.chmod(0o600)
    account(guarded, "ada")
    commands(ears, guarded, keys)
    env = {"DATABASE_URL": guarded, "SESSION_KEYS_FILE": str(keys), "WILDSIDE_METRICS_BIND": "127.0.0.1:0"}
    with Program("serve", "--port", "0", env=env, anew=True) as program:
        metrics = program.wait_for("metrics at ").removeprefix("metrics at ")
        with httpx2.Client(base_url=program.url(), timeout=60) as client:
            cookies = requests(ears, client)
            ears.command_lines(program.process.pid)
            break_it(guarded)
            mine = {"Cookie": f"__Host-session={cookies[0]}"}
            assert {answer.status_code for answer in afterwards(ears, client, mine)} == {503}
            ears.hear("metrics", httpx2.get(metrics, timeout=60).text)
            ears.answer(client.post(f"{API}/logout", headers=mine))
        assert program.stop() == 0
    ears.hear("log", program.output)
    assert len(cookies) == 1
    secrets = {**CANARIES, **{f"cookie {n}": each for n, each in enumerate(cookies)}}
    assert {*ears.heard} == {"answers", "commands", "command lines", "metrics", "log"}
    assert all(any(texts) for texts in ears.heard.values())
    assert ears.find(secrets) == []
    promise(
        13, secrets=len(secrets), places=len(ears.heard), texts=sum(map(len, ears.heard.values())), found=0
    )


def test_a_secret_that_was_told_is_found() -> None:
    ears = Ears()
    ears.hear("log", f"connecting to {DatabaseUrl.parse('postgresql://u@h/d')} {quote(CANARIES['password'])}")
    ears.hear("answers", json.dumps({"detail": CANARIES["database password"]}))
    assert ears.find(CANARIES) == [("password", "log"), ("database password", "answers")]


def test_command_lines_are_read() -> None:
    ears = Ears()
    ears.command_lines(os.getpid())
    assert "python" in "".join(ears.heard["command lines"])
