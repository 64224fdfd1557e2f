"""Customers get a mail at each step of their return, as long as what it says is so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aftercare.addresses.service import zone_of
from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.clock import to_text
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels.model import LabelFormat, Paper
from aftercare.mail import model as mails
from aftercare.mail.model import Feedback, Item, Kind, Mail, Outcome, Reason
from aftercare.mail.rendering import Renderer
from aftercare.orders.model import OrderRefunded, Refund, email_key_of
from aftercare.returns import events
from aftercare.returns.arrivals import Disposition, Grade, Inspection
from aftercare.returns.judgement import EvidenceRequest, Judgement, JudgementCode, Review
from aftercare.returns.model import (
    AgreedDeduction,
    IssuedLabel,
    ParcelLabel,
    ParcelWay,
    Repayment,
    Return,
    ReturnStatus,
)
from aftercare.returns.notices import ReturnNoticeService
from aftercare.returns.policy import Payer, Remedy
from aftercare.returns.settlement import Promise, Settlement
from aftercare.returns.wiring import ReturnMailsConfig, return_notices
from infra.mails.samples import SAMPLES
from mailer.mails import MAILS
from tests.fakes.actors import MAILER, SOMEBODY
from tests.fakes.crashes.faults import CrashError
from tests.fakes.house import WORKER, House
from tests.fakes.mails import Mailbox, Outbox, mailboxes_on, mails_on
from tests.fakes.orders import NOON, ORDERS_INGEST

pytestmark = pytest.mark.integration
EMAIL = "luc@example.ca"
LABEL = IssuedLabel("lbl_1", "00340434161094042557", "House Carrier", sample=True)
SECOND = replace(LABEL, label_id="lbl_2", carrier="Other Carrier")
PAID = Repayment(1999, "USD", NOON)

# Each event about a return, its mail, and the states in which it is sent.
LIVE = {ReturnStatus.DRAFT, ReturnStatus.SUBMITTED, ReturnStatus.APPROVED}
SETTLED = {ReturnStatus.RESOLVING, ReturnStatus.CLOSED}
TOLD: dict[str, tuple[Kind, set[ReturnStatus]]] = {
    events.CREATED: (mails.RETURN_RECEIVED, LIVE),
    events.IN_REVIEW: (mails.RETURN_IN_REVIEW, {ReturnStatus.IN_REVIEW}),
    events.EVIDENCE_WANTED: (mails.EVIDENCE_WANTED, {ReturnStatus.NEEDS_EVIDENCE}),
    events.REQUEST_WITHDRAWN: (mails.REQUEST_WITHDRAWN, {ReturnStatus.IN_REVIEW}),
    events.EVIDENCE_REMINDED: (mails.EVIDENCE_REMINDER, {ReturnStatus.DRAFT}),
    events.LABEL_READY: (mails.LABEL_READY, {ReturnStatus.LABEL_READY}),
    events.LABEL_EXPIRING: (mails.LABEL_EXPIRING, {ReturnStatus.LABEL_READY}),
    events.PARCEL_LABELLED: (
        mails.PARCEL_LABELLED,
        {ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT, ReturnStatus.ARRIVED},
    ),
    events.PARCEL_EXPIRING: (
        mails.PARCEL_EXPIRING,
        {ReturnStatus.IN_TRANSIT, ReturnStatus.ARRIVED},
    ),
    events.IN_TRANSIT: (mails.RETURN_IN_TRANSIT, {ReturnStatus.IN_TRANSIT}),
    events.REOPENED: (
        mails.RETURN_REOPENED,
        {ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT, ReturnStatus.ARRIVED},
    ),
    events.ARRIVED: (mails.RETURN_ARRIVED, {ReturnStatus.ARRIVED}),
    events.DECLINED: (mails.RETURN_DECLINED, {ReturnStatus.DECLINED}),
    events.CANCELLED: (mails.RETURN_CANCELLED, {ReturnStatus.CANCELLED}),
    events.LAPSED: (mails.RETURN_LAPSED, {ReturnStatus.LAPSED}),
    events.REFUNDED: (mails.RETURN_REFUNDED, set(ReturnStatus)),
    events.RECEIVED: (mails.RETURN_ARRIVED, {ReturnStatus.ARRIVED}),
    events.HANDED_IN: (mails.RETURN_HANDED_IN, {ReturnStatus.ARRIVED}),
    events.REPLACEMENT_REQUESTED: (mails.RETURN_HANDED_IN, {ReturnStatus.CLOSED}),
    events.EXPIRED: (mails.RETURN_EXPIRED, {ReturnStatus.EXPIRED}),
    events.LOST: (mails.RETURN_LOST, {ReturnStatus.LOST, ReturnStatus.RESOLVING}),
    events.INSPECTED: (mails.RETURN_INSPECTED, SETTLED | {ReturnStatus.INSPECTED}),
    events.REPLACED: (mails.RETURN_REPLACED, SETTLED),
    events.CLOSED: (mails.RETURN_CLOSED, {ReturnStatus.CLOSED}),
}
HAPPY = [pytest.param(event, min(statuses), id=event) for event, (_, statuses) in TOLD.items()]
every_event = pytest.mark.parametrize(("event", "status"), HAPPY)


@pytest.fixture
def notices(house: House, tables: dict[str, str]) -> ReturnNoticeService:
    names = ("ReturnsTable", "OrdersTable", "EvidenceTable")
    config = ReturnMailsConfig(*(tables[name] for name in names))
    return return_notices(config, clock=house.clock)


@pytest.fixture(autouse=True)
def few_drafts(tables: dict[str, str]) -> None:
    """Lets each test begin as many returns as a day allows."""
    key = {"pk": {"S": f"CUSTOMER#{email_key_of(EMAIL)}"}, "sk": {"S": f"DRAFTS#{NOON:%Y-%m-%d}"}}
    client("dynamodb").delete_item(TableName=tables["ReturnsTable"], Key=key)


def begun(house: House, **changes: object) -> Return:
    """A return of two units with a ticket, stored as it is after these changes."""
    order = house.delivered_order(email=EMAIL)
    draft = at_rest(house, house.draft(order, new_id("ret", NOON), {"1": 2}))
    due = house.clock() + timedelta(hours=48)
    whole = replace(draft, ticket="R-7K2M-9QXA-4", language="fr", evidence_due_at=due)
    return stored(house, whole, **changes)


def stored(house: House, ret: Return, **changes: object) -> Return:
    after = replace(ret, **changes)  # type: ignore[arg-type]
    house.returns.store.save_claim(after)
    return at_rest(house, after)


def at_rest(house: House, ret: Return) -> Return:
    """The return as it is stored."""
    again = house.returns.store.get(ret.return_id)
    assert again
    return again


REVIEWED = {events.IN_REVIEW, events.EVIDENCE_WANTED, events.REQUEST_WITHDRAWN}
WANTED = EvidenceRequest(
    (EvidenceKind.RECEIPT,), "Please.", SOMEBODY, NOON, NOON + timedelta(days=14)
)


OF_LATER_LABELS = {events.PARCEL_LABELLED, events.PARCEL_EXPIRING}


def in_state(house: House, event: str, status: ReturnStatus) -> Return:
    """A return in that state, with whatever the event told of it."""
    label = LABEL if status in {ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT} else None
    repayment = PAID if event == events.REFUNDED else None
    wanted = WANTED if event == events.EVIDENCE_WANTED else None
    review = Review(NOON, look_by=NOON.date(), wanted=wanted) if event in REVIEWED else None
    arrived = event in {events.ARRIVED, events.RECEIVED, events.HANDED_IN, events.INSPECTED}
    promise = Promise(NOON, date(2026, 6, 17), date(2026, 6, 24), "UTC", "1") if arrived else None
    ret = begun(house, status=status, label=label, repayment=repayment, review=review)
    ret = stored(house, ret, arrived_at=NOON if arrived else None, promise=promise)
    if event not in OF_LATER_LABELS:
        return ret
    return stored(house, ret, parcels=2, more_labels=(ParcelLabel(2, SECOND, NOON),))


def told(ret: Return, event: str) -> Entry:
    data = {"ticket": ret.ticket}
    if event == events.EVIDENCE_WANTED:
        data |= {"kinds": "receipt", "due_at": to_text(WANTED.due_at)}
    if event in OF_LATER_LABELS:
        data["parcel"] = "2"
    if event == events.REPLACED:
        data["settlement_id"] = f"{ret.ticket}#1"
    if event == events.REFUNDED:
        data |= {"amount": str(PAID.amount), "currency": PAID.currency}
    if event == events.REPLACEMENT_REQUESTED:
        data["handed_over"] = "true"
    if event == events.CREATED:
        data["evidence_due_at"] = to_text(NOON)
    entry_id = f"ent_{event}_{ret.return_id}"
    return Entry(entry_id, event, ret.return_id, NOON, data, actor=SOMEBODY)


def notified(notices: ReturnNoticeService, entry: Entry) -> list[Mail]:
    mailbox = Mailbox()
    outcome = notices.notify(entry, mailbox)
    assert outcome is (Outcome.SENT if mailbox.mails else None)
    return mailbox.mails


# ---------------------------------------------------------------- which mail, and when


def test_each_event_that_customers_are_told_of_has_its_mail() -> None:
    about_returns = {event: mail.kind for event, mail in MAILS.items() if "return." in event}
    assert about_returns == {event: kind for event, (kind, _) in TOLD.items()}


@every_event
def test_a_mail_goes_to_the_orders_mailbox_in_the_returns_language_and_conversation(
    house: House, notices: ReturnNoticeService, event: str, status: ReturnStatus
) -> None:
    ret = in_state(house, event, status)
    [mail] = notified(notices, entry := told(ret, event))
    assert (mail.kind, mail.to, mail.mail_id) == (TOLD[event][0], EMAIL, entry.entry_id)
    assert (mail.language, mail.thread) == ("fr", ret.ticket)
    assert (mail.values["ticket"], mail.values["return_id"]) == (ret.ticket, ret.return_id)


@every_event
def test_a_mail_has_the_values_that_the_gallery_shows(
    house: House, notices: ReturnNoticeService, event: str, status: ReturnStatus
) -> None:
    [mail] = notified(notices, told(in_state(house, event, status), event))
    shown = [sample.values for sample in SAMPLES if sample.kind is mail.kind]
    assert shown
    for values in shown:
        assert {name: type(each) for name, each in mail.values.items() if each} == {
            name: type(values[name]) for name, each in mail.values.items() if each
        }
        assert values.keys() == mail.values.keys()


@pytest.mark.parametrize("event", TOLD)
def test_a_mail_is_not_sent_once_the_return_has_gone_on(
    house: House, notices: ReturnNoticeService, event: str
) -> None:
    ret = in_state(house, event, min(TOLD[event][1]))
    for status in ReturnStatus:
        ret = stored(house, ret, status=status)
        sent = notified(notices, told(ret, event))
        assert len(sent) == (1 if status in TOLD[event][1] else 0), status


def test_of_a_return_that_is_not_there_nobody_is_told(notices: ReturnNoticeService) -> None:
    stray = Entry("ent_1", events.LABEL_READY, new_id("ret", NOON), NOON, actor=SOMEBODY)
    assert notified(notices, stray) == []


def test_two_events_of_one_return_are_two_mails(house: House, notices: ReturnNoticeService) -> None:
    ret = in_state(house, events.LABEL_READY, ReturnStatus.LABEL_READY)
    both = [events.LABEL_READY, events.LABEL_EXPIRING]
    keys = {mail.key for event in both for mail in notified(notices, told(ret, event))}
    assert len(keys) == len(both)


# ---------------------------------------------------------------- what it says


def test_a_receipt_after_the_carriers_news_says_nothing_new(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = in_state(house, events.RECEIVED, ReturnStatus.ARRIVED)
    ret = stored(house, ret, arrived_at=NOON - timedelta(hours=2))
    assert notified(notices, told(ret, events.RECEIVED)) == []


def test_of_a_replacement_that_the_shop_sends_its_parcel_tells(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = in_state(house, events.REPLACEMENT_REQUESTED, ReturnStatus.CLOSED)
    entry = told(ret, events.REPLACEMENT_REQUESTED)
    assert [mail.values["exchanged"] for mail in notified(notices, entry)] == [True]
    assert notified(notices, replace(entry, data={"ticket": ret.ticket})) == []


def test_an_inspection_is_told_item_by_item(house: House, notices: ReturnNoticeService) -> None:
    ret = in_state(house, events.INSPECTED, ReturnStatus.INSPECTED)
    [line] = ret.lines
    code, words = JudgementCode.NORMAL_VARIATION, "Within a tenth of a millimetre."
    found = Inspection(1, Grade.B, Disposition.RESTOCK, code, words, SOMEBODY, NOON)
    missing = replace(line, line_id="9", name="Sun Hare")
    ret = stored(house, ret, lines=(replace(line, inspection=found), missing))
    [mail] = notified(notices, told(ret, events.INSPECTED))
    assert (mail.values["taken"], mail.values["refused"]) == (1, True)
    assert (mail.values["first"], mail.values["last"]) == (date(2026, 6, 17), date(2026, 6, 24))
    items = mail.values["items"]
    assert isinstance(items, tuple)
    assert [(item.judgement, item.words, item.taken) for item in items] == [
        (code, words, 1),
        ("", "", None),
    ]


@pytest.mark.parametrize(
    ("days", "told_as", "sentence"),
    [
        (7, "by", "between June 17, 2026 and June 24, 2026."),
        (8, "latest", "by June 24, 2026."),
        (14, "latest", "by June 24, 2026."),
        (15, "late", "It takes longer than we said"),
    ],
)
def test_a_promised_day_that_has_passed_is_not_told(
    house: House, notices: ReturnNoticeService, days: int, told_as: str, sentence: str
) -> None:
    ret = in_state(house, events.INSPECTED, ReturnStatus.INSPECTED)
    [line] = ret.lines
    found = Inspection(1, Grade.A, Disposition.RESTOCK, "as_asked", "", SOMEBODY, NOON)
    promise = Promise(NOON, date(2026, 6, 17), date(2026, 6, 24), "UTC", "2026-11-28")
    ret = stored(house, ret, promise=promise, lines=(replace(line, inspection=found),))
    at = datetime(2026, 6, 10, 12, tzinfo=UTC) + timedelta(days=days)
    [mail] = notified(notices, replace(told(ret, events.INSPECTED), occurred_at=at))
    assert mail.values["promised"] == told_as
    text = Renderer("https://returns.example.com")(replace(mail, language="en")).text
    assert sentence in " ".join(text.split())


def test_a_new_return_is_told_until_when_on_the_customers_clock(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = begun(house)
    [mail] = notified(notices, told(ret, events.CREATED))
    purchase = house.orders.get(ret.order_number).purchase
    assert purchase
    assert mail.values["due"] == ret.evidence_due_at
    assert mail.values["zone"] == zone_of(purchase.ship_to, purchase.market)
    assert (mail.values["is_draft"], mail.values["photos"]) == (True, 1)


@pytest.mark.parametrize("event", [events.CREATED, events.EVIDENCE_REMINDED])
@pytest.mark.parametrize(("hours", "count"), [(47.9, 1), (48, 0), (60, 0)])
def test_a_deadline_that_is_over_is_not_told_whatever_the_sweeper_has_done(
    house: House, notices: ReturnNoticeService, event: str, hours: float, count: int
) -> None:
    ret = begun(house)
    house.clock.forward(hours=hours)
    assert len(notified(notices, told(ret, event))) == count


def test_a_return_that_was_submitted_meanwhile_is_not_asked_for_photos(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = begun(house, status=ReturnStatus.SUBMITTED)
    house.clock.forward(hours=60)
    [mail] = notified(notices, told(ret, events.CREATED))
    assert mail.values["is_draft"] is False


@pytest.mark.parametrize(("payer", "carrier"), [(Payer.SELLER, "House Carrier"), (Payer.BUYER, "")])
def test_the_label_says_who_pays_and_who_takes_the_parcel(
    house: House, notices: ReturnNoticeService, payer: Payer, carrier: str
) -> None:
    ret = begun(house)
    [line] = ret.lines
    assert line.decision
    line = replace(line, decision=replace(line.decision, payer=payer))
    ret = stored(house, ret, lines=(line,), status=ReturnStatus.LABEL_READY, label=LABEL)
    [mail] = notified(notices, told(ret, events.LABEL_READY))
    assert (mail.values["payer"], mail.values["carrier"]) == (payer, carrier)


def test_what_is_left_out_is_told_with_the_label(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = in_state(house, events.LABEL_READY, ReturnStatus.LABEL_READY)
    ret = stored(house, ret, left_out=(replace(ret.lines[0], line_id="9", name="Sun Hare"),))
    [mail] = notified(notices, told(ret, events.LABEL_READY))
    items = mail.values["left_out"]
    assert isinstance(items, tuple)
    assert [item.name for item in items] == ["Sun Hare"]


def test_a_parcel_on_its_way_is_told_with_its_number(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = begun(house, status=ReturnStatus.IN_TRANSIT, label=LABEL)
    [mail] = notified(notices, told(ret, events.IN_TRANSIT))
    assert mail.values["tracking_number"] == LABEL.tracking_number
    assert mail.values["carrier"] == LABEL.carrier


@pytest.mark.parametrize("event", [events.LABEL_READY, events.IN_TRANSIT])
def test_a_parcel_across_a_border_is_told_with_how_long_it_takes(
    house: House, notices: ReturnNoticeService, event: str
) -> None:
    abroad = replace(LABEL, formats=(LabelFormat.PDF, Paper.PACKING_SLIP, Paper.DECLARATION))
    at_home = replace(LABEL, formats=(LabelFormat.PDF, Paper.PACKING_SLIP))
    said = {}
    for label in (abroad, at_home):
        status = min(TOLD[event][1])
        ret = begun(house, status=status, label=label, labelled_at=NOON, language="en")
        [mail] = notified(notices, told(ret, event))
        said[label] = Renderer("https://returns.example.com")(mail).text
    assert "allow 7 to 14 business days" in said[abroad]
    assert "business days" not in said[at_home]


def test_a_refund_is_told_with_its_amount_and_the_customers_day(
    house: House, notices: ReturnNoticeService
) -> None:
    """Noon in London is the same day in Los Angeles; one in the morning is the day before."""
    night = NOON.replace(hour=1)
    ret = begun(house, status=ReturnStatus.ARRIVED, repayment=PAID._replace(repaid_at=night))
    [mail] = notified(notices, told(ret, events.REFUNDED))
    assert (mail.values["amount"], mail.values["currency"]) == (1999, "USD")
    assert mail.values["day"] == night.date() - timedelta(days=1)


@pytest.mark.parametrize("now", [PAID._replace(amount=2999), PAID._replace(currency="CAD"), None])
def test_a_refund_that_was_corrected_since_is_told_by_its_own_event(
    house: House, notices: ReturnNoticeService, now: Repayment | None
) -> None:
    ret = begun(house, status=ReturnStatus.ARRIVED, repayment=now)
    assert notified(notices, told(ret, events.REFUNDED)) == []


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (events.EVIDENCE_REMINDED, ReturnStatus.DRAFT),
        (events.LABEL_EXPIRING, ReturnStatus.LABEL_READY),
        (events.ARRIVED, ReturnStatus.ARRIVED),
        (events.LAPSED, ReturnStatus.LAPSED),
    ],
)
def test_who_has_the_money_back_is_not_told_to_send_or_to_wait(
    house: House, notices: ReturnNoticeService, event: str, status: ReturnStatus
) -> None:
    ret = begun(house, status=status, label=LABEL, repayment=PAID)
    assert notified(notices, told(ret, event)) == []


def test_a_long_return_lists_some_of_its_lines_and_counts_the_others(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = begun(house)
    lines = tuple(replace(ret.lines[0], line_id=str(number)) for number in range(30))
    ret = stored(house, ret, lines=lines, status=ReturnStatus.CANCELLED)
    [mail] = notified(notices, told(ret, events.CANCELLED))
    items = mail.values["items"]
    assert isinstance(items, tuple)
    assert (len(items), mail.values["more"]) == (12, 18)
    assert items[0] == Item(2, ret.lines[0].name, "", items[0].last_day, items[0].zone)
    assert isinstance(items[0].last_day, date)
    assert items[0].zone.key == "America/Los_Angeles"


def test_a_products_name_is_one_line_whatever_the_shop_calls_it(
    house: House, notices: ReturnNoticeService
) -> None:
    """In a text, a second line could look like one of ours."""
    ret = begun(house)
    lines = (replace(ret.lines[0], name="Moon Hare\r\n\n-- \nYour ticket:\u2028R-1"),)
    ret = stored(house, ret, lines=lines, status=ReturnStatus.CANCELLED)
    [mail] = notified(notices, told(ret, events.CANCELLED))
    items = mail.values["items"]
    assert isinstance(items, tuple)
    assert items[0].name == "Moon Hare -- Your ticket: R-1"


def test_a_refusal_is_told_line_by_line_with_the_rule(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = submitted(house, units=2)
    refund = OrderRefunded(ret.order_number, house.clock(), "rf-1", Refund({"1": 1}))
    house.orders.record(refund, actor=ORDERS_INGEST)
    declined = house.returns.approve(ret.return_id, actor=WORKER)
    [mail] = notified(notices, house.returns.timeline(declined)[-1])
    items = mail.values["items"]
    assert isinstance(items, tuple)
    assert [(item.units, item.rule) for item in items] == [(2, "units_available")]


def test_what_a_newer_version_decided_is_told_by_its_outcome(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = begun(house)
    lines = (replace(ret.lines[0], judgement=Judgement(False, "stolen", "Hm.", SOMEBODY, NOON)),)
    ret = stored(house, ret, lines=lines, status=ReturnStatus.DECLINED)
    [mail] = notified(notices, told(ret, events.DECLINED))
    sentence = "Notre équipe a examiné cet article et ne peut pas l’accepter."
    assert sentence in Renderer("https://returns.example.com")(mail).text


def test_a_customer_whose_label_is_ready_gets_the_way_to_it(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = submitted(house)
    house.returns.approve(ret.return_id, actor=WORKER)
    done = house.make_label(ret.return_id)
    [mail] = notified(notices, house.returns.timeline(done)[-1])
    assert (mail.kind, mail.to, mail.thread) == (mails.LABEL_READY, EMAIL, ret.ticket)


def submitted(house: House, units: int = 1) -> Return:
    draft = house.draft(house.delivered_order(email=EMAIL), new_id("ret", NOON), {"1": units})
    house.add_good_photo(draft)
    return house.returns.submit(email_key_of(EMAIL), draft.return_id, actor=CUSTOMER)


# ---------------------------------------------------------------- how often

type Attempt = Callable[[], Outcome | None]


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def attempt(
    house: House, notices: ReturnNoticeService, tables: dict[str, str], outbox: Outbox
) -> Callable[[str, ReturnStatus], Attempt]:
    """An event of a new return, handled each time by a worker of its own."""
    service = mails_on(tables, outbox, house.clock)

    def of(event: str, status: ReturnStatus) -> Attempt:
        entry = told(in_state(house, event, status), event)
        return lambda: notices.notify(entry, lambda mail: service.send(mail, actor=MAILER))

    return of


type Attempts = Callable[[str, ReturnStatus], Attempt]


@every_event
def test_an_event_that_comes_again_brings_no_second_mail(
    attempt: Attempts, outbox: Outbox, event: str, status: ReturnStatus
) -> None:
    act = attempt(event, status)
    assert [act(), act()] == [Outcome.SENT, Outcome.REPEATED]
    assert len(outbox.sent) == 1


@every_event
def test_a_mail_whose_worker_dies_is_sent_again_unless_it_is_a_reminder(
    house: House, attempt: Attempts, outbox: Outbox, event: str, status: ReturnStatus
) -> None:
    act = attempt(event, status)
    outbox.answers.append(CrashError())
    with pytest.raises(CrashError):
        act()
    house.clock.forward(seconds=60)
    is_reminder = TOLD[event][0] in {
        mails.EVIDENCE_REMINDER,
        mails.LABEL_EXPIRING,
        mails.PARCEL_EXPIRING,
    }
    assert act() is (Outcome.REPEATED if is_reminder else Outcome.SENT)
    assert len(outbox.sent) == (0 if is_reminder else 1)


def test_a_suppressed_mailbox_gets_none(
    house: House, tables: dict[str, str], attempt: Attempts, outbox: Outbox
) -> None:
    mailboxes = mailboxes_on(tables, house.clock)
    bounce = Feedback((EMAIL,), Reason.BOUNCE, "General", house.clock())
    mailboxes.suppress(bounce, actor=MAILER)
    acts = [attempt(event, min(statuses)) for event, (_, statuses) in TOLD.items()]
    assert {act() for act in acts} == {Outcome.SUPPRESSED}
    assert outbox.sent == []
    mailboxes.lift(EMAIL, actor=MAILER)
    assert {act() for act in acts} == {Outcome.REPEATED}, "they ended; the next one is sent"


def test_a_request_that_another_has_replaced_is_told_by_that_one(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = in_state(house, events.EVIDENCE_WANTED, ReturnStatus.NEEDS_EVIDENCE)
    entry = told(ret, events.EVIDENCE_WANTED)
    older = replace(entry, data={**entry.data, "due_at": to_text(NOON)})
    assert notified(notices, older) == []
    [mail] = notified(notices, entry)
    assert (mail.values["kinds"], mail.values["words"]) == (("receipt",), "Please.")


def test_who_is_asked_again_is_not_told_that_the_first_request_was_taken_back(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = in_state(house, events.REQUEST_WITHDRAWN, ReturnStatus.IN_REVIEW)
    answered = WANTED._replace(answered_at=NOON)
    again = stored(house, ret, review=Review(NOON, look_by=NOON.date(), wanted=answered))
    assert notified(notices, told(again, events.REQUEST_WITHDRAWN)) == []


@pytest.mark.parametrize("remedy", [Remedy.REPLACEMENT, Remedy.EXCHANGE, Remedy.REPAIR])
def test_what_was_sent_is_called_by_what_the_customer_chose(
    house: House, notices: ReturnNoticeService, remedy: Remedy
) -> None:
    ret = begun(house, status=ReturnStatus.CLOSED)
    others = [Remedy.REFUND, remedy]
    asked = tuple(
        Settlement(f"{ret.ticket}#{number}", each, {}, 0, 0, "USD", SOMEBODY, NOON)
        for number, each in enumerate(others, 1)
    )
    ret = stored(house, ret, settlements=asked)
    entry = told(ret, events.REPLACED)
    named = replace(entry, data={**entry.data, "settlement_id": f"{ret.ticket}#2"})
    [mail] = notified(notices, named)
    assert mail.values["remedy"] == remedy


# ---------------------------------------------------------------- a return in several parcels


def test_the_mail_of_a_later_label_says_which_parcel_it_is_for_and_until_when(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = in_state(house, events.PARCEL_LABELLED, ReturnStatus.IN_TRANSIT)
    ret = stored(house, ret, agreed_deduction=AgreedDeduction(800, "USD"))
    [mail] = notified(notices, told(ret, events.PARCEL_LABELLED))
    assert (mail.values["parcel"], mail.values["mark"]) == (2, "R-7K2M-9QXA-4 · 2")
    assert (mail.values["carrier"], mail.values["day"]) == ("Other Carrier", date(2026, 7, 8))
    assert mail.values["deduction"] == AgreedDeduction(800, "USD")


def test_of_a_label_that_was_voided_or_used_nobody_is_told(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = in_state(house, events.PARCEL_LABELLED, ReturnStatus.IN_TRANSIT)
    for way in (ParcelWay.VOIDED, ParcelWay.ON_ITS_WAY):
        ret = stored(house, ret, ways={2: way})
        for event in OF_LATER_LABELS:
            assert notified(notices, told(ret, event)) == []


def test_the_mail_of_the_way_names_the_parcel_that_is_on_it(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = in_state(house, events.PARCEL_LABELLED, ReturnStatus.IN_TRANSIT)
    second = ParcelLabel(2, replace(SECOND, tracking_number="5062"), NOON)
    ret = stored(house, ret, more_labels=(second,), ways={2: ParcelWay.ON_ITS_WAY})
    [mail] = notified(notices, told(ret, events.IN_TRANSIT))
    assert mail.values["tracking_number"] == "5062"
