"""The throttle on a real PostgreSQL: at once, and as time goes by."""

import asyncio
from typing import Any

import psycopg
import pytest

from tests.conftest import url_of_connection
from wildside.domain.errors import RateLimited
from wildside.domain.throttle import PER_ACCOUNT, PER_ADDRESS
from wildside.outbound.postgres.pool import Limits, PostgresDatabase

ADDRESS = "192.0.2.7"


async def attempted(database: PostgresDatabase, name: str = "ada", address: str = ADDRESS) -> int:
    async with database.transaction() as stores:
        return await stores.throttle.attempt(name, address)


async def refused(database: PostgresDatabase, name: str = "ada", address: str = ADDRESS) -> int:
    with pytest.raises(RateLimited) as raised:
        await attempted(database, name, address)
    return raised.value.retry_after


def age(connection: psycopg.Connection[Any], seconds: float, where: str = "true") -> None:
    statement = (
        f"update login_attempts set attempted_at = attempted_at - {seconds} * interval '1 s' where {where}"
    )
    connection.execute(statement.encode())
    connection.commit()


def count(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("select count(*) from login_attempts").fetchone()
    connection.commit()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(("names", "most"), [(1, PER_ACCOUNT), (64, PER_ADDRESS)])
async def test_of_64_at_once_no_more_get_through_than_may(
    connection: psycopg.Connection[Any], names: int, most: int
) -> None:
    """Of many nodes: each has connections of its own."""
    url = url_of_connection(connection)
    limits = Limits(connections=16, acquire=30, lock=30, statement=30, command=30)
    async with (
        PostgresDatabase(url, limits, "one") as one,
        PostgresDatabase(url, limits, "two") as two,
    ):
        tries = [attempted(one if number % 2 else two, f"ada{number % names}") for number in range(64)]
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
    through = [each for each in outcomes if isinstance(each, int)]
    assert (len(through), len(set(through))) == (most, most)
    assert {type(each) for each in outcomes if not isinstance(each, int)} == {RateLimited}
    assert count(connection) == most


async def test_an_attempt_counts_for_a_quarter_of_an_hour(
    database: PostgresDatabase, connection: psycopg.Connection[Any]
) -> None:
    for _ in range(PER_ACCOUNT):
        await attempted(database)
    age(connection, 890)
    assert 5 <= await refused(database) <= 10
    age(connection, 11)
    await attempted(database)
    assert count(connection) == 1


async def test_one_is_told_when_there_is_room_for_one(
    database: PostgresDatabase, connection: psycopg.Connection[Any]
) -> None:
    """Not when the newest counts no longer, nor when the oldest does where more than ten count."""
    numbers = [await attempted(database) for _ in range(PER_ACCOUNT)]
    age(connection, 600, f"id = {numbers[0]}")
    assert 290 <= await refused(database) <= 300
    insert = """insert into login_attempts (username_hash, address, attempted_at)
                select username_hash, address, clock_timestamp() - interval '800 s'
                  from login_attempts limit 1"""
    connection.execute(insert.encode())
    connection.commit()
    assert 290 <= await refused(database) <= 300


async def test_the_longer_of_two_waits_is_told(
    database: PostgresDatabase, connection: psycopg.Connection[Any]
) -> None:
    for number in range(PER_ADDRESS - PER_ACCOUNT):
        await attempted(database, f"x{number}")
    age(connection, 600)
    for _ in range(PER_ACCOUNT):
        await attempted(database)
    assert 290 <= await refused(database, "bob") <= 300
    assert 890 <= await refused(database) <= 900


async def test_what_counts_no_longer_does_not_pile_up(
    database: PostgresDatabase, connection: psycopg.Connection[Any]
) -> None:
    for number in range(45):
        await attempted(database, address=f"198.51.100.{number}")
    age(connection, 901)
    left = []
    for number in range(4):
        await attempted(database, address=f"203.0.113.{number}")
        left.append(count(connection))
    assert left == [26, 7, 3, 4]


async def test_who_waits_for_others_of_the_same_address_does_not_wait_for_those_of_another(
    database: PostgresDatabase,
) -> None:
    async with database.transaction() as stores:
        await stores.throttle.attempt("ada", ADDRESS)
        await attempted(database, address="192.0.2.8")
        with pytest.raises(Exception, match="lock timeout"):
            await attempted(database)


async def test_of_an_ipv6_address_the_network_is_kept(
    database: PostgresDatabase, connection: psycopg.Connection[Any]
) -> None:
    await attempted(database, address="2001:db8:1:2::/64")
    row = connection.execute("select address::text from login_attempts").fetchone()
    assert row == ("2001:db8:1:2::/64",)
