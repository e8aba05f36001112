"""The limit of what users ask for: the same statements, in the same order, by pgbench, prepared."""

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import environment
from bench.wrk import Load
from wildside.outbound.postgres.calls import _KEEP, _KEPT, _LOCK
from wildside.outbound.postgres.notes import _FIRST
from wildside.outbound.postgres.preferences import _GET, _LISTS, _MEANINGS, _NEXT
from wildside.outbound.postgres.routes import _SEES
from wildside.outbound.postgres.sessions import _SIGNED_IN
from wildside.outbound.postgres.users import PAGE

_WHO = """\\if :known = 0
select user_id as who, id as session, revision as revision
  from sessions join user_preferences using (user_id)
 where user_id <> :admin::uuid order by id limit 1 offset :client_id \\gset
\\set known 1
\\endif
"""
"""Each of pgbench's clients is somebody, whom it looks up before its first transaction."""

_KEY = "select gen_random_uuid() as key \\gset\n"


@dataclass(frozen=True, slots=True)
class Values:
    """What the statements are asked with, as text of SQL."""

    route: str
    themes: Sequence[str]
    """Two lists of interest themes, as arrays."""
    toggles: str
    unit: str
    after: tuple[str, str]
    """The moment and the id before the deep page."""
    rows: int
    body: str


def scripts(values: Values) -> dict[str, str]:
    """Return case → script of pgbench's."""
    signed_in = _bound(_SIGNED_IN, ":session::uuid")
    as_admin = _bound(_SIGNED_IN, "(select id from sessions where user_id = :admin::uuid)")
    count = str(values.rows + 1)
    return {
        "preferences, read": _WHO + signed_in + _bound(_GET, ":who::uuid"),
        "preferences, replaced": _WHO + signed_in + _replacing(values),
        "note, written once": _WHO + _KEY + signed_in + _writing(values),
        "users, page 1": as_admin + _bound(PAGE.first, count),
        "users, page 10,000": as_admin
        + _bound(PAGE.next, count, f"'{values.after[0]}'::timestamptz", f"'{values.after[1]}'::uuid"),
    }


def _replacing(values: Values) -> str:
    first, second = values.themes
    themes = f"case when :revision % 2 = 0 then '{first}'::text[] else '{second}'::text[] end"
    toggles = f"'{values.toggles}'::text[]"
    tables = [
        f"array_fill('{table}'::text, array[cardinality({keys})])"
        for table, keys in (("interest_themes", themes), ("safety_toggles", toggles))
    ]
    asked = " || ".join([*tables, "'unit_systems'::text"]), f"{themes} || {toggles} || '{values.unit}'::text"
    return (
        "begin;\n"
        + _bound(_MEANINGS, *asked)
        + _bound(_NEXT, ":who::uuid", f"'{values.unit}'::text", ":revision::integer")
        + _bound(_LISTS, ":who::uuid", themes, toggles)
        + "commit;\n\\set revision :revision + 1\n"
    )


def _writing(values: Values) -> str:
    who, route, body = ":who::uuid", f"'{values.route}'::uuid", f"'{values.body}'"
    key, mutation = ":key::uuid", "'write_note'"
    answer = f"decode(repeat('7b', {len(values.body) + 200}), 'hex')"
    return (
        "begin;\n"
        + _bound(_LOCK, ":who::text", mutation, ":key::text")
        + _bound(_KEPT, who, mutation, key)
        + _bound(_SEES, who, route)
        + _bound(_FIRST, who, key, route, "null", body)
        + _bound(_KEEP, who, mutation, key, "sha256('')", "201", "'{}'::jsonb", answer, "interval '24 h'")
        + "commit;\n"
    )


def _bound(sql: str, *values: str) -> str:
    """Return a statement for pgbench, its parameters bound, without comments."""
    text = re.sub(r"--.*", "", sql)
    bound = re.sub(r"\$(\d+)", lambda found: f"({values[int(found[1]) - 1]})", text)
    return re.sub(r"\n\s*\n", "\n", bound.strip()) + ";\n"


def by_pgbench(
    program: Path, url: str, script: str, defined: Mapping[str, str], connections: int, seconds: int
) -> Load:
    """Run a script on so many connections for a while. Leaves where a statement failed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "script.sql")
        path.write_text(script)
        named = [word for name, value in defined.items() for word in ("--define", f"{name}={value}")]
        command = [
            str(program), "--no-vacuum", "--protocol", "prepared", "--client", str(connections), "--time",
            str(seconds), "--log", "--log-prefix", f"{folder}/log", *named, "--file", str(path), url,
        ]  # fmt: skip
        env = {**environment(), "PGOPTIONS": "-c jit=off -c plan_cache_mode=force_generic_plan"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        if done.returncode:
            raise SystemExit(f"{program.name}: {done.stderr}")
        (log,) = Path(folder).glob("log*")
        return parsed(done.stdout, [int(line.split()[2]) for line in log.read_text().splitlines()])


def parsed(output: str, microseconds: Sequence[int]) -> Load:
    """Read what pgbench tells at its end, and how long each transaction took."""
    rate = re.search(r"tps = ([\d.]+) \(without initial", output)
    if rate is None or not microseconds:
        raise SystemExit(f"pgbench told nothing:\n{output}")
    times = sorted(each / 1000 for each in microseconds)
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    return Load(len(times), float(rate[1]), 0, p50, p99, times[-1])
