"""Make people up: those of a seed once, and all of them or nobody."""

from dataclasses import dataclass, field

from wildside.domain.command_errors import AccountInvalid, ExampleDataRefused, UsernameTaken
from wildside.domain.errors import ConstraintViolated
from wildside.domain.example_people import ExampleSet, example_people, username_of
from wildside.domain.passwords import normalised, password_problems
from wildside.ports.database import Database
from wildside.ports.passwords import Passwords


@dataclass(frozen=True, slots=True)
class ExampleOrder:
    """What to make: of which seed, how many, logging in with what, and whether the first administers."""

    seed: str
    users: int
    password: str = field(repr=False)
    administrator: bool = False


@dataclass(frozen=True, slots=True)
class ExampleOutcome:
    """Whether people were made now, or are there from before, and whether the first administers."""

    made: bool
    administrator: bool


async def make_example_data(database: Database, passwords: Passwords, order: ExampleOrder) -> ExampleOutcome:
    """Make the people of a seed, unless they are there.

    Raises ExampleDataRefused where the seed was made otherwise, or its names are taken, AccountInvalid
    where the password will not do.
    """
    if problems := password_problems(order.password, username_of(order.seed, 1), passwords.common):
        raise AccountInvalid(problems)
    async with database.reading() as stores:
        if before := _agreeing(order, await stores.example_data.made(order.seed)):
            return ExampleOutcome(made=False, administrator=before.administrator)
    # One hash for all: it is one password, and nothing slow may happen while others wait for us.
    password_hash = await passwords.hash(normalised(order.password))
    try:
        return await _make(database, order, password_hash)
    except (UsernameTaken, ConstraintViolated) as error:
        if isinstance(error, ConstraintViolated) and error.constraint != "users_pkey":
            raise
        names = f"{username_of(order.seed, 1)} to {username_of(order.seed, order.users)}"
        raise ExampleDataRefused(f"one of {names} is somebody else already; take another --seed") from error


async def _make(database: Database, order: ExampleOrder, password_hash: str) -> ExampleOutcome:
    async with database.transaction() as stores:
        await stores.example_data.begin()
        if before := _agreeing(order, await stores.example_data.made(order.seed)):
            return ExampleOutcome(made=False, administrator=before.administrator)
        people = example_people(order.seed, order.users)
        await stores.example_data.add(order.seed, people, password_hash)
        if order.administrator:
            await stores.example_data.make_administrator(username_of(order.seed, 1))
    return ExampleOutcome(made=True, administrator=order.administrator)


def _agreeing(order: ExampleOrder, made: ExampleSet | None) -> ExampleSet | None:
    """Return what was made before, if anything. Raises ExampleDataRefused where it is something else."""
    if made is None:
        return None
    if made.users != order.users:
        raise ExampleDataRefused(
            f"the seed {order.seed} was made with {made.users} users, and is made once; "
            f"say --users {made.users}, or take another --seed"
        )
    if order.administrator and not made.administrator:
        raise ExampleDataRefused(
            f"the seed {order.seed} was made without --admin: {username_of(order.seed, 1)} is no "
            "administrator, or no longer there; take another --seed"
        )
    return made
