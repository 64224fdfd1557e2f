"""What must hold of the returns of a schedule in the end, read from what is stored."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from aftercare.kernel.aws import client
from aftercare.kernel.due.model import Timer, timer_of
from aftercare.kernel.tables import entry_from
from aftercare.kernel.timeline import Entry
from aftercare.labels.model import VALID, LabelStatus
from aftercare.orders.money import money_of
from aftercare.orders.refunds import refunded_of
from aftercare.returns import events
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.moves import MOVES, Move
from aftercare.returns.policy import Remedy
from aftercare.returns.promising import timers_of
from aftercare.returns.resolving import REQUESTS
from aftercare.returns.settlement import SettlementState
from aftercare.staff.policy import may
from tests.fakes.crashes.arrival_staff import ITEMS
from tests.fakes.crashes.arrival_world import MEMBERS, ArrivalWorld, plain

S = ReturnStatus
_ARRIVALS = {events.ARRIVED, events.RECEIVED}
_ONCE = (events.CREATED, events.LABEL_EXPIRING, events.PROMISE_AT_RISK, events.PROMISE_BROKEN)

type Step = tuple[int, Entry]


def check_books(world: ArrivalWorld) -> Counter[str]:
    """Checks everything; returns the entries and the states that the schedule met."""
    met = Counter[str]()
    for ret in world.returns():
        steps = steps_of(world, ret.return_id)
        check_timeline(world, ret, steps)
        check_times(world, ret, [entry for _, entry in steps])
        entries = [entry for _, entry in steps]
        check_label(world, ret, entries)
        check_answers(world, ret, entries)
        check_requests(ret, entries)
        check_exchanges(world, ret)
        met.update(entry.entry_type for _, entry in steps)
        met[f"ends {ret.status}"] += 1
    check_keys(world)
    return met


def steps_of(world: ArrivalWorld, return_id: str) -> list[Step]:
    """The entries, each with the number under which it is stored."""
    mine = [item for item in world.items() if item["pk"]["S"] == return_id]
    numbered = [item for item in mine if item["sk"]["S"].startswith("ENTRY#")]
    steps = [(int(each["sk"]["S"].partition("#")[2]), entry_from(plain(each))) for each in numbered]
    return sorted(steps, key=lambda step: step[0])


def check_timeline(world: ArrivalWorld, ret: Return, steps: list[Step]) -> None:
    """A walk through the table, by those whose verbs they are, without a step left out."""
    written = {number for number, _ in steps}
    unsaid = {number for return_id, number in world.seen.unsaid if return_id == ret.return_id}
    gaps = {*range(1, (ret.version or 0) + 1)} - written
    assert gaps <= unsaid, "a step without its entry"
    assert max(written) <= (ret.version or 0)
    states = {S.DRAFT}
    for number, entry in steps:
        after = {
            move.after or before
            for before in states
            for move in _moves(entry)
            if before in move.before
        }
        known = world.seen.statuses.get((ret.return_id, number))
        states = after & {known} if known else after
        assert states, f"{entry.entry_type} by {entry.actor} is no move from there"
    assert ret.status in states, "a status that no entry tells of"


def _moves(entry: Entry) -> Iterator[Move]:
    """The rows of the table that this person's entry may be."""
    party = entry.actor.partition(":")[0]
    for move in MOVES:
        if move.entry == entry.entry_type and party in move.by:
            member = MEMBERS.get(entry.actor)
            if party != "staff" or (member and may(member, move.permission)):
                yield move


def check_times(world: ArrivalWorld, ret: Return, entries: list[Entry]) -> None:
    """What happens once did, not too early, and whoever waits has a timer."""
    told = Counter(entry.entry_type for entry in entries)
    assert all(told[once] <= 1 for once in _ONCE), told
    arrivals = [entry.occurred_at for entry in entries if entry.entry_type in _ARRIVALS]
    assert ret.arrived_at == (arrivals[0] if arrivals else None)
    labelled: list[datetime] = []
    for entry in entries:
        if entry.entry_type == events.LABEL_READY:
            labelled.append(entry.occurred_at)
        if entry.entry_type == events.EXPIRED:
            assert entry.occurred_at >= labelled[-1] + VALID, "expired before its day"
        if entry.entry_type == events.LABEL_EXPIRING:
            assert entry.occurred_at >= labelled[-1] + timedelta(days=21)
    known = {(due.entry_type, due.occurred_at) for due in world.due if due.subject == ret.return_id}
    left = {(timer.event, timer.due_at) for timer in _timers(world, ret)}
    wanted = {(timer.event, timer.due_at) for timer in timers_of(ret, world.order)}
    assert wanted <= known | left, "nobody will look at the promise"
    now = world.house.clock.now
    if ret.status is S.LABEL_READY and events.REOPENED not in told and labelled:
        assert now < labelled[-1] + VALID, "a label that nobody let expire"
    if ret.promise and ret.is_owed and ret.status in {S.ARRIVED, S.INSPECTED}:
        ends = [timer.due_at for timer in timers_of(ret, world.order)]
        assert ret.promise.warned is (now >= ends[0]), "a promise that nobody was warned of"
        assert ret.promise.broken is (now >= ends[1]), "a broken promise that nobody counted"


def _timers(world: ArrivalWorld, ret: Return) -> list[Timer]:
    items = client("dynamodb").scan(TableName=world.house.due_table)["Items"]
    timers = [timer_of(item["sk"]["S"]) for item in items]
    return [timer for timer in timers if timer.subject == ret.return_id]


def check_label(world: ArrivalWorld, ret: Return, entries: list[Entry]) -> None:
    """The label of what ended without its parcel is no longer paid for.

    A return has one label: if it was taken up again, it may wait for its parcel without one.
    """
    waits = {S.SUBMITTED} if _took_up(entries) else {S.SUBMITTED, S.APPROVED}
    assert ret.status not in waits, "stuck"
    label = world.house.labels.store.of_return(ret.return_id)
    if ret.status in {S.CANCELLED, S.EXPIRED} and label:
        assert label.status is LabelStatus.VOIDED or label.void_refused_at


def check_answers(world: ArrivalWorld, ret: Return, entries: list[Entry]) -> None:
    """What the shop has paid for the return is noted, and settles what it pays for."""
    order = world.house.orders.get(world.order.order_number)
    by_refund = refunded_of(order).by_refund
    paid = sum(by_refund[key] for key, each in order.refunds.items() if each.ticket == ret.ticket)
    assert (ret.repayment.amount if ret.repayment else 0) == paid, "money that nobody noted"
    settled = [each for each in ret.settlements if each.state is SettlementState.SETTLED]
    let_go = any(each.entry_type == events.CLOSED and each.actor in MEMBERS for each in entries)
    if not let_go:
        assert sum(each.amount for each in settled) <= paid, "settled, but not paid"
        unsent = [each for each in settled if each.brings_goods]
        assert not unsent or order.brought_for(ret.ticket), "settled, but not sent"
    if ret.status is S.INSPECTED and not ret.attention:
        raise AssertionError("nobody settles it")
    is_open = [each for each in ret.settlements if each.is_open and not each.brings_goods]
    assert not (is_open and sum(each.amount for each in ret.settlements) <= paid), "paid, but open"


def check_requests(ret: Return, entries: list[Entry]) -> None:
    """The shop was told of each request, once, in an entry of its own, which says what it is.

    What is sent for a request is noted once.
    """
    told = [each for each in entries if {"amount", "settlement_id"} <= each.data.keys()]
    assert [each.data["settlement_id"] for each in told] == [
        each.settlement_id for each in ret.settlements
    ]
    for entry, settlement in zip(told, ret.settlements, strict=True):
        assert entry.entry_type == REQUESTS[settlement.remedy], "asked for something else"
        said = {name: entry.data[name] for name in ("remedy", "amount", "due", "item")}
        assert said == {name: str(getattr(settlement, name)) for name in said}, "said otherwise"
    sent = Counter(e.data["settlement_id"] for e in entries if e.entry_type == events.REPLACED)
    assert all(times == 1 for times in sent.values()), "a parcel that was noted twice"
    goods = {each.settlement_id for each in ret.settlements if each.brings_goods}
    assert sent.keys() <= goods, "a parcel that nobody had asked for"


def check_exchanges(world: ArrivalWorld, ret: Return) -> None:
    """The difference of an exchange is paid by one side, and what was paid is counted once."""
    order = world.house.orders.get(world.order.order_number)
    lines = {line.line_id: line for line in money_of(order).lines}
    as_bought = not order.refunds and not order.refund_failures
    for each in ret.settlements:
        if not each.item:
            assert (each.due, each.remedy is Remedy.EXCHANGE) == (0, False)
            continue
        item = next(item for item in ITEMS if item.sku == each.item)
        given = each.amount + each.paid_before
        assert not (given and each.due), "both sides pay"
        worth = item.net + item.tax + given - each.due
        parts = [lines[key] for key in each.lines]
        paid = [line.paid * each.lines[line.line_id].units / line.quantity for line in parts]
        # A part of a line is shared by the largest remainder: a cent at most, net and tax.
        margin = 2 * len(parts)
        assert worth <= sum(paid) + margin, "the shop pays for more than was bought"
        if as_bought:
            assert worth >= sum(paid) - margin, "the customer pays twice"


def _took_up(entries: list[Entry]) -> bool:
    return any(each.entry_type == events.TAKEN_UP for each in entries)


def check_keys(world: ArrivalWorld) -> None:
    """Each key of a dock is known, with the answer that the dock got."""
    for key, status in world.answers.items():
        kept = world.docks.store.keys.answered(key)
        assert kept, "a request that would be done again"
        assert (kept.digest, kept.status) == (key.digest, status), "another answer"
