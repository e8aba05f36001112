"""Passwords: which are too short, too long, or guessed by everybody."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from wildside.domain.passwords import Credentials, bare, normalised, password_problems
from wildside.outbound.passwords import _common
from wildside.usecases.create_account import NewAccount
from wildside.usecases.sign_in import Login

COMMON = _common()
GOOD = "plum kettle walks nine"


def problems(password: str, username: str = "ada") -> list[str]:
    return list(password_problems(password, username, COMMON))


def test_length_is_counted_after_nfkc() -> None:
    long = " ".join(f"{number:x}" for number in range(300))
    assert "15 to 256" in problems(GOOD[:14])[0]
    assert problems(GOOD[:15]) == []
    assert problems(long[:256]) == []
    assert "15 to 256" in problems(long[:257])[0]
    assert normalised("\ufb01") == "fi"
    assert problems("\ufb01sh in the tan") == []  # fourteen characters as typed
    assert "15 to 256" in problems(long[:239] + "\ufdfa")[0]  # 240 as typed
    assert "15 to 256" in problems("e\u0301" * 4 + "plum net x")[0]  # eighteen as typed


@pytest.mark.parametrize(
    "password",
    [
        GOOD, "correct otter bicycle", "Grüße aus Köln, Ada", "пароль не простой", "🥾🌲🦉🏞️ vier wege heim",
        "9f!k2#Lq8@zR4$w", "the master of our sunshine coast", "property weren't stuvwx",
        "田中さんの散歩道は長くて楽しいです",
        "ada walks to the old mill", "line\nbreaks and\ttabs",
    ],
)  # fmt: skip
def test_no_kind_of_character_is_required_or_refused(password: str) -> None:
    assert problems(password) == []


@pytest.mark.parametrize("password", ["a\0" + GOOD, GOOD + "\ud83d", "\udfff" + GOOD])
def test_what_cannot_be_stored_is_refused(password: str) -> None:
    assert problems(password) == ["a password has neither U+0000 nor half a surrogate pair"]


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("Correct-Horse-Battery-Staple", "many people"),
        ("correct horse battery staple!2024", "many people"),
        ("1iloveyouforever1", "many people"),
        ("Th1s 1s my p4$$w0rd", "many people"),
        ("\uff57elcom\uff45 to the jungle", "many people"),
        ("aaaaaaaaaaaaaaa", "over and over"),
        ("abABabABababABab", "over and over"),
        ("x9!kx9!kx9!kx9!k", "over and over"),
        ("kettle9xkettle9xke", "over and over"),
        ("qwertyuiop12345", "tries first"),
        ("qazwsxedc qwertz 123456", "tries first"),
        ("1qaz2wsx3edc4rfv", "tries first"),
        ("zyxwvutsrqponmlkji", "tries first"),
        ("123456789012345", "tries first"),
        ("987654321098765", "tries first"),
        ("Password123456789", "tries first"),
        ("AdminAdmin!1234", "tries first"),
        ("abcdefghijklmnop", "tries first"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, told: str) -> None:
    found = problems(password)
    assert told in " ".join(found)


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("ada.lovelace-1815", False),
        ("Ada Lovelace, 2026", False),
        ("AdaLovelaceAdaLovelace", False),
        ("ada.lovelace walks", False),
        ("ada.lovelace walks home", True),
        ("my ada is no lovelace", True),
    ],
)
def test_a_password_is_not_the_username(password: str, good: bool) -> None:
    assert (problems(password, "ada.lovelace") == []) is good


def test_a_short_or_empty_name_refuses_nothing() -> None:
    assert problems(GOOD, "") == problems(GOOD, "p") == []


def test_every_problem_is_told_and_none_repeats_the_password() -> None:
    found = problems("adaada", "ada")
    assert len(found) == 3
    assert "adaada" not in " ".join(found)


def test_the_list_of_common_ones_is_long_enough_to_matter_and_without_empty_lines() -> None:
    assert len(COMMON) > 100
    assert min(map(len, COMMON)) >= 9
    assert bare("P4$$ w0rd!") == "passwordi"
    assert all(each == bare(each) for each in COMMON)


def test_nothing_that_holds_a_secret_prints_it() -> None:
    made = [
        Credentials(uuid4(), "$argon2id$canary", datetime.now(UTC), None),
        NewAccount(uuid4(), "ada", "Ada", "canary"),
        Login("ada", "canary", "192.0.2.1", uuid4()),
    ]
    assert "canary" not in repr(made) + str(made)
