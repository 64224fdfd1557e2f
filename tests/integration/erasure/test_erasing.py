"""What an erasure waits for, what it keeps, and whom it must not touch."""

from datetime import timedelta
from functools import partial

import pytest

from aftercare.erasure.errors import (
    AddressInvalidError,
    ErasureEndedError,
    ErasureNotFoundError,
    SecondPersonError,
)
from aftercare.erasure.model import Erasure, ErasureState, Why
from aftercare.erasure.service import ErasureService
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import RefusedError
from aftercare.kernel.ids import new_id
from aftercare.orders.model import email_key_of
from aftercare.orders.service import OrderService
from aftercare.returns.model import ReturnStatus
from aftercare.returns.notices import ReturnNoticeService
from aftercare.staff.errors import NotPermittedError
from aftercare.staff.model import Role
from tests.fakes.actors import LI
from tests.fakes.erasures import Person, erasing, somebody
from tests.fakes.house import WORKER, House
from tests.fakes.mails import Mailbox
from tests.fakes.orders import NOON, ORDERS_INGEST, paid, purchase, refunded
from tests.fakes.points_desk import members, points
from tests.fakes.reviews import AGENT, AUDITOR, LEAD, QA, member

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions", "versions")]
OTHER_LEAD = member("lin", Role.LEAD)


def begun(house: House, person: Person) -> tuple[ErasureService, Erasure]:
    desk, erasures = erasing(house)
    erasure = desk.begin(person.email, Why.CUSTOMER, actor=LI)
    after = erasures.advance(erasure.erasure_id, actor=LI)
    assert after
    return erasures, after


def test_an_erasure_waits_for_a_return_that_is_not_over_and_says_for_which(
    house: House, tables: dict[str, str]
) -> None:
    person = somebody(house, tables)
    ret = person.has_a_label(person.buys())
    erasures, erasure = begun(house, person)
    assert erasure.state is ErasureState.CONFIRMED
    [waits] = erasure.waits_for
    assert (waits.ticket, waits.status) == (ret.ticket, ReturnStatus.LABEL_READY)
    assert waits.until == (house.clock() + timedelta(days=28)).date()
    assert house.returns.owned(person.email_key, ret.return_id).lines == ret.lines
    house.returns.cancel(person.email_key, ret.return_id, actor=CUSTOMER)
    assert erasures.advance(erasure.erasure_id, actor=WORKER) == erasure  # it looks every day
    house.clock.forward(days=1)
    after = erasures.advance(erasure.erasure_id, actor=WORKER)
    assert after
    assert (after.state, after.waits_for) == (ErasureState.SWEPT, ())


def test_what_was_decided_bought_and_paid_stays(house: House, tables: dict[str, str]) -> None:
    person = somebody(house, tables)
    number = person.buys()
    ret = person.is_declined(number)
    before, steps = house.orders.get(number), house.returns.timeline(ret)
    begun(house, person)
    after = house.returns.store.get(ret.return_id)
    assert after
    assert (after.status, after.ticket, after.order_number) == (ret.status, ret.ticket, number)
    [line], [was] = after.lines, ret.lines
    assert (line.units, line.reason, line.decision) == (was.units, was.reason, was.decision)
    assert line.judgement
    assert was.judgement
    assert line.judgement == was.judgement._replace(words="")
    assert house.returns.timeline(after)[:-1] == steps
    order = house.orders.get(number)
    assert order.lines == before.lines
    assert order.parcels == before.parcels
    assert order.purchase
    assert (order.purchase.email, order.purchase.ship_to.country) == ("", "US")


def test_refunds_of_an_erased_order_still_count(house: House, tables: dict[str, str]) -> None:
    person = somebody(house, tables)
    number = person.buys()
    begun(house, person)
    refund = refunded(number=number, at=house.clock(), line_1=1)
    after = house.orders.record(refund, actor=ORDERS_INGEST)
    assert after.refunded_units("1") == 1
    assert after.purchase
    assert after.purchase.email == ""


def test_an_edit_of_an_erased_order_brings_its_units_and_no_address(
    house: House, tables: dict[str, str]
) -> None:
    person = somebody(house, tables)
    number = person.buys()
    begun(house, person)
    edit = paid(number=number, at=house.clock() + timedelta(hours=1), email=person.email)
    after = house.orders.record(edit, actor=ORDERS_INGEST)
    assert after.paid_at == edit.occurred_at
    assert after.lines == edit.purchase.lines
    assert after.purchase
    assert (after.purchase.email, after.purchase.ship_to.name) == ("", "")


def asked(house: House, erased_at: object) -> OrderService:
    return OrderService(house.orders.store, house.clock, house.orders.entropy, lambda _: erased_at)  # type: ignore[arg-type,return-value]


def test_a_late_event_of_an_unknown_order_counts_without_its_buyer(house: House) -> None:
    number, orders = house.new_number(), asked(house, house.clock())
    order = orders.record(paid(number=number, at=NOON - timedelta(hours=1)), actor=ORDERS_INGEST)
    assert order.erased_at == house.clock()
    assert order.purchase
    assert order.purchase.lines == purchase().lines
    assert (order.purchase.email, order.purchase.ship_to.line1) == ("", "")
    assert orders.get(number).erased_at == house.clock()


def test_who_buys_again_after_an_erasure_is_a_customer_as_any(house: House) -> None:
    number, orders = house.new_number(), asked(house, NOON - timedelta(hours=2))
    order = orders.record(paid(number=number, at=NOON - timedelta(hours=1)), actor=ORDERS_INGEST)
    assert order.belongs_to(email_key_of("mei@example.com"))
    assert order.erased_at is None


def test_the_second_sweep_leaves_what_a_returning_customer_bought(
    house: House, tables: dict[str, str]
) -> None:
    person = somebody(house, tables)
    person.buys()
    erasures, erasure = begun(house, person)
    house.clock.forward(hours=2)
    number = house.new_number()
    house.orders.record(
        paid(number=number, at=house.clock(), email=person.email), actor=ORDERS_INGEST
    )
    house.clock.forward(hours=25)
    after = erasures.advance(erasure.erasure_id, actor=WORKER)
    assert after
    assert after.state is ErasureState.DONE
    assert house.orders.get(number).belongs_to(person.email_key)


def test_nobody_gets_a_mail_about_an_erased_return(house: House, tables: dict[str, str]) -> None:
    person = somebody(house, tables)
    ret = person.is_declined(person.buys())
    begun(house, person)
    entries, mailbox = house.returns.timeline(ret), Mailbox()
    slots, clock = house.evidence.of_return, house.clock
    notices = ReturnNoticeService(house.returns.store, house.orders, slots, clock)
    [declined] = [entry for entry in entries if entry.entry_type == "return.declined"]
    assert notices.notify(declined, mailbox) is None
    assert mailbox.mails == []


def test_an_account_is_closed_although_an_order_is_still_on_its_way(
    house: House, tables: dict[str, str]
) -> None:
    person = somebody(house, tables)
    person.joins()
    house.orders.record(
        paid(number=house.new_number(), at=house.clock(), email=person.email), actor=ORDERS_INGEST
    )
    begun(house, person)
    assert (members().get(person.member_id).is_open, members().get(person.member_id).email) == (
        False,
        "",
    )
    assert points().balance(person.member_id).available == 0
    assert [each.why for each in points().movements(person.member_id)] == ["", ""]


def test_another_customer_is_not_touched(house: House, tables: dict[str, str]) -> None:
    person, other = somebody(house, tables), somebody(house, tables)
    theirs = other.is_declined(other.buys())
    person.is_declined(person.buys())
    slots = house.evidence.of_return(theirs.return_id)
    begun(house, person)
    assert house.returns.owned(other.email_key, theirs.return_id) == theirs
    assert house.evidence.of_return(theirs.return_id) == slots
    assert house.orders.get(theirs.order_number).belongs_to(other.email_key)


def test_a_return_that_is_submitted_in_between_stops_the_sweep(
    house: House, tables: dict[str, str]
) -> None:
    person = somebody(house, tables)
    ret = person.has_a_label(person.buys())
    _, erasures = erasing(house)
    with pytest.raises(RefusedError, match="not over"):
        erasures.rooms.returns.erase(ret.return_id, "erased-x", actor=LI)


def test_looking_changes_nothing(house: House, tables: dict[str, str]) -> None:
    person = somebody(house, tables)
    ret = person.is_declined(person.buys())
    _, erasures = erasing(house)
    found = erasures.look(f"  {person.email.upper()} ")
    assert found.pseudonymised == {"returns": 1, "orders": 1, "memberships": 0, "tickets": 0}
    assert found.removed["photos and videos"] == 3
    assert found.kept["decisions on returns"] == 1
    assert found.waits_for == ()
    assert house.returns.owned(person.email_key, ret.return_id) == ret


def test_two_people_are_needed(house: House, tables: dict[str, str]) -> None:
    person, (desk, erasures) = somebody(house, tables), erasing(house)
    erasure = desk.ask(LEAD, person.email, Why.CUSTOMER)
    assert erasures.advance(erasure.erasure_id, actor=WORKER) == erasure
    with pytest.raises(SecondPersonError):
        desk.confirm(LEAD, erasure.erasure_id)
    after = desk.confirm(OTHER_LEAD, erasure.erasure_id)
    assert (after.state, after.decided_by) == (ErasureState.CONFIRMED, OTHER_LEAD.actor)
    assert desk.confirm(OTHER_LEAD, erasure.erasure_id) == after


def test_nobody_else_asks_or_confirms(house: House, tables: dict[str, str]) -> None:
    person, (desk, _) = somebody(house, tables), erasing(house)
    erasure = desk.ask(LEAD, person.email, Why.CUSTOMER)
    for who in (AGENT, QA, AUDITOR):
        with pytest.raises(NotPermittedError):
            desk.ask(who, person.email, Why.CUSTOMER)
        with pytest.raises(NotPermittedError):
            desk.confirm(who, erasure.erasure_id)
        with pytest.raises(NotPermittedError):
            desk.newest(who)


def test_two_who_ask_at_once_share_one_erasure(house: House, tables: dict[str, str]) -> None:
    person, (desk, _) = somebody(house, tables), erasing(house)
    first = desk.ask(LEAD, person.email, Why.CUSTOMER)
    assert desk.ask(OTHER_LEAD, person.email.upper(), Why.SHOP) == first


def test_who_comes_second_is_told_what_happened(house: House, tables: dict[str, str]) -> None:
    person, (desk, _) = somebody(house, tables), erasing(house)
    erasure = desk.ask(LEAD, person.email, Why.CUSTOMER)
    declined = desk.decline(OTHER_LEAD, erasure.erasure_id)
    assert (declined.state, declined.email, declined.email_key) == (ErasureState.DECLINED, "", "")
    assert desk.decline(OTHER_LEAD, erasure.erasure_id).state is ErasureState.DECLINED
    for verb in (desk.confirm, desk.decline):
        third = member("ludo", Role.LEAD)
        with pytest.raises(ErasureEndedError, match="declined already"):
            verb(third, erasure.erasure_id)
    again = desk.ask(LEAD, person.email, Why.CUSTOMER)
    assert again.erasure_id != erasure.erasure_id


def test_what_is_no_address_or_no_erasure_is_refused(house: House) -> None:
    desk, erasures = erasing(house)
    with pytest.raises(AddressInvalidError):
        desk.ask(LEAD, "no address", Why.CUSTOMER)
    with pytest.raises(ErasureNotFoundError):
        desk.confirm(LEAD, "era_nothing")
    assert erasures.advance(new_id("era", NOON), actor=WORKER) is None


def test_a_sweep_without_time_goes_on_a_minute_later(house: House, tables: dict[str, str]) -> None:
    person, (desk, erasures) = somebody(house, tables), erasing(house)
    person.is_declined(person.buys())
    erasure = desk.begin(person.email, Why.CUSTOMER, actor=LI)
    rounds, shown = 0, []
    while erasure.state is not ErasureState.SWEPT:
        left = iter([True, True, False])
        after = erasures.advance(
            erasure.erasure_id,
            has_time=partial(next, left, False),
            progress=lambda done, whole: shown.append((done, whole)),
            actor=WORKER,
        )
        assert after
        erasure, rounds = after, rounds + 1
        assert rounds < 40
    assert rounds > 8
    assert shown[-1][0] == shown[-1][1]
    assert house.orders.every_of_customer(person.email_key) == ()
