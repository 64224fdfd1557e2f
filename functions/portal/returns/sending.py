"""A chosen return: its page, its answers, its submission, its label."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.errors import NotFoundError, RefusedError
from aftercare.labels.model import Download, LabelFormat, known_formats
from aftercare.orders.model import Order
from aftercare.returns.errors import (
    ChoiceInvalidError,
    EvidenceMissingError,
    ReturnRefusedError,
    UnitsTakenError,
)
from aftercare.returns.model import IssuedLabel, Return
from aftercare.returns.parcel_labels import label_of
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.sentences import sentence_of
from portal import rooms
from portal.edge import Visit, customers_page
from portal.returns import answers, evidence_pages, forms, return_pages

routes = Blueprint(__name__)


@routes.route("/returns/{return_id}", methods=["GET"])
@customers_page(routes)
def show_return(visit: Visit, return_id: str) -> Response:
    returns = rooms.returns()
    ret = returns.owned(visit.session.email_key, return_id)
    slots = returns.photos(ret)
    order, base = _order(visit, ret), visit.request.base
    timeline = returns.timeline_as_read(ret)
    return visit.show(
        "return.html",
        HTTPStatus.OK,
        errors=None,
        **return_pages.return_page(
            visit.words, base, ret, order, slots=slots, timeline=timeline, now=utc_now()
        ),
    )


@routes.route("/returns/{return_id}/check", methods=["GET"])
@customers_page(routes)
def check(visit: Visit, return_id: str) -> Response:
    returns, key, base = rooms.returns(), visit.session.email_key, visit.request.base
    ret = returns.owned(key, return_id)
    if not ret.is_draft:
        return visit.go(f"/returns/{return_id}")
    slots = returns.photos(ret)
    order = rooms.orders().owned(ret.order_number, key)
    ret = returns.decided_now(ret, order)
    others = returns.of_customer(key) if answers.needs_others(ret) else ()
    missing = bool(evidence_pages.photos_missing(ret, slots))
    return visit.show(
        "check.html",
        errors=answers.errors_of(visit.words, ret, others, photos_missing=missing),
        ticket=ret.ticket,
        back=f"{base}/returns/{return_id}",
        action=f"{base}/returns/{return_id}/submit",
        lines=return_pages.answers_of(visit.words, base, ret, order),
        thumbnails=evidence_pages.thumbnails(base, ret, slots),
        photos_wanted=bool(ret.evidence),
        payer=answers.payer_sentence(visit.words, ret),
        shown=ret.agreed_deduction,
    )


@routes.route("/returns/{return_id}/submit", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def submit(visit: Visit, return_id: str) -> Response:
    page = f"/returns/{return_id}/check"
    try:
        shown = forms.shown_deduction(visit.form)
        rooms.returns().submit(visit.session.email_key, return_id, shown=shown, actor=CUSTOMER)
    except (UnitsTakenError, EvidenceMissingError, ChoiceInvalidError, ReturnRefusedError):
        return visit.go(page)  # which says of each line what is wrong, as it is then
    except RefusedError as error:
        return visit.refuse(page, {"form": sentence_of(visit.words, error)})
    return visit.go(f"/returns/{return_id}")


@routes.route("/returns/{return_id}/answer", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def answer(visit: Visit, return_id: str) -> Response:
    """The customer has shown what staff asked for, or says that they can't."""
    rooms.returns().answer_request(visit.session.email_key, return_id, actor=CUSTOMER)
    return visit.go(f"/returns/{return_id}")


@routes.route("/returns/{return_id}/label", methods=["GET"])
@customers_page(routes)
def label(visit: Visit, return_id: str) -> Response:
    ret = rooms.returns().owned(visit.session.email_key, return_id)
    if ret.label is None:
        return visit.go(f"/returns/{return_id}")
    return _download(ret.label, ret.ticket, LabelFormat.PDF)


@routes.route("/returns/{return_id}/label/{kind}", methods=["GET"])
@customers_page(routes)
def label_as(visit: Visit, return_id: str, kind: str) -> Response:
    """In a format, or a paper, that this label was released in; of any other, back to its page."""
    ret = rooms.returns().owned(visit.session.email_key, return_id)
    if ret.label is None or kind not in ret.label.formats:
        return visit.go(f"/returns/{return_id}")
    return _download(ret.label, ret.ticket, *known_formats([kind]))


@routes.route("/returns/{return_id}/parcels/{parcel}/label/{kind}", methods=["GET"])
@customers_page(routes)
def label_of_parcel(visit: Visit, return_id: str, parcel: str, kind: str) -> Response:
    """The same of a later parcel's label."""
    ret, number = rooms.returns().owned(visit.session.email_key, return_id), forms.number_in(parcel)
    label = label_of(ret, number)
    if label is None or kind not in label.formats:
        return visit.go(f"/returns/{return_id}")
    return _download(label, f"{ret.ticket}-{number}", *known_formats([kind]))


@routes.route("/returns/{return_id}/parcels", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def add_parcel(visit: Visit, return_id: str) -> Response:
    """One more label, for the parcel that the form names: sent twice, it is asked for once."""
    page, parcel = f"/returns/{return_id}", forms.number_in(visit.form.get("parcel", ""))
    try:
        rooms.returns().add_parcel(visit.session.email_key, return_id, parcel, actor=CUSTOMER)
    except RefusedError as error:
        return visit.refuse(page, {"form": sentence_of(visit.words, error)})
    return visit.go(page)


def _download(label: IssuedLabel, name: str, kind: Download) -> Response:
    where = rooms.labels().download_url(label.label_id, name, kind)
    return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)


def _order(visit: Visit, ret: Return) -> Order | None:
    """The return's order, for its pictures; none if it is in another mailbox's name by now."""
    try:
        return rooms.orders().owned(ret.order_number, visit.session.email_key)
    except NotFoundError:
        return None
