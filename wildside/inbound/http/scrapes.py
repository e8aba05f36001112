"""GET /metrics, on an address of its own: for who watches the program, not for who uses it."""

from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wildside.inbound.http.metrics import Metrics

PATH = "/metrics"


def metrics_app(metrics: Metrics) -> Starlette:
    """Build what answers with the metrics: as text, or as OpenMetrics to who asks for it, with exemplars."""

    async def scrape(request: Request) -> Response:
        await metrics.look()
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        headers = {"Content-Type": media_type, "Cache-Control": "no-store"}
        return Response(encode(metrics.registry), headers=headers)

    return Starlette(routes=[Route(PATH, scrape)])
