"""The photos of a return: added, moved, taken away, shown."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.evidence.model import Evidence, EvidenceKind, EvidenceState
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.problems import Headers
from portal import rooms
from portal.edge import Visit, customers_page
from portal.returns import evidence_pages, words
from portal.site.photos import upload_of

routes = Blueprint(__name__)

# What a form of before there were kinds doesn't say.
_UNSORTED = EvidenceKind.PHOTO
_KINDS = frozenset(EvidenceKind)
_JSON: Headers = {"Content-Type": "application/json"}


@routes.route("/returns/{return_id}/photos", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def add_photo(visit: Visit, return_id: str) -> Response:
    kind = visit.form.get("kind", "")
    slot = _open_slot(visit, return_id, EvidenceKind(kind) if kind in _KINDS else _UNSORTED)
    if not visit.request.wants_json:
        return visit.go(f"/returns/{return_id}/photos/{slot.evidence_id}")
    return upload_of(slot)


@routes.route("/returns/{return_id}/photos/{evidence_id}", methods=["GET"])
@customers_page(routes)
def photo(visit: Visit, return_id: str, evidence_id: str) -> Response:
    """The form that sends a photo without scripts; once it was accepted, the photo itself."""
    returns = rooms.returns()
    ret = returns.owned(visit.session.email_key, return_id)
    slot = rooms.evidence().slot(return_id, evidence_id)
    base, back = visit.request.base, f"{visit.request.base}/returns/{return_id}"
    if slot.state is EvidenceState.ACCEPTED and not slot.is_video:
        slots = returns.photos(ret)
        shown = evidence_pages.picture(visit.words, base, ret, slot, slots, now=utc_now())
        typed = visit.flash.typed
        return visit.show("picture.html", picture=shown, typed=typed)
    if slot.state is not EvidenceState.WAITING or not ret.may_change(slot.opened_at):
        return visit.go(f"/returns/{return_id}")
    upload = rooms.evidence().upload_form(slot, return_to=f"{visit.request.origin}{back}")
    title, how = words.kind(visit.words, slot.kind)
    return visit.show("photo.html", upload=upload, back=back, kind=slot.kind, title=title, how=how)


@routes.route("/returns/{return_id}/photos/{evidence_id}/picture", methods=["GET"])
@customers_page(routes)
def picture(visit: Visit, return_id: str, evidence_id: str) -> Response:
    """The copy that was kept."""
    rooms.returns().owned(visit.session.email_key, return_id)
    slot = rooms.evidence().slot(return_id, evidence_id)
    where = rooms.evidence().photo_url(slot)
    return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)


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
    """One place forward or back among the draft's photos of its kind."""
    key, returns = visit.session.email_key, rooms.returns()
    slots = returns.photos(returns.owned(key, return_id))
    moved = rooms.evidence().slot(return_id, evidence_id)
    order = [slot.evidence_id for slot in slots if slot.kind is moved.kind]
    if evidence_id in order:
        place = order.index(evidence_id) + (-1 if visit.form.get("to") == "earlier" else 1)
        order.remove(evidence_id)
        order.insert(max(place, 0), evidence_id)
        others = [slot.evidence_id for slot in slots if slot.kind is not moved.kind]
        returns.reorder_photos(key, return_id, [*order, *others])
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
    kind = rooms.evidence().slot(return_id, evidence_id).kind
    rooms.returns().remove_photo(visit.session.email_key, return_id, evidence_id)
    if visit.form.get("replace") and not visit.request.wants_json:
        slot = _open_slot(visit, return_id, kind)
        return visit.go(f"/returns/{return_id}/photos/{slot.evidence_id}")
    return _done(visit, return_id, visit.words.text("return_page.photos.removed"))


def _open_slot(visit: Visit, return_id: str, kind: EvidenceKind) -> Evidence:
    content_type = visit.form.get("content_type", "image/jpeg")
    key = visit.session.email_key
    return rooms.returns().add_photo(key, return_id, content_type, kind, actor=CUSTOMER)


def _done(visit: Visit, return_id: str, said: str) -> Response:
    if visit.request.wants_json:
        return Response({"said": said}, _JSON)
    return visit.go(f"/returns/{return_id}#photos")
