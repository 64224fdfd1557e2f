"""The unpacking videos of a return: sent in parts by a script, or at once by a form; watched."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.evidence.model import EvidenceKind, EvidenceState
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.typed import whole_number
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.problems import Headers
from portal import rooms
from portal.edge import Visit, customers_page

routes = Blueprint(__name__)

_JSON: Headers = {"Content-Type": "application/json"}
_VIDEOS = "/returns/{return_id}/videos"
_VIDEO = f"{_VIDEOS}/{{evidence_id}}"
_MOST = 10**12
_LONGEST_MARK = 64


@routes.route(_VIDEOS, methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def add_video(visit: Visit, return_id: str) -> Response:
    content_type = visit.form.get("content_type", "video/mp4")
    slot = rooms.returns().add_photo(
        visit.session.email_key,
        return_id,
        content_type,
        EvidenceKind.UNPACKING_VIDEO,
        actor=CUSTOMER,
    )
    page = f"/returns/{return_id}/videos/{slot.evidence_id}"
    if not visit.request.wants_json:
        return visit.go(page)
    body = {"video_id": slot.evidence_id, "path": f"{visit.request.base}{page}"}
    return Response(body, _JSON, HTTPStatus.CREATED)


@routes.route(_VIDEO, methods=["GET"])
@customers_page(routes)
def video(visit: Visit, return_id: str, evidence_id: str) -> Response:
    """The form with which a browser without scripts sends the whole video."""
    slot = rooms.returns().video(visit.session.email_key, return_id, evidence_id)
    if slot.state is not EvidenceState.WAITING:
        return visit.go(f"/returns/{return_id}")
    back = f"{visit.request.base}/returns/{return_id}"
    upload = rooms.evidence().videos.form(slot, f"{visit.request.origin}{back}")
    return visit.show("video.html", upload=upload, back=back)


@routes.route(f"{_VIDEO}/upload", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def begin(visit: Visit, return_id: str, evidence_id: str) -> Response:
    """Begins an upload in parts, or says how far it is."""
    size, mark = _number(visit.form.get("size", "")), visit.form.get("mark", "")[:_LONGEST_MARK]
    key = visit.session.email_key
    progress = rooms.returns().begin_video(key, return_id, evidence_id, size, mark)
    return Response(progress._asdict(), _JSON)


@routes.route(f"{_VIDEO}/parts", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def parts(visit: Visit, return_id: str, evidence_id: str) -> Response:
    """Links for the parts of those numbers."""
    numbers = [_number(text) for text in visit.form.get("numbers", "").split(",")]
    key = visit.session.email_key
    urls = rooms.returns().video_part_urls(key, return_id, evidence_id, numbers)
    return Response({"urls": urls}, _JSON)


@routes.route(f"{_VIDEO}/complete", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def complete(visit: Visit, return_id: str, evidence_id: str) -> Response:
    rooms.returns().complete_video(visit.session.email_key, return_id, evidence_id)
    return Response({}, _JSON)


@routes.route(f"{_VIDEO}/remove", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def remove(visit: Visit, return_id: str, evidence_id: str) -> Response:
    key, returns = visit.session.email_key, rooms.returns()
    returns.owned(key, return_id)
    rooms.evidence().videos.slot(return_id, evidence_id)
    returns.remove_photo(key, return_id, evidence_id)
    if visit.request.wants_json:
        return Response({"said": visit.words.text("video.removed")}, _JSON)
    return visit.go(f"/returns/{return_id}#videos")


@routes.route(f"{_VIDEO}/watch", methods=["GET"])
@customers_page(routes)
def watch(visit: Visit, return_id: str, evidence_id: str) -> Response:
    """On to the video itself, by a link that ends after five minutes."""
    rooms.returns().owned(visit.session.email_key, return_id)
    videos = rooms.evidence().videos
    where = videos.url(videos.slot(return_id, evidence_id))
    return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)


def _number(text: str) -> int:
    """The number; 0, which is neither a size nor a part's number, of any other text."""
    return whole_number(text, _MOST) or 0
