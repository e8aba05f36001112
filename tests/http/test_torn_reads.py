"""Readers of a real server, and a writer that commits every few milliseconds."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

import httpx2
import psycopg

from tests.cli.program import serving
from tests.http.support import REFERENCE
from tests.http.test_reference import number_of

READERS, READS_EACH, PAUSE = 3, 100, 0.004


@dataclass
class Writer:
    """Writes the same number into two tables, one transaction after the other."""

    url: str
    committed: int = 0
    stop: Event = field(default_factory=Event)

    def work(self) -> None:
        with psycopg.connect(self.url) as connection:
            while not self.stop.wait(PAUSE):
                number = self.committed + 1
                connection.execute("update tags set icon = %s where slug = 'coffee'", [f"tag:{number}"])
                connection.execute(
                    "update badges set icon = %s where slug = 'sunset-pick'", [f"badge:{number}"]
                )
                connection.commit()
                self.committed = number


@contextmanager
def writing(url: str) -> Iterator[Writer]:
    writer = Writer(url)
    thread = Thread(target=writer.work)
    thread.start()
    yield writer
    writer.stop.set()
    thread.join()


@dataclass
class Answer:
    asked_after: int
    tag: str
    badge: str
    version: int
    etag: str
    content: bytes


async def read(url: str, writer: Writer) -> list[Answer]:
    answers = []
    async with httpx2.AsyncClient(base_url=url) as client:
        for _ in range(READS_EACH):
            asked_after = writer.committed
            response = await client.get(f"{REFERENCE}/bootstrap")
            assert response.status_code == 200, response.text
            document = response.json()
            tag, badge = [
                document["tables"][name][0]["icon"].partition(":")[2] for name in ("tags", "badges")
            ]
            answers.append(
                Answer(
                    asked_after, tag, badge, number_of(document), response.headers["etag"], response.content
                )
            )
    return answers


async def test_no_bootstrap_is_torn_or_old_while_a_writer_commits(seeded_url: str) -> None:
    with serving(seeded_url) as url, writing(seeded_url) as writer:
        read_by = await asyncio.gather(*(read(url, writer) for _ in range(READERS)))
    answers = [answer for answers in read_by for answer in answers if answer.tag.isdecimal()]
    assert len(answers) > READERS * (READS_EACH - 5)
    assert len({answer.version for answer in answers}) > 50, "the writer was too slow to prove anything"
    assert [answer for answer in answers if answer.tag != answer.badge] == []
    assert [answer for answer in answers if int(answer.tag) < answer.asked_after] == []
    # The seed made version 1, so the writer's n-th transaction made version n + 1.
    assert [answer for answer in answers if int(answer.tag) + 1 != answer.version] == []
    for one_reader in read_by:
        versions = [answer.version for answer in one_reader]
        assert versions == sorted(versions)
    assert len({(answer.version, answer.etag, answer.content) for answer in answers}) == len(
        {answer.version for answer in answers}
    )
