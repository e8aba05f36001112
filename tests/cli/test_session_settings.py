"""What `wildside serve` is told about sessions: it starts only where all of it is right."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.cli.program import Program, wildside
from tests.people import KEY, keys_file, person
from wildside.domain.command_errors import SettingsInvalid
from wildside.domain.session_keys import fingerprint
from wildside.settings import Settings, Spelled, read_settings

URL = "postgresql:///wildside"
CANARY = "canary-4711"
MADE = b"made for this process " * 3


def read(**spelled: str) -> tuple[Settings, list[str]]:
    return read_settings(Spelled(**{"database_url": URL, "keys_file": keys_file(), **spelled}), lambda: MADE)


def problems(**spelled: str) -> list[str]:
    with pytest.raises(SettingsInvalid) as caught:
        read(**spelled)
    return list(caught.value.problems)


def test_a_file_of_keys_is_all_that_production_needs() -> None:
    settings, warnings = read()
    assert settings.session_keys == (KEY,)
    assert (settings.session_same_site, settings.session_cookie_secure) == ("lax", True)
    assert warnings == []


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ({"keys_file": ""}, "SESSION_KEYS_FILE is not set; wildside keys new FILE makes one"),
        ({"keys_file": "/no/such"}, "SESSION_KEYS_FILE: /no/such: No such file or directory"),
        ({"keys_file": "/"}, "SESSION_KEYS_FILE: /: Is a directory"),
        (
            {"keys_file": "/dev/zero"},
            "SESSION_KEYS_FILE: /dev/zero: this is no file of keys, it is too large",
        ),
        (
            {"same_site": "none", "cookie_secure": "0"},
            "SESSION_SAMESITE=none needs SESSION_COOKIE_SECURE=1, or browsers drop it",
        ),
        ({"allow_ephemeral": "1"}, "SESSION_ALLOW_EPHEMERAL=1 is for WILDSIDE_MODE=development only"),
        ({"same_site": "never"}, "SESSION_SAMESITE is one of lax, strict, none, and not 'never'"),
        ({"cookie_secure": "yes"}, "SESSION_COOKIE_SECURE is one of 1, 0, and not 'yes'"),
        ({"allow_ephemeral": "yes"}, "SESSION_ALLOW_EPHEMERAL is one of 0, 1, and not 'yes'"),
        ({"mode": "prod"}, "WILDSIDE_MODE is one of production, development, and not 'prod'"),
        ({"database_url": ""}, "DATABASE_URL is not set"),
        ({"cors_origins": "app.example"}, "'app.example' is no origin, as https://app.example"),
        ({"cors_origins": "* https://a.example"}, "WILDSIDE_CORS_ORIGINS is * alone, or names each origin"),
        *(
            (
                {"metrics_bind": bind},
                f"WILDSIDE_METRICS_BIND is host:port, as 127.0.0.1:9464 or [::1]:9464, and not {bind!r}",
            )
            for bind in ("9464", "::1:9464", "localhost:", "localhost:65536", "a b:1", "x:1\n", "http://x:1")
        ),
    ],
)
def test_each_wrong_setting_is_told(spelled: dict[str, str], expected: str) -> None:
    assert problems(**spelled) == [expected]


@pytest.mark.parametrize(
    ("text", "bind"),
    [
        ("", None),
        ("127.0.0.1:9464", ("127.0.0.1", 9464)),
        ("[::1]:0", ("::1", 0)),
        ("metrics.internal:65535", ("metrics.internal", 65535)),
    ],
)
def test_metrics_are_to_be_had_where_it_says(text: str, bind: tuple[str, int] | None) -> None:
    settings, _ = read(metrics_bind=text)
    assert settings.metrics_bind == bind


def test_development_too_wants_a_file_unless_told_otherwise() -> None:
    assert problems(mode="development", keys_file="") == [
        "SESSION_KEYS_FILE is not set; wildside keys new FILE makes one"
    ]


def test_a_key_may_be_made_in_development_for_as_long_as_the_process_lives() -> None:
    settings, warnings = read(mode="development", keys_file="", allow_ephemeral="1")
    assert settings.session_keys == (MADE,)
    assert warnings == ["the session key is made for this process: sessions end with it"]


def test_a_file_counts_more_than_leave_to_do_without() -> None:
    settings, warnings = read(mode="development", allow_ephemeral="1")
    assert (settings.session_keys, warnings) == ((KEY,), [])


@pytest.mark.parametrize(("mode", "told"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_file_that_others_may_read_is_a_warning(tmp_path: Path, mode: int, told: bool) -> None:
    """And no error: a secret that Kubernetes mounts for a group is readable by it."""
    file = tmp_path / "keys"
    file.write_bytes(KEY)
    file.chmod(mode)
    _, warnings = read(keys_file=str(file))
    assert bool(warnings) is told
    assert not told or f"{mode:04o}" in warnings[0]


def test_a_cookie_over_http_is_a_warning_in_production() -> None:
    assert len(read(cookie_secure="0")[1]) == 1
    assert read(mode="development", cookie_secure="0")[1] == []


def test_settings_do_not_show_their_keys() -> None:
    assert KEY.decode()[:10] not in repr(read()[0])


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{CANARY}\n{CANARY}\n")
    result = wildside(
        "serve",
        env={
            "DATABASE_URL": f"app:{CANARY}@db/wildside",
            "WILDSIDE_CORS_ORIGINS": "app.example",
            "SESSION_KEYS_FILE": str(file),
            "SESSION_SAMESITE": "None",
            "SESSION_COOKIE_SECURE": "0",
            "SESSION_ALLOW_EPHEMERAL": "1",
        },
    )
    assert (result.returncode, result.stdout) == (2, "")
    *lines, last = result.stderr.splitlines()
    assert len(lines) == 7, result.stderr
    assert last == "wildside: settings_invalid: 7 problems"
    assert CANARY not in result.stderr


def test_a_server_refuses_to_start_with_nothing_said() -> None:
    result = wildside("serve", env={"SESSION_KEYS_FILE": ""})
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[:2] == [
        "DATABASE_URL is not set",
        "SESSION_KEYS_FILE is not set; wildside keys new FILE makes one",
    ]


def logged(program: Program, event: str) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(program.wait_for(f'"event":"{event}"'))
    return line


def test_a_server_tells_its_keys_by_their_fingerprints(database_url: str) -> None:
    with Program("serve", "--port", "0", env={"DATABASE_URL": database_url}) as program:
        program.url()
        assert logged(program, "session keys")["signing"] == fingerprint(KEY)
        ada = person(database_url)
        answer = httpx2.get(f"{program.url()}/api/v1/users/me", headers=ada.headers)
        assert answer.status_code == 200, answer.text
    assert KEY.decode() not in program.output


def test_a_server_without_a_file_says_that_sessions_end_with_it(database_url: str) -> None:
    env = {"WILDSIDE_MODE": "development", "SESSION_ALLOW_EPHEMERAL": "1", "SESSION_KEYS_FILE": ""}
    with Program("serve", "--port", "0", env={"DATABASE_URL": database_url, **env}) as program:
        program.url()
        assert "sessions end with it" in logged(program, "settings")["warning"]
        answer = httpx2.get(f"{program.url()}/api/v1/users/me", headers=person(database_url).headers)
        assert answer.status_code == 401, answer.text
