"""The verb of parity, over servers and apps that answer what a test says."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import MOMENT, source
from wildside.domain.command_errors import BackendUnavailable, SourceInvalid
from wildside.domain.delta import full_answer
from wildside.domain.parity import ParityReport, digest_of
from wildside.domain.parity_answers import AppView
from wildside.domain.release import Content, Release, TableContent, Version, build_release
from wildside.domain.source import Problem, Source
from wildside.ports.parity import Reply
from wildside.usecases.check_parity import ParityOrder, check_parity

ROWS = [{"slug": "a", "sort_order": 1}, {"slug": "b", "sort_order": 2}]
SOURCE = source({"tags": ROWS})
STAGES = ["source", "seeded", "bootstrap", "tables", "version", "remote provider", "warm offline provider"]


def release(rows: list[dict[str, Any]]) -> Release:
    table = TableContent(1, MOMENT, rows, ("slug",), ("sort_order", "slug"))
    return build_release(Content(Version("0a1b", 1, MOMENT), {"tags": table}))


class Server:
    """Answers from a release, but for some paths."""

    def __init__(self, served: Release, **replies: Reply) -> None:
        changes = full_answer("parity.1-0000000000000000", served).content
        self.replies = {
            "changes": Reply(200, changes),
            "bootstrap": Reply(200, served.bootstrap.content),
            "version": Reply(200, served.summary.content),
            "tags": Reply(200, served.tables["tags"].content),
            **replies,
        }

    async def get(self, path: str) -> Reply:
        return self.replies[path.strip("/").partition("?")[0]]


class App:
    """Got the whole of a release."""

    def __init__(self, served: Release) -> None:
        tables = {"tags": served.content.tables["tags"].rows}
        shown = {name: [{"slug": row["slug"], "sortOrder": row["sort_order"]} for row in rows]
                 for name, rows in tables.items()}  # fmt: skip
        summaries = {name: {"rows": len(rows), "digest": digest_of(rows)} for name, rows in shown.items()}
        self.view = AppView("network", False, served.token, shown, shown, summaries)

    async def remote(self) -> AppView:
        return self.view

    async def warm_offline(self) -> AppView:
        return replace(self.view, source="disk", stale=True)

    async def local(self) -> AppView:
        return replace(self.view, source="packaged", version="packaged.1-0")


async def check(
    files: Source = SOURCE,
    app: App | None = None,
    served: Release | None = None,
    replies: dict[str, Reply] | None = None,
) -> ParityReport:
    held = served or release(ROWS)
    order = ParityOrder(files, Server(held, **replies or {}), app or App(held), None, packaged=False)
    return await check_parity(order)


def told(report: ParityReport) -> list[tuple[str, str | None, str, str]]:
    return [
        (stage.stage, one.table, one.field, one.kind) for stage in report.stages for one in stage.differences
    ]


async def test_every_stage_is_told_in_its_order() -> None:
    report = await check()
    assert [stage.stage for stage in report.stages] == [*STAGES, "local provider"]
    assert (report.equal, told(report)) == (True, [])


async def test_the_packaged_snapshot_is_looked_at_where_it_is_of_these_files() -> None:
    seen: list[str] = []
    order = ParityOrder(SOURCE, Server(release(ROWS)), App(release(ROWS)), None, packaged=True,
                        progress=lambda stage: seen.append(stage.stage))  # fmt: skip
    report = await check_parity(order)
    assert (report.equal, report.stages[-1].skipped, report.stages[-1].rows) == (True, None, 2)
    assert seen == [*STAGES, "local provider"]


async def test_one_table_alone_may_be_wrong() -> None:
    other = release([ROWS[0]])
    report = await check(replies={"tags": Reply(200, other.tables["tags"].content)})
    assert ("tables", "tags", "", "missing_row") in told(report)
    assert {one[0] for one in told(report)} == {"tables"}


async def test_a_version_of_another_release_is_told() -> None:
    report = await check(replies={"version": Reply(200, release([ROWS[0]]).summary.content)})
    assert ("version", "tags", "/rows", "value") in told(report)
    assert ("version", None, "/referenceVersion", "value") in told(report)


@pytest.mark.parametrize(
    ("path", "stage", "table"),
    [("bootstrap", "bootstrap", None), ("tags", "tables", "tags"), ("version", "version", None)],
)
@pytest.mark.parametrize(
    ("reply", "kind"),
    [(Reply(404, b"{}"), "status"), (Reply(304, b""), "status"), (Reply(200, b"<"), "unreadable")],
)
async def test_what_is_no_answer_is_a_difference(
    path: str, stage: str, table: str | None, reply: Reply, kind: str
) -> None:
    assert told(await check(replies={path: reply})) == [(stage, table, "", kind)]


@pytest.mark.parametrize("path", ["changes", "bootstrap", "tags", "version"])
async def test_a_server_that_is_at_fault_is_unavailable(path: str) -> None:
    with pytest.raises(BackendUnavailable, match=f"/{path} with 503"):
        await check(replies={path: Reply(503, b"{}")})


@pytest.mark.parametrize("reply", [Reply(404, b"{}"), Reply(200, b"<html>"), Reply(200, b'{"tables":{}')])
async def test_a_server_that_says_nothing_of_its_tables_is_not_wildside(reply: Reply) -> None:
    with pytest.raises(BackendUnavailable, match="/changes as Wildside does"):
        await check(replies={"changes": reply})


async def test_a_table_that_the_server_does_not_have_is_told_at_each_stage() -> None:
    files = source({"tags": ROWS, "new": [{"slug": "x"}]})
    report = await check(files, replies={"new": Reply(404, b"{}")})
    assert told(report) == [
        ("bootstrap", "new", "", "missing_table"),
        ("tables", "new", "", "status"),
        ("version", "new", "", "missing_table"),
        ("remote provider", "new", "", "missing_table"),
        ("warm offline provider", "new", "", "missing_table"),
    ]


async def test_an_app_that_fell_back_is_told() -> None:
    app = App(release(ROWS))
    app.view = replace(app.view, source="packaged", stale=True)
    assert told(await check(app=app)) == [
        ("remote provider", None, "/source", "value"),
        ("remote provider", None, "/stale", "value"),
    ]


async def test_an_invalid_source_is_refused_with_every_problem() -> None:
    files = source({"tags": [{"sort_order": 1}, *ROWS, ROWS[0]]})
    with pytest.raises(SourceInvalid) as caught:
        await check(files)
    assert [problem.split(": ")[:2] for problem in caught.value.problems] == [
        ["tags.json:1:/slug", "missing_column"],
        ["tags.json:2:/sort_order", "sort_tie"],
        ["tags.json:4:/slug", "duplicate_key"],
        ["tags.json:4:/sort_order", "sort_tie"],
    ]
    unread = replace(SOURCE, problems=[Problem("x.json", 0, "", "unreadable", "none")])
    with pytest.raises(SourceInvalid, match="invalid"):
        await check(unread)
