"""Responses as JSON and CSV, as infra/openapi describes them, without fields that do not apply."""

import csv
import io
from datetime import datetime
from urllib.parse import urlencode

from chalice.app import Response

from aftercare.members.model import Member
from aftercare.points.finding import By
from aftercare.points.posting import Receipt
from aftercare.points.statement import HEADER, Balance, Movement, Page

type Document = dict[str, object]

_MOST_EXPIRIES = 12
_REPLAYED = {"Idempotent-Replayed": "true"}


def receipt_as_json(member_id: str, receipt: Receipt, **ids: str) -> Response:
    """What an operation did; `ids` are those that later requests refer to it by."""
    document: Document = {
        "operation_id": receipt.operation_id,
        "member_id": member_id,
        "kind": receipt.kind,
        "points": receipt.points,
        "available": receipt.available,
        "lapsed": receipt.lapsed,
        **ids,
    }
    if receipt.due:
        document["good_through"] = receipt.due.isoformat()
    if receipt.until:
        document["held_until"] = _moment(receipt.until)
    return Response(document, dict(_REPLAYED) if receipt.replayed else {})


def found_document(member: Member, by: By) -> Document:
    """Who stands at the till: nothing by which to reach them."""
    return {"member_id": member.member_id, "language": member.language, "found_by": by.value}


def balance_document(member_id: str, balance: Balance, time_zone: str) -> Document:
    """What a member has, and how much of it is due when."""
    return {
        "member_id": member_id,
        "status": balance.status,
        "available": balance.available,
        "held": balance.held,
        "holds": [_hold(until, points) for until, points in balance.holds],
        "debt": balance.debt,
        "next_expiries": [
            {"good_through": due.isoformat(), "points": points}
            for due, points in balance.due[:_MOST_EXPIRIES]
        ],
        "due_within": {str(days): points for days, points in balance.soon.items()},
        "time_zone": time_zone,
    }


def _hold(until: datetime | None, points: int) -> Document:
    return {"points": points, "held_until": _moment(until)} if until else {"points": points}


def page_as_json(member_id: str, page: Page, limit: int) -> Response:
    """A page of the statement, with the cursor of the next one."""
    document: Document = {
        "member_id": member_id,
        "movements": [_movement(movement) for movement in page.movements],
    }
    if page.cursor:
        document["next_cursor"] = page.cursor
    return Response(document, _next(page, limit))


def page_as_csv(page: Page, limit: int) -> Response:
    """The same page for a spreadsheet; the next one is in a Link header."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(HEADER)
    writer.writerows(movement.cells() for movement in page.movements)
    return Response(lines.getvalue(), {"Content-Type": "text/csv", **_next(page, limit)})


def _next(page: Page, limit: int) -> dict[str, str | list[str]]:
    if not page.cursor:
        return {}
    query = urlencode({"cursor": page.cursor, "limit": limit})
    return {"Link": f'<?{query}>; rel="next"'}


def _movement(movement: Movement) -> Document:
    document: Document = {
        "operation_id": movement.operation_id,
        "kind": movement.kind,
        "points": movement.points,
        "change": movement.change,
        "lapsed": movement.lapsed,
        "occurred_at": _moment(movement.occurred_at),
        "recorded_at": _moment(movement.recorded_at),
    }
    if movement.due:
        document["good_through"] = movement.due.isoformat()
    if movement.until:
        document["held_until"] = _moment(movement.until)
    if movement.why:
        document["why"] = movement.why
    return document


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
