"""A chosen return: show photos, submit it, fetch its label."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.evidence.model import EvidenceState
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.errors import RefusedError
from aftercare.returns.errors import ReturnRefusedError
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.sentences import sentence_of
from portal import rooms
from portal.edge import Visit, customers_page
from portal.returns import return_pages, words

routes = Blueprint(__name__)

_CLOSED = HTTPStatus.CONFLICT


@routes.route("/returns/{return_id}", methods=["GET"])
@customers_page(routes)
def show_return(visit: Visit, return_id: str) -> Response:
    return _return_page(visit, return_id, {})


@routes.route("/returns/{return_id}/photos", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def add_photo(visit: Visit, return_id: str) -> Response:
    content_type = visit.form.get("content_type", "image/jpeg")
    slot = rooms.returns().add_photo(
        visit.session.email_key, return_id, content_type, actor=CUSTOMER
    )
    if not visit.request.wants_json:
        return visit.go(f"/returns/{return_id}/photos/{slot.evidence_id}")
    upload = rooms.evidence().upload_form(slot)
    body = {"photo_id": slot.evidence_id, "upload": {"url": upload.url, "fields": upload.fields}}
    return Response(body, {"Content-Type": "application/json"}, HTTPStatus.CREATED)


@routes.route("/returns/{return_id}/photos/{evidence_id}", methods=["GET"])
@customers_page(routes)
def photo(visit: Visit, return_id: str, evidence_id: str) -> Response:
    ret = rooms.returns().owned(visit.session.email_key, return_id)
    slot = rooms.evidence().slot(return_id, evidence_id)
    if not ret.is_draft or slot.state is not EvidenceState.WAITING:
        return visit.go(f"/returns/{return_id}")
    back = f"{visit.request.base}/returns/{return_id}"
    upload = rooms.evidence().upload_form(slot, return_to=f"{visit.request.origin}{back}")
    return visit.show("photo.html", upload=upload, back=back)


@routes.route("/returns/{return_id}/photos/{evidence_id}/thumbnail", methods=["GET"])
@customers_page(routes)
def thumbnail(visit: Visit, return_id: str, evidence_id: str) -> Response:
    rooms.returns().owned(visit.session.email_key, return_id)
    slot = rooms.evidence().slot(return_id, evidence_id)
    where = rooms.evidence().thumbnail_url(slot)
    return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)


@routes.route("/returns/{return_id}/submit", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def submit(visit: Visit, return_id: str) -> Response:
    try:
        rooms.returns().submit(visit.session.email_key, return_id, actor=CUSTOMER)
    except ReturnRefusedError as error:
        return _return_page(
            visit, return_id, {"form": words.refusal(visit.words, error.decision)}, _CLOSED
        )
    except RefusedError as error:
        return _return_page(visit, return_id, {"form": sentence_of(visit.words, error)}, _CLOSED)
    return visit.go(f"/returns/{return_id}")


@routes.route("/returns/{return_id}/label", methods=["GET"])
@customers_page(routes)
def label(visit: Visit, return_id: str) -> Response:
    ret = rooms.returns().owned(visit.session.email_key, return_id)
    if ret.label is None:
        return visit.go(f"/returns/{return_id}")
    where = rooms.labels().download_url(ret.label.label_id, ret.ticket)
    return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)


def _return_page(
    visit: Visit, return_id: str, errors: dict[str, str], status: int = HTTPStatus.OK
) -> Response:
    returns = rooms.returns()
    ret = returns.owned(visit.session.email_key, return_id)
    slots = rooms.evidence().of_return(return_id)
    shown = return_pages.return_page(
        visit.words, visit.request.base, ret, slots, returns.timeline(ret), now=utc_now()
    )
    return visit.show("return.html", status, **shown, errors=errors)
