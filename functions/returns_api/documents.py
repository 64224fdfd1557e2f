"""Responses as JSON, as infra/openapi describes them: nothing that names the customer."""

from chalice.app import Response

from aftercare.returns.arrivals import Condition
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.receiving import Done

type Document = dict[str, object]

_REPLAYED = {"Idempotent-Replayed": "true"}


def done(what: Done) -> Response:
    """What a request did; a repeated one gets the same."""
    document = {"ticket": what.ret.ticket, "status": what.status}
    return Response(document, dict(_REPLAYED) if what.replayed else {})


def handed_in(what: Done) -> Response:
    """What a counter did with each line; a repeated request gets the same."""
    is_exchange = what.status == ReturnStatus.CLOSED
    happened = "exchanged" if is_exchange else "received"
    document = {
        "ticket": what.ret.ticket,
        "status": what.status,
        "lines": [
            {
                "line_id": line.line_id,
                "sku": line.sku,
                "name": line.name,
                "units": line.units,
                "happened": happened,
            }
            for line in what.ret.lines
        ],
    }
    return Response(document, dict(_REPLAYED) if what.replayed else {})


def expected(ret: Return, parcel: int) -> Document:
    """What is expected of a return, and what came of it so far.

    Of one in several parcels it says which of them was named, and how far each has come.
    """
    lines = [_line(line, is_several=ret.parcels > 1) for line in ret.lines]
    document: Document = {"ticket": ret.ticket, "status": ret.status, "lines": lines}
    if ret.parcels > 1:
        document["parcel"] = parcel
        document["parcels"] = [
            {"parcel": each, "state": ret.ways.get(each, "unused")}
            for each in range(1, ret.parcels + 1)
        ]
    return document


def _line(line: ReturnLine, *, is_several: bool) -> Document:
    document: Document = {
        "line_id": line.line_id,
        "sku": line.sku,
        "name": line.name,
        "units": line.units,
    }
    if line.receipt:
        units = line.receipt.units
        document["receipt"] = {
            condition: units.get(condition, 0)
            for condition in Condition
            if is_several or condition is not Condition.AWAITED
        }
    if line.inspection:
        found = line.inspection
        document["inspection"] = {
            "accepted": found.accepted,
            "grade": found.grade,
            "disposition": found.disposition,
        }
    return document
