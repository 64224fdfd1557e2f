"""A store's own till redeems hand-over codes, as the OpenAPI document says."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from aftercare.desk.counter import CounterDesk
from aftercare.desk.errors import HandOverRefusedError, TooManyTriesError
from aftercare.desk.hand_over import MISSES_OF_ALL, MISSES_OF_CLIENT, Case
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.partners import Bringing
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from aftercare.desk.wiring import TicketsConfig, till_service
from aftercare.kernel.actor import client
from aftercare.kernel.clock import utc_now
from aftercare.kernel.requests import RequestKey
from aftercare.orders.model import email_key_of
from aftercare.orders.wiring import OrdersConfig, order_service
from tests.fakes.browser import SIGNING_KEY
from tests.fakes.house import House, SetClock
from tests.fakes.logs import logged
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.reviews import STORE, build_desk
from tests.fakes.service_desk import CODE_KEY, HELLO, SOHO, ServiceDesk, desk_beside, service_desk
from tests.fakes.till import Reply, Till

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
_CLIENTS = itertools.count(1_000)


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    found = service_desk(tables, SetClock(utc_now()))
    key = SIGNING_KEY.encode
    found.handing = replace(found.handing, key=key)
    found.walk_ins = replace(found.walk_ins, key=key, handing=found.handing)
    return found


def a_till(scopes: str = "tickets:handover") -> Till:
    return Till(client_id=f"ac_till{next(_CLIENTS):06}", scopes=scopes)


def redeems(till: Till, code: str, store: Any = SOHO) -> Reply:
    return till.ask("POST", "/handovers", body=json.dumps({"code": code, "store": store}))


def other_than(digits: str, by: int = 1) -> str:
    return f"{(int(digits) + by) % 10**6:06d}"


def test_a_till_sees_what_a_counter_sees(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, Verb.NOTE, "Second complaint this month.")
    desk.act(number, Verb.REPLY, "Please bring it in.")
    till = a_till()
    reply = redeems(till, f"code: {desk.code(number)}")
    assert reply.status == 200
    case = reply.body
    assert (case["ticket"], case["topic"], case["state"]) == (number, "order", "open")
    assert case["nothing_to_ask"] is True
    assert [each["proof"] for each in case["proofs"]] == ["order_and_mailbox", "hand_over"]
    said = [(each["by"], each["did"], each.get("words")) for each in case["thread"]]
    assert said == [
        ("customer", "open", HELLO),
        ("desk", "reply", "Please bring it in."),
        ("store", "hand_over", SOHO),
    ]
    assert case["order"]["order_number"] == NUMBER
    assert case["order"]["lines"][0]["name"] == "Moon Hare"
    assert "return" not in case
    assert EMAIL not in json.dumps(reply.body)
    thread = desk.thread(number)
    assert thread.messages[-1].entry.actor == client(till.client_id)
    assert thread.clocks.state is TicketState.OPEN
    assert not thread.messages[-1].entry.is_human_answer


def test_the_same_till_gets_it_again_and_no_other(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    digits = desk.code(number)
    till = a_till()
    first = redeems(till, digits)
    desk.write(number, "The lid, too.")
    again = redeems(till, digits)
    assert len(again.body["thread"]) == len(first.body["thread"]) + 1
    assert redeems(a_till(), digits).problem == (409, "hand_over_refused")
    with pytest.raises(HandOverRefusedError):
        at_the_console(desk).redeem(STORE, digits, SOHO)


def at_the_console(desk: ServiceDesk) -> CounterDesk:
    return replace(desk.counter, key=SIGNING_KEY.encode)


def test_fifty_same_calls_redeem_it_once(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    digits, till = desk.code(number), a_till()
    with ThreadPoolExecutor(10) as crowd:
        replies = [*crowd.map(lambda _: redeems(till, digits), range(50))]
    assert {each.status for each in replies} <= {200, 429, 503}
    verbs = [each.entry.verb for each in desk.thread(number).messages]
    assert verbs.count(Verb.HAND_OVER) == 1


def test_wrong_old_replaced_and_used_codes_are_refused_alike(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    replaced, used = desk.code(number), desk.code(number)
    redeems(a_till(), used)
    desk.clock.forward(minutes=-16)
    old = desk.code(number)
    till = a_till()
    said = {json.dumps({**redeems(till, each).body, "instance": ""}) for each in (replaced, used)}
    said |= {json.dumps({**redeems(till, each).body, "instance": ""}) for each in (old, "000000")}
    assert len(said) == 1


def test_what_is_no_code_is_no_try(desk: ServiceDesk) -> None:
    till = a_till()
    for _ in range(MISSES_OF_CLIENT.most + 5):
        assert redeems(till, "12").problem == (400, "hand_over_unreadable")
        assert redeems(till, "123456", " ").problem == (400, "request_invalid")
        assert redeems(till, "123456", "x" * 61).problem == (400, "request_invalid")
    assert redeems(till, desk.code(desk.ask().ticket.number)).status == 200


def test_a_key_guesses_ten_times_an_hour(desk: ServiceDesk) -> None:
    digits, till = desk.code(desk.ask().ticket.number), a_till()
    for step in range(1, MISSES_OF_CLIENT.most + 1):
        assert redeems(till, other_than(digits, step)).status == 409
    refused = redeems(till, digits)
    assert refused.problem == (429, "too_many_tries")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert redeems(a_till(), digits).status == 200


def test_a_hundred_guesses_at_once_are_no_way_around(desk: ServiceDesk) -> None:
    digits, till = desk.code(desk.ask().ticket.number), a_till()
    with ThreadPoolExecutor(10) as crowd:
        tried = crowd.map(lambda step: redeems(till, other_than(digits, step)), range(1, 61))
        statuses = [each.status for each in tried]
    assert statuses.count(409) == MISSES_OF_CLIENT.most


def test_many_keys_and_counters_guess_600_times_together(tables: dict[str, str]) -> None:
    desk = service_desk(tables)
    orders = order_service(OrdersConfig(tables["OrdersTable"]))
    config = TicketsConfig(tables["TicketsTable"], tables["DueTable"])
    tills = till_service(config, orders, lambda: CODE_KEY, clock=desk.clock)
    digits = desk.code(desk.ask().ticket.number)
    for step in range(MISSES_OF_ALL.most):
        with pytest.raises(HandOverRefusedError):
            tills.redeem(f"ac_{step // 10}", other_than(digits, step + 1), SOHO)
    with pytest.raises(TooManyTriesError):
        tills.redeem("ac_other", digits, SOHO)
    with pytest.raises(TooManyTriesError):
        desk.redeem(digits)


@pytest.mark.parametrize("scopes", ["", "tickets:write", "returns:counter points:admin"])
def test_it_needs_a_scope_of_its_own(desk: ServiceDesk, scopes: str) -> None:
    digits = desk.code(desk.ask().ticket.number)
    assert redeems(a_till(scopes), digits).problem == (403, "insufficient_scope")
    till = a_till()
    asked = till.ask("GET", "/tickets/{number}", {"number": "R-0000-0000-0"})
    assert asked.problem == (403, "insufficient_scope")
    assert redeems(till, digits).status == 200


def test_a_paper_code_opens_its_case_at_a_till(desk: ServiceDesk) -> None:
    number = desk.walks_in().ticket.number
    digits = desk.paper_code(number)
    case = redeems(a_till(), " ".join(digits[at : at + 4] for at in range(0, 16, 4))).body
    assert (case["ticket"], case["nothing_to_ask"], case["language"]) == (number, False, "fr")
    assert case["thread"][0] == {**case["thread"][0], "by": "customer", "words": HELLO}
    assert "order" not in case
    assert redeems(a_till(), digits).status == 200


def test_what_partners_brought_is_not_theirs_to_read_on_by_redeeming_it(desk: ServiceDesk) -> None:
    """A key with both scopes reads no more of it by its own hand-over."""
    key = RequestKey("ac_both", "k", "d")
    bringing = Bringing(EMAIL, Topic.PRODUCT, HELLO, "en", NUMBER)
    number = desk.partners.open(bringing, key).number
    till = Till(client_id="ac_both", scopes="tickets:handover tickets:write")
    redeems(till, desk.code(number))
    desk.act(number, Verb.REPLY, "We speak about something else now.")
    seen = [each.words for each in desk.partners.look("ac_both", number).messages]
    assert seen == [HELLO]


def test_nothing_of_the_case_is_logged(desk: ServiceDesk) -> None:
    digits = desk.code(desk.ask().ticket.number)
    with logged() as log:
        redeems(a_till(), digits)
        redeems(a_till(), other_than(digits))
    text = log.getvalue()
    for secret in (digits, HELLO, EMAIL, NUMBER):
        assert secret not in text


def test_a_return_that_nobody_wrote_about_gets_its_ticket(desk: ServiceDesk) -> None:
    """The return itself is no longer there: the case is shown without it."""
    mei = email_key_of(EMAIL)
    case = Case("return#ret_1", mei, "fr", "", Topic.RETURN, NUMBER, "ret_1", "")
    shown = redeems(a_till(), desk.code(case=case)).body
    assert (shown["topic"], "return" in shown) == ("return", False)
    assert shown["order"]["order_number"] == NUMBER


def test_what_was_closed_goes_on(desk: ServiceDesk) -> None:
    desk.clock.forward(days=-20)
    number = desk.ask(About(Topic.ORDER, NUMBER)).ticket.number
    desk.act(number, Verb.RESOLVE)
    desk.clock.forward(days=15)
    desk.work()
    desk.clock.forward(days=5)
    assert redeems(a_till(), desk.code(number)).body["follows"] == number


def test_a_till_sees_lines_evidence_and_decision_of_a_return(
    tables: dict[str, str], house: House
) -> None:
    house.clock.now = utc_now()
    returns = build_desk(house, tables)
    desk = desk_beside(tables, SetClock(utc_now()))
    desk.handing = replace(desk.handing, key=SIGNING_KEY.encode)
    ret = returns.waiting()
    case = Case(
        f"return#{ret.return_id}",
        ret.email_key,
        "en",
        order_number=ret.order_number,
        return_id=ret.return_id,
        return_number=ret.ticket,
    )
    shown = redeems(a_till(), desk.code(case=case)).body
    returned = shown["return"]
    assert (shown["ticket"], returned["ticket"]) == (ret.ticket, ret.ticket)
    assert returned["status"] == ret.status
    assert [each["name"] for each in returned["lines"]] == [line.name for line in ret.lines]
    assert returned["lines"][0]["passed"] in {True, False}
    assert {each["state"] for each in returned["evidence"]} == {"accepted"}
    assert all(isinstance(each["marks"], list) for each in returned["evidence"])
    assert "order" not in shown
