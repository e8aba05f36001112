"""What each problem means and what a client does about it: the words of /docs/problems and of docs/api.md."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """When a problem comes, and what to do then. Code stands between backticks."""

    when: str
    then: str


_LATER = "Ask again after `Retry-After` seconds."

ADVICE: Mapping[str, Advice] = {
    "invalid_request": Advice(
        "The request is wrong; `errors` lists everything, such as `unknown_parameter`, and where it is.",
        "Correct all of it. Sent again as it is, it is refused again.",
    ),
    "unauthorized": Advice(
        "Nobody is logged in, or no longer. Of a login: there is no such user, the password is wrong, or "
        "the account is disabled.",
        "Log in with `POST /api/v1/login`, then ask again.",
    ),
    "forbidden": Advice(
        "You may not do that; or a page of another site tried to change something.",
        "Asking again does not help. What administrators may do needs one; a page of another site needs an "
        "operator who names its origin.",
    ),
    "not_found": Advice(
        "There is nothing at this path, or no such row or reference table; or it is somebody else's.",
        "Compare the path with those of the API; forget an id that is not found.",
    ),
    "method_not_allowed": Advice(
        "The path does not take this method.",
        "Use one of those that `Allow` lists.",
    ),
    "not_acceptable": Advice(
        "`Accept` excludes JSON, or `Accept-Encoding` excludes every coding, also none.",
        "Accept `application/json`, or leave these headers out.",
    ),
    "request_timeout": Advice(
        "The body did not come within 10 s; the connection is closed.",
        "Send it again, on another connection.",
    ),
    "revision_mismatch": Advice(
        "It has another revision: `expectedRevision` is yours, `actualRevision` is the one that counts.",
        "Read again, look at what has changed, and decide; then send the revision that you have seen.",
    ),
    "idempotency_key_reused": Advice(
        "The `Idempotency-Key` was used for another request.",
        "Make a new key for each thing that you want done.",
    ),
    "conflict": Advice(
        "It contradicts what there is, such as a note of another route.",
        "Do what `detail` says.",
    ),
    "id_taken": Advice(
        "The id that you made cannot be used.",
        "Make another, and send it again.",
    ),
    "invalid_transition": Advice(
        "A bundle cannot go from the status, or progress, that it has to that one.",
        "Read the bundle, and go on from what it is.",
    ),
    "walk_ended": Advice(
        "The walk has ended, and stays as it is.",
        "Read it, and show that; a further walk is a new one.",
    ),
    "call_in_progress": Advice(
        "A call with this `Idempotency-Key` is at work.",
        f"{_LATER} The same key brings its answer.",
    ),
    "precondition_failed": Advice(
        "As `revision_mismatch`, where you gave the revision by `If-Match` or `If-None-Match`.",
        "Read again, look at what has changed, and decide; then send the `ETag` that you have seen.",
    ),
    "payload_too_large": Advice(
        "The body is larger than the server takes: 256 KiB.",
        "Send less.",
    ),
    "unsupported_media_type": Advice(
        "The body is not `application/json` in UTF-8, or is compressed.",
        "Send it as `Content-Type: application/json`, without `Content-Encoding`.",
    ),
    "rate_limited": Advice(
        "Too often, of late.",
        f"{_LATER} Until then the right password is refused too.",
    ),
    "internal_error": Advice(
        "Our fault.",
        "Tell whoever runs the server the `traceId`, which finds it in the logs. Where you sent an "
        "`Idempotency-Key`, asking again with it is safe.",
    ),
    "database_unavailable": Advice("The database is away.", _LATER),
    "no_release": Advice(
        "The database was never seeded.",
        f"{_LATER} Until then an app shows the reference data that it was packaged with.",
    ),
    "outcome_unknown": Advice(
        "The database fell silent in the middle of a change: it may have been made, or not.",
        "Ask again with the same `Idempotency-Key` after `Retry-After` seconds; without one, look first.",
    ),
    "overloaded": Advice("There is more to do than can be done in time.", _LATER),
    "retry_transaction": Advice("Others changed the same at the same time, again and again.", _LATER),
    "schema_mismatch": Advice(
        "The database is not migrated as this program needs it.",
        f"{_LATER} An operator sees under `/health/ready` what is missing.",
    ),
    "timed_out": Advice("The database, or all of the work, took longer than it may.", _LATER),
}  # fmt: skip
"""Code → what to say of it, in the order of their statuses."""
