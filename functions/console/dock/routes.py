"""The dock's pages: one field that takes a scan, and the parcel that it opens."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from aftercare.kernel.errors import AftercareError
from aftercare.kernel.typed import ticket_in
from aftercare.returns.dock_errors import (
    NothingExpectedError,
    ParcelUnknownError,
    ScanUnclearError,
)
from aftercare.returns.moves import MoveRefusedError, Verb, takes
from aftercare.returns.parcel import Parcel
from aftercare.returns.receiving_errors import InspectionInvalidError, ReceiptInvalidError
from aftercare.returns.review_errors import StaleCaseError
from aftercare.returns.scanned_parcel import parcel_of
from aftercare.staff.model import Member
from aftercare.staff.policy import may, require
from aftercare.web.forms import CONTENT_TYPES
from console import rooms, words
from console.cases.forms import text_in, version_in
from console.dock import boxes
from console.dock.counting import (
    Counts,
    Told,
    counts_in,
    is_changed,
    label_in,
    latest,
    pressed,
    scanned,
    started,
)
from console.dock.inspecting import inspection_in, uninspected
from console.dock.pages import parcel_page, received_words
from console.edge import Visit, members_page

routes = Blueprint(__name__)

_LONGEST = 254
_RECEIVED, _INSPECTED = "received", "inspected"
_DONE = {
    _RECEIVED: "{ticket} is received. Scan the next parcel.",
    _INSPECTED: "{ticket} is inspected. Scan the next parcel.",
}
_STALE = (
    "A colleague was faster: this parcel was received or inspected meanwhile. Nothing of yours was "
    "saved; what you typed is still here, below what they saved."
)


@routes.route("/dock", methods=["GET"])
@members_page(routes)
def dock(visit: Visit, member: Member) -> Response:
    """The field alone; a scan in the address opens its parcel, or says why there is none."""
    text = latest(visit.request.query("scan"), visit.request.query("before"))
    if not may(member, "returns.inspect"):
        require(member, "returns.receive")
    if not text:
        return visit.show("dock.html", told=_after(visit), scan="")
    try:
        ret = rooms.dock().scan(member, text)
    except (ScanUnclearError, ParcelUnknownError, NothingExpectedError) as error:
        told = Told(_why_not(error), "warn" if isinstance(error, NothingExpectedError) else "bad")
        return visit.show("dock.html", HTTPStatus.UNPROCESSABLE_ENTITY, told=told, scan=text)
    scanned = f"?parcel={parcel_of(text, ret)}" if ret.parcels > 1 else ""
    return visit.go(f"/dock/{ret.return_id}{scanned}")


@routes.route("/dock/{return_id}", methods=["GET"])
@members_page(routes)
def parcel(visit: Visit, member: Member, return_id: str) -> Response:
    found = rooms.dock().open(member, return_id)
    told = None
    if visit.request.query("done") == _RECEIVED:
        told = Told(f"Received: {received_words(found.ret)}. Inspect it now, or scan the next.")
    elif visit.request.query("done") == _INSPECTED:
        told = Told("Saved. Some items still wait for their inspection.")
    elif refused := visit.flash.errors:
        told = Told(" ".join(refused.values()), "bad")
    here = boxes.here_first(found.ret, visit.request.query("parcel"))
    return _page(visit, found, started(found.ret.lines), visit.kept, here=here, told=told)


@routes.route("/dock/{return_id}/count", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def count(visit: Visit, member: Member, return_id: str) -> Response:
    """The page with one scan or one press more; saves nothing, unless the ticket is scanned again.

    That one receives the parcel: three scans are enough, and no key.
    """
    found = rooms.dock().open(member, return_id)
    form = visit.form
    counts, here = counts_in(form, found.ret.lines), boxes.here_in(form, found.ret)
    text = latest(form.get("scan", ""), form.get("before", ""))
    if button := form.get("do", ""):
        counts, told = pressed(counts, button)
        return _page(visit, found, counts, form, here=here, told=told)
    if not text:
        return _page(visit, found, counts, form, here=here)
    if ticket := label_in(text, found.ret):
        return _scanned_ticket(visit, member, found, counts, ticket, text=text)
    counts, told = scanned(counts, text, form.get("chosen", ""), found.order)
    kept = {**form, "scan": text} if told.tone == "bad" else _without_scan(form)
    return _page(visit, found, counts, kept, here=here, told=told)


@routes.route("/dock/{return_id}/receipt", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def receive(visit: Visit, member: Member, return_id: str) -> Response:
    found = rooms.dock().open(member, return_id)
    return _receive(visit, member, found, counts_in(visit.form, found.ret.lines))


@routes.route("/dock/{return_id}/inspection", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def inspect(visit: Visit, member: Member, return_id: str) -> Response:
    found = rooms.dock().open(member, return_id)
    form = {name: text_in(visit.form, name) for name in visit.form}
    said = inspection_in(form, found.ret)
    counts, unprocessable = started(found.ret.lines), HTTPStatus.UNPROCESSABLE_ENTITY
    if said.errors:
        told = Told("Not saved yet: please look at what is marked.", "bad")
        return _page(
            visit, found, counts, form, told=told, status=unprocessable, errors=said.errors
        )
    try:
        after = rooms.dock().inspect(member, return_id, version_in(form), said.found)
    except StaleCaseError:
        return _stale(visit, member, return_id, form)
    except (InspectionInvalidError, MoveRefusedError) as error:
        return _page(
            visit, found, counts, form, told=Told(error.detail, "bad"), status=unprocessable
        )
    if uninspected(after):
        return visit.go(f"/dock/{return_id}?done={_INSPECTED}")
    return visit.go(f"/dock?{urlencode({'done': _INSPECTED, 'of': after.ticket})}")


def _scanned_ticket(
    visit: Visit, member: Member, found: Parcel, counts: Counts, ticket: str, *, text: str
) -> Response:
    here = boxes.here_in(visit.form, found.ret)
    if ticket == found.ret.ticket:
        another = boxes.here_first(found.ret, str(parcel_of(text, found.ret))) - here
        if another:
            told = Told("That is another parcel of this return: count them together.", "warn")
            kept = _without_scan(visit.form)
            return _page(visit, found, counts, kept, here=here | another, told=told)
        return _receive(visit, member, found, counts)
    if not is_changed(counts):
        return visit.go(f"/dock?{urlencode({'scan': text})}")
    told = Told(
        f"{ticket} is another parcel. Receive this one first: what you counted is not saved.", "bad"
    )
    return _page(visit, found, counts, visit.form, here=here, told=told)


def _receive(visit: Visit, member: Member, found: Parcel, counts: Counts) -> Response:
    form, return_id = _without_scan(visit.form), found.ret.return_id
    unprocessable, here = HTTPStatus.UNPROCESSABLE_ENTITY, boxes.here_in(form, found.ret)
    wrong = [f"{each.line.name}: {each.error}" for each in counts if each.error]
    if boxes.is_unclear(found.ret, here):
        wrong = ["Say which parcel is before you.", *wrong]
    if wrong:
        told = Told("Not received yet. " + " ".join(wrong), "bad")
        return _page(
            visit, found, counts, form, here=here, told=told, status=unprocessable, marks=True
        )
    came = {each.line.line_id: each.came for each in counts}
    place = form.get("place", "").strip()[:_LONGEST]
    try:
        after = rooms.dock().receive(member, return_id, version_in(form), came, place, parcels=here)
    except StaleCaseError:
        return _stale(visit, member, return_id, form)
    except (ReceiptInvalidError, MoveRefusedError) as error:
        told = Told(error.detail, "bad")
        return _page(visit, found, counts, form, here=here, told=told, status=unprocessable)
    inspects = any(takes(after.status, each) for each in (Verb.INSPECT, Verb.INSPECT_PARCEL))
    if may(member, "returns.inspect") and uninspected(after) and inspects:
        return visit.go(f"/dock/{return_id}?done={_RECEIVED}")
    return visit.go(f"/dock?{urlencode({'done': _RECEIVED, 'of': after.ticket})}")


def _stale(visit: Visit, member: Member, return_id: str, form: Mapping[str, str]) -> Response:
    """The parcel as it is now, and everything that was typed about it."""
    now = rooms.dock().open(member, return_id)
    counts, here = counts_in(form, now.ret.lines), boxes.here_in(form, now.ret)
    told = Told(_STALE, "warn")
    return _page(visit, now, counts, form, here=here, told=told, status=HTTPStatus.CONFLICT)


def _page(
    visit: Visit,
    found: Parcel,
    counts: Counts,
    typed: Mapping[str, str],
    *,
    here: Collection[int] = (),
    told: Told | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    errors: Mapping[str, str] | None = None,
    marks: bool = False,
) -> Response:
    page = parcel_page(found, counts, typed, here=here, errors=marks, told=told)
    return visit.show("parcel.html", status, errors=errors, **page)


def _after(visit: Visit) -> Told | None:
    """What was saved before this page; the address names the ticket alone."""
    done, ticket = visit.request.query("done"), ticket_in(visit.request.query("of"))
    return Told(_DONE[done].format(ticket=ticket)) if done in _DONE and ticket else None


def _why_not(error: AftercareError) -> str:
    if not isinstance(error, NothingExpectedError):
        return error.detail
    ret = error.ret
    status = words.status(ret.status)[0].lower()
    if any(line.receipt for line in ret.lines):
        return f"{ret.ticket} was received and inspected already; it is “{status}”."
    return (
        f"Nothing is expected for {ret.ticket}: it is “{status}”. Put the parcel aside and tell a "
        "colleague at the desk."
    )


def _without_scan(form: Mapping[str, str]) -> Mapping[str, str]:
    return {name: text for name, text in form.items() if name != "scan"}
