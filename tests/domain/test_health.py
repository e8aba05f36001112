"""Statuses, and what applied migrations mean."""

import pytest

from wildside.domain.health import Check, Status, migration_check, overall


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        ([], "pass"),
        (["pass", "pass"], "pass"),
        (["pass", "warn"], "warn"),
        (["warn", "fail", "pass"], "fail"),
        (["fail"], "fail"),
    ],
)
def test_the_worst_check_decides(statuses: list[Status], worst: Status) -> None:
    checks = {f"check-{number}": Check(status) for number, status in enumerate(statuses)}
    assert overall(checks) == worst


def test_the_same_migrations_pass() -> None:
    assert migration_check(frozenset({"0001.a"}), frozenset({"0001.a"})) == Check("pass")


def test_missing_migrations_fail_and_the_first_is_named() -> None:
    check = migration_check(frozenset({"0001.a", "0002.b", "0003.c"}), frozenset({"0001.a"}))
    assert check == Check("fail", "2 migrations are not applied, first 0002.b: run yoyo apply")


def test_migrations_of_a_newer_program_only_warn() -> None:
    check = migration_check(frozenset({"0001.a"}), frozenset({"0001.a", "0002.b", "0003.c"}))
    assert check == Check("warn", "2 applied migrations are unknown here, last 0003.c")


def test_missing_migrations_fail_even_beside_unknown_ones() -> None:
    assert migration_check(frozenset({"0001.a"}), frozenset({"0002.b"})).status == "fail"
