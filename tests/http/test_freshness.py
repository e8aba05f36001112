"""An answer is no older than its question, also when questions are shared."""

import asyncio

from tests.http.support import MOMENT, READS, Stores, client_of, over
from tests.http.test_reference import number_of
from wildside.domain.release import Version


class SlowStores(Stores):
    """Reads the version at once, and hands it over when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.newest = 7
        self.begun = asyncio.Event()
        self.let = asyncio.Event()
        self.questions = 0

    async def version(self) -> Version:
        self.questions += 1
        read = Version("epoch", self.newest, MOMENT)
        self.begun.set()
        await self.let.wait()
        return read


async def test_a_question_under_way_does_not_answer_a_later_request() -> None:
    stores = SlowStores()
    stores.let.set()
    async with client_of(over(stores)) as client:
        await client.get(READS[0])
        stores.begun.clear()
        stores.let.clear()
        early = asyncio.create_task(client.get(READS[0]))
        await stores.begun.wait()
        stores.newest = 8
        late = asyncio.create_task(client.get(READS[0]))
        await asyncio.sleep(0)
        stores.let.set()
        answers = await asyncio.gather(early, late)
    assert number_of(answers[1].json()) == 8


async def test_requests_that_wait_together_share_a_question() -> None:
    stores = SlowStores()
    stores.let.set()
    async with client_of(over(stores)) as client:
        await client.get(READS[0])
        asked = stores.questions
        answers = await asyncio.gather(*(client.get(READS[0]) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert stores.questions - asked < 50


async def test_a_request_that_is_given_up_takes_no_other_along() -> None:
    stores = SlowStores()
    async with client_of(over(stores)) as client:
        first, second = (asyncio.create_task(client.get(READS[0])) for _ in range(2))
        await stores.begun.wait()
        first.cancel()
        stores.let.set()
        assert (await second).status_code == 200
