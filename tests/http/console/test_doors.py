"""Who comes in, how, and what all pages say to who does not."""

import re
from urllib.parse import quote

import httpx2
import pytest
from structlog.testing import capture_logs

from tests.http.console.desk import Desk
from tests.http.test_login import cookie
from tests.people import PASSWORD, account, person
from wildside.inbound.console.rendering import NAVIGATION
from wildside.inbound.console.targets import target
from wildside.inbound.console.urls import CONSOLE

LOGIN = "/console/login"
MORE = ["/console/tables/tags", "/console/diagrams/locales", "/console/diagrams/locales.svg"]
PAGES = [*(path for path, _ in NAVIGATION), *MORE]


def test_these_are_all_pages() -> None:
    open_to_all = {LOGIN, "/console/logout", "/console/style.css"}
    patterns = {route.path for route in CONSOLE} - open_to_all
    shown = {re.sub(r"tags$", "{table}", path).replace("locales", "{name}") for path in PAGES}
    assert shown == patterns


@pytest.mark.parametrize("path", PAGES)
async def test_a_stranger_is_shown_the_form(stranger: Desk, path: str) -> None:
    answer = await stranger.ask(path, 401)
    assert f'action="/console/login?next={quote(path, safe="")}"' in answer.text
    assert answer.headers["www-authenticate"].startswith("Cookie ")
    assert 'role="alert"' not in answer.text
    assert "<nav" not in answer.text


@pytest.mark.parametrize("path", PAGES)
async def test_who_is_no_administrator_is_told_so(stranger: Desk, desk_url: str, path: str) -> None:
    told = await Desk(stranger.client, person(desk_url)).read(path, 403)
    assert told.startswith("403 Forbidden This is for administrators.")


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_takes_no_other_parameters_and_no_other_methods(desk: Desk, path: str) -> None:
    told = await desk.read(f"{path}?colour=%3Cb%3E&colour=2", 400)
    assert "colour : This path takes no such parameter. (unknown_parameter)" in told
    for method in ("POST", "PUT", "DELETE"):
        answer = await desk.ask(path, 405, method)
        assert answer.headers["allow"] == "GET, HEAD" or set(answer.headers["allow"].split(", ")) == {
            "GET",
            "HEAD",
        }


async def asked(desk: Desk, body: str, status: int, path: str = LOGIN, **headers: str) -> httpx2.Response:
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return await desk.ask(path, status, "POST", content=body, headers=sent)


@pytest.fixture(scope="module")
def ada(desk_url: str) -> str:
    account(desk_url, "ada", "admin")
    return f"username=Ada&password={quote(PASSWORD)}"


async def test_who_logs_in_is_led_to_the_page_they_wanted(stranger: Desk, ada: str) -> None:
    wanted = "/console/tables/tags?q=coffee&limit=5"
    form = (await stranger.ask(wanted, 401)).text
    action = re.findall(r'action="([^"]*)"', form)[0].replace("&amp;", "&")
    answer = await stranger.client.post(
        action, content=ada, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, wanted)
    for each in ("HttpOnly", "Secure", "Path=/", "Max-Age=7200", "SameSite=lax"):
        assert each in answer.headers["set-cookie"]
    proof = cookie(answer)
    assert "coffee" in (await stranger.ask(wanted, headers=proof)).text
    out = await stranger.client.post("/console/logout", headers=proof)
    assert (out.status_code, out.headers["location"]) == (303, LOGIN)
    assert "Max-Age=0" in out.headers["set-cookie"]
    await stranger.ask(wanted, 401, headers=proof)


async def test_a_wrong_password_is_told_on_the_form_and_in_the_log(stranger: Desk, ada: str) -> None:
    with capture_logs() as logs:
        answer = await asked(stranger, f"{ada}x", 401, f"{LOGIN}?next=/console/seeds")
    assert "do not fit" in answer.text
    assert 'action="/console/login?next=%2Fconsole%2Fseeds"' in answer.text
    assert "set-cookie" not in answer.headers
    refused = [one["code"] for one in logs if one["event"] == "login refused"]
    assert refused == ["unauthorized"]


async def test_who_guesses_is_told_to_wait(stranger: Desk, desk_url: str) -> None:
    account(desk_url, "guessed")
    answers = [
        await stranger.client.post(LOGIN, data={"username": "guessed", "password": "x"}) for _ in range(11)
    ]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "429 Too Many Requests" in answers[-1].text
    assert "<form" in answers[-1].text


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", ["username: This is to be filled in.", "password: This is to be filled in."]),
        ("username=a&password=b&role=admin", ["role: There is no such field."]),
        ("username=a&username=b&password=", ["username: This stands twice", "password: This is to be"]),
        (f"username={'a' * 257}&password={'b' * 1025}", ["username: This may have 256 ", "password: This"]),
        ("username=a%00&password=b", ["username: Text cannot have the character U+0000."]),
        ("username=%FF&password=b", ["This is no form that can be read."]),
        ("username=é&password=b", ["This is no form that can be read."]),
        ("&".join(["username=a"] * 101), ["This is no form that can be read."]),
    ],
    ids=["nothing", "too much", "twice", "too long", "nul", "not utf-8", "not ascii", "hundreds"],
)  # fmt: skip
async def test_a_form_that_is_wrong_is_told_all_that_is(stranger: Desk, body: str, told: list[str]) -> None:
    answer = await asked(stranger, body, 400)
    assert [line for line in told if line not in answer.text] == []
    assert "<form" in answer.text


async def test_only_forms_are_read(stranger: Desk) -> None:
    await asked(stranger, '{"username": "a"}', 415, **{"Content-Type": "application/json"})
    await asked(stranger, f"username={'a' * 300_000}", 413)


async def test_a_page_of_another_site_cannot_log_in_or_out(stranger: Desk, ada: str) -> None:
    for path in (LOGIN, "/console/logout"):
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = await asked(stranger, ada, 403, path, **headers)
            assert "A page of another site may not do this" in answer.text


@pytest.mark.parametrize(
    "asked",
    ["", "https://evil.example/", "//evil.example", "/console//evil.example", "/console\\..", "/consoles",
     "/api/v1", "/console/../api", "/console\r\nX: 1", "/console/x y", "console", "/console/" + "a" * 2100],
)  # fmt: skip
def test_nobody_is_led_elsewhere(asked: str) -> None:
    assert target(asked) == "/console"
