"""One photo that somebody sends us, as `_uploader.html` shows it, whatever it is sent with."""

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from chalice.app import Response

from portal import rooms

if TYPE_CHECKING:
    from aftercare.evidence.model import Evidence


class Photo(NamedTuple):
    """One photo and what screening found. `link` leads to its own page, where it has one."""

    id: str
    number: int
    state: str
    words: str
    thumbnail: str
    path: str
    facts: list[str]
    link: str = ""


def upload_of(slot: "Evidence") -> Response:
    """Where a script sends the photo of a new slot."""
    upload = rooms.evidence().upload_form(slot)
    body = {"photo_id": slot.evidence_id, "upload": {"url": upload.url, "fields": upload.fields}}
    return Response(body, {"Content-Type": "application/json"}, HTTPStatus.CREATED)
