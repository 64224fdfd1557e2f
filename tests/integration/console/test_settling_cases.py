"""Staff settle a case, end it and take it up again; who may not, sees no form and is refused."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.labels.model import ScanKind
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import ParcelWay, Return, ReturnStatus
from aftercare.returns.policy import Remedy
from aftercare.returns.wiring import ReturnNoticesConfig, resolving_service
from tests.fakes.browser import Page
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.dock import Dock
from tests.fakes.house import WORKER
from tests.fakes.reviews import WAREHOUSE
from tests.fakes.several import in_parcels
from tests.fakes.several import scan as scan_parcel
from tests.fakes.user_pool import UserPool
from tests.integration.returns.test_cancelling import scan

pytestmark = pytest.mark.integration
TITLES = {
    "resolution": "Choose what the customer gets",
    "unreceived-refund": "Refund without the parcel",
    "closure": "Close without a refund",
    "loss": "Declare the parcel lost",
    "reopening": "Take it up again",
}
WHY = {"words": "Agreed on the phone."}

type SignIn = Callable[[str], StaffBrowser]


@pytest.fixture
def signed_in(pool: UserPool) -> SignIn:
    def sign_in(role: str) -> StaffBrowser:
        return StaffBrowser().signs_in(pool, pool.add(role, name=f"Ada {role}"))

    return sign_in


def inspected(dock: Dock, accepted: int = 1) -> Return:
    """Two units came, of which so many are taken back."""
    ret = dock.sent()
    code = JudgementCode.AS_ASKED if accepted == 2 else JudgementCode.NOT_SHOWN
    words = "" if accepted == 2 else "One is glued."
    found = {"1": Found(accepted, Grade.B, Disposition.RESTOCK, code, words)}
    came, actor = {"1": Came({Condition.RECEIVED: 2})}, WAREHOUSE.actor
    dock.desk.receiving.receive(ret.return_id, came, "", actor=actor)
    return dock.desk.receiving.inspect(ret.return_id, found, actor=actor).ret


def moving(dock: Dock) -> Return:
    return scan(dock.house, dock.sent(), ScanKind.IN_TRANSIT)


def cancelled(dock: Dock) -> Return:
    ret = dock.sent()
    return dock.house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)


def sends(browser: StaffBrowser, ret: Return, verb: str, **typed: str) -> Page:
    version = browser.get(f"/cases/{ret.return_id}").hidden("version")
    form = {"version": version, "form": verb, **typed}
    return browser.post(f"/cases/{ret.return_id}/{verb}", **form)


def resolves(browser: StaffBrowser, ret: Return, **typed: str) -> Page:
    line = {"open_1": "1", "units_1": "1", "remedy": "refund"}
    return sends(browser, ret, "resolution", **{**line, **typed})


def forms(browser: StaffBrowser, ret: Return) -> set[str]:
    text = browser.get(f"/cases/{ret.return_id}").text
    return {name for name, title in TITLES.items() if title in text}


def test_a_line_that_was_taken_back_in_part_is_settled_by_a_person(
    dock: Dock, signed_in: SignIn, tables: dict[str, str]
) -> None:
    ret = inspected(dock)
    config = ReturnNoticesConfig(tables["ReturnsTable"], tables["OrdersTable"])
    resolving_service(config, clock=dock.house.clock).resolve_next(ret.return_id, actor=WORKER)
    agent = signed_in("agent")
    assert f"/cases/{ret.return_id}#settling" in agent.get("/queue").body
    page = agent.get(f"/cases/{ret.return_id}")
    for words in (
        "Needs a decision on what the customer gets",
        "Came: 2 here",
        "Grade B, back into stock: 1 of 2 taken back",
        "One is glued.",
        "Promised between",
    ):
        assert words in page.text
    answer = resolves(agent, ret)
    assert answer.location == f"/cases/{ret.return_id}?done=resolved#settling"
    after = dock.now(ret)
    assert (after.status, after.attention) == (ReturnStatus.RESOLVING, None)
    assert after.settlements[0].remedy is Remedy.REFUND
    page = agent.get(f"/cases/{ret.return_id}?done=resolved")
    assert f"Refund $89.00 {ret.ticket}#1" in page.text
    assert f"/cases/{ret.return_id}" not in agent.get("/queue").body


def test_less_than_was_paid_needs_a_reason_and_an_exchange_another_item(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, agent = inspected(dock), signed_in("agent")
    for typed, said in (
        ({"most_1": "40.00"}, "Please write something."),
        ({"most_1": "forty"}, "Write an amount such as 12.50."),
        ({"units_1": "x"}, "Use whole numbers from 0."),
        ({"units_1": "2"}, "There are not that many items to settle."),
        ({"remedy": ""}, "Choose what the customer gets."),
        ({"remedy": "exchange", "item_sku": "BB-1"}, "Write an amount such as 12.50."),
    ):
        page = agent.follow(resolves(agent, ret, **typed))
        assert said in page.text, typed
    assert not dock.now(ret).settlements
    resolves(agent, ret, most_1="40.00", **WHY)
    assert dock.now(ret).settlements[0].amount == 4_000


def test_an_exchange_names_the_other_item(dock: Dock, signed_in: SignIn) -> None:
    ret, agent = inspected(dock), signed_in("agent")
    item = {"item_sku": "BB-1", "item_net": "16.00", "item_tax": "1.00"}
    resolves(agent, ret, remedy="exchange", **item)
    settlement = dock.now(ret).settlements[0]
    assert (settlement.remedy, settlement.item, settlement.amount) == (
        Remedy.EXCHANGE,
        "BB-1",
        7_200,
    )


class End(NamedTuple):
    """A verb that needs a reason: on what, by whom, and what it leads to."""

    start: Callable[[Dock], Return]
    role: str
    status: ReturnStatus


ENDS = {
    "closure": End(inspected, "agent", ReturnStatus.CLOSED),
    "loss": End(moving, "agent", ReturnStatus.LOST),
    "unreceived-refund": End(moving, "lead", ReturnStatus.RESOLVING),
    "reopening": End(cancelled, "lead", ReturnStatus.IN_REVIEW),
}
SEEN: dict[str, tuple[set[str], set[str], set[str]]] = {
    "agent": ({"resolution", "closure"}, {"loss"}, set()),
    "lead": ({"resolution", "closure"}, {"loss", "unreceived-refund"}, {"reopening"}),
    **dict.fromkeys(("qa", "warehouse", "store", "auditor"), (set(), set(), set())),
}
"""Role → the forms at an inspected return, at one on its way, at a cancelled one."""


@pytest.mark.parametrize("verb", ENDS)
def test_each_end_needs_a_reason_and_keeps_what_was_typed(
    dock: Dock, signed_in: SignIn, verb: str
) -> None:
    start, role, status = ENDS[verb]
    ret, browser = start(dock), signed_in(role)
    page = browser.follow(sends(browser, ret, verb, words=" "))
    assert "Please write something." in page.text
    assert dock.now(ret).status is ret.status
    answer = sends(browser, ret, verb, **WHY)
    assert "?done=" in answer.location
    assert dock.now(ret).status is status
    assert WHY["words"] in browser.get(f"/cases/{ret.return_id}").text, "the reason is a note"


def test_who_comes_second_is_told_and_keeps_the_words(dock: Dock, signed_in: SignIn) -> None:
    ret, first, second = moving(dock), signed_in("agent"), signed_in("lead")
    version = second.get(f"/cases/{ret.return_id}").hidden("version")
    sends(first, ret, "loss", **WHY)
    page = second.post(
        f"/cases/{ret.return_id}/loss", version=version, form="loss", words="I know better."
    )
    assert page.status == 409
    assert "Declared lost" in page.text
    assert "I know better." in page.text


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_the_forms_that_it_may_send_and_is_refused_the_others(
    dock: Dock, signed_in: SignIn, role: str
) -> None:
    browser = signed_in(role)
    rets = (inspected(dock), moving(dock), cancelled(dock))
    assert tuple(forms(browser, ret) for ret in rets) == SEEN[role]
    for ret, verb in zip(rets, ("closure", "loss", "reopening"), strict=True):
        if verb in set().union(*SEEN[role]):
            continue
        form = {"version": str(dock.now(ret).version), "form": verb, **WHY}
        page = browser.follow(browser.post(f"/cases/{ret.return_id}/{verb}", **form))
        assert "Your role does not allow this." in page.text
        assert dock.now(ret).status is ret.status


def test_a_case_to_which_nothing_can_be_done_shows_no_empty_card(
    dock: Dock, signed_in: SignIn
) -> None:
    ret = dock.sent()
    assert (
        "What came, and what the customer gets"
        not in signed_in("qa").get(f"/cases/{ret.return_id}").text
    )


def test_one_of_several_parcels_is_declared_lost_and_the_other_is_awaited(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = in_parcels(dock.house, dock.sent()), signed_in("agent")
    for parcel in (1, 2):
        scan_parcel(dock.house, ret, parcel, ScanKind.IN_TRANSIT)
    page = browser.get(f"/cases/{ret.return_id}")
    assert "Which of its parcels" in page.text
    assert "Parcel 2, on its way" in page.text
    sends(browser, ret, "loss", parcel="2", **WHY)
    now = dock.now(ret)
    assert (now.status, now.ways[2]) == (ReturnStatus.IN_TRANSIT, ParcelWay.LOST)
    assert "Parcel 2, on its way" not in browser.get(f"/cases/{ret.return_id}").text
    sends(browser, ret, "loss", **WHY)
    assert dock.now(ret).status is ReturnStatus.LOST


def test_a_return_that_waits_for_none_of_its_parcels_has_no_form_for_their_loss(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = in_parcels(dock.house, dock.sent()), signed_in("agent")
    for parcel in (1, 2):
        scan_parcel(dock.house, ret, parcel, ScanKind.DELIVERED)
    assert "loss" not in forms(browser, ret)
