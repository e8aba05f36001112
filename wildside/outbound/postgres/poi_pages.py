"""The statements of searches for places.

Near a point PostgreSQL walks the index pois_position in the order of distance, and stops when a page is full.
Four things keep it from reading all of the box and sorting it instead, which is slower a hundred times:

- Within stands nothing but the box: with a condition on the distance its estimate would fall to less than a
  page. What lies in the corners, beyond the radius, is last in the order and is dropped outside: nothing is
  lost with it.
- A select says how many rows a page has: of a number that it does not know the planner thinks a tenth of all.
- Nor does the id stand in that order: PostgreSQL 15 takes no index by distance that has only a part of an
  order. Rows of the last distance come `with ties`, and outside the ids decide between them.
- The filters stand in one coalesce, of which the planner knows nothing: it takes half of the rows to pass. A
  filter that was not given is null, and so is null and true; null and false is false.

Where the searcher stands comes as a position: in a plan for all parameters earth_position() would run once a
row.
"""

from wildside.outbound.postgres.pages import PageStatements

# What clients read of a place, made here: there may be a hundred of a page, and to take each apart and put it
# together again would cost as much as to find them.
_DOCUMENT = """json_build_object(
           'id', p.id, 'name', p.name, 'category', p.category,
           'location', json_build_object('lng', p.location[0], 'lat', p.location[1]),
           'interestThemes', array(
               select json_build_object('interestTheme', t.interest_theme, 'weight', t.weight)
                 from poi_interest_themes t where t.poi_id = p.id
                order by t.weight desc, t.interest_theme collate "C"),
           'osmType', p.osm_type, 'osmId', p.osm_id, 'osmTags', p.osm_tags, 'narrative', p.narrative,
           'popularity', p.popularity,
           'retiredAt', to_char(p.retired_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           'distanceMetres', round(p.distance::numeric, 1))::text"""

# $1 position of the searcher, $2 half the width of the box, $3 radius (metres), $4 categories, $5 interest,
# $6 tags, $7 how many rows, $8 and $9 the cut: distance and id.
_NEAR = """
select p.id, p.distance, @document as document
  from (select n.*
          from (select id, osm_type, osm_id, location, name, osm_tags, category, narrative, popularity,
                       retired_at, position <-> cube($1::float8[]) as distance
                  from pois
                 where retired_at is null
                   and position <@ cube_enlarge(cube($1::float8[]), $2::float8, 3)
                   and coalesce(category = any ($4::text[])
                                and ($5::text is null
                                     or coalesce((select true
                                                    from poi_interest_themes t
                                                   where t.poi_id = pois.id and t.interest_theme = $5),
                                                 false))
                                and osm_tags @> $6::jsonb, true)
                   -- and after the cut
                 order by position <-> cube($1::float8[])
                 fetch first (select $7::bigint) rows with ties) n
         order by n.distance, n.id
         limit $7::bigint) p
 where p.distance <= $3::float8
 order by p.distance, p.id
""".replace("@document", _DOCUMENT)

NEAR = PageStatements(
    first=_NEAR,
    next=_NEAR.replace(
        "-- and after the cut", "and (position <-> cube($1::float8[]), id) > ($8::float8, $9::uuid)"
    ),
    # Backwards no index goes. The box is as small as the cut is near.
    prev="""
select p.id, p.distance, @document as document
  from (select id, osm_type, osm_id, location, name, osm_tags, category, narrative, popularity,
               retired_at, position <-> cube($1::float8[]) as distance
          from pois
         where retired_at is null
           and position <@ cube_enlarge(cube($1::float8[]), $2::float8, 3)
           and coalesce(category = any ($4::text[])
                        and ($5::text is null
                             or coalesce((select true from poi_interest_themes t
                                           where t.poi_id = pois.id and t.interest_theme = $5), false))
                        and osm_tags @> $6::jsonb, true)
           and position <-> cube($1::float8[]) <= $3::float8
           and (position <-> cube($1::float8[]), id) <= ($8::float8, $9::uuid)
         order by position <-> cube($1::float8[]) desc, id desc
         limit $7::bigint) p
 order by p.distance desc, p.id desc
""".replace("@document", _DOCUMENT),
)

# $1 and $2 opposite corners, $3 categories, $4 interest, $5 tags, $6 how many rows, $7 the cut: id.
_WITHIN = """
select p.id, p.distance, @document as document
  from (select id, osm_type, osm_id, location, name, osm_tags, category, narrative, popularity,
               retired_at, null::float8 as distance
          from pois
         where retired_at is null
           and location <@ box($1::point, $2::point)
           and coalesce(category = any ($3::text[])
                        and ($4::text is null
                             or coalesce((select true from poi_interest_themes t
                                           where t.poi_id = pois.id and t.interest_theme = $4), false))
                        and osm_tags @> $5::jsonb, true)
           -- and after the cut
         order by id
         limit $6::bigint) p
 order by p.id
""".replace("@document", _DOCUMENT)

GET = """
select p.id, p.distance, @document as document
  from (select *, null::float8 as distance from pois where id = any ($1::uuid[])) p
 order by p.id
""".replace("@document", _DOCUMENT)

WITHIN = PageStatements(
    first=_WITHIN,
    next=_WITHIN.replace("-- and after the cut", "and id > $7::uuid"),
    prev=_WITHIN.replace("-- and after the cut", "and id <= $7::uuid")
    .replace("order by id\n", "order by id desc\n")
    .replace("order by p.id\n", "order by p.id desc\n"),
)
