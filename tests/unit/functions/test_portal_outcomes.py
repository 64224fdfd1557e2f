"""What a return's page says from the arrival to the money: dates that are so, and every amount."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from markupsafe import Markup

from aftercare.kernel.actor import Actor, staff
from aftercare.kernel.timeline import Entry
from aftercare.returns import events
from aftercare.returns.arrivals import Condition, Disposition, Grade, Inspection, Receipt
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import Repayment, Return, ReturnLine, ReturnStatus
from aftercare.returns.policy import Remedy
from aftercare.returns.settlement import Promise, SettledLine, Settlement, SettlementState
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from portal.returns import outcomes, return_pages
from portal.returns.words import ending, headline, status, step

AT = datetime(2026, 11, 30, 18, tzinfo=UTC)
PROMISE = Promise(AT, date(2026, 12, 7), date(2026, 12, 14), "Pacific/Honolulu", "2026-11-28")
W = words("en")
DOCK: Actor = staff("stf_1")
PAID = Repayment(8900, "USD", AT)


def line(taken: int | None = 2, *, came: int = 2, **changes: object) -> ReturnLine:
    units = {Condition.RECEIVED: came} | ({Condition.SHORT: 2 - came} if came < 2 else {})
    code = JudgementCode.AS_ASKED if taken == 2 else JudgementCode.NOT_SHOWN
    found = Inspection(taken or 0, Grade.A, Disposition.SEND_BACK, code, "A crack.", DOCK, AT)
    plain = ReturnLine("1", "FIG-1", "Moon Hare", 2, receipt=Receipt(units, (), "7", DOCK, AT))
    whole = plain if taken is None else replace(plain, inspection=found)
    return replace(whole, **changes)  # type: ignore[arg-type]


def asked(remedy: Remedy = Remedy.REFUND, number: int = 1, **changes: object) -> Settlement:
    worth = 0 if remedy is Remedy.REPLACEMENT else 8900
    plain = Settlement(
        f"R-1#{number}", remedy, {"1": SettledLine(2, worth, 0)}, 0, 0, "USD", DOCK, AT
    )
    return plain._replace(**changes)  # type: ignore[arg-type]


def returned(state: ReturnStatus, *settlements: Settlement, **changes: object) -> Return:
    plain = Return(
        "ret_1",
        "key",
        "PM-1",
        (line(),),
        AT,
        status=state,
        ticket="R-1",
        arrived_at=AT,
        promise=PROMISE,
        settlements=settlements,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def when(ret: Return, *, days: float = 0) -> str:
    found = outcomes.promised(W, ret, AT + timedelta(days=days))
    told = (found.when or found.note) if found else ""
    return told.striptags() if isinstance(told, Markup) else told


# ---------------------------------------------------------------- the promise


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, "Between December 7, 2026 and December 14, 2026"),
        (7, "Between December 7, 2026 and December 14, 2026"),
        (8, "By December 14, 2026"),
        (14.6, "By December 14, 2026"),  # the fifteenth in Paris
        (15, "We're sorry."),
    ],
)
def test_no_day_that_has_passed_is_told_as_one_to_come(days: float, told: str) -> None:
    assert told in when(returned(ReturnStatus.INSPECTED), days=days)


def test_a_broken_promise_says_so_and_names_no_day() -> None:
    late = returned(ReturnStatus.RESOLVING, asked(), promise=PROMISE._replace(broken=True))
    told = outcomes.promised(W, late, AT)
    assert told
    assert told.title == "This is taking longer than we said"
    assert not told.when


@pytest.mark.parametrize(
    "ret",
    [
        returned(ReturnStatus.CLOSED, asked(state=SettlementState.SETTLED)),
        returned(ReturnStatus.INSPECTED, lines=(line(0),)),
        returned(ReturnStatus.INSPECTED, repayment=PAID),
        returned(ReturnStatus.ARRIVED, promise=None),
        returned(ReturnStatus.IN_TRANSIT),
    ],
    ids=["closed", "nothing is taken back", "paid already", "of before the rules", "on its way"],
)
def test_who_waits_for_nothing_is_promised_nothing(ret: Return) -> None:
    assert outcomes.promised(W, ret, AT) is None


# ---------------------------------------------------------------- what was found


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (line(None), "It's here. We're checking it."),
        (line(None, came=0), "2 weren't in the parcel."),
        (line(2), "All fine: we take it back."),
        (
            line(1),
            "We take back 1 of 2. We couldn't find the problem that you describe. "
            "We send back to you what we don't keep.",
        ),
        (line(1, came=1), "1 wasn't in the parcel. We take back 1 of 2."),
    ],
)
def test_each_item_says_what_came_and_what_was_found(item: ReturnLine, told: str) -> None:
    ret = returned(ReturnStatus.INSPECTED, lines=(item,))
    [found] = outcomes.found_items(W, "", ret, None)
    assert found.text == told
    assert found.own_words == ("A crack." if item.inspection else "")


def test_before_anybody_received_it_nothing_was_found() -> None:
    expected = replace(line(None), receipt=None)
    ret = returned(ReturnStatus.ARRIVED, lines=(expected,))
    assert outcomes.found_items(W, "", ret, None) == []


# ---------------------------------------------------------------- what the customer gets


def test_a_refund_names_every_amount_and_they_add_up() -> None:
    one = asked(shipping=599, deduction=795, paid_before=100)
    [given] = outcomes.given(W, returned(ReturnStatus.RESOLVING, one), None)
    assert (given.title, given.amount, given.state_words) == ("Your refund", "$88.04", "Arranged")
    assert [(row.name, row.amount) for row in given.amounts] == [
        ("2\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN} Moon Hare", "$89.00"),
        ("Shipping that you paid", "$5.99"),
        ("Return shipping, kept back", "-$7.95"),
        ("Paid before", "$1.00"),
    ]


def test_a_request_that_failed_says_that_it_takes_longer_until_it_is_made_again() -> None:
    failed = asked(state=SettlementState.FAILED, failure="card_closed")
    [given] = outcomes.given(W, returned(ReturnStatus.RESOLVING, failed), None)
    assert given.state_words == "Taking longer"
    assert "card_closed" not in str(given)
    again = returned(ReturnStatus.RESOLVING, failed, asked(number=2))
    assert [each.state_words for each in outcomes.given(W, again, None)] == ["Arranged"]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"due": 500}, "It costs $5.00 more than what you sent back."),
        ({"lines": {"1": SettledLine(2, 300, 0)}}, "you get $3.00 back as well."),
    ],
)
def test_an_exchange_says_what_the_difference_is(other: dict[str, object], told: str) -> None:
    one = asked(Remedy.EXCHANGE, lines={"1": SettledLine(2, 0, 0)})._replace(**other)  # type: ignore[arg-type]
    [given] = outcomes.given(W, returned(ReturnStatus.RESOLVING, one), None)
    assert told in " ".join(given.notes)


# ---------------------------------------------------------------- how it ends


DONE = asked(state=SettlementState.SETTLED)
CREDIT = asked(Remedy.STORE_CREDIT, state=SettlementState.SETTLED)
SENT = asked(Remedy.REPLACEMENT, 2, state=SettlementState.SETTLED)


@pytest.mark.parametrize(
    ("ret", "end", "told"),
    [
        (returned(ReturnStatus.CLOSED, DONE, repayment=PAID), "refunded", "$89.00 refunded"),
        (
            returned(ReturnStatus.CLOSED, CREDIT, repayment=PAID),
            "credited",
            "$89.00 of store credit",
        ),
        (returned(ReturnStatus.CLOSED, SENT), "settled", "Your return is settled"),
        (returned(ReturnStatus.CLOSED, lines=(line(0),)), "", "This return is closed"),
        (
            returned(ReturnStatus.RESOLVING, DONE, SENT, repayment=PAID),
            "",
            "We're settling your return",
        ),
        (returned(ReturnStatus.IN_TRANSIT, repayment=PAID), "refunded", "$89.00 refunded"),
    ],
)
def test_a_return_ends_with_all_that_its_customer_gets(ret: Return, end: str, told: str) -> None:
    assert (ending(ret), headline(W, ret)) == (end, told)


@pytest.mark.parametrize(
    ("ret", "reached"),
    [
        (returned(ReturnStatus.ARRIVED), 5),
        (returned(ReturnStatus.INSPECTED), 6),
        (returned(ReturnStatus.RESOLVING, asked()), 6),
        (returned(ReturnStatus.CLOSED, DONE, repayment=PAID), 7),
        (returned(ReturnStatus.CLOSED, lines=(line(0),)), 0),
        (returned(ReturnStatus.RESOLVING, asked(), arrived_at=None), 0),
        (returned(ReturnStatus.LOST), 0),
    ],
)
def test_the_steps_go_on_after_the_arrival(ret: Return, reached: int) -> None:
    page = return_pages.return_page(W, "", ret, None, slots=[], timeline=[], now=AT)
    head = page["ret"]
    assert isinstance(head, return_pages.ReturnHead)
    assert head.reached == reached
    assert page["label"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_words_in_every_language(language: str) -> None:
    for state in ReturnStatus:
        assert status(words(language), returned(state))


def test_a_step_says_what_was_sent() -> None:
    repair = asked(Remedy.REPAIR, state=SettlementState.SETTLED)
    ret = returned(ReturnStatus.CLOSED, repair)
    named = Entry("ent_1", events.REPLACED, "ret_1", AT, {"settlement_id": "R-1#1"}, actor=DOCK)
    assert step(W, ret, named) == "We sent your repaired item."
    assert step(W, ret, replace(named, data={})) == "We sent your replacement."
