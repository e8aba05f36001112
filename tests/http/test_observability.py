"""Log and metrics of a real server: what the documents say, no secrets, and few labels."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from ruamel.yaml import YAML

from tests.cli.program import Program
from tests.http.counting import Told
from tests.http.observed import CANARY, NAME, OPEN_METRICS, VERSION, Observed, listen, observe
from tests.http.promql import Query, parse
from tests.sql.support import scratch_database
from wildside.inbound.http.urls import ROUTES

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs/observability"
EVERYWHERE = {"event", "level", "timestamp"}
PERHAPS = {"trace_id", "path", "user_id", "route_id", "run", "logger"}
METRICS_BIND = ("--metrics-bind", "127.0.0.1:0")


@pytest.fixture(scope="module")
def observed(cluster: Any, seeded_template: SimpleNamespace) -> Iterator[Observed]:
    with (
        scratch_database(cluster, template=seeded_template.template_dbname) as url,
        Program("serve", "--port", "0", *METRICS_BIND, env={"DATABASE_URL": url}) as program,
        httpx2.Client() as client,
    ):
        yield observe(program, url, client)


# The log


def documented() -> dict[str, tuple[str, set[str]]]:
    """event → (level, fields), as the page's table has it."""
    rows = re.findall(
        r"^\| `([^`]+)` \| (info|warning|error) \| ([^|]*)\|",
        (PAGES / "logs.md").read_text(),
        re.MULTILINE,
    )
    return {event: (level, set(re.findall(r"`(\w+)`", fields))) for event, level, fields in rows}


def written() -> Iterator[tuple[str, str, set[str]]]:
    """Every event of the source: its name, its level and its fields."""
    for path in sorted((ROOT / "wildside").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
                yield _event(node, ast.unparse(node.func).removeprefix("log."))


def _event(call: ast.Call, method: str) -> tuple[str, str, set[str]]:
    (name,) = call.args
    assert isinstance(name, ast.Constant), ast.unparse(call)
    fields = {str(keyword.arg) for keyword in call.keywords}
    assert "None" not in fields, f"name the fields: {ast.unparse(call)}"
    level = "error" if method == "exception" else method
    return str(name.value), level, fields | ({"exception"} if method == "exception" else set())


def test_every_event_is_documented_with_its_fields() -> None:
    events = list(written())
    assert len(events) > 15
    assert {name: (level, fields) for name, level, fields in events} == documented()
    assert len({name for name, _, _ in events}) == len(events), "one name for each event"


def test_the_fields_of_every_line_are_documented(observed: Observed) -> None:
    page, table = (PAGES / "logs.md").read_text(), documented()
    assert set(re.findall(r"^\| `(\w+)` \| [^|]+ \|$", page, re.MULTILINE)) == EVERYWHERE | PERHAPS
    lines = observed.lines()
    assert {line["event"] for line in lines} >= {"request", "login refused", "session keys"}
    for line in lines:
        level, fields = table[line["event"]]
        assert line["level"] == level
        assert line.keys() - PERHAPS == EVERYWHERE | fields, line


def test_lines_of_a_request_share_its_trace_and_name_the_walk(observed: Observed) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    body = {"username": "nobody", "password": CANARY}
    observed.request("POST", "/api/v1/login", json=body, headers=headers)
    lines = observed.lines()
    assert [line["event"] for line in lines if line.get("trace_id") == trace] == ["login refused", "request"]
    about_walks = [line for line in lines if "route_id" in line]
    assert {line["route"] for line in about_walks} == {"/api/v1/routes/{id}"}
    assert all(line["path"].endswith(line["route_id"]) for line in about_walks)
    assert {line["user_id"] for line in about_walks} == {str(observed.admin.id)}


def test_nothing_secret_is_in_the_log_nor_in_the_metrics(observed: Observed) -> None:
    cookie = observed.admin.headers["Cookie"].partition("=")[2]
    for text in (observed.program.output, observed.scrape().text, observed.scrape(OPEN_METRICS).text):
        assert CANARY not in text
        assert NAME not in text
        assert cookie not in text
    assert str(observed.admin.id) not in observed.scrape(OPEN_METRICS).text


# The metrics


def test_what_is_documented_is_exported_and_nothing_else(observed: Observed) -> None:
    rows = re.findall(r"^\| `(wildside_\w+)` \|([^|]*)\|", (PAGES / "metrics.md").read_text(), re.MULTILINE)
    page = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    exported: dict[str, set[str]] = {}
    for name, labels in observed.told().labels().items():
        if name.startswith("wildside_"):
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            exported.setdefault(family, set()).update(labels - {"le"})
    assert page == exported


def test_a_little_of_everything_is_counted(observed: Observed) -> None:
    told = observed.told()
    requests = told.counts("wildside_http_requests_total", "method", "route", "status")
    assert requests["GET", VERSION, "304"] == 1
    assert requests["PUT", "/api/v1/users/me/preferences", "409"] == 1
    assert told.counts("wildside_reference_changes_total", "mode") == {("none",): 1, ("full",): 1}
    assert told.counts("wildside_idempotency_calls_total", "outcome", "age") == {
        ("miss", "none"): 1,
        ("hit", "1m"): 1,
        ("conflict", "none"): 1,
    }
    assert told.counts("wildside_pages_total", "list", "direction") == {("users", "first"): 1}
    assert told.value("wildside_database_up") == 1
    assert told.value("wildside_database_listening") == 1
    assert told.value("wildside_reference_version") == 1
    assert told.value("wildside_reference_seed_runs") == 1
    assert told.value("wildside_sessions") == 1
    assert told.value("wildside_database_connection_wait_seconds_count", outcome="lent") > 0
    assert told.value("wildside_database_connections_limit") == 8


def test_listeners_are_counted_while_they_listen(observed: Observed) -> None:
    until(observed, "wildside_event_listeners", 0)
    connection = listen(observed)
    until(observed, "wildside_event_listeners", 1)
    assert observed.told().value("wildside_http_requests_in_flight") == 1
    connection.close()
    until(observed, "wildside_event_listeners", 0)


def until(observed: Observed, name: str, wanted: float) -> None:
    for _ in range(500):
        if observed.told().value(name) == wanted:
            return
    raise AssertionError(f"{name} is not {wanted}")


def test_junk_makes_no_labels(observed: Observed) -> None:
    def junk(number: int) -> None:
        observed.request("GET", f"/junk/{number}")
        observed.request(f"JUNK{number}", VERSION)
        observed.request(f"JUNK{number}", f"/junk/{number}")
        observed.request("GET", f"/api/v1/reference/junk{number}")
        observed.request("GET", f"/api/v1/pois/junk{number}")

    junk(0)
    before = {(name, *labels.items()) for name, labels, _ in observed.told().samples}
    for number in range(1, 20):
        junk(number)
    told = observed.told()
    assert {(name, *labels.items()) for name, labels, _ in told.samples} == before
    routes = {labels["route"] for _, labels, _ in told.samples if "route" in labels}
    assert routes <= {route.path for route in ROUTES} | {"other"}
    assert "JUNK" not in str(told.samples).upper().replace("/JUNK", "")
    assert len(before) < 2000


def test_exemplars_are_for_who_asks_for_openmetrics(observed: Observed) -> None:
    plain, open_metrics = observed.scrape(), observed.scrape(OPEN_METRICS)
    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert open_metrics.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert "trace_id" not in plain.text
    traces = set(re.findall(r'# \{trace_id="([0-9a-f]{32})"\}', open_metrics.text))
    assert traces
    logged = {line["trace_id"] for line in observed.lines() if line["event"] == "request"}
    assert traces & logged
    assert open_metrics.text.endswith("# EOF\n")


def test_metrics_are_not_to_be_had_where_the_api_is(observed: Observed) -> None:
    assert observed.request("GET", "/metrics").status_code == 404
    assert httpx2.get(observed.metrics_url.replace("/metrics", VERSION)).status_code == 404


# The rules and the dashboard

OURS = {"up"}
"""Metrics that Prometheus makes itself."""
GIVEN = {"job", "instance"}
"""Labels that Prometheus gives each sample."""


def faults(query: Query, told: Told) -> list[str]:
    """What a query asks for and nobody tells."""
    labels = {name: found | GIVEN for name, found in told.labels().items()} | dict.fromkeys(OURS, GIVEN)
    unknown = [f"there is no metric {name}" for name in query.metrics - labels.keys()]
    known = [one for one in query.matchers if one.metric in labels]
    unknown += [f"{one.metric} has no {one.label}" for one in known if one.label not in labels[one.metric]]
    every = set().union(*(labels.get(name, set()) for name in query.metrics))
    unknown += [f"nothing has {label}" for label in query.groupings - every]
    for one in known:
        found = [value for value in values(one.label, told) if re.fullmatch(one.pattern, value)]
        if one.label in labels[one.metric] - GIVEN and not found:
            unknown.append(f"{one.label} is never {one.pattern}")
    return unknown


def values(label: str, told: Told) -> set[str]:
    """The values that a label has, or may have."""
    more = {
        "route": {route.path for route in ROUTES},
        "status": {str(status) for status in range(200, 600)},
        "outcome": {"refused"},
    }
    return {labels[label] for _, labels, _ in told.samples if label in labels} | more.get(label, set())


def rules() -> list[str]:
    content = YAML(typ="safe").load(PAGES / "alerts.yaml")
    return [rule["expr"] for group in content["groups"] for rule in group["rules"]]


def panels() -> list[str]:
    board = json.loads((PAGES / "dashboard.json").read_text())
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


@pytest.mark.parametrize("text", [*rules(), *panels()])
def test_a_query_asks_for_what_is_told(observed: Observed, text: str) -> None:
    assert faults(parse(text), observed.told()) == []


def test_the_dashboard_shows_every_metric(observed: Observed) -> None:
    asked = {name for text in panels() for name in parse(text).metrics}
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked}
    exported = {re.sub(r"_(bucket|sum|count)$", "", name) for name in observed.told().labels()}
    assert {name for name in exported if name.startswith("wildside_")} - families == set()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("sum(rate(wildside_walks_total[5m]))", "there is no metric wildside_walks_total"),
        ('wildside_pages_total{colour="red"}', "wildside_pages_total has no colour"),
        ("sum by (colour) (wildside_pages_total)", "nothing has colour"),
        ('wildside_reference_changes_total{mode="half"}', "mode is never half"),
        ('wildside_http_requests_total{route=~"/api/v2.*"}', "route is never /api/v2.*"),
        ("summ(wildside_pages_total)", "there is no metric summ"),
    ],
)
def test_a_query_for_what_nobody_tells_is_found(observed: Observed, text: str, fault: str) -> None:
    assert faults(parse(text), observed.told()) == [fault]


def test_each_rule_says_what_to_look_at() -> None:
    content = YAML(typ="safe").load(PAGES / "alerts.yaml")
    for group in content["groups"]:
        for rule in group["rules"]:
            assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
            assert rule["labels"]["severity"] in {"page", "warn"}
            assert rule["annotations"]["summary"]
