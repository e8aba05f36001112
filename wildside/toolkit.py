"""The outside of `wildside db`, put together."""

from wildside.inbound.cli.db.toolbox import (
    DatabaseToolbox,
    MigrationFiles,
    Migrations,
    Pages,
    Repeatables,
    Roles,
    Schema,
    Server,
)
from wildside.outbound.areas import read_areas
from wildside.outbound.generated import read_generated, replace_files
from wildside.outbound.mermaid import DRAWER, draw
from wildside.outbound.migration_check import check_migrations
from wildside.outbound.migration_files import read_migrations, write_migration
from wildside.outbound.postgres.catalogue import read_catalogue
from wildside.outbound.postgres.migration_checksums import bless
from wildside.outbound.postgres.migration_plan import make_plan, try_plan
from wildside.outbound.postgres.migration_status import read_status
from wildside.outbound.postgres.migration_verify import verify
from wildside.outbound.postgres.migrator import Migrator
from wildside.outbound.postgres.repeatables import (
    apply_repeatables,
    pending_repeatables,
    remembers_repeatables,
)
from wildside.outbound.postgres.roles import apply_roles, read_grants
from wildside.outbound.postgres.roundtrip import round_trips
from wildside.outbound.postgres.scratch_schema import dump_migrated, granted, migrated
from wildside.outbound.postgres.vitals import free_space, is_pooled, read_vitals

DATABASE_TOOLS = DatabaseToolbox(
    MigrationFiles(read_migrations, write_migration, check_migrations),
    Migrations(Migrator, read_status, make_plan, try_plan, verify, bless),
    Schema(migrated, dump_migrated, round_trips, read_catalogue),
    Pages(read_areas, read_generated, replace_files, DRAWER, draw),
    Repeatables(remembers_repeatables, pending_repeatables, apply_repeatables),
    Roles(apply_roles, read_grants, granted),
    Server(read_vitals, free_space, is_pooled),
)
