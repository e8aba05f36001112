"""Applies and takes back migrations: yoyo's files and tables, our lock, our order of things."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yoyo
from yoyo.migrations import topological_sort
from yoyo.topologicalsort import CycleError

from wildside.config import DatabaseUrl
from wildside.domain.command_errors import HistoryDiffers, MigrationBlocked, MigrationsInvalid
from wildside.domain.migrating import (
    ApplyOrder,
    Done,
    Patience,
    RollbackOrder,
    chain,
    controls_transaction,
    no_way_back,
    unfit,
    up_to,
)
from wildside.domain.migration_files import MigrationFolder
from wildside.outbound.migration_files import read_migrations
from wildside.outbound.postgres.applied_migrations import CHECKSUMS, note, read_history, readable
from wildside.outbound.postgres.migration_run import Blocked, MigrationRun
from wildside.outbound.postgres.migrator_lock import MigratorLock
from wildside.outbound.postgres.repeatables import remembers_repeatables, run_repeatables
from wildside.outbound.postgres.yoyo_lock import only_migrator
from wildside.outbound.sql_text import checksum

Tell = Callable[[str], None]

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

_STAYS = {
    True: "{} is as it was before",
    False: "{} runs outside a transaction: what it did stays, unrecorded; wildside db status",
}
"""What is told of a migration that was stopped, by whether it has a transaction."""


class Migrator:
    """One database and one folder. `tell` is called with what a person may want to know meanwhile.

    `repeatable` is the folder of files that run again after migrations when they have changed.
    """

    def __init__(self, url: DatabaseUrl, folder: Path, tell: Tell, repeatable: Path | None = None) -> None:
        self._url, self._path, self._tell, self._repeatable = url, folder, tell, repeatable

    def apply(self, order: ApplyOrder) -> list[Done]:
        """Apply what is pending, in order."""
        with self._working(order.patience) as work:
            history = read_history(work.ask, work.folder)
            if problems := history.problems(order.allowed):
                raise HistoryDiffers(problems)
            wanted = set(up_to(history.pending, _known(work.folder, order.to)))
            found = work.backend.to_apply(work.files)
            done = [self._one(work, each, "apply") for each in found if each.id in wanted]
            self._adopt(work)
            if order.to is None and self._repeatable is not None and remembers_repeatables(self._url):
                run_repeatables(self._url, self._repeatable, self._running, self._tell)
        return done

    def _running(self, name: str) -> None:
        self._tell(f"running {name}.sql")

    def rollback(self, order: RollbackOrder) -> list[Done]:
        """Take back what was applied last. Refuses before it begins if a step has no way back."""
        with self._working(order.patience) as work:
            history = read_history(work.ask, work.folder)
            applied = [one.id for one in history.applied]
            if order.to is not None and order.to not in applied:
                raise MigrationsInvalid(f"{order.to} is not applied")
            steps = _steps(work, applied, order)
            _must_lead_back(work.folder, steps)
            for one in set(steps) & set(history.edited):
                self._tell(f"{one}: its file was edited since, so its rollback may not fit")
            return [self._one(work, work.named[one], "rollback") for one in steps]

    @contextmanager
    def _working(self, patience: Patience) -> Iterator["_Work"]:
        folder = read_migrations(self._path)
        if problems := unfit(folder):
            raise MigrationsInvalid("; ".join(problems))
        files = _load(self._path)
        with only_migrator(self._url, patience.wait, self._tell) as (lock, backend):
            yield _Work(folder, files, backend, lock, patience)

    def _one(self, work: "_Work", migration: Any, direction: str) -> Done:
        """Run one migration, again and again while others keep the locks that it needs."""
        self._tell(f"{'applying' if direction == 'apply' else 'taking back'} {migration.id}")
        started = time.monotonic()
        run = MigrationRun(work.backend, work.lock, work.folder, migration, direction)
        for attempt in range(work.patience.retries + 1):
            try:
                run.attempt(work.patience.lock_timeout)
            except Blocked as blocked:
                self._pause(work, migration, attempt, blocked)
            except KeyboardInterrupt:
                self._tell(_STAYS[migration.use_transactions].format(migration.id))
                raise
            else:
                work.done.add(migration.id)
                return Done(migration.id, round(time.monotonic() - started, 3), attempt + 1)
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, work: "_Work", migration: Any, attempt: int, blocked: Blocked) -> None:
        for line in blocked.blockers:
            self._tell(f"  blocked by {line}")
        if attempt == work.patience.retries or not migration.use_transactions:
            who = "; ".join(blocked.blockers) or "nobody was seen to hold it"
            raise MigrationBlocked(f"{blocked.message}; after {attempt + 1} attempts; blocked by {who}")
        # Jitter, so that migrators of several databases on one server do not come back together.
        seconds = min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt) * random.uniform(0.5, 1)  # noqa: S311
        self._tell(
            f"  {blocked.message}; nothing of it was applied; attempt {attempt + 2} in {seconds:.1f} s"
        )
        time.sleep(seconds)

    def _adopt(self, work: "_Work") -> None:
        """Note the checksums of files that yoyo applied, or that came before there was a table for it."""
        # On a new session: the other was idle meanwhile, and may have been cut.
        with work.backend.copy() as session:
            execute = session.connection.execute

            def ask(query: str) -> list[tuple[Any, ...]]:
                rows: list[tuple[Any, ...]] = execute(query).fetchall()
                return rows

            unknown = read_history(ask, work.folder).unknown if readable(ask, CHECKSUMS) else ()
            for name in unknown:
                migration = work.folder.named(name)
                if migration is not None:
                    note(execute, name, checksum(migration), "applied" if name in work.done else "adopted")


class _Work:
    """What a command has once it holds the locks."""

    def __init__(
        self, folder: MigrationFolder, files: Any, backend: Any, lock: MigratorLock, patience: Patience
    ) -> None:
        self.folder, self.files, self.backend, self.lock, self.patience = (
            folder,
            files,
            backend,
            lock,
            patience,
        )
        self.named: Mapping[str, Any] = {one.id: one for one in files}
        self.done: set[str] = set()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Run a query on yoyo's own session."""
        rows: list[tuple[Any, ...]] = self.backend.connection.execute(query).fetchall()
        return rows


def _load(folder: Path) -> Any:
    """Read the files as yoyo does. Raises MigrationsInvalid for all that yoyo would stumble over later."""
    files = yoyo.read_migrations(str(folder))
    for each in files:
        try:
            each.load()
        except KeyError as error:
            raise MigrationsInvalid(
                f"{each.id}.sql:0: directive: transactional: {error} is not true or false"
            ) from None
        except yoyo.exceptions.BadMigration as error:
            raise MigrationsInvalid(f"{each.id}.sql:0: depends: {error}") from None
        control = [
            step for step in statements_of(each) if each.use_transactions and controls_transaction(step)
        ]
        if control:
            raise MigrationsInvalid(
                f"{each.id}.sql:0: transaction: {control[0][:40]}: yoyo runs a file in its own"
            )
    try:
        list(topological_sort(files))
    except CycleError as error:
        circle = ", ".join(sorted(f"{one.id}.sql" for one in error.args[1]))
        raise MigrationsInvalid(f"{circle}:0: depends: each waits for another of them") from None
    return files


def statements_of(migration: Any, direction: str = "apply") -> list[str]:
    """Return the statements of a loaded file, or of its rollback, in the order in which they run."""
    steps = migration.steps if direction == "apply" else reversed(migration.steps)
    found = [getattr(each.step, f"_{direction}") for each in steps]
    return [each for each in found if each]


def _known(folder: MigrationFolder, to: str | None) -> str | None:
    if to is not None and folder.named(to) is None:
        raise MigrationsInvalid(f"there is no migration {to}")
    return to


def _steps(work: _Work, applied: Sequence[str], order: RollbackOrder) -> list[str]:
    """Return the ids to take back. Raises HistoryDiffers when one of them has no file."""
    steps = chain(applied, order)
    lost = [one for one in steps if one not in work.named]
    if lost:
        raise HistoryDiffers(
            [f"{one}.sql:0: missing: it is applied here, and there is no such file" for one in lost]
        )
    # Where yoyo's order of dependencies differs from that of the clock, it is yoyo's that counts.
    return [each.id for each in work.backend.to_rollback(work.files) if each.id in steps]


def _must_lead_back(folder: MigrationFolder, steps: Sequence[str]) -> None:
    found = [folder.named(one) for one in steps]
    reasons = [reason for each in found if each is not None and (reason := no_way_back(each))]
    if reasons:
        raise MigrationsInvalid("; ".join(reasons))
