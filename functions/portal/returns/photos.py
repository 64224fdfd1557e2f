"""The photos of a draft: added, moved, taken away, shown."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.kernel.actor import CUSTOMER
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.problems import Headers
from portal import rooms
from portal.edge import Visit, customers_page

routes = Blueprint(__name__)

_JSON: Headers = {"Content-Type": "application/json"}


@routes.route("/returns/{return_id}/photos", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def add_photo(visit: Visit, return_id: str) -> Response:
    slot = _open_slot(visit, return_id)
    if not visit.request.wants_json:
        return visit.go(f"/returns/{return_id}/photos/{slot.evidence_id}")
    upload = rooms.evidence().upload_form(slot)
    body = {"photo_id": slot.evidence_id, "upload": {"url": upload.url, "fields": upload.fields}}
    return Response(body, _JSON, HTTPStatus.CREATED)


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


@routes.route(
    "/returns/{return_id}/photos/{evidence_id}/move", methods=["POST"], content_types=CONTENT_TYPES
)
@customers_page(routes)
def move(visit: Visit, return_id: str, evidence_id: str) -> Response:
    """One place forward or back among the photos of the draft."""
    key, returns = visit.session.email_key, rooms.returns()
    order = [slot.evidence_id for slot in returns.photos(returns.owned(key, return_id))]
    rooms.evidence().slot(return_id, evidence_id)
    if evidence_id in order:
        place = order.index(evidence_id) + (-1 if visit.form.get("to") == "earlier" else 1)
        order.remove(evidence_id)
        order.insert(max(place, 0), evidence_id)
        returns.reorder_photos(key, return_id, order)
    return _done(visit, return_id, visit.words.text("return_page.photos.moved"))


@routes.route(
    "/returns/{return_id}/photos/{evidence_id}/remove",
    methods=["POST"],
    content_types=CONTENT_TYPES,
)
@customers_page(routes)
def remove(visit: Visit, return_id: str, evidence_id: str) -> Response:
    """Takes the photo away; to replace it, the page for another one follows."""
    rooms.returns().owned(visit.session.email_key, return_id)
    rooms.evidence().slot(return_id, evidence_id)
    rooms.returns().remove_photo(visit.session.email_key, return_id, evidence_id)
    if visit.form.get("replace") and not visit.request.wants_json:
        slot = _open_slot(visit, return_id)
        return visit.go(f"/returns/{return_id}/photos/{slot.evidence_id}")
    return _done(visit, return_id, visit.words.text("return_page.photos.removed"))


def _open_slot(visit: Visit, return_id: str) -> Evidence:
    content_type = visit.form.get("content_type", "image/jpeg")
    key = visit.session.email_key
    return rooms.returns().add_photo(key, return_id, content_type, actor=CUSTOMER)


def _done(visit: Visit, return_id: str, said: str) -> Response:
    if visit.request.wants_json:
        return Response({"said": said}, _JSON)
    return visit.go(f"/returns/{return_id}#photos")
