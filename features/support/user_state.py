"""User state that is taken out of a database, for audits."""

from features.support.databases import execute

TABLES = (
    "users",
    "user_credentials",
    "user_roles",
    "sessions",
    "user_preferences",
    "user_interest_themes",
    "user_safety_toggles",
)
"""The tables of user state that the audit knows."""


def drop_user_state(url: str, *names: str) -> None:
    """Drop some of its tables, or all, with the foreign keys of whatever refers to them."""
    for name in names or TABLES:
        execute(url, f"drop table {name} cascade")
