"""The queue's pages, and the way to the next free case."""

from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from aftercare.kernel.clock import utc_now
from aftercare.returns.queueing import QueueOrder
from aftercare.staff.model import Member
from console import rooms
from console.edge import Visit, members_page
from console.queue.rows import href_of, is_taken, rows, tabs

routes = Blueprint(__name__)


@routes.route("/queue", methods=["GET"])
@members_page(routes)
def queue(visit: Visit, member: Member) -> Response:
    by, after = _order(visit), visit.request.query("after")
    page = rooms.reviews().queue(member, by, after)
    return visit.show(
        "queue.html",
        cases=rows(visit.words, page.cases, member.actor, utc_now()),
        tabs=tabs(_href(by)),
        next_href=f"/queue/next?{urlencode({'by': by})}",
        first_href=_href(by) if after else "",
        more_href=_href(by, page.after) if page.after else "",
        done=_DONE.get(visit.request.query("done"), ""),
    )


_DONE = {"empty": "No other case is free right now."}


@routes.route("/queue/next", methods=["GET"])
@members_page(routes)
def next_case(visit: Visit, member: Member) -> Response:
    """To the first case of the queue at which nobody else is; `but` was just decided on."""
    by, but = _order(visit), visit.request.query("but")
    now = utc_now()
    for case in rooms.reviews().queue(member, by).cases:
        if case.return_id != but and not is_taken(case, member.actor, now):
            return visit.go(href_of(case))
    return visit.go(f"{_href(by)}&done=empty")


def _order(visit: Visit) -> QueueOrder:
    value = visit.request.query("by")
    return QueueOrder(value) if value in set(QueueOrder) else QueueOrder.AGE


def _href(by: QueueOrder, after: str = "") -> str:
    return f"/queue?{urlencode({'by': by} | ({'after': after} if after else {}))}"
