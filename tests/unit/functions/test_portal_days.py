"""Days and times on a return's pages are the customer's (R-CAL-01)."""

from dataclasses import replace
from datetime import UTC, date, datetime

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.returns import events
from aftercare.returns.model import Repayment, Return, ReturnLine
from aftercare.returns.policy import LineDecision
from aftercare.words.service import words
from portal.returns import return_pages
from portal.returns.words import explanation
from tests.fakes.orders import HOME, purchase

# Half past seven of the evening before in Hawaii.
AT = datetime(2026, 6, 16, 5, 30, tzinfo=UTC)
W = words("en")


def returned(zone: str) -> Return:
    decision = LineDecision(
        "na_online", "2025-01-06", AT, (), last_day=date(2026, 6, 30), zone=zone
    )
    line = ReturnLine("1", "FIG-1", "Moon Hare", 1, decision=decision)
    repaid = Repayment(8900, "USD", AT)
    return Return("ret_1", "key", "PM-1", (line,), AT, ticket="R-1", repayment=repaid)


def in_hawaii() -> Order:
    home = replace(HOME, city="Honolulu", region="HI", postal_code="96813")
    return Order("PM-1", purchase=purchase(ship_to=home))


def steps(ret: Return, order: Order | None = None) -> list[str]:
    entry = Entry("ent_1", events.SUBMITTED, ret.return_id, AT, {"ticket": "R-1"}, actor=CUSTOMER)
    page = return_pages.return_page(W, "", ret, order, slots=[], timeline=[entry], now=AT)
    timeline = page["timeline"]
    assert isinstance(timeline, list)
    return [moment.when for moment in timeline]


def test_a_refund_was_paid_on_the_customer_s_day() -> None:
    assert "June 15, 2026" in explanation(W, returned("Pacific/Honolulu"))
    assert "June 16, 2026" in explanation(W, returned("Europe/Paris"))


def test_steps_of_a_return_are_on_the_customer_s_clock() -> None:
    assert steps(returned("Pacific/Honolulu")) == [
        "Jun 15, 7:30\N{NARROW NO-BREAK SPACE}PM Hawaii time"
    ]
    assert steps(returned("Asia/Tokyo")) == ["Jun 16, 2:30\N{NARROW NO-BREAK SPACE}PM Japan time"]


def test_a_return_whose_zone_is_not_known_is_told_in_utc() -> None:
    assert "June 16, 2026" in explanation(W, returned(""))
    assert steps(returned("")) == ["Jun 16, 5:30\N{NARROW NO-BREAK SPACE}AM UTC"]


def test_a_return_without_a_reason_yet_is_told_on_its_order_s_clock() -> None:
    draft = replace(returned(""), repayment=None, evidence_due_at=AT)
    assert steps(draft, in_hawaii()) == ["Jun 15, 7:30\N{NARROW NO-BREAK SPACE}PM Hawaii time"]
    page = return_pages.return_page(W, "", draft, in_hawaii(), slots=[], timeline=[], now=AT)
    head = page["ret"]
    assert isinstance(head, return_pages.ReturnHead)
    assert head.due == "June 15, 2026 at 7:30\N{NARROW NO-BREAK SPACE}PM, Hawaii time"
