"""The operator's console, as an administrator sees it in a browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.people import PASSWORD
from wildside.inbound.console.rendering import NAVIGATION

EDIT = "update tags set icon = 'tag:beans', source_type = 'admin' where slug = 'coffee'"
MORE = (
    "/console/tables/tags",
    "/console/compare?from=1&to=2",
    "/console/diagrams/overview",
    "/console/nothing",
)
PAGES = (*(path for path, _ in NAVIGATION), *MORE)
PICTURES = {
    "health": ("/console", "light"),
    "compare": ("/console/compare?from=1&to=2", "light"),
    "compare-dark": ("/console/compare?from=1&to=2", "dark"),
    "table": ("/console/tables/tags?q=caf%C3%A9", "light"),
}
"""Name of the picture → the page, and which colours its reader prefers."""
DOCS = Path(__file__).parents[2] / "docs/console"


@pytest.fixture(scope="module", autouse=True)
def edited(city_url: str) -> None:
    """Two versions to compare."""
    with psycopg.connect(city_url) as connection:
        connection.execute(EDIT)


@pytest.fixture(scope="module")
def ada(city: str, edited: None, browser: Browser) -> Iterator[Page]:
    """An administrator who is logged in, and whose browser has nothing to complain of."""
    with browser.new_context(base_url=city, viewport={"width": 1060, "height": 480}) as context:
        page = context.new_page()
        page.goto("/console")
        log_in(page, "ada")
        expect(page.get_by_role("heading", level=1)).to_have_text("Health")
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
    assert violations(page) == []
    log_in(page, "ada")
    expect(page.get_by_role("heading", level=1)).to_have_text("tags")
    assert page.url.endswith("/console/tables/tags?q=coffee")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    page.goto("/console")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


def test_who_is_no_administrator_can_leave_again(page: Page) -> None:
    page.goto("/console")
    log_in(page, "bob")
    expect(page.get_by_role("heading", level=1)).to_have_text("403 Forbidden")
    assert violations(page) == []
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_every_page(ada: Page, scheme: str) -> None:
    ada.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found, backgrounds = {}, set()
    for path in PAGES:
        ada.goto(path)
        backgrounds.add(ada.evaluate("getComputedStyle(document.body).backgroundColor"))
        found[path] = violations(ada)
    assert {path: lines for path, lines in found.items() if lines} == {}
    assert backgrounds == {"rgb(15, 19, 24)" if scheme == "dark" else "rgb(255, 255, 255)"}


def test_every_page_is_whole_and_asks_nobody_else(ada: Page, city: str) -> None:
    """Its rules let it load all that it names: style and drawings; and no page is wider than a telephone."""
    complaints: list[str] = []
    asked: list[str] = []
    ada.on("console", lambda message: complaints.append(message.text))
    ada.on("request", lambda request: asked.append(request.url))
    ada.set_viewport_size({"width": 360, "height": 640})
    wide = []
    for path in PAGES[:-1]:
        ada.goto(path)
        if ada.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path)
    drawn = [each for each in asked if each.endswith(".svg")]
    ada.goto("/console/diagrams/overview")
    assert ada.evaluate("document.querySelector('img').naturalWidth") > 300
    ada.set_viewport_size({"width": 1060, "height": 480})
    assert complaints == []
    assert [each for each in asked if not each.startswith(f"{city}/console")] == []
    assert len(drawn) == 1
    assert wide == []


def test_two_releases_are_compared_and_a_table_searched_without_javascript(
    browser: Browser, city: str
) -> None:
    with browser.new_context(base_url=city, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/console/compare")
        log_in(page, "ada")
        page.get_by_label("From version").fill("2")
        page.get_by_label("to version").fill("1")
        page.get_by_role("button", name="Compare").click()
        expect(page.get_by_role("row", name="icon tag:beans tag:coffee-cup")).to_be_visible()
        page.get_by_role("link", name="Tables").click()
        page.get_by_role("link", name="poi_categories", exact=True).click()
        page.get_by_label("Text in any column").fill("MUSEUM")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("main")).to_contain_text("hold “MUSEUM”")
        expect(page.get_by_role("cell", name="museum", exact=True)).to_be_visible()


def test_the_keyboard_is_enough(ada: Page) -> None:
    ada.goto("/console/tables/locales")
    ada.keyboard.press("Tab")
    expect(ada.get_by_role("link", name="Skip to content")).to_be_focused()
    ada.keyboard.press("Enter")
    ada.keyboard.press("Tab")
    expect(ada.get_by_label("Text in any column")).to_be_focused()
    ada.keyboard.type("finnish")
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("main")).to_contain_text("1 of 28 rows")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_taken(ada: Page, name: str, tmp_path: Path) -> None:
    """`just pictures` puts them into docs/console, whose page shows all of them."""
    path, scheme = PICTURES[name]
    ada.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ada.goto(path)
    file = (DOCS if os.environ.get("PICTURES") else tmp_path) / f"{name}.png"
    ada.screenshot(path=file)
    assert file.stat().st_size > 10_000
    assert f"({name}.png)" in (DOCS / "README.md").read_text()
    assert (DOCS / f"{name}.png").is_file()
