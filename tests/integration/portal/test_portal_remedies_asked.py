"""Where a policy leaves a choice, the customer is asked what they prefer (R-RET-23)."""

from datetime import UTC, datetime

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order, email_key_of
from aftercare.returns.model import ChosenLine, Reason, Return
from aftercare.returns.policy import Remedy
from tests.fakes.browser import Browser
from tests.fakes.house import House
from tests.fakes.orders import NOON
from tests.fakes.strangers import ATTACKER

pytestmark = pytest.mark.integration
KEY = email_key_of(ATTACKER)
WORDS = "What would you like?"


@pytest.fixture
def order(house: House) -> Order:
    """An order since which a policy has two remedies."""
    house.clock.now = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)
    return house.delivered_order(email=ATTACKER)


def draft_of(house: House, order: Order) -> Return:
    draft = house.returns.draft_of(KEY, order.order_number)
    assert draft
    return draft


def saved(house: House, order: Order, reason: Reason, remedy: Remedy | None) -> Return:
    said = {"1": ChosenLine(1, reason, "a stain", remedy=remedy)}
    return house.returns.save_draft(
        KEY, new_id("ret", NOON), order.order_number, said, another=True, actor=CUSTOMER
    )


def test_the_form_asks_and_the_first_one_is_the_policys(
    house: House, attacker: Browser, order: Order
) -> None:
    path = f"/orders/{order.order_number}/item?line=1"
    page = attacker.get(path)
    assert WORDS in page.text
    assert 'name="remedy" value="refund" checked' in page.body
    assert 'name="remedy" value="replacement">' in page.body
    assert 'value="store_credit"' not in page.body
    form = {"line": "1", "units": "1", "reason": "stained", "note": "", "return_id": ""}
    form["return_id"] = new_id("ret", NOON)
    answer = attacker.post(path, **form, remedy="replacement")
    assert answer.status == 303
    draft = draft_of(house, order)
    assert draft.lines[0].remedy is Remedy.REPLACEMENT
    again = attacker.get(path)
    assert 'name="remedy" value="replacement" checked' in again.body


def test_without_a_word_the_policys_first_remedy_is_theirs(
    house: House, attacker: Browser, order: Order
) -> None:
    path = f"/orders/{order.order_number}/item?line=1"
    attacker.get(path)
    form = {"line": "1", "units": "1", "reason": "stained", "note": ""}
    attacker.post(path, **form, return_id=new_id("ret", NOON), remedy="a pony")
    draft = draft_of(house, order)
    assert draft.lines[0].remedy is Remedy.REFUND


@pytest.mark.parametrize(
    ("remedy", "kept"),
    [(Remedy.REPLACEMENT, Remedy.REPLACEMENT), (Remedy.STORE_CREDIT, None), (None, None)],
)
def test_only_what_the_policy_has_is_kept(
    house: House, order: Order, remedy: Remedy | None, kept: Remedy | None
) -> None:
    draft = saved(house, order, Reason.STAINED, remedy)
    assert draft.lines[0].remedy is kept
    stored = house.returns.store.get(draft.return_id)
    assert stored
    assert stored.lines[0].remedy is kept


def test_an_order_whose_policy_leaves_no_choice_is_not_asked(
    house: House, attacker: Browser
) -> None:
    order = house.delivered_order(email=ATTACKER)
    assert WORDS not in attacker.get(f"/orders/{order.order_number}/item?line=1").text
    assert saved(house, order, Reason.STAINED, Remedy.REFUND).lines[0].remedy is None


def test_the_check_before_the_submission_says_what_was_chosen(
    house: House, attacker: Browser, order: Order
) -> None:
    draft = saved(house, order, Reason.STAINED, Remedy.REPLACEMENT)
    page = attacker.get(f"/returns/{draft.return_id}/check").text
    assert "What you'd like" in page.replace("\u2019", "'").replace("&#39;", "'")
    assert "A new one" in page
