"""The house style of SQL, asked of the catalogue. Each answer is a list of offenders."""

import tomllib

import pytest

from tests.conftest import REFERENCE
from tests.sql.support import Connection, column

LINKS = [
    "locales → locales",
    "safety_toggles → safety_sections",
    "safety_preset_toggles → safety_presets",
    "safety_preset_toggles → safety_toggles",
    "theme_interests → themes",
    "theme_interests → interest_themes",
    "poi_categories → poi_categories",
    "osm_tag_rules → poi_categories",
    "interest_poi_categories → interest_themes",
    "interest_poi_categories → poi_categories",
    "regions → regions",
]

VIEWS = """
create temporary view our_classes as
select oid, relname, relkind from pg_class
 where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
   and relname not like '%yoyo%';

create temporary view our_columns as
select c.relname as table_name, a.attname as name, a.atttypid::regtype::text as type, a.attrelid, a.attnum,
       a.attnotnull, a.atthasdef, pg_get_expr(d.adbin, d.adrelid) as default_value
  from our_classes c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where c.relkind = 'r';

create temporary view lives as
select attrelid, attnum from our_columns where name = 'live';

create temporary view our_constraints as
select con.*, c.relname as table_name
  from pg_constraint con
  join our_classes c on c.oid = con.conrelid
 where con.contype <> 'n';

create temporary view our_references as
select c.oid, c.relname as name
  from our_classes c
  join reference_metadata m on m.table_name = c.relname;

create temporary view reference_keys as
select k.* from our_constraints k
 where k.contype = 'f' and k.conrelid in (select oid from our_references)
   and k.confrelid in (select oid from our_references);

create temporary view our_functions as
select p.oid, p.oid::regprocedure::text as signature from pg_proc p
 where p.pronamespace = 'public'::regnamespace
   and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');
"""


@pytest.fixture(scope="module")
def catalogue(shared_db: Connection) -> Connection:
    shared_db.execute(VIEWS)
    return shared_db


def test_the_reference_tables_are_those_of_the_manifest(catalogue: Connection) -> None:
    manifest = tomllib.loads((REFERENCE / "manifest.toml").read_text())
    declared = sorted(entry["name"] for entry in manifest["table"])
    assert column(catalogue, 'select name::text from our_references order by name collate "C"') == declared
    assert len(declared) == 20


def test_every_reference_table_has_a_key_of_text(catalogue: Connection) -> None:
    query = """
    select name from our_references r
     where not exists (
         select from our_constraints k
          where k.conrelid = r.oid and k.contype = 'p'
            and 'text' = all (select type from our_columns c
                               where c.attrelid = r.oid and c.attnum = any (k.conkey)))
    """
    assert column(catalogue, query) == []


def test_every_reference_table_says_whether_a_row_is_active(catalogue: Connection) -> None:
    query = """
    select r.name from our_references r
     where not exists (
         select from our_columns c
          where c.attrelid = r.oid and c.name = 'is_active'
            and c.type = 'boolean' and c.attnotnull and c.default_value = 'true')
    """
    assert column(catalogue, query) == []


def test_every_reference_table_says_who_owns_a_row(catalogue: Connection) -> None:
    query = """
    select r.name from our_references r
     where not exists (
         select from our_columns c
           join our_constraints k on k.conrelid = r.oid and k.contype = 'c' and k.conkey = array[c.attnum]
          where c.attrelid = r.oid and c.name = 'source_type'
            and c.type = 'text' and c.attnotnull and c.default_value = '''seed''::text'
            and pg_get_expr(k.conbin, k.conrelid)
                = '(source_type = ANY (ARRAY[''seed''::text, ''admin''::text]))')
    """
    assert column(catalogue, query) == []


def test_keys_between_reference_tables_follow_renames_and_refuse_deletes(catalogue: Connection) -> None:
    query = """
    select conname from reference_keys
     where not condeferrable and not (confupdtype = 'c' and confdeltype = 'r')
    """
    assert column(catalogue, query) == []


def test_every_such_key_has_its_deferred_twin(catalogue: Connection) -> None:
    query = """
    select k.conname from reference_keys k
     where not k.condeferrable
       and not exists (
           select from reference_keys twin
            where twin.conrelid = k.conrelid and twin.confrelid = k.confrelid
              and twin.condeferrable and twin.condeferred and twin.convalidated
              and twin.conname = k.conname || '_active'
              and twin.conkey = k.conkey || (select l.attnum from lives l where l.attrelid = k.conrelid)
              and twin.confkey = k.confkey || (select l.attnum from lives l where l.attrelid = k.confrelid))
    """
    assert column(catalogue, query) == []


def test_the_keys_between_reference_tables_are_those_designed(catalogue: Connection) -> None:
    query = """
    select format('%s → %s', conrelid::regclass, confrelid::regclass) from reference_keys
     where not condeferrable order by 1
    """
    assert column(catalogue, query) == sorted(LINKS)


def test_every_foreign_key_has_an_index_that_begins_with_its_columns(catalogue: Connection) -> None:
    query = """
    select k.conname from our_constraints k
     where k.contype = 'f'
       and not exists (
           select from pg_index i
            where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
              and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
              and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] <@ k.conkey)
    """
    assert column(catalogue, query) == []


def test_every_reference_table_has_an_index_for_its_active_rows(catalogue: Connection) -> None:
    query = """
    select r.name from our_references r
     where not exists (
         select from pg_index i
           join pg_class c on c.oid = i.indexrelid
          where i.indrelid = r.oid and c.relname = r.name || '_active'
            and i.indisvalid and pg_get_expr(i.indpred, i.indrelid) = 'is_active')
    """
    assert column(catalogue, query) == []


def test_those_indexes_compare_text_by_code_point(catalogue: Connection) -> None:
    query = """
    select r.name, k.collation_oid::regcollation from our_references r
      join pg_index i on i.indrelid = r.oid
      join pg_class c on c.oid = i.indexrelid and c.relname = r.name || '_active'
      cross join unnest(i.indcollation::oid[]) as k (collation_oid)
     where k.collation_oid not in (0, '"C"'::regcollation)
    """
    assert column(catalogue, query) == []


def test_every_table_and_view_has_a_comment(catalogue: Connection) -> None:
    query = "select relname from our_classes where coalesce(obj_description(oid, 'pg_class'), '') = ''"
    assert column(catalogue, query) == []


def test_every_function_has_a_comment(catalogue: Connection) -> None:
    query = "select signature from our_functions where coalesce(obj_description(oid, 'pg_proc'), '') = ''"
    assert column(catalogue, query) == []


def test_every_constraint_bears_the_name_of_its_table(catalogue: Connection) -> None:
    query = "select conname from our_constraints where not starts_with(conname, table_name || '_')"
    assert column(catalogue, query) == []


def test_no_check_has_a_name_that_postgresql_made(catalogue: Connection) -> None:
    query = r"select conname from our_constraints where contype = 'c' and conname ~ '_check\d*$'"
    assert column(catalogue, query) == []


def test_no_name_was_cut_short(catalogue: Connection) -> None:
    query = """
    select name from (select conname from our_constraints
                      union all select indexname from pg_indexes where schemaname = 'public'
                      union all select tgname from pg_trigger where tgrelid in (select oid from our_classes)
                      union all select relname from our_classes) as names (name)
     where octet_length(name::text) >= 63
    """
    assert column(catalogue, query) == []


def test_no_constraint_has_the_name_of_another(catalogue: Connection) -> None:
    assert column(catalogue, "select conname from our_constraints group by conname having count(*) > 1") == []


def test_every_index_bears_the_name_of_its_table(catalogue: Connection) -> None:
    query = """
    select indexname from pg_indexes
     where schemaname = 'public' and tablename not like '%yoyo%'
       and not starts_with(indexname, tablename || '_')
    """
    assert column(catalogue, query) == []


def test_no_column_has_a_type_that_loses_something(catalogue: Connection) -> None:
    query = """
    select table_name || '.' || name from our_columns
     where type in ('character varying', 'character', '"char"', 'timestamp without time zone',
                    'time without time zone', 'time with time zone', 'money', 'json', 'real')
    """
    assert column(catalogue, query) == []


def test_every_jsonb_column_has_a_check_of_its_shape(catalogue: Connection) -> None:
    query = """
    select table_name || '.' || name from our_columns c
     where type = 'jsonb'
       and not exists (select from our_constraints k
                        where k.conrelid = c.attrelid and k.contype = 'c'
                          and pg_get_expr(k.conbin, k.conrelid)
                              ~ format('(jsonb_typeof|localizations_are_valid)\\(%s\\)', c.name))
    """
    assert column(catalogue, query) == []


def test_only_what_moves_updated_at_runs_for_each_row(catalogue: Connection) -> None:
    query = """
    select t.tgname from pg_trigger t
     where not t.tgisinternal and t.tgtype::integer & 1 = 1 and t.tgfoid <> 'updated_at_moves'::regproc
    """
    assert column(catalogue, query) == []


def test_wherever_there_is_an_updated_at_it_moves(catalogue: Connection) -> None:
    query = """
    select c.table_name from our_columns c
     where c.name = 'updated_at'
       and not exists (select from pg_trigger t
                        where t.tgrelid = c.attrelid and t.tgfoid = 'updated_at_moves'::regproc)
    """
    assert column(catalogue, query) == []


def test_every_reference_table_has_the_same_six_triggers(catalogue: Connection) -> None:
    query = """
    select r.name from our_references r
     where array(select format('%s %s', replace(t.tgname, r.name || '_', ''), p.proname)
                   from pg_trigger t join pg_proc p on p.oid = t.tgfoid
                  where t.tgrelid = r.oid and not t.tgisinternal and t.tgenabled = 'O'
                  order by 1)
        <> array['guard_delete reference_guard', 'guard_insert reference_guard',
                 'guard_truncate reference_guard', 'guard_update reference_guard',
                 'track_insert reference_track', 'track_update reference_track']
    """
    assert column(catalogue, query) == []


def test_the_guard_comes_before_and_the_tracking_after(catalogue: Connection) -> None:
    query = """
    select t.tgname from pg_trigger t
     where not t.tgisinternal and t.tgrelid in (select oid from our_references)
       and (t.tgtype::integer & 2 = 2) <> (t.tgfoid = 'reference_guard'::regproc)
    """
    assert column(catalogue, query) == []
