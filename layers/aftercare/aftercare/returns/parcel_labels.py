"""The labels of a return's parcels: which it has, which may be added, which are over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from aftercare.kernel.errors import RefusedError
from aftercare.labels.model import MOST_PARCELS, VALID
from aftercare.returns import events
from aftercare.returns.issued_label import IssuedLabel
from aftercare.returns.model import ParcelWay, Return
from aftercare.returns.moves import ReturnStatus, Verb, takes

_WAITED_FOR = {ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT, ReturnStatus.ARRIVED}
WARNED_AFTER = timedelta(days=21)


class ParcelRefusedError(RefusedError):
    """No other parcel may be added to the return now (R-LBL-44)."""

    code = "parcel_refused"


def lacks_label(ret: Return, parcel: int) -> bool:
    """Whether a label is to be made for that parcel: it was asked for, and the return has none."""
    if parcel == 1:
        return ret.status is ReturnStatus.APPROVED
    is_asked_for = parcel <= ret.parcels and ret.status in _WAITED_FOR
    return is_asked_for and parcel not in ret.ways and label_of(ret, parcel) is None


def label_of(ret: Return, parcel: int) -> IssuedLabel | None:
    """The label of that parcel, if the return has it."""
    return labels_of(ret).get(parcel)


def labels_of(ret: Return) -> Mapping[int, IssuedLabel]:
    """The labels that a return has, by parcel."""
    first = {1: ret.label} if ret.label else {}
    return first | {each.parcel: each.label for each in ret.more_labels}


def expired_labels(ret: Return, now: datetime) -> tuple[int, ...]:
    """The parcels whose labels nobody used within 28 days, and which are not to be voided yet.

    A return in one parcel has none: its end is its label's.
    """
    is_over = not takes(ret.status, Verb.EXPIRE_PARCEL)
    ends = {} if is_over or ret.parcels == 1 else label_ends(ret)
    return tuple(each for each, end in ends.items() if now >= end and each not in ret.ways)


def expiring_labels(ret: Return, now: datetime) -> tuple[int, ...]:
    """The parcels of several whose labels nobody used within 21 days, once others are under way.

    Of a return none of whose parcels was sent, one mail speaks for all of its labels. Who has been
    told of a label is not told again (R-LBL-14).
    """
    if ret.parcels == 1 or not takes(ret.status, Verb.WARN_OF_PARCEL):
        return ()
    return tuple(
        parcel
        for parcel, end in label_ends(ret).items()
        if end - VALID + WARNED_AFTER <= now < end
        and parcel not in ret.ways
        and warned_of(ret.label_number, parcel) not in ret.reminded
    )


def warned_of(number: int, parcel: int) -> str:
    """What `Return.reminded` says of a customer who was told that this label ends soon."""
    return f"{events.PARCEL_EXPIRING}#{number}#{parcel}"


def label_ends(ret: Return) -> Mapping[int, datetime]:
    """When each label that the return has is no longer taken, by parcel (R-LBL-14)."""
    first = {1: ret.label_expires_at} if ret.label_expires_at else {}
    return first | {each.parcel: each.expires_at for each in ret.more_labels}


def next_parcel(ret: Return) -> int | None:
    """The parcel that may be added to a return now; none if none may be (R-LBL-44).

    As many as there are units, and five, at most. Across a customs border nobody could say which
    goods are in which; a slip, of which the customer pays the postage, goes into any box.
    """
    is_ready = takes(ret.status, Verb.ADD_PARCEL) and ret.label is not None and ret.is_prepaid
    if not is_ready or (ret.label and ret.label.crosses_border):
        return None
    return ret.parcels + 1 if ret.parcels < most_parcels(ret) else None


def most_parcels(ret: Return) -> int:
    """In how many parcels a return may come: no parcel is without a unit (R-LBL-44)."""
    return min(MOST_PARCELS, sum(line.units for line in ret.lines))


def used(ret: Return) -> list[int]:
    """Those of several parcels that were scanned, or came."""
    return [parcel for parcel, way in ret.ways.items() if way is not ParcelWay.VOIDED]


def is_any_awaited(ret: Return) -> bool:
    """Whether a parcel of several is still to be sent: its label may be used, or is being made."""
    return ret.parcels > 1 and any(each not in ret.ways for each in range(1, ret.parcels + 1))


def is_added(ret: Return, parcel: int) -> bool:
    """Whether the return has that later parcel already: the first one is added by nobody."""
    return 1 < parcel <= ret.parcels


def added(ret: Return, parcel: int) -> Return:
    """The return with that parcel, too, whose label is to be made.

    Raises:
        ParcelRefusedError: It is not the next one, or there may be no other now.
    """
    if parcel <= 1:
        sentence = "No label was asked for: the form doesn't say which parcel it is for."
        raise ParcelRefusedError(sentence, parcel=parcel)
    if parcel != next_parcel(ret):
        raise ParcelRefusedError("This return can't have another label now.", parcel=parcel)
    return replace(ret.moved(Verb.ADD_PARCEL), parcels=parcel)
