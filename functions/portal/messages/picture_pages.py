"""The pictures of a message: added one by one, straight into the bucket, and shown."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.web.forms import CONTENT_TYPES
from portal import rooms
from portal.edge import Visit, customers_page
from portal.site.photos import upload_of

routes = Blueprint(__name__)

# Other pages need nothing of the desk: what these do is imported where they do it.


@routes.route("/messages/{number}/pictures", methods=["GET"])
@customers_page(routes, of_writers=True)
def pictures(visit: Visit, number: str) -> Response:
    """Adds pictures to the customer's last message, for as long as it takes them."""
    from portal.messages.pictures import adding  # noqa: PLC0415

    thread = rooms.tickets().thread(visit.session.writer_key, number)
    return visit.show("message_pictures.html", adding=adding(visit, thread))


@routes.route("/messages/{number}/pictures", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes, of_writers=True)
def add_picture(visit: Visit, number: str) -> Response:
    """Opens a place for one; a browser without scripts goes on to the form that sends it."""
    from aftercare.kernel.actor import CUSTOMER  # noqa: PLC0415

    thread = rooms.tickets().thread(visit.session.writer_key, number)
    content_type = visit.form.get("content_type", "image/jpeg")
    slot = rooms.message_pictures().open_slot(thread, content_type, actor=CUSTOMER)
    if not visit.request.wants_json:
        return visit.go(f"/messages/{number}/pictures/{slot.evidence_id}")
    return upload_of(slot)


@routes.route("/messages/{number}/pictures/{evidence_id}", methods=["GET"])
@customers_page(routes, of_writers=True)
def picture(visit: Visit, number: str, evidence_id: str) -> Response:
    """The form that sends a picture without scripts; once it was accepted, the kept copy."""
    from aftercare.evidence.model import EvidenceState  # noqa: PLC0415

    thread = rooms.tickets().thread(visit.session.writer_key, number)
    slot = rooms.message_pictures().one(thread, evidence_id)
    if slot.state is EvidenceState.ACCEPTED:
        where = rooms.evidence().photo_url(slot)
        return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)
    back = f"/messages/{number}/pictures"
    if slot.state is EvidenceState.REFUSED:
        return visit.go(back)
    request = visit.request
    upload = rooms.evidence().upload_form(slot, return_to=f"{request.origin}{request.base}{back}")
    return visit.show("message_picture.html", upload=upload, back=f"{request.base}{back}")


@routes.route("/messages/{number}/pictures/{evidence_id}/thumbnail", methods=["GET"])
@customers_page(routes, of_writers=True)
def thumbnail(visit: Visit, number: str, evidence_id: str) -> Response:
    thread = rooms.tickets().thread(visit.session.writer_key, number)
    slot = rooms.message_pictures().one(thread, evidence_id)
    where = rooms.evidence().thumbnail_url(slot)
    return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)
