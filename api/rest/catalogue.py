"""The catalogue of procedures as open data: CPSV-AP 3.2, for the registers of state and Union."""

from typing import Any

import orjson
from flask import Response, request

from api.http.arguments import slice_of
from api.http.calls import ETAG, Calls
from api.http.context import engine, site
from api.http.fields import PageQuery
from api.http.identity import count_address
from api.http.responses import with_etag
from engine.kernel.actor import CITIZEN
from engine.procedures.public_services import DescribeService, DescribeServices

JSON_LD = "application/ld+json"
_GRAPH = {"schema": {"type": "object"}, "content_type": JSON_LD}

calls = Calls("catalogue", about="Procedures on offer as public services (CPSV-AP 3.2), open to all.")


@calls.call("GET", "/catalogue", scope=None, headers=["If-None-Match"], refuses=[422, 429])
@calls.arguments(PageQuery, location="query")
@calls.alt_response(200, **_GRAPH, headers=ETAG, description="The graph.", success=True)
def describe_services(query: dict[str, Any]) -> object:
    """Describe the public services on offer.

    In parts, by key; `next` beside the graph is the cursor to the next part, null on the last.
    """
    count_address("catalogue")
    graph, after = engine().ask(DescribeServices(base=_base(), part=slice_of(query)), actor=CITIZEN)
    return _answered({**graph, "next": after})


@calls.call("GET", "/catalogue/<key:key>", scope=None, headers=["If-None-Match"], refuses=[404, 429])
@calls.alt_response(200, **_GRAPH, headers=ETAG, description="The graph.", success=True)
def describe_service(key: str) -> object:
    """Describe one public service.

    With its papers, fees, outputs, channels, conditions and legal basis, in both languages.
    """
    count_address("catalogue")
    return _answered(engine().ask(DescribeService(key=key, base=_base()), actor=CITIZEN))


def _base() -> str:
    """The address of the catalogue, below which the identifiers of services are."""
    return f"{site().settings.public_url or request.host_url.rstrip('/')}/api/v1/catalogue"


def _answered(graph: dict[str, Any]) -> object:
    response = Response(orjson.dumps(graph), content_type=JSON_LD)
    response.add_etag()
    return with_etag(response, response.headers["ETag"])
