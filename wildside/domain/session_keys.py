"""The ring of keys that sign the session cookies, and how one is exchanged in three steps."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from wildside.domain.command_errors import RotationRefused, SettingsInvalid

SHORTEST = 64
"""Bytes of a key: SHA-256 takes in so many at once, and more would be hashed down."""
MOST = 3
"""Keys of a ring: the one that signs, one that comes and one that goes."""

Step = Literal["introduce", "promote", "retire"]
_NEXT: dict[str, Step] = {"introduced": "promote", "promoted": "retire"}
_REACHED = re.compile(rb"# rotation: (introduced|promoted)")
_HEAD = "# Keys of session cookies: the first one signs, every one is accepted. See `wildside keys --help`."


def fingerprint(key: bytes) -> str:
    """Return what a key may be called in the open: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(key).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The key that signs, then those that are still or already accepted; `reached` is of a rotation."""

    keys: tuple[bytes, ...] = field(repr=False)
    reached: str | None = None

    @property
    def next(self) -> Step | None:
        """The step that comes next; None where the file does not say."""
        if len(self.keys) == 1:
            return "introduce"
        return _NEXT.get(self.reached or "")

    def introduce(self, key: bytes) -> "KeyRing":
        """Add a key that is accepted and does not sign. Raises RotationRefused."""
        self._must_be_next("introduce")
        return KeyRing((*self.keys, key), "introduced")

    def promote(self) -> "KeyRing":
        """Let the key that was introduced sign. Raises RotationRefused."""
        self._must_be_next("promote")
        return KeyRing((self.keys[-1], *self.keys[:-1]), "promoted")

    def retire(self) -> "KeyRing":
        """Drop every key but the one that signs. Raises RotationRefused."""
        self._must_be_next("retire")
        return replace(self, keys=self.keys[:1], reached=None)

    def text(self) -> str:
        """Return the ring as its file has it."""
        reached = [f"# rotation: {self.reached}"] if self.reached else []
        return "".join(f"{line}\n" for line in (_HEAD, *reached, *(key.decode() for key in self.keys)))

    def _must_be_next(self, step: Step) -> None:
        if self.next is None:
            raise RotationRefused(
                f"there are {len(self.keys)} keys, and no line says how far the rotation is; "
                "write '# rotation: introduced' into it if the last one is to sign next, "
                "'# rotation: promoted' if the first one signs since the last step"
            )
        if step != self.next:
            what = "no rotation is under way" if self.next == "introduce" else f"a key was {self.reached}"
            raise RotationRefused(f"{what}, so the next step is {self.next}, not {step}")


def parse_ring(content: bytes) -> KeyRing:
    """Read a file's content: one key a line; blank lines, and lines that begin with #, are none.

    Raises SettingsInvalid, which lists what is wrong by line and repeats nothing of a key.
    """
    lines = [(number, line.strip(b" \t\r")) for number, line in enumerate(content.split(b"\n"), start=1)]
    found = [(number, line) for number, line in lines if line and not line.startswith(b"#")]
    problems = [*_wrong_keys(found), *_repeated(found)]
    if not found:
        problems.append("there is no key in it; wildside keys new makes one")
    elif len(found) > MOST:
        problems.append(f"there are {len(found)} keys in it, and {MOST} is the most")
    if problems:
        raise SettingsInvalid(problems)
    reached = [match[1].decode() for _, line in lines if (match := _REACHED.fullmatch(line))]
    return KeyRing(tuple(line for _, line in found), reached[-1] if reached else None)


def _wrong_keys(found: Sequence[tuple[int, bytes]]) -> list[str]:
    problems = []
    for number, key in found:
        if not all(0x20 <= byte < 0x7F for byte in key):
            problems.append(f"line {number}: a key is printable ASCII")
        if len(key) < SHORTEST:
            problems.append(f"line {number}: the key has {len(key)} bytes, and needs {SHORTEST}")
    return problems


def _repeated(found: Sequence[tuple[int, bytes]]) -> list[str]:
    first: dict[bytes, int] = {}
    return [
        f"line {number} repeats the key of line {first[key]}"
        for number, key in found
        if first.setdefault(key, number) != number
    ]
