"""Entity tags of what has a revision, how it is sent, and what a request says of the one to be replaced."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from starlette.responses import Response

from wildside.domain.calls import Answer
from wildside.domain.errors import Fault
from wildside.domain.release import canonical
from wildside.domain.revisions import Expected, expecting
from wildside.inbound.http.representations import private
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields

# RFC 9110, sections 8.8.3 and 13.1.1; a list may have empty members (section 5.6.1).
_LIST = re.compile(r'[ \t,]*(?:(?:W/)?"[!#-~\x80-\xff]*"[ \t]*(?:,[ \t,]*|$))+')
_STRONG = re.compile(r'(?<!W/)"([!#-~\x80-\xff]*)"')


@dataclass(frozen=True, slots=True)
class Tags:
    """The strong entity tags of one thing's representations of one kind: of a user's preferences, of a note.

    A tag has the revision, which decides what may be replaced, and a digest of the bytes: a renamed
    key of reference data changes what is shown, and is no change of the user's.
    """

    kind: str
    subject: UUID

    @classmethod
    def of_users_own(cls, kind: str, user_id: UUID, thing: UUID) -> "Tags":
        """Return the tags of something whose id is one only together with its user's: apps made it."""
        return cls(kind, uuid5(user_id, str(thing)))

    def of(self, revision: int | None, content: bytes) -> str:
        """Return the tag of some bytes; revision None: nothing was stored yet."""
        return f'"{self._scope}{revision or 0}.{hashlib.sha256(content).hexdigest()[:16]}"'

    def revision(self, tag: str) -> int | None:
        """Return the revision of a tag, 0 for that of nothing stored yet; None where it is none of these."""
        number, _, digest = tag.removeprefix(self._scope).partition(".")
        ours = tag.startswith(self._scope) and re.fullmatch(r"0|[1-9][0-9]{0,9}", number)
        return int(number) if ours and re.fullmatch(r"[0-9a-f]{16}", digest) else None

    @property
    def _scope(self) -> str:
        return f"{self.kind}.{self.subject.hex}."


def show(request: ApiRequest, tags: Tags, revision: int | None, shown: Any) -> Response:
    """Send what is stored under a revision, or 304 to who has it."""
    content = canonical(shown)
    return private(request, content, tags.of(revision, content))


def stored(tags: Tags, revision: int, shown: Any, location: str | None = None) -> Answer:
    """Return the answer to who has stored something; `location`: where it is, if it is new."""
    content = canonical(shown)
    headers = {"ETag": tags.of(revision, content)}
    if location is None or revision > 1:
        return Answer(200, headers, content)
    return Answer(201, {**headers, "Location": location}, content)


def removable(request: ApiRequest, tags: Tags) -> Expected:
    """Take what a request says of the one to be removed; nothing: whatever there is by now."""
    if not {"if-match", "if-none-match"} & {*request.headers.keys()}:
        return Expected(None)
    fields = Fields({})
    expects = expected(request, fields, tags)
    fields.done()
    return expects


def told(expects: Expected) -> Any:
    """Return what was expected as JSON, for the digest of a call; a number of several spellings is one."""
    if expects.revisions is None:
        return "*"
    return sorted(revision or 0 for revision in expects.revisions)


def expected(request: ApiRequest, fields: Fields, tags: Tags) -> Expected:
    """Take what a request says: `expectedRevision`, If-Match, or If-None-Match: *; nothing: none yet.

    What is wrong is noted in `fields`.
    """
    revision = fields.revision()
    match, none_match = _header(request, "if-match"), _header(request, "if-none-match")
    if none_match is not None:
        return _first(fields, none_match, alone=revision is None and match is None)
    if match is None or (match.strip() == "*" and revision is not None):
        return expecting(revision)
    if match.strip() == "*":
        return Expected(None, by_header=True)
    return _one_of(fields, match, revision, tags)


def _one_of(fields: Fields, match: str, revision: int | None, tags: Tags) -> Expected:
    """Take the tags of If-Match. Weak ones, and those of something else, match nothing."""
    if not _LIST.fullmatch(match):
        return _wrong(fields, "If-Match", "invalid_entity_tag", 'This is * or a list of "tags".')
    found = [tags.revision(tag) for tag in _STRONG.findall(match)]
    revisions = frozenset(number or None for number in found if number is not None)
    if revision is None:
        return Expected(revisions, by_header=True)
    if revision not in revisions:
        return _wrong(
            fields, "If-Match", "contradiction", "This is of another revision than expectedRevision."
        )
    return Expected(frozenset({revision}), by_header=True)


def _first(fields: Fields, none_match: str, *, alone: bool) -> Expected:
    if none_match.strip() != "*":
        return _wrong(fields, "If-None-Match", "invalid_entity_tag", "Of a change this can only be *.")
    if not alone:
        return _wrong(fields, "If-None-Match", "contradiction", "This says that there is nothing to replace.")
    return Expected(frozenset({None}), by_header=True)


def _wrong(fields: Fields, header: str, code: str, detail: str) -> Expected:
    fields.faults.append(Fault(header, code, detail, "header"))
    return expecting(None)


def _header(request: ApiRequest, name: str) -> str | None:
    """Return a list header whole; an empty one is there."""
    given = request.headers.getlist(name)
    return ", ".join(given) if given else None
