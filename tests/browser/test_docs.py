"""The pages under /docs in a browser: they need nothing but this server, and what they offer works."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import PATIENCE
from tests.cli.program import serving
from tests.people import PASSWORD, account
from tests.sql.support import scratch_database
from wildside.inbound.http.urls import OPERATIONS

IMAGES = Path(__file__).parents[2] / "docs/images"
DRESSED: tuple[tuple[Literal["dark", "light"], str], ...] = (("dark", "dark"), ("light", "light dark"))
TELL = "document.addEventListener('securitypolicyviolation', event => told(event.effectiveDirective))"


@dataclass
class Watched:
    """A page, what it has asked for, and what the browser complains of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.expose_function("told", self.tell)
        self.page.add_init_script(TELL)
        self.page.on("console", lambda message: self.tell(message.text))
        self.page.on("pageerror", lambda error: self.tell(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def tell(self, complaint: str) -> None:
        self.told.append(complaint)

    def opened(self, tag: str, name: str) -> Locator:
        """Open an operation, and return its part of the page."""
        part = self.page.locator(f"#operations-{tag}-{name}")
        part.locator(".opblock-summary-control").click()
        expect(part.locator(".opblock-body")).to_be_visible()
        return part

    def tried(self, part: Locator, status: str) -> None:
        """Execute an operation, and wait for an answer of this status."""
        part.get_by_role("button", name="Execute").click()
        answer = part.locator(".live-responses-table .response-col_status").last
        expect(answer).to_have_text(status, timeout=PATIENCE)


@pytest.fixture(scope="module")
def city(cluster: Any, seeded_template: Any) -> Iterator[str]:
    """The URL of a server without a city, which these pages need not: there is only ada."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        account(url, "ada")
        with serving(url) as served:
            yield served


@pytest.fixture(scope="module")
def docs(browser: Browser, city: str) -> Iterator[Watched]:
    """The API's page, opened once."""
    with browser.new_context(base_url=city, viewport={"width": 1100, "height": 760}) as context:
        watched = Watched(context.new_page())
        watched.page.goto("/docs")
        watched.page.wait_for_selector("#operations-admin-listProvenance")
        yield watched


def test_it_lists_every_operation_and_asks_no_other_server(docs: Watched, city: str) -> None:
    shown = docs.page.locator(".opblock").evaluate_all(
        "all => all.map(one => [one.querySelector('.opblock-summary-method').innerText, one.id])"
    )
    tags = [one.path.removeprefix("/api/v1").split("/")[1] for one in OPERATIONS]
    assert sorted(map(tuple, shown)) == sorted(
        (one.method, f"operations-{tag}-{one.name}") for tag, one in zip(tags, OPERATIONS, strict=True)
    )
    assert docs.page.get_by_role("button", name="Authorize").count() == 0
    part = docs.opened("pois", "findPois")
    names = [name.split("\n")[0].strip() for name in part.locator(".parameter__name").all_inner_texts()]
    assert names == ["near", "bbox", "radius", "category", "interest", "tag", "cursor", "limit"]
    assert len(docs.asked) >= 6
    assert [url for url in docs.asked if not url.startswith((f"{city}/docs", "data:"))] == []
    assert docs.told == []


def test_a_picture_is_taken(docs: Watched, tmp_path: Path) -> None:
    """`PICTURES=1 pytest tests/browser -k picture` puts it where docs/api.md shows it."""
    docs.page.evaluate("document.querySelector('#operations-tag-pois').scrollIntoView()")
    taken = (IMAGES if os.environ.get("PICTURES") else tmp_path) / "api.png"
    docs.page.screenshot(path=taken)
    assert taken.stat().st_size > 10_000
    assert (IMAGES / "api.png").is_file()


def test_it_is_as_dark_as_the_readers_system(docs: Watched) -> None:
    """Swagger UI's own style takes the colours from a class that we set."""
    page = docs.page.locator("html")
    for scheme, colours in DRESSED:
        docs.page.emulate_media(color_scheme=scheme)
        expect(page).to_have_css("color-scheme", colours)


def test_who_logs_in_there_is_known_from_then_on(docs: Watched) -> None:
    docs.told.clear()
    me, login = docs.opened("users", "getMe"), docs.opened("login", "logIn")
    for part in (me, login):
        part.get_by_role("button", name="Try it out").click()
    docs.tried(me, "401")
    login.locator("textarea").fill(f'{{"username": "ada", "password": "{PASSWORD}"}}')
    docs.tried(login, "200")
    docs.tried(me, "200")
    assert [line for line in docs.told if "401" not in line] == []


def test_its_policy_stops_what_it_does_not_name(docs: Watched, city: str) -> None:
    docs.told.clear()
    docs.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    docs.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    elsewhere = f"http://localhost:{urlsplit(city).port}/health/live"
    with pytest.raises(Error, match="Failed to fetch"):
        docs.page.evaluate(f"fetch('{elsewhere}')")
    assert docs.page.evaluate("window.ran") is None
    assert {"script-src-elem", "style-src-attr", "connect-src"} <= {*docs.told}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_pages_about_problems(page: Page, scheme: Any) -> None:
    watched = Watched(page)
    page.emulate_media(color_scheme=scheme)
    page.goto("/docs/problems")
    assert violations(page) == []
    page.get_by_role("link", name="rate_limited").click()
    expect(page.get_by_role("heading", name="rate_limited")).to_be_visible()
    assert violations(page) == []
    assert watched.told == []
