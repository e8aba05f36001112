"""The operator's console, as an administrator sees it."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.people import PASSWORD
from wildside.inbound.console.rendering import NAVIGATION

EDIT = "update tags set icon = 'tag:beans', source_type = 'admin' where slug = 'coffee'"
MORE = {"/console/tables/tags": "tags", "/console/diagrams/locales": "Languages and units"}
PAGES = {**dict(NAVIGATION), **MORE}


@pytest.fixture(scope="module", autouse=True)
def edited(city_url: str) -> None:
    """Two versions to compare."""
    with psycopg.connect(city_url) as connection:
        connection.execute(EDIT)


@pytest.fixture(scope="module")
def kept(browser: Browser, city: str, edited: None) -> Iterator[Page]:
    """An administrator who is logged in, for all tests of this file."""
    with browser.new_context(base_url=city, viewport={"width": 1100, "height": 760}) as context:
        page = context.new_page()
        page.goto("/console")
        log_in(page, "ada")
        yield page


def log_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_whoever_logs_in_comes_where_they_wanted_to_go(page: Page) -> None:
    page.goto("/console/tables/tags?q=coffee")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert violations(page) == []
    log_in(page, "ada", "a wrong one")
    expect(page.get_by_role("alert")).to_contain_text("do not fit")
    log_in(page, "ada")
    expect(page.get_by_role("heading", level=1)).to_have_text("tags")
    assert page.url.endswith("/console/tables/tags?q=coffee")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    page.goto("/console")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_every_page(kept: Page, scheme: str) -> None:
    kept.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = {}
    for path in PAGES:
        answer = kept.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        found[path] = violations(kept)
    assert {path: lines for path, lines in found.items() if lines} == {}
