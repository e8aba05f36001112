"""The last answer, as it is told where a step fails."""

from features.support.behaviour import Context


def told(context: Context) -> str:
    """Return the status and the beginning of the body."""
    answer = context.world.answer
    return f"{answer.status_code} {answer.text[:2000]}"
