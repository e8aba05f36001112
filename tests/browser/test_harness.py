"""The browser of these tests: it opens what the server sends, and axe-core sees what is wrong with a page."""

from playwright.sync_api import Page

from tests.browser.accessibility import violations


def test_it_opens_what_the_server_sends(page: Page) -> None:
    answer = page.goto("/health/ready")
    assert answer is not None
    assert answer.status == 200
    assert '"status":"pass"' in page.content()


def test_a_page_that_not_everybody_can_use_is_found_out(page: Page) -> None:
    page.set_content("<html lang=en><title>A</title><main><h1>A</h1><img src=x.png></main>")
    assert [line.partition(":")[0] for line in violations(page)] == ["image-alt"]
    page.set_content("<html lang=en><title>A</title><main><h1>A</h1><img src=x.png alt=B></main>")
    assert violations(page) == []
