"""A return's videos in every state that the server knows, and in those that only a page knows."""

from dataclasses import replace
from typing import NamedTuple

from playwright.sync_api import Page

from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import OrderLine
from aftercare.returns.model import Return
from tests.fakes.browser_pages.customer import File
from tests.fakes.browser_pages.files import A_DOCUMENT
from tests.fakes.house import WORKER, House, good_photo, put_upload
from tests.fakes.videos import mp4

_VIDEO = EvidenceKind.UNPACKING_VIDEO
_UPLOADS = "https://test-uploads.s3.*/**"
_LONG_NAME = "Auspacken_der_Lieferung_vom_Dienstag_VID_20261124_183012_4K.mp4"
A_VIDEO = File(_LONG_NAME, "video/mp4", mp4(60))


class Filmed(NamedTuple):
    """Drafts by what became of their videos, and one that waits for its file."""

    judged: str
    begun: str
    waiting: str


def filmed(house: House, email: str, line: OrderLine) -> Filmed:
    """One with videos that were accepted, refused and are on their way; one where one stopped."""
    judged, begun = _draft(house, email, line), _draft(house, email, line)
    for video in (mp4(75), mp4(2)):
        put_upload(house, _opened(house, judged), video)
        house.evidence.screen(_last(house, judged), good_photo, actor=WORKER)
    _opened(house, judged)
    waiting = house.returns.add_photo(
        begun.email_key, begun.return_id, "video/mp4", _VIDEO, actor=CUSTOMER
    )
    house.returns.begin_video(
        begun.email_key, begun.return_id, waiting.evidence_id, 10_000_000, "mine"
    )
    return Filmed(judged.return_id, begun.return_id, waiting.evidence_id)


def _draft(house: House, email: str, line: OrderLine) -> Return:
    order = house.delivered_order(replace(line, quantity=1), email=email)
    return house.draft(order, new_id("ret", house.clock()))


def _opened(house: House, draft: Return) -> str:
    slot = house.returns.add_photo(
        draft.email_key, draft.return_id, "video/mp4", _VIDEO, actor=CUSTOMER
    )
    return slot.upload_key


def _last(house: House, draft: Return) -> str:
    return house.evidence.of_return(draft.return_id)[-1].upload_key


def is_sending(page: Page) -> None:
    """A video on its way that makes no headway, and a file that is none."""
    page.context.route(_UPLOADS, lambda _: None)
    page.locator("[data-video-file]").set_input_files(A_DOCUMENT.payload)
    page.locator("[data-resume]").set_input_files(A_VIDEO.payload)
    page.locator("[data-video-uploads] progress:visible").wait_for()


def has_failed(page: Page) -> None:
    """A video that did not get through, and may be tried again."""
    page.context.route("**/upload", lambda route: route.abort())
    page.locator("[data-resume]").set_input_files(A_VIDEO.payload)
    page.locator("[data-retry]:visible").wait_for()
    page.context.unroute("**/upload")
