# The default: what there is to run.
[private]
default:
    @just --list --unsorted

# Everything CI runs: lint, types, import rules, migration files, features, tests.
test: lint types imports files check features unit

# Style and likely mistakes.
lint:
    ruff check .
    ruff format --check .

# Types, strictly.
types:
    mypy

# Which room may import which.
imports:
    lint-imports --no-logo

# compose.yaml against the schema of the Compose specification.
files:
    check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

# The migration files, offline.
check *ARGS:
    wildside db check {{ARGS}}

# pytest, on a real PostgreSQL that it starts itself.
unit *ARGS:
    pytest {{ARGS}}

# behave, on a real Hypercorn process and a real PostgreSQL.
features *ARGS:
    behave --format progress {{ARGS}}

# A served API from nothing, that keeps nothing.
up *ARGS:
    wildside up --ephemeral {{ARGS}}

# Bring the snapshot that is packaged with the client in step with sql/reference.
snapshot:
    python -m tests.client.packaged

# Put code into the house style.
format:
    ruff format .
    ruff check --fix .
