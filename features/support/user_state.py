"""User state as it is designed, table by table, for databases of a scenario or a test."""

from collections.abc import Collection

from features.support.databases import execute

TABLES = {
    "users": """
        create table users (
            id           uuid        not null,
            display_name text        not null,
            created_at   timestamptz not null,
            updated_at   timestamptz not null,
            constraint users_pkey primary key (id))""",
    "user_credentials": """
        create table user_credentials (
            user_id       uuid        not null,
            username      text        not null,
            password_hash text        not null,
            changed_at    timestamptz not null,
            constraint user_credentials_pkey primary key (user_id),
            constraint user_credentials_user_fkey foreign key (user_id) references users on delete cascade);
        create unique index user_credentials_username on user_credentials (lower(username))""",
    "user_roles": """
        create table user_roles (
            user_id uuid not null,
            role    text not null,
            constraint user_roles_pkey primary key (user_id, role),
            constraint user_roles_user_fkey foreign key (user_id) references users on delete cascade)""",
    "sessions": """
        create table sessions (
            id         uuid        not null,
            user_id    uuid        not null,
            issued_at  timestamptz not null,
            expires_at timestamptz not null,
            revoked_at timestamptz,
            constraint sessions_pkey primary key (id),
            constraint sessions_user_fkey foreign key (user_id) references users on delete cascade)""",
    "user_preferences": """
        create table user_preferences (
            user_id     uuid        not null,
            unit_system text        not null,
            revision    bigint      not null,
            updated_at  timestamptz not null,
            constraint user_preferences_pkey primary key (user_id),
            constraint user_preferences_user_fkey foreign key (user_id) references users on delete cascade,
            constraint user_preferences_unit_system_fkey foreign key (unit_system)
                references unit_systems on update cascade on delete restrict,
            constraint user_preferences_revision_from_one check (revision >= 1))""",
    "user_interest_themes": """
        create table user_interest_themes (
            user_id        uuid    not null,
            interest_theme text    not null,
            position       integer not null,
            constraint user_interest_themes_pkey primary key (user_id, interest_theme),
            constraint user_interest_themes_user_fkey foreign key (user_id)
                references users on delete cascade,
            constraint user_interest_themes_theme_fkey foreign key (interest_theme)
                references interest_themes on update cascade on delete restrict)""",
    "user_safety_toggles": """
        create table user_safety_toggles (
            user_id       uuid    not null,
            safety_toggle text    not null,
            position      integer not null,
            constraint user_safety_toggles_pkey primary key (user_id, safety_toggle),
            constraint user_safety_toggles_user_fkey foreign key (user_id) references users on delete cascade,
            constraint user_safety_toggles_toggle_fkey foreign key (safety_toggle)
                references safety_toggles on update cascade on delete restrict)""",
}


def make_user_state(url: str, without: Collection[str] = ()) -> None:
    """Make every table, and drop some again with whatever refers to them."""
    for statement in TABLES.values():
        execute(url, statement)
    for name in without:
        execute(url, f"drop table {name} cascade")
