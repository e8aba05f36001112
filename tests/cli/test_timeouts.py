"""What waits within one another: the inner gives up first, or the program does not start."""

from itertools import pairwise

import pytest

from tests.cli.program import Program, wildside
from wildside.config import DatabaseUrl
from wildside.domain.command_errors import SettingsInvalid
from wildside.outbound.postgres.pool import Limits
from wildside.settings import Settings, Timeouts

ORDER = ["lock", "statement", "command", "request", "drain"]


def test_the_usual_times() -> None:
    usual = Timeouts()
    assert [getattr(usual, name) for name in ORDER] == [0.8, 1.2, 1.5, 8.0, 10.0]
    assert (usual.acquire, usual.body, usual.linger) == (0.5, 10.0, 0.2)
    limits = Limits()
    assert (limits.lock, limits.statement, limits.command, limits.acquire) == (0.8, 1.2, 1.5, 0.5)
    assert (limits.connections, limits.idle_in_transaction) == (8, 10.0)
    assert Settings(DatabaseUrl.parse("postgresql:///x")).timeouts == usual


def test_each_may_be_set() -> None:
    assert Timeouts.parse("") == Timeouts()
    assert Timeouts.parse(" request=4  drain=6.5 ") == Timeouts(request=4.0, drain=6.5)
    everything = "lock=1 statement=2 command=3 request=4 drain=5 acquire=0.1 body=7 linger=8"
    assert Timeouts.parse(everything) == Timeouts(1.0, 2.0, 3.0, 4.0, 5.0, 0.1, 7.0, 8.0)


@pytest.mark.parametrize(("inner", "outer"), list(pairwise(ORDER)))
@pytest.mark.parametrize("equal", [True, False])
def test_the_inner_must_be_shorter(inner: str, outer: str, equal: bool) -> None:
    usual = {name: getattr(Timeouts(), name) for name in ORDER}
    usual[inner] = usual[outer] + (0.0 if equal else 0.01)
    with pytest.raises(SettingsInvalid) as raised:
        Timeouts(**usual)
    assert any(f"{inner} (" in problem and f"than {outer} (" in problem for problem in raised.value.problems)


@pytest.mark.parametrize("value", [0.0, -1.0, float("inf"), float("nan")])
@pytest.mark.parametrize("name", [*ORDER, "acquire", "body", "linger"])
def test_none_may_be_nothing_or_endless(name: str, value: float) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        Timeouts(**{name: value})
    assert f"timeouts: {name} must be above 0 s" in raised.value.problems


def test_everything_that_cannot_be_read_is_told() -> None:
    with pytest.raises(SettingsInvalid) as raised:
        Timeouts.parse("request=soon lunch=3 drain 4 lock=1e3 body=-1")
    assert [problem.split("'")[1] for problem in raised.value.problems] == [
        "request=soon",
        "lunch=3",
        "drain",
        "4",
        "lock=1e3",
        "body=-1",
    ]


@pytest.mark.parametrize("command", ["serve", "up"])
def test_a_wrong_order_keeps_the_server_from_starting(command: str) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nowhere"
    env = {"DATABASE_URL": url, "WILDSIDE_TIMEOUTS": "request=9 drain=4 lock=2"}
    result = wildside(command, "--port", "0", env=env)
    assert result.returncode == 2, result.stderr
    assert "request (9.0 s) must be shorter than drain (4.0 s)" in result.stderr
    assert "lock (2.0 s) must be shorter than statement (1.2 s)" in result.stderr


def test_a_right_order_is_served_with() -> None:
    url = "postgresql://nobody@127.0.0.1:1/nowhere"
    arguments = ["--database-url", url, "--port", "0", "--timeouts", "request=4 drain=6"]
    with Program("serve", *arguments) as program:
        assert program.url()
