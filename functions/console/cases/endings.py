"""What staff do with a case beyond its review: settle it, end it, take it up again."""

from collections.abc import Callable, Mapping
from functools import partial

from chalice.app import Blueprint, Response

from aftercare.kernel.typed import whole_number
from aftercare.labels.model import MOST_PARCELS
from aftercare.returns.model import Return
from aftercare.returns.policy import Remedy
from aftercare.returns.requests import OtherItem, Request
from aftercare.returns.resolving_errors import RemedyInvalidError
from aftercare.returns.review_errors import StaleCaseError
from aftercare.staff.model import Member
from aftercare.web.forms import CONTENT_TYPES
from console import rooms
from console.cases.forms import text_in, version_in
from console.cases.routes import stale
from console.edge import Visit, members_page

routes = Blueprint(__name__)

_MOST = 999_999


@routes.route("/cases/{return_id}/resolution", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def resolve(visit: Visit, member: Member, return_id: str) -> Response:
    def asked(version: int, why: str) -> Return:
        purchase = rooms.reviews().open_case(member, return_id).order.purchase
        request = request_in(visit.form, purchase.currency if purchase else "")
        return rooms.endings().resolve(member, return_id, version, request, why)

    return _done(visit, member, return_id, asked, "resolved")


@routes.route("/cases/{return_id}/unreceived-refund", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def refund_unreceived(visit: Visit, member: Member, return_id: str) -> Response:
    act = partial(rooms.endings().refund_unreceived, member, return_id)
    return _done(visit, member, return_id, act, "resolved")


@routes.route("/cases/{return_id}/closure", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def close(visit: Visit, member: Member, return_id: str) -> Response:
    act = partial(rooms.endings().close, member, return_id)
    return _done(visit, member, return_id, act, "ended")


@routes.route("/cases/{return_id}/loss", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def declare_lost(visit: Visit, member: Member, return_id: str) -> Response:
    chosen = visit.form.get("parcel", "")
    parcel = whole_number(chosen, MOST_PARCELS) or None
    act = partial(rooms.endings().declare_lost, member, return_id, parcel=parcel)
    return _done(visit, member, return_id, act, "declared_lost")


@routes.route("/cases/{return_id}/parcels", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def add_parcel(visit: Visit, member: Member, return_id: str) -> Response:
    """One more label, for the parcel that the form names: sent twice, it is asked for once."""
    parcel = whole_number(visit.form.get("parcel", ""), _MOST) or 0
    rooms.endings().add_parcel(member, return_id, parcel)
    return visit.go(f"/cases/{return_id}?done=parcel_added#parcels")


@routes.route("/cases/{return_id}/reopening", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def reopen(visit: Visit, member: Member, return_id: str) -> Response:
    act = partial(rooms.endings().reopen, member, return_id)
    return _done(visit, member, return_id, act, "reopened")


def request_in(form: Mapping[str, str], currency: str) -> Request:
    """What the form asks the shop for; lines with no units are left for another request.

    Raises:
        RemedyInvalidError: No remedy was chosen, or a number is none.
    """
    remedy = form.get("remedy", "")
    if remedy not in set(Remedy):
        raise RemedyInvalidError("remedy", "Choose what the customer gets.")
    units: dict[str, int] = {}
    most: dict[str, int] = {}
    for place in (name.removeprefix("open_") for name in form if name.startswith("open_")):
        line_id, typed = form[f"open_{place}"], form.get(f"units_{place}", "").strip() or "0"
        number = whole_number(typed, _MOST)
        if number is None:
            raise RemedyInvalidError(f"units_{place}", "Use whole numbers from 0.")
        if not number:
            continue
        units[line_id] = number
        if form.get(f"most_{place}", "").strip():
            most[line_id] = _amount(form, f"most_{place}", currency)
    item = _item(form, currency) if remedy == Remedy.EXCHANGE else None
    return Request(Remedy(remedy), units, most, item)


def _item(form: Mapping[str, str], currency: str) -> OtherItem:
    net, tax = (_amount(form, name, currency) for name in ("item_net", "item_tax"))
    return OtherItem(form.get("item_sku", "").strip(), net, tax)


def _amount(form: Mapping[str, str], name: str, currency: str) -> int:
    from aftercare.words.formats import minor_units  # noqa: PLC0415 - few forms have amounts

    amount = minor_units(form.get(name, ""), currency)
    if amount is None:
        raise RemedyInvalidError(name, "Write an amount such as 12.50.")
    return amount


def _done(
    visit: Visit,
    member: Member,
    return_id: str,
    act: Callable[[int, str], Return],
    done: str,
) -> Response:
    try:
        act(version_in(visit.form), text_in(visit.form, "words"))
    except StaleCaseError as error:
        return stale(visit, member, return_id, error.entries)
    return visit.go(f"/cases/{return_id}?done={done}#settling")
