"""View models of the answer to "where is my order?"."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from aftercare.kernel.clock import local_day, zone_named
from aftercare.orders.model import Order, Parcel
from aftercare.parcels import model as carried
from aftercare.parcels.carriers import Carrier
from aftercare.parcels.recognising import Candidate, Recognised, recognise
from aftercare.parcels.silence import (
    TURNED_BACK,
    Gist,
    Progress,
    gist_of,
    handover_day,
    progress_of,
)
from aftercare.returns.zones import market_of, zone_of_order
from aftercare.words.service import Words
from portal.returns.days import day_there

# What stands for the hidden part of a tracking number.
_HIDDEN, _SHOWN = "…", 4
_UTC = zone_named("UTC")

# What is asked of the carrier, where it is not what the progress is called.
_PROBLEMS: Mapping[Progress, str] = {
    Progress.SILENT: "quiet",
    Progress.UNHANDED: "announced",
    **dict.fromkeys((Progress.OUT_FOR_DELIVERY, Progress.PICKUP_READY), "in_transit"),
    **dict.fromkeys(
        (
            Progress.HELD,
            Progress.ATTEMPT_FAILED,
            Progress.EXCEPTION,
            Progress.RETURNING,
            Progress.RETURNED,
            Progress.LOST,
            Progress.EXPIRED,
        ),
        "stuck",
    ),
}
# Of these we have to find out more than the carrier.
_OURS = TURNED_BACK | {Progress.UNHANDED, Progress.LOST, Progress.EXPIRED}


class Asked(NamedTuple):
    """What was typed, and what we know of it. `order` only if it is the asker's own.

    `news` is what carriers say, by the number of the parcel.
    """

    typed: str
    order_number: str
    parcels: Sequence[Parcel]
    order: Order | None
    news: Mapping[str, carried.Parcel]
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return zone_of_order(self.order) if self.order else _UTC


class Contact(NamedTuple):
    """How a carrier is asked. What we do not know is ""."""

    name: str
    page: str
    chat: str
    phone: str
    form: str


class Other(NamedTuple):
    """Another carrier that the number may be of, and why."""

    name: str
    page: str
    why: str


class ParcelCard(NamedTuple):
    """One parcel: how it stands, whom to ask, and what to have ready for that."""

    title: str
    text: str
    last_scan: str
    asks_us: bool
    number: str
    contact: Contact | None
    why: str
    others: list[Other]
    ready: list[str]


class Answer(NamedTuple):
    """`state`: parcels, number, nothing, unreadable, waiting, overdue."""

    state: str
    order_number: str
    is_own: bool
    cards: list[ParcelCard]
    paid_on: str = ""
    due_on: str = ""


def numbers_in(typed: str, parcels: Iterable[Parcel]) -> list[str]:
    """The tracking numbers that an answer is about: the parcels', or else the one that is typed."""
    numbers = [parcel.tracking_number for parcel in parcels]
    return numbers or [recognise(typed).number]


def answer_of(w: Words, asked: Asked) -> Answer:
    """What the page says. Without a sign-in an unknown order looks like one that has not left."""
    number, is_own = asked.order_number, asked.order is not None
    if asked.parcels:
        return Answer("parcels", number, is_own, [_parcel(w, asked, it) for it in asked.parcels])
    if asked.order and asked.order.first_paid_at and not asked.order.is_cancelled:
        return _waiting(w, asked.order, asked.now)
    if (found := recognise(asked.typed)).candidates:
        return Answer("number", "", is_own, [_number_alone(w, asked, found)])
    if not number:
        return Answer("unreadable", "", is_own, [])
    return Answer("nothing", number, is_own, [])


def _waiting(w: Words, order: Order, now: datetime) -> Answer:
    """The asker's own order that has not left: since when, and until when that is normal."""
    zone = zone_of_order(order)
    paid_on = local_day(order.first_paid_at or now, zone)
    due_on = handover_day(market_of(order), paid_on)
    state = "overdue" if local_day(now, zone) > due_on else "waiting"
    return Answer(state, order.order_number, True, [], w.day(paid_on), w.day(due_on))


def _parcel(w: Words, asked: Asked, parcel: Parcel) -> ParcelCard:
    found, news = recognise(parcel.tracking_number), _news(asked, parcel.tracking_number)
    carrier = found.as_named(parcel.carrier)
    may_see = asked.order is not None
    gist = _gist(asked, parcel, news)
    number = parcel.tracking_number if may_see else _masked(parcel.tracking_number)
    return ParcelCard(
        **_said(w, asked, gist, news),
        number=number,
        contact=_contact(carrier, parcel.tracking_number if may_see else ""),
        why="",
        others=[],
        ready=[
            *_about_the_parcel(w, number),
            w.text("track.ready.order", number=asked.order_number),
            *_about_the_order(w, asked.order),
            _problem(w, asked, gist),
        ],
    )


def _news(asked: Asked, number: str) -> carried.Parcel | None:
    """What the carrier says of the order's parcel: not of one that has that number by mistake."""
    news = asked.news.get(number)
    subjects = {each.subject for each in news.owners} if news else set()
    return news if asked.order_number in subjects else None


def _gist(asked: Asked, parcel: Parcel, news: carried.Parcel | None) -> Gist | None:
    """By the carrier's news, and without any by the order's own days.

    What the shop says of an arrival counts, too, unless the parcel turned back after it.
    """
    gist = _gist_of_news(asked, news)
    if parcel.delivered_at and not (gist and gist.progress in TURNED_BACK):
        return Gist(Progress.DELIVERED, parcel.delivered_at)
    if gist or parcel.shipped_at is None:
        return gist
    return Gist(progress_of(parcel.shipped_at, None, asked.now), parcel.shipped_at)


def _gist_of_news(asked: Asked, news: carried.Parcel | None) -> Gist | None:
    market = market_of(asked.order) if asked.order else ""
    return gist_of(news, market, asked.zone, asked.now) if news else None


def _said(w: Words, asked: Asked, gist: Gist | None, news: carried.Parcel | None) -> dict[str, Any]:
    """How a parcel gets on, in words; where it was scanned is for its owner alone."""
    if gist is None:
        return {"title": "", "text": "", "last_scan": "", "asks_us": False}
    at = day_there(w, gist.at, asked.zone)
    return {
        "title": w.text(f"track.standing.{gist.progress}.title"),
        "text": w.text(f"track.standing.{gist.progress}.text", day=at),
        "last_scan": _last_scan(w, asked, news),
        "asks_us": gist.progress in _OURS,
    }


def _last_scan(w: Words, asked: Asked, news: carried.Parcel | None) -> str:
    scans = [scan for scan in news.scans if scan.status] if news else []
    if not scans:
        return ""
    day = day_there(w, scans[-1].scanned_at, asked.zone)
    return f"{day} · {scans[-1].place}" if asked.order and scans[-1].place else day


def _problem(w: Words, asked: Asked, gist: Gist | None) -> str:
    if gist is None:
        return ""
    what = _PROBLEMS.get(gist.progress, gist.progress)
    return w.text(f"track.ready.problem.{what}", day=day_there(w, gist.at, asked.zone))


def _number_alone(w: Words, asked: Asked, found: Recognised) -> ParcelCard:
    """A tracking number, whoever asks: what the carrier says, if one of our parcels has it.

    Of any other, and of a parcel that comes back to us, the carrier knows more than we do.
    """
    first, *others = found.candidates
    news = asked.news.get(found.number)
    outbound = carried.Direction.OUTBOUND
    is_ours = news is not None and any(each.direction is outbound for each in news.owners)
    gist = _gist_of_news(asked, news) if is_ours else None
    unknown = {
        "title": w.text("track.number.title", carrier=first.carrier.name),
        "text": w.text("track.number.text", carrier=first.carrier.name),
    }
    problem = [_problem(w, asked, gist)] if gist else []
    return ParcelCard(
        **_said(w, asked, gist, news) | ({} if gist else unknown),
        number=found.number,
        contact=_contact(first.carrier, found.number),
        why=_why(w, first),
        others=[
            Other(each.carrier.name, each.carrier.page_of(found.number), _why(w, each))
            for each in others
        ],
        ready=[*_about_the_parcel(w, found.number), *_about_the_order(w, None), *problem],
    )


def _about_the_parcel(w: Words, number: str) -> list[str]:
    return [w.text("track.ready.tracking", number=number)] if number else []


def _about_the_order(w: Words, order: Order | None) -> list[str]:
    """The order's date and address, if it is the asker's own; else a blank to fill in."""
    purchase = order.purchase if order else None
    if order is None or purchase is None or purchase.ship_to is None:
        return [w.text("track.ready.order_day", day=""), w.text("track.ready.address", address="")]
    paid_on = local_day(order.first_paid_at, zone_of_order(order)) if order.first_paid_at else None
    return [
        w.text("track.ready.order_day", day=w.day(paid_on) if paid_on else ""),
        w.text("track.ready.address", address=purchase.ship_to.in_one_line),
    ]


def _contact(carrier: Carrier | None, number: str) -> Contact | None:
    if carrier is None:
        return None
    page = carrier.page_of(number) if number else carrier.site
    return Contact(carrier.name, page, carrier.chat, carrier.phone, carrier.form)


def _why(w: Words, candidate: Candidate) -> str:
    if candidate.is_mistyped:
        return w.text("track.mistyped")
    return w.text(f"track.why.{candidate.evidence}")


def _masked(number: str) -> str:
    """The end of a tracking number: enough to know it again, not enough to ask with it."""
    return f"{_HIDDEN}{number[-_SHOWN:]}" if len(number) > 2 * _SHOWN else ""
