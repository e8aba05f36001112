"""The audit of user state: each fault of a schema and of the wiring is seen, and decided upon."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_postgresql.executors import NoopExecutor

from features.support.databases import execute
from features.support.user_state import drop_user_state
from tests.sql.support import scratch_database
from tests.toolkit.wirings import ALL, NOTHING
from wildside.config import DatabaseUrl
from wildside.domain.audit import Audit, Axis, audit_user_state
from wildside.domain.audit_report import render
from wildside.domain.catalogue import Catalogue, CatalogueTable
from wildside.outbound.postgres.catalogue import read_catalogue


@pytest.fixture(scope="module")
def url(cluster: SimpleNamespace, migrated_template: NoopExecutor) -> Iterator[str]:
    with scratch_database(cluster, template=migrated_template.template_dbname) as made:
        yield made


@pytest.fixture(scope="module")
def whole(url: str) -> Catalogue:
    """The schema as the migrations make it."""
    return read_catalogue(DatabaseUrl.parse(url))


@pytest.fixture(scope="module")
def bare(cluster: SimpleNamespace, migrated_template: NoopExecutor) -> Catalogue:
    """The same without anything of users."""
    with scratch_database(cluster, template=migrated_template.template_dbname) as made:
        drop_user_state(made)
        return read_catalogue(DatabaseUrl.parse(made))


def axis(audit: Audit, name: str) -> Axis:
    return next(one for one in audit.axes if one.name == name)


def statuses(found: Axis) -> list[str]:
    return [part.status for part in (found.schema, found.wiring, found.revision, found.stale_writes)]


def without(catalogue: Catalogue, *names: str) -> Catalogue:
    return replace(
        catalogue, tables={name: one for name, one in catalogue.tables.items() if name not in names}
    )


def changed(catalogue: Catalogue, name: str, change: Callable[[CatalogueTable], CatalogueTable]) -> Catalogue:
    return replace(catalogue, tables={**catalogue.tables, name: change(catalogue.tables[name])})


def with_column(catalogue: Catalogue, table: str, name: str, /, **change: Any) -> Catalogue:
    """Change a column."""

    def edit(one: CatalogueTable) -> CatalogueTable:
        columns = [replace(each, **change) if each.name == name else each for each in one.columns]
        return replace(one, columns=columns)

    return changed(catalogue, table, edit)


def test_what_is_there_and_wired_needs_nothing(whole: Catalogue) -> None:
    audit = audit_user_state(whole, ALL)
    assert (audit.migration, audit.interests, audit.homes) == (
        "not_required",
        "canonical",
        ("user_interest_themes",),
    )
    for one in audit.axes:
        assert one.migration == "not_required"
        assert set(statuses(one)) <= {"present", "not_applicable"}, one
        assert one.after is None


def test_nothing_there_and_nothing_wired_is_deferred(bare: Catalogue) -> None:
    audit = audit_user_state(bare, NOTHING)
    assert (audit.migration, audit.interests, audit.homes) == ("deferred", "missing", ())
    assert {one.migration for one in audit.axes} == {"deferred"}
    assert all(one.after for one in audit.axes)
    assert statuses(axis(audit, "profile")) == ["missing"] * 4


@pytest.mark.parametrize("route", [*ALL.routes, ("/users/{id}", ("GET",))], ids=lambda route: route[0])
def test_a_route_of_users_makes_the_migration_of_users_required(
    bare: Catalogue, route: tuple[str, tuple[str, ...]]
) -> None:
    audit = audit_user_state(bare, replace(NOTHING, routes=[*NOTHING.routes, route]))
    assert (audit.migration, axis(audit, "users").migration) == ("required", "required")
    assert {axis(audit, name).migration for name in ("login", "profile", "interests")} == {"deferred"}


@pytest.mark.parametrize("store", ["sessions", "credentials", "users", "preferences", "interests"])
def test_a_store_of_users_does_too(bare: Catalogue, store: str) -> None:
    for wiring in (replace(NOTHING, stores=[store]), replace(NOTHING, parts=[store])):
        audit = audit_user_state(bare, wiring)
        assert axis(audit, "users").migration == "required"
        assert "partial" in {one.wiring.status for one in audit.axes}


@pytest.mark.parametrize("store", ALL.stores)
def test_without_one_of_its_stores_an_axis_is_partly_wired(whole: Catalogue, store: str) -> None:
    left = [one for one in ALL.stores if one != store]
    audit = audit_user_state(whole, replace(ALL, stores=left))
    partial = {one.name for one in audit.axes if one.wiring.status != "present"}
    assert partial == {
        "credentials": {"login"}, "sessions": {"login"}, "users": {"users"},
        "preferences": {"profile", "interests"},
    }[store]  # fmt: skip
    said = [line for one in audit.axes for line in one.wiring.evidence]
    assert (f"no store is called {store}" in said) == (store in {"credentials", "sessions"})
    assert audit.migration == "not_required"


def test_paths_of_reference_data_are_not_about_users(bare: Catalogue) -> None:
    routes = [
        ("/api/v1/reference/{interests}", ("GET",)),
        ("/users/{id}/notes", ("GET",)),
        ("/{login}", ("GET",)),
    ]
    audit = audit_user_state(bare, replace(NOTHING, routes=routes))
    assert audit.migration == "deferred"


GAPS = {
    "users": "users",
    "user_roles": "users",
    "user_credentials": "login",
    "sessions": "login",
    "user_preferences": "profile",
    "user_safety_toggles": "profile",
    "user_interest_themes": "interests",
}


@pytest.mark.parametrize("table", GAPS)
def test_a_missing_table_is_required_once_there_are_users(whole: Catalogue, table: str) -> None:
    audit = audit_user_state(without(whole, table), NOTHING)
    found = axis(audit, GAPS[table])
    assert (audit.migration, found.migration) == ("required", "required")
    assert f"table {table} is missing" in found.schema.evidence


COLUMNS = {
    "users": ("id", "display_name", "created_at", "updated_at"),
    "user_roles": ("user_id", "role"),
    "user_credentials": ("user_id", "username", "password_hash", "changed_at"),
    "sessions": ("id", "user_id", "issued_at", "expires_at", "revoked_at"),
    "user_preferences": ("user_id", "unit_system", "updated_at"),
    "user_safety_toggles": ("user_id", "position"),
    "user_interest_themes": ("user_id", "position"),
}
PAIRS = [(table, name) for table, names in COLUMNS.items() for name in names]


@pytest.mark.parametrize(("table", "name"), PAIRS)
def test_every_column_counts(whole: Catalogue, table: str, name: str) -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        ({"name": "another"}, "is missing"),
        ({"type": "point"}, "is point, not"),
        ({"nullable": True}, "may be null"),
    ]
    for change, said in changes:
        found = axis(audit_user_state(with_column(whole, table, name, **change), ALL), GAPS[table])
        if (name, said) in {("revoked_at", "may be null"), ("unit_system", "is point, not")}:
            assert found.migration == "not_required"
            continue
        assert (found.schema.status, found.migration) == ("partial", "required")
        assert any(f"{table}.{name} {said}" in line for line in found.schema.evidence), found.schema.evidence


FAULTS: list[Any] = [
    {"on_delete": "no action", "on_update": "no action"},
    {"parent": "tags"},
    {"validated": False},
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("table", [table for table in GAPS if table != "users"])
def test_every_foreign_key_counts(whole: Catalogue, table: str, fault: Any) -> None:
    keys = whole.tables[table].foreign_keys
    for broken in keys:
        others = [replace(key, **fault) if key is broken else key for key in keys]
        catalogue = changed(whole, table, lambda one, others=others: replace(one, foreign_keys=others))  # type: ignore[misc]
        assert axis(audit_user_state(catalogue, ALL), GAPS[table]).migration == "required", broken.name


@pytest.mark.parametrize("table", GAPS)
def test_every_unique_key_counts(whole: Catalogue, table: str) -> None:
    audit = audit_user_state(changed(whole, table, lambda one: replace(one, indexes=[])), ALL)
    assert any("has no unique" in line for line in axis(audit, GAPS[table]).schema.evidence)


@pytest.mark.parametrize("table", GAPS)
def test_a_unique_key_that_failed_to_be_built_is_none(whole: Catalogue, table: str) -> None:
    for broken in [one for one in whole.tables[table].indexes if one.unique]:
        others = [replace(one, valid=one is not broken) for one in whole.tables[table].indexes]
        catalogue = changed(whole, table, lambda one, others=others: replace(one, indexes=others))  # type: ignore[misc]
        assert axis(audit_user_state(catalogue, ALL), GAPS[table]).migration == "required", broken.name


@pytest.mark.parametrize("axis_name", ["profile", "interests"])
def test_the_revision_has_to_be_one(whole: Catalogue, axis_name: str) -> None:
    def revision(**change: Any) -> Catalogue:
        return with_column(whole, "user_preferences", "revision", **change)

    checks = [[], [replace(one, validated=False) for one in whole.tables["user_preferences"].checks]]
    unchecked = [
        changed(whole, "user_preferences", lambda one, found=found: replace(one, checks=found))  # type: ignore[misc]
        for found in checks
    ]
    for catalogue in (revision(type="text"), revision(nullable=True), *unchecked):
        found = axis(audit_user_state(catalogue, ALL), axis_name)
        assert (found.revision.status, found.stale_writes.status, found.migration) == (
            "partial",
            "partial",
            "required",
        )
    found = axis(audit_user_state(revision(name="other"), ALL), axis_name)
    assert (found.revision.status, found.migration) == ("missing", "required")


def test_a_stale_write_is_only_handled_where_all_of_it_is_there(whole: Catalogue, bare: Catalogue) -> None:
    unanswered = axis(audit_user_state(whole, replace(ALL, failures=[])), "interests")
    assert (unanswered.stale_writes.status, unanswered.migration) == ("partial", "not_required")
    read_only = [(path, ("GET",)) for path, _ in ALL.routes]
    unwritten = axis(audit_user_state(whole, replace(ALL, routes=read_only)), "interests")
    assert (unwritten.stale_writes.status, unwritten.wiring.status) == ("missing", "present")
    assert axis(audit_user_state(bare, ALL), "interests").stale_writes.status == "partial"


@pytest.fixture
def audited_after(whole: Catalogue, cluster: SimpleNamespace, url: str) -> Iterator[Callable[..., Audit]]:
    """Audits a copy of the designed schema after some statements."""
    with scratch_database(cluster, template=url.partition("@/")[2].partition("?")[0]) as copy:

        def run(*statements: str) -> Audit:
            for statement in statements:
                execute(copy, statement)
            return audit_user_state(read_catalogue(DatabaseUrl.parse(copy)), ALL)

        yield run


SECOND_HOMES = {
    "alter table user_preferences add interest_theme_ids jsonb": "user_preferences.interest_theme_ids",
    "alter table users add interests text[]": "users.interests",
    "alter table users add themes json": "users.themes",
    "create table profiles (user_id uuid, interest_ids uuid[])": "profiles.interest_ids",
    """create table user_interests (user_id uuid references users,
                                    theme text references interest_themes)""": "user_interests",
}


@pytest.mark.parametrize("statement", SECOND_HOMES)
def test_a_second_home_of_interests_is_found(audited_after: Callable[..., Audit], statement: str) -> None:
    found = audited_after(statement)
    assert found.interests == "dual_model"
    assert set(found.homes) == {"user_interest_themes", SECOND_HOMES[statement]}
    assert (found.migration, axis(found, "interests").migration) == ("required", "required")


def test_one_home_that_is_not_the_expected_one_is_none(audited_after: Callable[..., Audit]) -> None:
    found = audited_after("drop table user_interest_themes", "alter table users add interests jsonb")
    assert (found.interests, found.homes, found.migration) == ("missing", ("users.interests",), "required")


@pytest.mark.parametrize("statement", [
    "alter table users add theme_count integer",
    "create table venues (id uuid, interest_weights jsonb)",
    "create table poi_themes (theme text references interest_themes)",
])  # fmt: skip
def test_what_is_no_home_is_not_taken_for_one(audited_after: Callable[..., Audit], statement: str) -> None:
    assert audited_after(statement).interests == "canonical"


def test_the_page_tells_every_axis_and_every_reason(bare: Catalogue) -> None:
    audit = audit_user_state(bare, NOTHING)
    page = render(audit)
    for one in audit.axes:
        assert f"## {one.name.capitalize()}" in page
        assert one.reason in page
        assert one.after is not None
        assert one.after in page
        assert all(line in page for line in (*one.schema.evidence, *one.stale_writes.evidence))
    assert page == render(audit_user_state(bare, NOTHING))


def test_the_page_tells_where_interests_are_kept(whole: Catalogue) -> None:
    assert "the expected one (`user_interest_themes`)." in render(audit_user_state(whole, ALL))
