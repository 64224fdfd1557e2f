"""What must hold of returns in several parcels: after each act, and when all is said."""

from collections import Counter

from aftercare.kernel.timeline import Entry
from aftercare.labels.events import number_in, parcel_in
from aftercare.labels.model import LabelStatus
from aftercare.returns import events
from aftercare.returns.model import ParcelWay, Return, ReturnStatus
from aftercare.returns.settlement import SettlementState
from aftercare.returns.several import ParcelLabel
from tests.fakes.crashes.arrival_books import (
    check_answers,
    check_exchanges,
    check_keys,
    check_requests,
    check_timeline,
    steps_of,
)
from tests.fakes.crashes.arrival_world import ArrivalWorld

S = ReturnStatus
_HERE = {ParcelWay.ARRIVED, ParcelWay.OPENED}
_GONE = {ParcelWay.VOIDED, ParcelWay.LOST}
_WAITING = {S.LABEL_READY, S.IN_TRANSIT}


def look_closely(world: ArrivalWorld) -> None:
    """After each act: whose clock began too early, and who is said to be lost but is here."""
    with world.saboteur.during(None):
        for ret in world.returns():
            is_new = ret.arrived_at is not None and ret.return_id not in world.arrived
            if is_new and ret.parcels > 1:
                world.arrived.add(ret.return_id)
                missed = set(_to_come(ret)) - _labelled_later(world, ret)
                assert not missed or _is_whole(ret), "the clock began too early"
            if ret.status is S.LOST and ret.parcels > 1:
                assert not _HERE & set(ret.ways.values()), "lost, but a parcel is here"
            if ret.parcels > 1:
                _check_void_labels(world, ret)
            awaited = [line for line in ret.lines if line.awaited]
            assert not any(line.inspection for line in awaited), "inspected, but awaited"
            if ret.status in {S.INSPECTED, S.CLOSED} and not _is_decided(world, ret):
                assert not awaited, "settled, but awaited"


def check_parcels(world: ArrivalWorld) -> Counter[str]:
    """Checks everything in the end; returns the entries and the states that were met."""
    met = Counter[str]()
    for ret in world.returns():
        steps = steps_of(world, ret.return_id)
        entries = [entry for _, entry in steps]
        check_timeline(world, ret, steps)
        check_answers(world, ret, entries)
        check_requests(ret, entries)
        check_exchanges(world, ret)
        _check_what_came(world, ret)
        _check_labels(world, ret)
        _check_waiting(ret)
        _check_warnings(entries)
        met.update(entry.entry_type for entry in entries)
        met[f"ends {ret.status}"] += 1
        met[f"{ret.parcels} parcels"] += 1
    check_keys(world)
    return met


def check_end(ret: Return) -> None:
    """Long after everything: nothing waits for a parcel that nobody has seen move."""
    ways = [ret.ways.get(each) for each in _to_come(ret)]
    is_moving = ParcelWay.ON_ITS_WAY in ways or ret.parcels == 1
    if ret.status in _WAITING:
        assert ret.status is S.IN_TRANSIT, "a label that nobody let expire"
        assert is_moving, "it waits for nothing"
        assert None not in ways or ret.parcels == 1, "it waits for a label that is over"


def _check_what_came(world: ArrivalWorld, ret: Return) -> None:
    """Money is asked for what was in a parcel that somebody opened, or for what staff decided."""
    from tests.fakes.crashes.parcel_acts import contents  # noqa: PLC0415 - it looks at the books

    if _is_decided(world, ret):
        return
    came, asked = contents(ret, world.opened.get(ret.return_id, set())), Counter[str]()
    for each in ret.settlements:
        if each.state is not SettlementState.FAILED:
            asked.update({line_id: line.units for line_id, line in each.lines.items()})
    assert asked <= Counter(came), "money for what has not come"


def _check_labels(world: ArrivalWorld, ret: Return) -> None:
    """No label is paid for that nobody may use any more, and none is waited for that is void."""
    labels = world.house.labels.store.with_number(ret.return_id, ret.label_number)
    for label in labels:
        is_void = label.status is LabelStatus.VOIDED or label.void_refused_at is not None
        if ret.status in {S.CANCELLED, S.EXPIRED}:
            assert is_void, "an ended return, and a label that may be used"
        if ret.ways.get(label.parcel) is ParcelWay.VOIDED:
            assert is_void or label.scans, "to be voided, and was not"


def _check_void_labels(world: ArrivalWorld, ret: Return) -> None:
    """No parcel is waited for whose label was voided before anybody used it."""
    labels = world.house.labels.store.with_number(ret.return_id, ret.label_number)
    void = {each.parcel for each in labels if each.status is LabelStatus.VOIDED and not each.scans}
    is_waiting = ret.status in _WAITING
    assert not (is_waiting and void & set(_to_come(ret))), "it waits for a void label"


def _check_warnings(entries: list[Entry]) -> None:
    """Nobody is told twice that the same label ends soon."""
    told = Counter(
        (number_in(entry), parcel_in(entry))
        for entry in entries
        if entry.entry_type == events.PARCEL_EXPIRING
    )
    assert set(told.values()) <= {1}, "told again of the same label"


def _check_waiting(ret: Return) -> None:
    """Whoever can't go on by itself has a person who is asked."""
    if ret.parcels == 1:
        return
    if ret.status is S.IN_TRANSIT:
        assert _to_come(ret), "nothing may come, and it did not arrive"
    still = [each for each in _labelled(ret) if ret.ways.get(each) is not ParcelWay.OPENED]
    may_come = [each for each in still if ret.ways.get(each) not in _GONE]
    counted = [line for line in ret.lines if line.receipt and not line.awaited]
    begun = any(line.receipt for line in ret.lines)
    if ret.status is S.ARRIVED and begun and len(counted) < len(ret.lines) and not may_come:
        assert ret.attention, "nobody is asked to count what was awaited"


def _labelled(ret: Return) -> set[int]:
    labels: tuple[ParcelLabel, ...] = ret.more_labels
    return {1} | {each.parcel for each in labels} | ret.ways.keys()


def _to_come(ret: Return) -> list[int]:
    if ret.parcels == 1:
        return []
    here = _HERE | _GONE
    return [each for each in _labelled(ret) if ret.ways.get(each) not in here]


def _labelled_later(world: ArrivalWorld, ret: Return) -> set[int]:
    """The parcels that had no label yet when the return arrived, within the same act."""
    entries = [entry for _, entry in steps_of(world, ret.return_id)]
    kinds = [entry.entry_type for entry in entries]
    after = entries[kinds.index(events.ARRIVED) :] if events.ARRIVED in kinds else []
    return {parcel_in(entry) for entry in after if entry.entry_type == events.PARCEL_LABELLED}


def _is_whole(ret: Return) -> bool:
    return all(line.receipt and not line.awaited for line in ret.lines)


def _is_decided(world: ArrivalWorld, ret: Return) -> bool:
    """Whether staff have asked for money without the parcel, or taken the return up again."""
    entries = [entry for _, entry in steps_of(world, ret.return_id)]
    people = [entry for entry in entries if entry.actor.startswith("staff:")]
    decided = {events.TAKEN_UP, events.REFUND_REQUESTED, events.CLOSED}
    return any(entry.entry_type in decided for entry in people)
