"""Entity tags, If-None-Match and HEAD (RFC 9110, sections 8.8.3, 13.1.2 and 9.3.2)."""

import asyncio
import re

import httpx2
import psycopg
import pytest

from tests.conftest import url_of_connection
from tests.http.support import READS, REFERENCE, client_over
from wildside.tools import Tools

STRONG = re.compile(r'"[\x21\x23-\x7e]+"')
KEPT = ("etag", "cache-control", "vary")


@pytest.mark.parametrize("path", READS)
def test_an_answer_has_a_strong_entity_tag_and_asks_to_be_revalidated(
    server: httpx2.Client, path: str
) -> None:
    response = server.get(path)
    assert STRONG.fullmatch(response.headers["etag"])
    assert response.headers["cache-control"] == "no-cache"
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other",W/{} , "more"', "*"])
def test_a_named_entity_tag_is_answered_without_a_body(server: httpx2.Client, path: str, form: str) -> None:
    full = server.get(path)
    response = server.get(path, headers={"If-None-Match": form.format(full.headers["etag"])})
    assert (response.status_code, response.content) == (304, b"")
    assert [response.headers[name] for name in KEPT] == [full.headers[name] for name in KEPT]
    assert "content-type" not in response.headers


async def test_no_body_is_left_to_the_server_to_cut_off(client: httpx2.AsyncClient) -> None:
    response = await client.get(READS[1], headers={"If-None-Match": "*"})
    assert (response.status_code, response.content) == (304, b"")
    assert "content-length" not in response.headers


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("form", ['"other"', "{bare}", '"{bare}', "junk", "", '"*"', 'W/"other", "another"'])
def test_another_entity_tag_is_answered_in_full(server: httpx2.Client, path: str, form: str) -> None:
    full = server.get(path)
    header = form.format(bare=full.headers["etag"].strip('"'))
    response = server.get(path, headers={"If-None-Match": header})
    assert (response.status_code, response.content) == (200, full.content)


def test_entity_tags_may_come_in_two_lines(server: httpx2.Client) -> None:
    etag = server.get(READS[0]).headers["etag"]
    lines = [("If-None-Match", '"other"'), ("If-None-Match", etag)]
    assert server.get(READS[0], headers=lines).status_code == 304


def test_equal_bytes_and_equal_entity_tags_are_the_same_thing(server: httpx2.Client) -> None:
    names = ["version", "bootstrap", *Tools().read_source(None).manifest.order]
    answers = [server.get(f"{REFERENCE}/{name}") for name in names]
    assert len({answer.content for answer in answers}) == len(names)
    assert len({answer.headers["etag"] for answer in answers}) == len(names)


async def test_the_entity_tag_comes_back_only_with_the_bytes(seeded_connection: psycopg.Connection) -> None:
    async with client_over(url_of_connection(seeded_connection)) as client:
        seen: dict[str, bytes] = {}
        for icon in ("tag:a", "tag:b", "tag:a", "tag:a"):
            seeded_connection.execute("update tags set icon = %s where slug = 'coffee'", [icon])
            seeded_connection.commit()
            await asyncio.sleep(0.05)  # until this loop has heard of it
            for path in READS:
                response = await client.get(path)
                assert seen.setdefault(response.headers["etag"], response.content) == response.content
    assert len(seen) == len(set(seen.values())) == 3 * len(READS)


@pytest.mark.parametrize("path", READS)
def test_head_says_what_get_would(server: httpx2.Client, path: str) -> None:
    full, head = (ask(path, headers={"Accept-Encoding": "identity"}) for ask in (server.get, server.head))
    assert (head.status_code, head.content) == (200, b"")
    changing = {"date", "trace-id"}
    wanted = {name: value for name, value in full.headers.items() if name not in changing}
    assert {name: value for name, value in head.headers.items() if name not in changing} == wanted
    assert head.headers["content-length"] == str(len(full.content))


@pytest.mark.parametrize("path", READS)
def test_head_is_conditional_too(server: httpx2.Client, path: str) -> None:
    etag = server.get(path).headers["etag"]
    response = server.head(path, headers={"If-None-Match": etag})
    assert (response.status_code, response.headers["etag"]) == (304, etag)


def test_head_sends_no_body_over_http_2_either(server: httpx2.Client) -> None:
    with httpx2.Client(base_url=server.base_url, http1=False, http2=True) as client:
        response = client.head(READS[1])
        assert (response.http_version, response.status_code, response.content) == ("HTTP/2", 200, b"")
        again = client.get(READS[1], headers={"If-None-Match": response.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(READS[1]).content == server.get(READS[1]).content
