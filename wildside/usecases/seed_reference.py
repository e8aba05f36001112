"""Seed the reference tables from a source: plan, guard, write, record, in one transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wildside.domain.command_errors import SeedRefused, SourceInvalid
from wildside.domain.links import link_problems, object_key_problems, outcome
from wildside.domain.plan import (
    Adopted,
    TablePlan,
    adopted_rows,
    plan_renames,
    plan_table,
    rename_problems,
)
from wildside.domain.reference import Row, Tables, order_problems
from wildside.domain.seeding import SeedReport, SeedRun, count_rows
from wildside.domain.source import Problem, Rename, Source, pointer
from wildside.domain.source_rows import row_problems
from wildside.ports.database import Database
from wildside.ports.seeding import SeedStore

Progress = Callable[[str, str], None]
"""Called with what is being done, and to which table."""


@dataclass(frozen=True, slots=True)
class SeedOrder:
    """How a seed is to be run. `wait` is how many seconds to wait for another seed to end."""

    actor: str
    reason: str
    now: Callable[[], datetime]
    allow_shrink: Collection[str] = ()
    dry_run: bool = False
    wait: float = 10.0
    progress: Progress = lambda _what, _table: None


async def seed_reference(database: Database, source: Source, order: SeedOrder) -> SeedReport:
    """Bring the database to the source, or leave it exactly as it was.

    Raises SourceInvalid with every problem at once, SeedRefused when a guard stops the run,
    SeedLocked when another seed is at work, Unavailable when there is no database.
    """
    started_at = order.now()
    async with database.transaction(keep=not order.dry_run) as stores:
        seed = _Seed(stores.seeding, source, order, started_at)
        return await seed.run()


class _Seed:
    def __init__(self, store: SeedStore, source: Source, order: SeedOrder, started_at: datetime) -> None:
        self.store, self.source, self.order, self.started_at = store, source, order, started_at
        self.images: dict[str, list[Row]] = {}
        self.existing: dict[str, list[Row]] = {}

    async def run(self) -> SeedReport:
        await self.store.begin(self.order.actor, self.order.reason, self.order.wait)
        version, last = await self.store.version(), await self.store.last_run()
        tables = await self.store.tables()
        if last and last.source_digest == self.source.digest and last.version_to == version:
            run = self._run({}, version, version)
            return SeedReport(run, (), {}, await self._adopted(tables), self.order.dry_run, repeated=True)
        await self._validate(tables)
        renames = await self._rename(tables)
        plans = await self._plan(tables)
        await self._write(plans)
        counts = {plan.table: count_rows(plan, _renamed(renames, plan.table)) for plan in plans}
        run = self._run(counts, version, await self.store.version())
        await self.store.record(run)
        deprecations = {plan.table: plan.deprecations for plan in plans if plan.deprecations}
        adopted = [row for plan in plans for row in plan.adopted]
        return SeedReport(run, renames, deprecations, adopted, self.order.dry_run)

    def _run(self, counts: Mapping[str, Mapping[str, int]], version_from: int, version_to: int) -> SeedRun:
        return SeedRun(
            started_at=self.started_at,
            finished_at=self.order.now(),
            source_digest=self.source.digest,
            actor=self.order.actor,
            counts=counts,
            version_from=version_from,
            version_to=version_to,
        )

    async def _adopted(self, tables: Tables) -> list[Adopted]:
        """Find what administrators hold of an unchanged source, reading only their rows."""
        found: list[Adopted] = []
        for name in self.source.manifest.order:
            table, rows = tables[name], await self.store.rows(name, adopted_only=True)
            keys = {table.key_of(row) for row in rows}
            ours = [row for row in self.source.files[name].rows if keys and table.key_of(row) in keys]
            found += adopted_rows(table, await self.store.images(name, ours) if ours else [], rows)
        return found

    async def _validate(self, tables: Tables) -> None:
        """Report everything wrong at once, in as many passes as what is wrong allows."""
        problems = list(self.source.problems)
        problems += [
            Problem("manifest.toml", 0, "/table", "order_mismatch", sentence)
            for sentence in order_problems(tables, self.source.manifest.order)
        ]
        problems += [
            Problem("manifest.toml", 0, f"/object_keys/{column}", "unknown_table", f"there is no {target}")
            for column, target in self.source.manifest.object_keys.items()
            if target not in tables
        ]
        known = [name for name in self.source.manifest.order if name in tables and name in self.source.files]
        for name in known:
            self.order.progress("checking", name)
            found = row_problems(tables[name], self.source.files[name])
            problems += found or await self._stored_problems(name)
        problems += rename_problems(self.source, tables)
        if problems and not self.source.renames:
            problems += await self._link_problems(tables)
        _refuse_invalid(problems)

    async def _stored_problems(self, name: str) -> list[Problem]:
        """Ask the database what it thinks of rows whose types are right."""
        file = self.source.files[name]
        violations = await self.store.violations(name, file.rows)
        if not violations:
            self.images[name] = await self.store.images(name, file.rows)
        return [
            Problem(
                file.name,
                violation.row,
                pointer(*violation.columns) if len(violation.columns) == 1 else "",
                "check_violation" if violation.constraint else "wrong_type",
                violation.message,
            )
            for violation in violations
        ]

    async def _link_problems(self, tables: Tables) -> list[Problem]:
        """Look at the links between the tables whose own rows are right.

        A declared rename may still move what they point to, so with renames this waits for them.
        """
        sound = {
            name: replace(table, links=tuple(link for link in table.links if link.table in self.images))
            for name, table in tables.items()
            if name in self.images
        }
        self.existing = {name: await self.store.rows(name) for name in sound}
        outcomes = {
            name: outcome(table, self.images[name], self.existing[name], self.source.files[name].name)
            for name, table in sound.items()
        }
        return [*link_problems(sound, outcomes), *object_key_problems(self.source, outcomes)]

    async def _rename(self, tables: Tables) -> list[Rename]:
        """Apply renames before anything is compared, so that the children are where they belong."""
        touched = {rename.table for rename in self.source.renames}
        keys = {name: [tables[name].key_of(row) for row in await self.store.rows(name)] for name in touched}
        plan = plan_renames(self.source.renames, keys)
        if plan.refusals:
            raise SeedRefused("the seed was refused", plan.refusals)
        for step in plan.steps:
            self.order.progress("renaming", step.table)
            await self.store.rename(step.table, step.old, step.new or ())
        return list(plan.steps)

    async def _plan(self, tables: Tables) -> list[TablePlan]:
        _refuse_invalid(await self._link_problems(tables))
        plans = []
        for name in self.source.manifest.order:
            self.order.progress("planning", name)
            table, images, existing = tables[name], self.images[name], self.existing[name]
            allowed = name in self.order.allow_shrink
            aliases = await self.store.aliases(name)
            plans.append(plan_table(table, images, existing, aliases, self.source, allowed))
        refusals = [refusal for plan in plans for refusal in plan.refusals]
        if refusals:
            raise SeedRefused("the seed was refused", refusals)
        return plans

    async def _write(self, plans: Sequence[TablePlan]) -> None:
        """Write parents before children, then deprecate children before parents."""
        for plan in plans:
            self.order.progress("writing", plan.table)
            if plan.inserts or plan.updates:
                await self.store.upsert(plan.table, [*plan.inserts, *plan.updates])
        for plan in reversed(plans):
            if plan.deprecations:
                await self.store.deprecate(plan.table, plan.deprecations)
        for rename in self.source.renames:
            if rename.new is not None:
                await self.store.note_alias(rename.table, rename.old, rename.new)
        await self.store.settle()


def _renamed(renames: Sequence[Rename], table: str) -> int:
    return sum(rename.table == table for rename in renames)


def _refuse_invalid(problems: Sequence[Problem]) -> None:
    if problems:
        raise SourceInvalid("the source is invalid", [str(problem) for problem in sorted(problems)])
