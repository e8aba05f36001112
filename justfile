# The default: what there is to run.
[private]
default:
    @just --list --unsorted

# Everything CI runs: lint, types, import rules, tests, features.
test: lint types imports files schema-check features unit

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

# sql/schema.sql, docs/schema and docs/diagrams against the migrations, and each migration up, down and up.
schema-check:
    wildside db snapshot --check
    wildside db roundtrip
    wildside db er --check
    wildside db docs --check

# pytest, on a real PostgreSQL that it starts itself.
unit *ARGS:
    pytest {{ARGS}}

# behave, on a real Hypercorn process and a real PostgreSQL.
features *ARGS:
    behave --format progress {{ARGS}}

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

# Put code into the house style.
format:
    ruff format .
    ruff check --fix .
