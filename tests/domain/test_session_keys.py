"""The ring of session keys: what a file may hold, and in which order one key takes another's place."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wildside.domain.command_errors import RotationRefused, SettingsInvalid
from wildside.domain.session_keys import KeyRing, fingerprint, parse_ring

A, B, C, D = (letter.encode() * 64 for letter in "ABCD")
CANARY = b"canary"
MARKED = "\ufeff# a comment behind a byte order mark, which could be taken for a key of its own".encode()


def problems(content: bytes) -> tuple[str, ...]:
    with pytest.raises(SettingsInvalid) as caught:
        parse_ring(content)
    assert CANARY.decode() not in str(caught.value)
    return tuple(caught.value.problems)


def test_one_key_a_line_the_signing_one_first() -> None:
    assert parse_ring(b"# a word\n\n" + A + b"\r\n  \n" + B + b" \n#" + C).keys == (A, B)


def test_a_key_may_have_spaces_within() -> None:
    key = b"a key of words " * 5
    assert parse_ring(key).keys == (key.strip(),)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ["there is no key in it; wildside keys new makes one"]),
        (b"# only\n\n \n", ["there is no key in it; wildside keys new makes one"]),
        (CANARY + b"k" * 57, ["line 1: the key has 63 bytes, and needs 64"]),
        (b"\n".join([A, B, C, D]), ["there are 4 keys in it, and 3 is the most"]),
        (A + b"\n\n" + A, ["line 3 repeats the key of line 1"]),
        (MARKED, ["line 1: a key is printable ASCII"]),
        (b"\x00" * 64, ["line 1: a key is printable ASCII"]),
        (
            CANARY + b"\n" + CANARY + b"\n" + A,
            ["line 1: the key has 6 bytes, and needs 64", "line 2: the key has 6 bytes, and needs 64",
             "line 2 repeats the key of line 1"],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_line_all_at_once(content: bytes, expected: list[str]) -> None:
    assert problems(content) == tuple(expected)


def test_keys_are_not_shown_by_accident() -> None:
    assert "A" * 8 not in repr(KeyRing((A, B)))


def test_a_fingerprint_is_the_beginning_of_the_digest() -> None:
    assert fingerprint(A) == hashlib.sha256(A).hexdigest()[:16]


def test_three_steps_exchange_a_key() -> None:
    ring = parse_ring(A)
    assert ring.next == "introduce"
    introduced = parse_ring(ring.introduce(B).text().encode())
    assert (introduced.keys, introduced.next) == ((A, B), "promote")
    promoted = parse_ring(introduced.promote().text().encode())
    assert (promoted.keys, promoted.next) == ((B, A), "retire")
    retired = parse_ring(promoted.retire().text().encode())
    assert (retired.keys, retired.next) == ((B,), "introduce")


RINGS = {
    "introduce": KeyRing((A,)),
    "promote": KeyRing((A, B), "introduced"),
    "retire": KeyRing((A, B), "promoted"),
    None: KeyRing((A, B)),
}


@pytest.mark.parametrize("step", ["introduce", "promote", "retire"])
@pytest.mark.parametrize("reached", RINGS)
def test_a_step_out_of_order_is_refused(reached: str | None, step: str) -> None:
    ring = RINGS[reached]
    steps = {"introduce": lambda: ring.introduce(C), "promote": ring.promote, "retire": ring.retire}
    if step == reached:
        steps[step]()
        return
    with pytest.raises(RotationRefused, match=reached or "no line says"):
        steps[step]()


def test_a_file_of_three_keys_goes_the_same_way() -> None:
    promoted = KeyRing((A, B, C), "introduced").promote()
    assert promoted.keys == (C, A, B)
    assert promoted.retire().keys == (C,)


def test_one_key_is_settled_whatever_a_line_says() -> None:
    assert parse_ring(b"# rotation: promoted\n" + A).next == "introduce"


@given(st.binary(max_size=400))
def test_any_file_is_a_ring_or_refused(content: bytes) -> None:
    try:
        ring = parse_ring(content)
    except SettingsInvalid:
        return
    assert all(len(key) >= 64 for key in ring.keys)
    assert parse_ring(ring.text().encode()).keys == ring.keys
