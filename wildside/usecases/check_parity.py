"""Follow the source to the database, over HTTP and into an app, and compare every stage with it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from wildside.domain.command_errors import BackendUnavailable, SourceInvalid
from wildside.domain.errors import NoRelease, TimedOut
from wildside.domain.parity import (
    Difference,
    Original,
    ParityReport,
    StageResult,
    compare_tables,
    mark_adopted,
    mark_known,
    original_of,
    spelling_problems,
    stage_result,
)
from wildside.domain.parity_answers import (
    AppView,
    Document,
    compare_app,
    compare_bootstrap,
    compare_table,
    compare_version,
    known_by_changes,
    read_answer,
    rows_of_content,
)
from wildside.domain.reference import Row, Table, order_problems
from wildside.domain.source import Problem, Source, SourceFile, pointer
from wildside.domain.source_rows import row_problems
from wildside.ports.database import Database, Stores
from wildside.ports.parity import ReferenceApp, ReferenceServer, Reply

_NO_RELEASE = "parity.1-0000000000000000"
"""A token of no line of versions, so that /changes answers with everything. Real epochs are hexadecimal."""

_SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class ParityOrder:
    """What to compare. Without `database` nobody looks at stored rows; `packaged` is about the snapshot.

    `progress` is called with each stage when it is done.
    """

    source: Source
    server: ReferenceServer
    app: ReferenceApp
    database: Callable[[], AbstractAsyncContextManager[Database]] | None
    packaged: bool
    progress: Callable[[StageResult], None] = lambda _stage: None


async def check_parity(order: ParityOrder) -> ParityReport:
    """Compare every stage with the source and report all differences.

    Raises SourceInvalid, Unavailable, and BackendUnavailable when server or database have no answer.
    """
    return await _Check(order).run()


class _Check:
    def __init__(self, order: ParityOrder) -> None:
        self.order, self.files = order, order.source.files
        self.stages: list[StageResult] = []
        self.stored: list[Difference] = []
        self.original = Original({}, {})
        self.bootstrap: Document = {}

    async def run(self) -> ParityReport:
        _refuse_invalid(self.order.source.problems)
        try:
            await (self._seeded() if self.order.database else self._unseen())
        except (NoRelease, TimedOut) as error:
            raise BackendUnavailable(str(error)) from error
        await self._bootstrap()
        await self._tables()
        await self._version()
        await self._apps()
        return ParityReport(self.stages)

    def _done(self, stage: StageResult) -> None:
        self.stages.append(stage)
        self.order.progress(stage)

    def _tell(self, stage: str, tables: Mapping[str, object], differences: Sequence[Difference]) -> None:
        self._done(stage_result(stage, tables, mark_known(differences, self.stored)))

    def _begin(self, tables: Mapping[str, Table], defaults: Mapping[str, Sequence[Row]]) -> None:
        self.original = original_of(tables, self.files, defaults)
        self._done(stage_result("source", self.original.tables, ()))

    async def _seeded(self) -> None:
        """Compare what the database holds; its catalogue says what the tables are."""
        assert self.order.database is not None  # noqa: S101 - `run` asked
        async with self.order.database() as database, database.reading() as stores:
            tables = await stores.seeding.tables()
            self._begin(tables, await self._checked_defaults(stores, tables))
            content = await stores.reference.content()
            adopted = {
                name: [table.key_of(row) for row in await stores.seeding.rows(name, adopted_only=True)]
                for name, table in tables.items()
            }
        found = rows_of_content({name: table.rows for name, table in content.tables.items()})
        self.stored = mark_adopted(compare_tables(self.original, found), adopted)
        self._done(stage_result("seeded", found, self.stored))

    async def _checked_defaults(
        self, stores: Stores, tables: Mapping[str, Table]
    ) -> dict[str, Sequence[Row]]:
        problems = [
            Problem("manifest.toml", 0, "/table", "order_mismatch", sentence)
            for sentence in order_problems(
                {name: table for name, table in tables.items() if name in self.files},
                self.order.source.manifest.order,
            )
        ]
        known = {name: file for name, file in self.files.items() if name in tables}
        for name, file in known.items():
            found = _file_problems(tables[name], file)
            problems += found or [
                Problem(file.name, broken.row, pointer(*broken.columns), "invalid_row", broken.message)
                for broken in await stores.seeding.violations(name, file.rows)
            ]
        _refuse_invalid(problems)
        return {name: await stores.seeding.images(name, file.rows) for name, file in known.items()}

    async def _unseen(self) -> None:
        """Take the server's word for keys and orders, since there is no catalogue to ask."""
        reply = await self._ask(f"/changes?since={_NO_RELEASE}")
        try:
            if reply.status != HTTPStatus.OK:
                raise ValueError(f"status {reply.status}")
            tables, defaults = known_by_changes(reply.content, self.files)
        except ValueError as error:
            message = f"the server does not answer /changes as Wildside does: {error}"
            raise BackendUnavailable(message) from error
        known = {name: file for name, file in self.files.items() if name in tables}
        _refuse_invalid(
            [problem for name, file in known.items() for problem in _file_problems(tables[name], file)]
        )
        self._begin(tables, defaults)
        self._done(StageResult("seeded", skipped="no database was named"))

    async def _ask(self, path: str) -> Reply:
        reply = await self.order.server.get(path)
        if reply.status >= _SERVER_FAULT:
            raise BackendUnavailable(f"the server answers {path.partition('?')[0]} with {reply.status}")
        return reply

    async def _read(self, path: str) -> tuple[Document, list[Difference]]:
        reply = await self._ask(path)
        if reply.status != HTTPStatus.OK:
            return {}, [Difference(None, None, "", "status", HTTPStatus.OK.value, reply.status)]
        return read_answer(reply.content)

    async def _bootstrap(self) -> None:
        self.bootstrap, differences = await self._read("/bootstrap")
        if self.bootstrap:
            differences += compare_bootstrap(self.original, self.bootstrap)
        self._tell("bootstrap", _tables_of(self.bootstrap), differences)

    async def _tables(self) -> None:
        found: dict[str, object] = {}
        differences: list[Difference] = []
        for name in self.original.tables:
            document, wrong = await self._read(f"/{quote(name, safe='')}")
            differences += [_within(name, one) for one in wrong]
            if document:
                found |= _tables_of(document)
                compared = compare_table(self.original, name, document, self.bootstrap)
                differences += [_within(name, one) for one in compared]
        self._tell("tables", found, differences)

    async def _version(self) -> None:
        document, differences = await self._read("/version")
        if document:
            differences += compare_version(self.original, document, self.bootstrap)
        counts = {
            name: [None] * summary["rows"]
            for name, summary in _tables_of(document).items()
            if isinstance(summary, dict) and isinstance(summary.get("rows"), int)
        }
        self._tell("version", counts, differences)

    async def _apps(self) -> None:
        token = self.bootstrap.get("referenceVersion")
        version = token if isinstance(token, str) else None
        app = self.order.app
        await self._app("remote provider", app.remote, "network", False, version)
        await self._app("warm offline provider", app.warm_offline, "disk", True, version)
        if self.order.packaged:
            await self._app("local provider", app.local, "packaged", False, None)
        else:
            self._done(StageResult("local provider", skipped="the snapshot is of other files"))

    async def _app(
        self, stage: str, ask: Callable[[], Awaitable[AppView]], source: str, stale: bool, version: str | None
    ) -> None:
        view = await ask()
        self._tell(stage, view.tables, list(compare_app(self.original, view, source, stale, version)))


def _file_problems(table: Table, file: SourceFile) -> list[Problem]:
    return [*row_problems(table, file), *spelling_problems(table, file.name)]


def _tables_of(document: Document) -> Mapping[str, object]:
    tables = document.get("tables")
    return tables if isinstance(tables, dict) else {}


def _within(name: str, difference: Difference) -> Difference:
    """Say which table's answer it is that differs as a whole."""
    if difference.table is not None:
        return difference
    return Difference(name, None, difference.field, difference.kind, difference.expected, difference.found)


def _refuse_invalid(problems: Sequence[Problem]) -> None:
    if problems:
        raise SourceInvalid("the source is invalid", [str(problem) for problem in sorted(problems)])
