"""Every page of the console on one page. They only read: what changes something is logging in and out."""

from starlette.routing import Route

from wildside.inbound.console import health, logins, migrations, papers, provenance, releases, seeds, tables
from wildside.inbound.http.methods import route

CONSOLE = [
    Route("/console", health.health),
    route("/console/login", {"GET": logins.form, "POST": logins.login}),
    Route("/console/logout", logins.logout, methods=["POST"]),
    Route("/console/style.css", papers.style),
    Route("/console/release", releases.release),
    Route("/console/versions", releases.versions),
    Route("/console/compare", releases.compare),
    Route("/console/tables", tables.tables),
    Route("/console/tables/{table}", tables.table),
    Route("/console/seeds", seeds.seeds),
    Route("/console/migrations", migrations.migrations),
    Route("/console/diagrams", papers.diagrams),
    Route("/console/diagrams/{name}.svg", papers.drawing),
    Route("/console/diagrams/{name}", papers.diagram),
    Route("/console/audit", papers.audit),
    Route("/console/provenance", provenance.provenance),
]
