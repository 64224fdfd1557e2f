"""View models of a case's parcels, of both directions."""

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import datetime
from typing import NamedTuple

from aftercare.orders.facts import Parcel as Sent
from aftercare.orders.model import Order
from aftercare.parcels.model import Parcel, ParcelStatus, Scan
from aftercare.parcels.recognising import recognise
from aftercare.parcels.silence import is_silent
from aftercare.returns.ending import ADD_PARCEL
from aftercare.returns.model import ParcelWay, Return
from aftercare.returns.parcel_labels import label_of, labels_of, most_parcels, next_parcel
from console.moments import Moment, moment

_SCANS = 5
_STATUSES: Mapping[ParcelStatus, tuple[str, str]] = {
    ParcelStatus.LABEL_CREATED: ("Label made", ""),
    ParcelStatus.ACCEPTED: ("Accepted", "note"),
    ParcelStatus.IN_TRANSIT: ("In transit", "note"),
    ParcelStatus.OUT_FOR_DELIVERY: ("Out for delivery", "note"),
    ParcelStatus.PICKUP_READY: ("Ready for pickup", "note"),
    ParcelStatus.DELIVERED: ("Delivered", "good"),
    ParcelStatus.ATTEMPT_FAILED: ("Attempt failed", "warn"),
    ParcelStatus.EXCEPTION: ("Exception", "warn"),
    ParcelStatus.RETURNING: ("Returning to its sender", "warn"),
    ParcelStatus.RETURNED: ("Returned to its sender", "warn"),
    ParcelStatus.LOST: ("Lost", "bad"),
    ParcelStatus.EXPIRED: ("No longer tracked", "bad"),
}
_TO_THE_CUSTOMER, _FOR_A_RETURN, _TO_US = "To the customer", "Other units, to the customer", "To us"


class Chip(NamedTuple):
    """A short fact with a tone."""

    text: str
    tone: str = ""


class ScanRow(NamedTuple):
    """One thing that a carrier said; a code that we don't know is shown as it is."""

    words: str
    place: str
    at: Moment


class ParcelCard(NamedTuple):
    """One parcel. `href` leads to its carrier's page; `shop` is what the shop says of it."""

    way: str
    carrier: str
    number: str
    href: str
    chips: list[Chip]
    scans: list[ScanRow]
    more: int
    shop: list[tuple[str, Moment]]


class _Named(NamedTuple):
    """A parcel as the order or the label names it."""

    way: str
    carrier: str
    number: str
    sent: Sent | None = None
    chip: Chip | None = None


class Another(NamedTuple):
    """The parcel that may be added, if one may be, out of how many, and what is being made."""

    parcel: int | None
    most: int
    being_made: list[str]


def numbers_in(ret: Return, order: Order) -> list[str]:
    """The tracking numbers of a case."""
    return [each.number for each in _named(ret, order) if each.number]


def parcel_cards(
    ret: Return, order: Order, news: Mapping[str, Parcel], now: datetime
) -> list[ParcelCard]:
    """The parcels of the order, and those of the return's labels, with what carriers said last."""
    return [_card(each, news.get(each.number), now) for each in _named(ret, order)]


def _named(ret: Return, order: Order) -> Iterator[_Named]:
    for sent in _once(order.parcels.values()):
        way = _FOR_A_RETURN if sent.ticket else _TO_THE_CUSTOMER
        yield _Named(way, sent.carrier, sent.tracking_number, sent)
    for parcel, label in labels_of(ret).items():
        way = f"{_TO_US}, parcel {parcel}" if ret.parcels > 1 else _TO_US
        yield _Named(way, label.carrier, label.tracking_number, chip=_chip_of(ret, parcel))


def _chip_of(ret: Return, parcel: int) -> Chip | None:
    is_void = ret.ways.get(parcel) is ParcelWay.VOIDED
    return Chip("Label ended unused", "warn") if is_void else None


def another(ret: Return, may: Set[str]) -> Another:
    """The form that has one more label made, and the labels that are still being made."""
    parcel = next_parcel(ret) if ADD_PARCEL in may else None
    being_made = [str(each) for each in range(1, ret.parcels + 1) if label_of(ret, each) is None]
    return Another(parcel, most_parcels(ret), being_made if ret.label else [])


def _once(parcels: Iterable[Sent]) -> list[Sent]:
    """Each number once: the shop's own parcel before what only a scan told of it."""
    known: dict[str, Sent] = {}
    for sent in sorted(parcels, key=lambda each: not each.parcel_id):
        known.setdefault(sent.tracking_number or sent.key, sent)
    return list(known.values())


def _card(named: _Named, news: Parcel | None, now: datetime) -> ParcelCard:
    found = recognise(named.number)
    carrier = found.as_named(named.carrier)
    scans = [_row(scan, now) for scan in news.scans][::-1] if news else []
    return ParcelCard(
        way=named.way,
        carrier=carrier.name if carrier else named.carrier,
        number=named.number,
        href=found.page_of(carrier),
        chips=[*_chips(news), *filter(None, [named.chip])],
        scans=scans[:_SCANS],
        more=len(scans[_SCANS:]),
        shop=list(_of_shop(named.sent, now)),
    )


def _chips(news: Parcel | None) -> Iterator[Chip]:
    if news is None or news.standing.since is None:
        yield Chip("No scan yet")
        return
    yield Chip(*_STATUSES[news.standing.status])
    if is_silent(news):
        yield Chip("Silent", "bad")


def _row(scan: Scan, now: datetime) -> ScanRow:
    said = _STATUSES[scan.status][0] if scan.status else scan.words
    return ScanRow(said, scan.place, moment(scan.scanned_at, now))


def _of_shop(sent: Sent | None, now: datetime) -> Iterator[tuple[str, Moment]]:
    if sent and sent.shipped_at:
        yield "Sent, by the shop", moment(sent.shipped_at, now)
    if sent and sent.delivered_at:
        yield "Delivered", moment(sent.delivered_at, now)
