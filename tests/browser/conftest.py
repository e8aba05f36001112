"""A real browser on a real server: people who can log in, the reference data and the demo city."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import MISSING, found, options
from tests.cli.program import serving, wildside
from tests.people import account
from tests.sql.support import scratch_database

PATIENCE = 15_000
"""Milliseconds for whatever the browser waits for."""


@pytest.fixture(scope="session")
def city_url(cluster: Any, seeded_template: Any) -> Iterator[str]:
    """A seeded database with the demo city, its people, and an administrator and somebody else besides.

    They are called ada and bob, and log in with tests.people.PASSWORD. Only to be read.
    """
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        done = wildside("example-data", env={"DATABASE_URL": url})
        assert done.returncode == 0, done.stderr
        account(url, "ada", "admin")
        account(url, "bob")
        yield url


@pytest.fixture(scope="session")
def city(city_url: str) -> Iterator[str]:
    """The URL of a server of it."""
    with serving(city_url) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a window.

    While it is open its event loop runs in this thread, where no coroutine test could: so it is a file's own.
    """
    if (program := found(os.environ)) is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(**options(program))
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, city: str) -> Iterator[Page]:
    """An empty page of somebody whom the server has never seen; paths are of the server."""
    with browser.new_context(base_url=city, viewport={"width": 1100, "height": 760}) as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
