-- A library: genres in a tree, shelves by building and floor, and the editions that stand there.
-- depends: 0005.reference_seeding

create table genres (
    slug        text    not null,
    "order"     integer not null,
    parent      text,
    name        text    not null,
    keywords    text[]  not null default '{}',
    is_active   boolean not null default true,
    source_type text    not null default 'seed',
    constraint genres_pkey primary key (slug),
    constraint genres_parent_fkey foreign key (parent)
        references genres (slug) on update cascade on delete restrict,
    constraint genres_parent_is_another check (parent <> slug),
    constraint genres_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table genres is 'A tree of kinds of books.';

-- Which rows are active, in the order that readers see?
create index genres_active on genres ("order", slug collate "C") where is_active;

call reference_attach('genres');

-- Which genres are below this one?
create index genres_parent on genres (parent, live);

create table "shelfMarks" (
    building     text          not null,
    floor        integer       not null,
    "roomName"   text          not null,
    area         numeric(6, 2) not null,
    opened       date          not null,
    opening_time time,
    is_active    boolean       not null default true,
    source_type  text          not null default 'seed',
    constraint "shelfMarks_pkey" primary key (building, floor),
    constraint "shelfMarks_area_above_nought" check (area > 0),
    constraint "shelfMarks_source_type_known" check (source_type in ('seed', 'admin'))
);

comment on table "shelfMarks" is 'Where books stand.';

-- Which rows are active, in the order that readers see?
create index "shelfMarks_active" on "shelfMarks" (building collate "C", floor) where is_active;

call reference_attach('"shelfMarks"');

create table editions (
    title       text     not null,
    language    text     not null,
    genre       text     not null,
    place       smallint not null,
    building    text,
    floor       integer,
    authors     text[]   not null,
    page_counts integer[],
    details     jsonb    not null default '{}',
    excerpt     json,
    price       numeric,
    published   date,
    copies      integer  not null default 1,
    lendable    boolean  not null default true,
    is_active   boolean  not null default true,
    source_type text     not null default 'seed',
    constraint editions_pkey primary key (title, language),
    constraint editions_genre_fkey foreign key (genre)
        references genres (slug) on update cascade on delete restrict,
    constraint editions_shelf_fkey foreign key (building, floor)
        references "shelfMarks" (building, floor) on update cascade on delete restrict,
    constraint editions_details_are_an_object check (jsonb_typeof(details) = 'object'),
    constraint editions_copies_not_negative check (copies >= 0),
    constraint editions_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table editions is 'Books in the languages they came out in.';
comment on column editions.place is 'Place within its genre.';

-- Which rows are active, in the order that readers see?
create index editions_active
    on editions (genre collate "C", place, title collate "C", language collate "C") where is_active;

call reference_attach('editions');

-- Which editions are of this genre?
create index editions_genre on editions (genre, live);

-- Which editions stand here?
create index editions_shelf on editions (building, floor, live);
