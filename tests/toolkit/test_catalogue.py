"""The schema as a value is the schema of the database."""

import psycopg
import pytest

from tests.conftest import url_of_connection
from wildside.config import DatabaseUrl
from wildside.domain.catalogue import Catalogue, CatalogueColumn, ForeignKey
from wildside.domain.errors import Unavailable
from wildside.outbound.postgres.catalogue import read_catalogue

Connection = psycopg.Connection[tuple[object, ...]]

SHELVES = """
create table shelves (
    room text not null, number integer not null, label text default 'none',
    twice integer generated always as (number * 2) stored,
    id bigint generated always as identity,
    constraint shelves_pkey primary key (room, number),
    constraint shelves_label_key unique (label));
alter table shelves add constraint shelves_number_positive check (number > 0) not valid;
comment on table shelves is 'Where books stand.';
comment on column shelves.label is 'What is written on it.';
create index shelves_odd on shelves (lower(label) desc, number) where number % 2 = 1;
create table books (
    isbn text not null, shelf_number integer, shelf_room text,
    constraint books_pkey primary key (isbn),
    constraint books_shelf_fkey foreign key (shelf_room, shelf_number) references shelves (room, number)
        on delete set null on update cascade deferrable initially deferred);
create table signs ("Odd name" text, arrow text);
create index signs_odd on signs ("Odd name", (arrow || '!')) include (arrow);
create view labels as select label from shelves;
"""


@pytest.fixture
def catalogue(connection: Connection) -> Catalogue:
    connection.execute(SHELVES.encode())
    connection.commit()
    return read_catalogue(DatabaseUrl.parse(url_of_connection(connection)))


def test_columns_come_in_the_order_of_the_table(catalogue: Catalogue) -> None:
    assert catalogue.tables["shelves"].columns == [
        CatalogueColumn("room", "text", nullable=False),
        CatalogueColumn("number", "integer", nullable=False),
        CatalogueColumn("label", "text", True, "'none'::text", comment="What is written on it."),
        CatalogueColumn("twice", "integer", True, generated=True),
        CatalogueColumn("id", "bigint", nullable=False, generated=True),
    ]
    assert catalogue.tables["shelves"].comment == "Where books stand."
    assert catalogue.tables["shelves"].primary_key == ("room", "number")
    assert catalogue.tables["shelves"].unique_keys() == [("label",), ("room", "number")]


def test_a_foreign_key_pairs_its_columns(catalogue: Catalogue) -> None:
    assert catalogue.tables["books"].foreign_keys == [
        ForeignKey(
            "books_shelf_fkey",
            ("shelf_room", "shelf_number"),
            "shelves",
            ("room", "number"),
            on_delete="set null",
            on_update="cascade",
            deferred=True,
        )
    ]


def test_checks_indexes_and_views_are_there(catalogue: Catalogue) -> None:
    shelves = catalogue.tables["shelves"]
    assert [(one.name, one.condition, one.validated) for one in shelves.checks] == [
        ("shelves_number_positive", "(number > 0)", False)
    ]
    odd = next(index for index in shelves.indexes if index.name == "shelves_odd")
    assert (odd.columns, odd.condition, odd.unique, odd.constraint) == (
        ("lower(label)", "number"),
        "((number % 2) = 1)",
        False,
        False,
    )
    assert "labels" in [view.name for view in catalogue.views]


def test_an_index_names_columns_as_the_table_does(catalogue: Catalogue) -> None:
    signs = catalogue.tables["signs"]
    assert signs.indexes[0].columns == (signs.columns[0].name, "(arrow || '!'::text)")
    assert signs.columns[0].name == "Odd name"


def test_ours_is_whole_and_without_yoyos_tables(catalogue: Catalogue) -> None:
    assert {"tags", "reference_counter", "reference_journal"} <= catalogue.tables.keys()
    assert not [name for name in catalogue.tables if "yoyo" in name]
    assert "reference_history" in [view.name for view in catalogue.views]
    assert "reference_new_epoch()" in [routine.signature for routine in catalogue.routines]
    assert "tags_track_update" in [trigger.name for trigger in catalogue.tables["tags"].triggers]


def test_no_database_is_an_error_of_ours() -> None:
    with pytest.raises(Unavailable):
        read_catalogue(DatabaseUrl.parse("postgresql://nobody@127.0.0.1:1/nowhere"))
