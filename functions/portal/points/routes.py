"""My points: what there is, what of it expires when, and how it came to be."""

import csv
import io
from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.members.model import Member
from aftercare.web.problems import Headers
from portal import rooms
from portal.edge import Visit, customers_page
from portal.points import balances

routes = Blueprint(__name__)

_NEWEST = 6
_PAGE = 25
_MOST_CURSOR = 2000
_BYTE_ORDER_MARK = "\ufeff"


@routes.route("/points", methods=["GET"])
@customers_page(routes)
def my_points(visit: Visit) -> Response:
    member = _member(visit)
    if member is None:
        return visit.show("points_of_nobody.html")
    service = rooms.points()
    now = service.journal.clock()
    zone = service.journal.rules.zone
    balance, page = service.reading.overview(member.member_id, _NEWEST)
    return visit.show(
        "points.html",
        purse=balances.purse(visit.words, balance, zone),
        chart=balances.chart(visit.words, balance, now.astimezone(zone).date()),
        moves=balances.moves(visit.words, visit.request.base, page.movements, zone),
        more=bool(page.cursor),
        zone=visit.words.clock(zone),
    )


@routes.route("/points/history", methods=["GET"])
@customers_page(routes)
def history(visit: Visit) -> Response:
    member = _member(visit)
    if member is None:
        return visit.go("/points")
    cursor = visit.request.query("cursor")[:_MOST_CURSOR]
    service = rooms.points()
    page = service.reading.statement(member.member_id, cursor, _PAGE)
    moves = balances.moves(
        visit.words, visit.request.base, page.movements, service.journal.rules.zone
    )
    return visit.show("points_history.html", moves=moves, older=page.cursor, is_first=not cursor)


@routes.route("/points.csv", methods=["GET"])
@customers_page(routes)
def file(visit: Visit) -> Response:
    member = _member(visit)
    if member is None:
        return visit.go("/points")
    lines = io.StringIO()
    # Spreadsheets read a file without this mark as if it were not UTF-8.
    lines.write(_BYTE_ORDER_MARK)
    service = rooms.points()
    movements = service.reading.movements(member.member_id)
    rows = balances.table(visit.words, movements, service.journal.rules.zone)
    csv.writer(lines).writerows(rows)
    headers: Headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="my-points.csv"',
    }
    return Response(lines.getvalue(), headers, HTTPStatus.OK)


def _member(visit: Visit) -> Member | None:
    """Who proved the mailbox, if a member has it."""
    return rooms.members().by_email(visit.session.email_key)
