"""How old an answer is, and for how long it is believed without asking."""

from tests.client.conftest import Place, held


async def test_an_old_answer_gets_older_until_the_backend_confirms_it(place: Place) -> None:
    provider = place.provider()
    await provider.get_version()
    place.offline()
    place.clock.seconds += 100
    answer = await provider.get_version()
    assert (answer.source, answer.age, answer.stale) == ("memory", 100, True)
    place.backend.status = 200
    answer = await provider.get_version()
    assert (answer.source, answer.age, answer.stale) == ("network", 0, False)


async def test_the_disk_knows_of_confirmations(place: Place) -> None:
    provider = place.provider()
    await provider.get_version()
    place.clock.seconds += 1000
    await provider.get_version()
    place.clock.seconds += 10
    place.offline()
    answer = await place.provider().get_version()
    assert (answer.source, answer.age) == ("disk", 10)


async def test_max_age_lets_memory_answer(place: Place) -> None:
    provider = place.provider(max_age=60)
    await provider.get_version()
    place.clock.seconds += 59
    answer = await provider.get_version()
    assert (answer.source, answer.age, answer.stale) == ("memory", 59, False)
    place.clock.seconds += 1
    assert (await provider.get_version()).source == "network"
    place.clock.seconds -= 3600
    assert (await provider.get_version()).source == "network"
    assert place.backend.asked == ["bootstrap", "changes", "changes"]


async def test_max_age_does_not_let_the_disk_answer(place: Place) -> None:
    await place.provider().get_version()
    provider = place.provider(max_age=60)
    place.offline()
    for _ in range(2):
        answer = await provider.get_version()
        assert (answer.source, answer.age, answer.stale) == ("disk", 0, True)
    assert place.backend.asked == ["bootstrap", "changes", "changes"]


async def test_a_change_is_on_disk_at_once(place: Place) -> None:
    await (await held(place)).get_version()
    place.offline()
    answer = await place.provider().get_version()
    assert (answer.source, answer.version) == ("disk", place.backend.token)


async def test_the_age_counts_from_before_the_question(place: Place) -> None:
    def slow(body: bytes) -> bytes:
        place.clock.seconds += 5
        return body

    place.backend.edit_bootstrap = slow
    assert (await place.provider().get_version()).age == 5


async def test_no_age_is_below_nothing(place: Place) -> None:
    provider = place.provider()
    await provider.get_version()
    place.offline()
    place.clock.seconds -= 3600
    assert (await provider.get_version()).age == 0
