"""The pages under /docs: the contract, Swagger UI over it, and what each problem means."""

import re
from collections.abc import AsyncIterator
from hashlib import sha256
from html import unescape
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from tests.http.support import NOWHERE, application, assert_problem, client_of, client_over, started
from wildside.inbound.http.docs.advice import ADVICE
from wildside.inbound.http.problems import STATUSES

ROOT = Path(__file__).parents[2]
VENDORED = ROOT / "wildside/inbound/http/docs/swagger-ui"
PAGES = ["/docs", "/docs/problems", "/docs/problems/rate_limited"]
READING = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
POLICIES = dict.fromkeys(PAGES, READING) | {"/docs": f"{READING}; script-src 'self'; connect-src 'self'"}

_LINK = re.compile(r'(?:href|src)="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")


@pytest_asyncio.fixture
async def away() -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a server whose database is away: these pages need none."""
    async with client_over(NOWHERE) as client:
        yield client


def words(html: str) -> str:
    """What a page says, as docs/api.md would."""
    assert "`" not in html
    return unescape(_TAG.sub("", re.sub(r"</?code>", "`", html)))


async def test_the_document_is_the_committed_one(away: httpx2.AsyncClient) -> None:
    answer = await away.get("/docs/openapi.json", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == (ROOT / "docs/openapi.json").read_text()


async def test_the_document_has_the_limit_and_the_cookie_of_its_server() -> None:
    app = application(body_limit=4711, session_cookie_secure=False)
    async with started(app) as running, client_of(running) as client:
        document = (await client.get("/docs/openapi.json")).json()
    assert document["x-limits"]["bodyBytes"] == 4711
    assert document["components"]["securitySchemes"]["session"]["name"] == "session"


@pytest.mark.parametrize("path", [*PAGES, "/docs/openapi.json"])
async def test_who_has_it_is_told_so(away: httpx2.AsyncClient, path: str) -> None:
    first = await away.get(path, headers={"Accept-Encoding": "br"})
    assert (first.headers["content-encoding"], first.headers["cache-control"]) == ("br", "no-cache")
    tag = first.headers["etag"]
    again = await away.get(path, headers={"Accept-Encoding": "br", "If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    plain = await away.get(path, headers={"Accept-Encoding": "identity", "If-None-Match": tag})
    assert (plain.status_code, plain.text) == (200, first.text)


@pytest.mark.parametrize("path", [*PAGES, "/docs/openapi.json"])
def test_a_real_server_sends_the_head_alone(server: httpx2.Client, path: str) -> None:
    head, whole = server.head(path), server.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert whole.content
    for name in ("content-type", "content-length", "etag", "content-security-policy"):
        assert head.headers[name] == whole.headers[name]


async def test_only_the_document_has_to_be_accepted_as_json(away: httpx2.AsyncClient) -> None:
    html = {"Accept": "text/html"}
    assert_problem(await away.get("/docs/openapi.json", headers=html), 406, "not_acceptable")
    for path in PAGES:
        for accept in ("text/html", "application/json"):
            answer = await away.get(path, headers={"Accept": accept})
            assert (answer.status_code, answer.headers["vary"]) == (200, "Accept-Encoding")
            assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_says_what_browsers_may_do_with_it(away: httpx2.AsyncClient, path: str) -> None:
    answer = await away.get(path)
    assert answer.headers["content-security-policy"] == POLICIES[path]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.text.startswith("<!doctype html>")
    assert '<meta charset="utf-8">' in answer.text
    assert re.findall(r"<script(?! src=)|<style|\sstyle=|\son\w+=", answer.text) == []


@pytest.mark.parametrize("path", PAGES)
async def test_what_a_page_links_to_is_there_and_ours(away: httpx2.AsyncClient, path: str) -> None:
    links = {link for link in _LINK.findall((await away.get(path)).text) if link[0] != "#"} - {"data:,"}
    assert len([link for link in links if link.startswith("/docs/assets/")]) == (4 if path == "/docs" else 1)
    for link in sorted(links):
        assert re.match(r"/[^/]", link), link
        assert (await away.get(link)).status_code == 200, link


async def test_files_are_named_by_their_content_and_kept_for_ever(away: httpx2.AsyncClient) -> None:
    found = {}
    for path in {link for link in _LINK.findall((await away.get("/docs")).text) if "/assets/" in link}:
        answer = await away.get(path)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        name, digest, ending = path.rpartition("/")[2].split(".")
        assert sha256(answer.content).hexdigest()[:16] == digest
        found[f"{name}.{ending}"] = answer.headers["content-type"]
        assert_problem(await away.get(path.replace(digest, "0" * 16)), 404, "not_found")
    script, style = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
    assert found == {
        "init.js": script, "style.css": style, "swagger-ui-bundle.js": script, "swagger-ui.css": style,
    }  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/docs/", "/docs/nope", "/docs/problems/", "/docs/problems/nope", "/docs/assets/../page.py"]
)
async def test_another_page_is_not_found(away: httpx2.AsyncClient, path: str) -> None:
    assert_problem(await away.get(path), 404, "not_found")


@pytest.mark.parametrize("path", [*PAGES, "/docs/openapi.json"])
async def test_a_page_takes_no_parameters(away: httpx2.AsyncClient, path: str) -> None:
    problem = assert_problem(await away.get(path, params={"url": "https://x.test"}), 400, "invalid_request")
    assert [error["code"] for error in problem["errors"]] == ["unknown_parameter"]


def test_there_is_advice_for_every_problem_in_the_order_of_statuses() -> None:
    assert ADVICE.keys() == STATUSES.keys()
    statuses = [STATUSES[code] for code in ADVICE]
    assert statuses == sorted(statuses)


async def test_the_type_of_a_problem_leads_to_what_it_means(away: httpx2.AsyncClient) -> None:
    for code, status in STATUSES.items():
        told = words((await away.get(f"/docs/problems/{code}")).text)
        for text in (code, f"{status} {HTTPStatus(status).phrase}", ADVICE[code].when, ADVICE[code].then):
            assert text in told


async def test_the_page_of_problems_lists_them_all(away: httpx2.AsyncClient) -> None:
    html = (await away.get("/docs/problems")).text
    rows = [words(row) for row in re.findall(r'<tr><th scope="row">.*</tr>', html)]
    assert rows == [f"{code}{STATUSES[code]}{one.when}" for code, one in ADVICE.items()]
    assert re.findall(r'"/docs/problems/(\w+)"', html) == [*ADVICE]


def test_the_document_says_of_each_problem_what_its_page_says() -> None:
    section = (ROOT / "docs/api.md").read_text().partition("\n## Problems\n")[2]
    rows = [line for line in section.splitlines() if line.startswith("| `")][1:]
    assert rows == [
        f"| `{code}` | {STATUSES[code]} | {one.when} | {one.then} |" for code, one in ADVICE.items()
    ]


def test_what_is_vendored_is_as_it_came() -> None:
    listed = dict(line.split("  ")[::-1] for line in (VENDORED / "SHA256SUMS").read_text().splitlines())
    files = {path.name: path for path in VENDORED.iterdir()}
    assert files.keys() - {"README.md", "SHA256SUMS"} == listed.keys()
    assert {name: sha256(files[name].read_bytes()).hexdigest() for name in listed} == listed
    assert {"LICENSE", "NOTICE"} < listed.keys()
