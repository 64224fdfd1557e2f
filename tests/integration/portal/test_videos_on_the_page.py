"""Videos on a return's page: sent by a form or in parts, watched, removed, in place of photos."""

import json
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from aftercare.evidence.model import Evidence, EvidenceKind
from aftercare.kernel.actor import CUSTOMER, staff
from aftercare.kernel.clock import utc_now
from aftercare.kernel.ids import new_id
from aftercare.returns.judgement import EvidenceRequest, Review
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.browser import Browser
from tests.fakes.house import WORKER, House, good_photo, put_upload
from tests.fakes.orders import EMAIL
from tests.fakes.videos import mp4

pytestmark = pytest.mark.integration
VIDEO = EvidenceKind.UNPACKING_VIDEO


@pytest.fixture
def draft(house: House) -> Return:
    house.clock.now = utc_now()
    return house.draft(house.delivered_order(), new_id("ret", utc_now()))


@pytest.fixture
def customer(portal: Browser) -> Browser:
    return portal.sign_in(EMAIL)


def script(customer: Browser) -> Browser:
    customer.accept = "application/json"
    return customer


def opened(house: House, draft: Return) -> Evidence:
    return house.returns.add_photo(
        draft.email_key, draft.return_id, "video/mp4", VIDEO, actor=CUSTOMER
    )


def judged(house: House, draft: Return, data: bytes) -> Evidence:
    slot = opened(house, draft)
    put_upload(house, slot.upload_key, data)
    return house.evidence.screen(slot.upload_key, good_photo, actor=WORKER) or slot


def page(slot: Evidence) -> str:
    return f"/returns/{slot.return_id}/videos/{slot.evidence_id}"


def test_without_scripts_one_form_takes_the_whole_video(draft: Return, customer: Browser) -> None:
    shown = customer.get(f"/returns/{draft.return_id}")
    assert "Unpacking video" in shown.text
    assert "We keep a video as you send it" in shown.text
    form = customer.follow(customer.post(f"/returns/{draft.return_id}/videos"))
    assert 'type="file" accept="video/*' in form.body
    assert f"/returns/{draft.return_id}" in form.hidden("success_action_redirect")
    assert form.hidden("Content-Type") == "video/mp4"


def test_a_script_begins_gets_links_and_completes(
    house: House, draft: Return, customer: Browser
) -> None:
    answer = script(customer).post(f"/returns/{draft.return_id}/videos", content_type="video/webm")
    assert answer.status == 201
    path = json.loads(answer.body)["path"]
    begun = customer.post(f"{path}/upload", size="9000000", mark="mine")
    assert json.loads(begun.body) == {"part_bytes": 8388608, "parts": 2, "missing": [1, 2]}
    urls = json.loads(customer.post(f"{path}/parts", numbers="1,2,7,x").body)["urls"]
    assert set(urls) == {"1", "2"}
    refusal = customer.post(f"{path}/complete")
    assert (refusal.status, refusal.problem["code"]) == (409, "video_incomplete")
    assert len(house.evidence.of_return(draft.return_id)) == 1


@pytest.mark.parametrize("size", ["", "x", "-1", "0", "1e9", "²", "209715201", "9" * 99])
def test_a_size_that_is_none_or_too_large_is_refused(
    house: House, draft: Return, customer: Browser, size: str
) -> None:
    slot = opened(house, draft)
    answer = script(customer).post(f"{page(slot)}/upload", size=size, mark="mine")
    assert (answer.status, answer.problem["code"]) == (400, "video_too_large")


def test_an_accepted_video_is_shown_with_its_length_and_can_be_watched(
    house: House, draft: Return, customer: Browser
) -> None:
    slot = judged(house, draft, mp4(75))
    assert "Video 1 is here, 1:15 long." in customer.get(f"/returns/{draft.return_id}").text
    answer = customer.get(f"{page(slot)}/watch")
    assert answer.status == 303
    assert urlsplit(answer.location).path.endswith(slot.video_key)
    assert customer.get(page(slot)).location == f"/returns/{draft.return_id}"


def test_a_refused_video_says_why(house: House, draft: Return, customer: Browser) -> None:
    judged(house, draft, mp4(2))
    shown = customer.get(f"/returns/{draft.return_id}").text
    assert "Video 1 is too short. It needs at least 3 seconds." in shown


def test_a_video_on_its_way_can_go_on_from_the_page(
    house: House, draft: Return, customer: Browser
) -> None:
    slot = opened(house, draft)
    shown = customer.get(f"/returns/{draft.return_id}")
    assert f'data-resume="{page(slot)}"' in shown.body
    assert "data-live" in shown.body


def test_a_removed_video_is_gone(house: House, draft: Return, customer: Browser) -> None:
    slot = judged(house, draft, mp4())
    answer = customer.post(f"{page(slot)}/remove")
    assert answer.location == f"/returns/{draft.return_id}#videos"
    assert house.evidence.of_return(draft.return_id) == ()
    assert customer.get(f"{page(slot)}/watch").status == 404


def test_a_video_stands_for_the_photos(house: House, draft: Return, customer: Browser) -> None:
    judged(house, draft, mp4())
    assert "Next, you check your answers and submit." in customer.get(
        f"/returns/{draft.return_id}"
    ).text.replace("’", "'")
    after = house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    assert after.submitted_at


def test_a_video_that_staff_asked_for_is_sent_on_the_returns_page(
    house: House, draft: Return, customer: Browser
) -> None:
    path = f"/returns/{draft.return_id}"
    house.add_good_photo(draft)
    submitted = house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    assert "data-videos" not in customer.get(path).body
    now, agent = house.clock(), staff("stf_1")
    wanted = EvidenceRequest((VIDEO,), "The unpacking, please.", agent, now, now)
    asked = replace(
        submitted, status=ReturnStatus.NEEDS_EVIDENCE, review=Review(now, wanted=wanted)
    )
    stored = house.returns.store.get(draft.return_id)
    assert stored
    house.returns.store.save_draft(replace(asked, version=stored.version))
    page = customer.get(path)
    assert "videos." in page.body
    assert "data-video-uploader hidden" not in page.body
    assert customer.post(f"{path}/videos").location.startswith(f"{path}/videos/")


def test_nobody_else_sends_watches_or_removes_it(
    house: House, draft: Return, portal: Browser
) -> None:
    slot = judged(house, draft, mp4())
    stranger = script(portal.sign_in("stranger@example.com"))
    for verb in ("upload", "parts", "complete", "remove"):
        assert stranger.post(f"{page(slot)}/{verb}", size="9", mark="m", numbers="1").status == 404
    for path in (page(slot), f"{page(slot)}/watch"):
        assert stranger.get(path).status == 404
    assert stranger.post(f"/returns/{draft.return_id}/videos").status == 404
    assert house.evidence.of_return(draft.return_id) == (slot,)
