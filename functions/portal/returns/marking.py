"""What a customer says of one photo: where the flaw is, and the code on a label."""

from chalice.app import Blueprint, Response

from aftercare.evidence.errors import MarkInvalidError, SerialInvalidError, TooManyMarksError
from aftercare.evidence.marks import Area
from aftercare.evidence.model import MARK_SCALE, Mark
from aftercare.kernel.typed import whole_number
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.sentences import sentence_of
from portal import rooms
from portal.edge import Visit, customers_page

routes = Blueprint(__name__)

_PHOTO = "/returns/{return_id}/photos/{evidence_id}"
_AREAS = frozenset(Area)
_NOWHERE = -1


@routes.route(f"{_PHOTO}/marks", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def mark(visit: Visit, return_id: str, evidence_id: str) -> Response:
    page = f"/returns/{return_id}/photos/{evidence_id}"
    try:
        rooms.returns().mark(visit.session.email_key, return_id, evidence_id, _mark(visit))
    except (MarkInvalidError, TooManyMarksError) as error:
        field = str(error.facts.get("field", "form"))
        return visit.refuse(page, {field: sentence_of(visit.words, error)})
    return visit.go(f"{page}#marks")


@routes.route(f"{_PHOTO}/marks/remove", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def unmark(visit: Visit, return_id: str, evidence_id: str) -> Response:
    rooms.returns().unmark(visit.session.email_key, return_id, evidence_id, _mark(visit))
    return visit.go(f"/returns/{return_id}/photos/{evidence_id}#marks")


@routes.route(f"{_PHOTO}/serial", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def type_serial(visit: Visit, return_id: str, evidence_id: str) -> Response:
    page, key = f"/returns/{return_id}/photos/{evidence_id}", visit.session.email_key
    try:
        rooms.returns().type_serial(key, return_id, evidence_id, visit.form.get("serial", ""))
    except SerialInvalidError as error:
        return visit.refuse(page, {"serial": sentence_of(visit.words, error)})
    return visit.go(f"/returns/{return_id}")


def _mark(visit: Visit) -> Mark:
    """The exact place that a script knows, or the middle of an area."""
    form, text = visit.form, visit.form.get("text", "")
    x, y = (_number(form.get(name, "")) for name in ("x", "y"))
    area = form.get("area", "")
    if _NOWHERE in {x, y} and area in _AREAS:
        x, y = Area(area).centre
    return Mark(x, y, text)


def _number(text: str) -> int:
    place = whole_number(text, MARK_SCALE)
    return _NOWHERE if place is None else place
