"""What a return's page says of photos that have no verdict."""

from datetime import timedelta

import pytest

from aftercare.evidence.model import Evidence
from aftercare.kernel.clock import utc_now
from aftercare.kernel.ids import new_id
from tests.fakes.browser import Browser, Page
from tests.fakes.house import House, put_upload
from tests.fakes.orders import EMAIL

pytestmark = pytest.mark.integration


def page_of(house: House, portal: Browser, minutes: float, *, begun: bool) -> Page:
    """The page of a draft with one photo, that long ago; its screening began, or did not."""
    house.clock.now = utc_now()
    draft = house.draft(house.delivered_order(), new_id("ret", utc_now()))
    opened_at = utc_now() - timedelta(minutes=minutes)
    slot = Evidence(draft.return_id, new_id("evd", opened_at), "image/jpeg", opened_at)
    house.evidence.store.open(slot)
    if begun:
        put_upload(house, slot.upload_key)
        house.evidence.store.begin(slot)
    return portal.sign_in(EMAIL).get(f"/returns/{draft.return_id}")


@pytest.mark.parametrize("begun", [True, False])
def test_a_photo_is_being_checked_while_its_verdict_may_come(
    house: House, portal: Browser, begun: bool
) -> None:
    page = page_of(house, portal, 11, begun=begun)
    assert "is being checked…" in page.body
    assert "data-live" in page.body


def test_a_photo_whose_verdict_does_not_come_is_asked_for_again(
    house: House, portal: Browser
) -> None:
    page = page_of(house, portal, 13, begun=True)
    assert "is being checked…" not in page.body
    assert "couldn&#39;t be checked. Please send it again." in page.body.replace("’", "&#39;")
    assert "data-live" not in page.body


def test_a_slot_that_never_got_its_photo_is_not_shown(house: House, portal: Browser) -> None:
    assert 'data-photo="' not in page_of(house, portal, 13, begun=False).body
