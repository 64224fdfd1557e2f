"""The page of a return that waits for a person, and of one that a person has decided on."""

from dataclasses import replace

import pytest

from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.clock import utc_now
from aftercare.orders.model import OrderLine
from aftercare.returns.judgement import EvidenceRequest, Judgement, JudgementCode, Review
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.browser import Browser
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, FIGURE
from tests.fakes.screening import rules, screening_by
from tests.integration.portal.test_return_pages import bought, chosen, photographed, stored

pytestmark = pytest.mark.integration
OTHER = replace(FIGURE, line_id="2", name="Sun Hare")


@pytest.fixture
def customer(portal: Browser) -> Browser:
    return portal.sign_in(EMAIL)


def in_review(house: House, browser: Browser, *lines: OrderLine) -> tuple[str, Return]:
    """A sent return that waits for a person."""
    number = bought(house, *lines)
    path = chosen(browser, number)
    for line in lines[1:]:
        chosen(browser, number, line)
    ret = photographed(house, path)
    assert browser.post(f"{path}/submit").location == path
    strict = screening_by(house.returns, rules(limits={"US": {"USD": 1}}))
    return path, strict.approve(ret.return_id, actor=WORKER)


def test_whoever_waits_for_a_person_reads_until_when_and_not_why(
    house: House, customer: Browser
) -> None:
    path, ret = in_review(house, customer, FIGURE)
    assert ret.review
    assert ret.review.look_by
    page = customer.get(path)
    assert "We’re taking a closer look" in page.text
    assert f"{ret.review.look_by:%B} {ret.review.look_by.day}, " in page.text
    assert f'href="{path}/cancel"' in page.body
    for told in ("value", "signal", "bubble wrap", "This page updates by itself"):
        assert told not in page.text


@pytest.mark.parametrize("several", [False, True], ids=["one item", "two items"])
def test_what_somebody_decided_is_said_of_each_item_with_their_words(
    house: House, customer: Browser, *, several: bool
) -> None:
    lines = (FIGURE, OTHER) if several else (FIGURE,)
    path, ret = in_review(house, customer, *lines)
    said = Judgement(False, JudgementCode.NOT_SHOWN, "It is <i>whole</i>.", WORKER, utc_now())
    judged = tuple(replace(line, judgement=said) for line in ret.lines)
    house.returns.store.save_claim(
        replace(stored(house, path), status=ReturnStatus.DECLINED, lines=judged)
    )
    page = customer.get(path)
    told = "Your photos don’t show the problem that you describe. It is <i>whole</i>."
    assert page.text.count(told) == len(lines)
    in_french = customer.get(f"{path}?lang=fr").body
    assert in_french.count('<span lang="en">It is &lt;i&gt;whole&lt;/i&gt;.</span>') == len(lines)
    assert ("item by item" in page.text) is several
    assert "Something changed since you submitted" not in page.text


def test_what_staff_ask_for_is_read_in_the_language_that_they_wrote_it_in(
    house: House, customer: Browser
) -> None:
    path, ret = in_review(house, customer, FIGURE)
    now = utc_now()
    wanted = EvidenceRequest((EvidenceKind.CLOSE_UP,), "The left ear, please.", WORKER, now, now)
    review = replace(ret.review or Review(now), wanted=wanted)
    after = replace(stored(house, path), status=ReturnStatus.NEEDS_EVIDENCE, review=review)
    house.returns.store.save_claim(after)
    page = customer.get(f"{path}?lang=ja").body
    assert '<p class="asked" lang="en">The left ear, please.</p>' in page
