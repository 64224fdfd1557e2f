"""Realistic values of every mail: long names, many lines, amounts of several currencies."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.mail import model
from aftercare.mail.model import Item, Kind, Mail, Shown, Way
from aftercare.returns.model import AgreedDeduction

TICKET = "R-7K2M-9QXA-4"
RETURN_ID = "ret_01M7ZWT7EBRZXGXK0P6ZBVJ78A"
LONG = "THE MONSTERS Big into Energy Series Vinyl Plush Pendant Blind Box (Limited Edition)"
DUE = datetime(2026, 11, 30, 1, 40, tzinfo=UTC)
ZONE = ZoneInfo("Pacific/Honolulu")
TWO = (Item(1, "SKULLPANDA The Warmth Series Figure"), Item(2, LONG))


class Sample(NamedTuple):
    """One mail with values; `case` tells those of one kind apart."""

    kind: Kind
    case: str
    values: Mapping[str, object]
    thread: str = ""
    reply_to: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind.name}-{self.case}" if self.case else self.kind.name

    def mail(self, language: str) -> Mail:
        to = "mei@example.com"
        thread, reply_to = self.thread, self.reply_to
        return Mail(self.kind, "ent_1", to, self.values, language, thread, reply_to=reply_to)


_SHOWN = (
    Shown(1, "whole_product"),
    Shown(2, "close_up", ("The left ear is chipped.", "Scratches below the eye, 3 mm < 5 mm")),
    Shown(3, "serial_code"),
    Shown(4, "unpacking_video"),
)


def _of_return(kind: Kind, case: str = "", **values: object) -> Sample:
    shared = {"ticket": TICKET, "return_id": RETURN_ID, "items": TWO, "more": 0}
    return Sample(kind, case, shared | values, TICKET)


def _received(case: str, *, is_draft: bool, photos: int) -> Sample:
    values: dict[str, object] = {"is_draft": is_draft, "photos": photos, "due": DUE, "zone": ZONE}
    values |= {"shown": () if is_draft else _SHOWN[:1], "more_shown": 0}
    return _of_return(model.RETURN_RECEIVED, case, **values)


def _label_ready(case: str, **values: object) -> Sample:
    stated = {"transit": None, "deduction": None} | values
    return _of_return(model.LABEL_READY, case, **_CONFIRMED | stated)


def _in_transit(case: str, **values: object) -> Sample:
    stated = {"tracking_number": _NUMBER, "transit": None} | values
    return _of_return(model.RETURN_IN_TRANSIT, case, **stated)


def _another_label(kind: Kind, case: str = "", **values: object) -> Sample:
    stated: dict[str, object] = {
        "parcel": 2,
        "mark": f"{TICKET} · 2",
        "carrier": "USPS",
        "day": date(2026, 12, 21),
        "deduction": None,
    }
    return _of_return(kind, case, **stated | values)


def _in_review(case: str, **values: object) -> Sample:
    look_by = date(2026, 12, 2)
    return _of_return(model.RETURN_IN_REVIEW, case, look_by=look_by, **_CONFIRMED | values)


def _inspected(case: str, **values: object) -> Sample:
    return _of_return(model.RETURN_INSPECTED, case, **_PROMISED | values)


def _refunded(case: str, **values: object) -> Sample:
    stated = {"day": date(2026, 12, 1), "credit": False, "deduction": 0} | values
    return _of_return(model.RETURN_REFUNDED, case, **stated)


_CLAIMED = {"reference": "V-0YDG-9CTD-QH7K-EFEX-T91V"}

_WROTE = (
    ("Hello,", "the box of my figure was open when it came, and the card is missing."),
    ("It cost less than 3 < 5 & <b>nothing</b> else is wrong with it.",),
)
_ANSWERED = (
    ("Hello Mei,",),
    (
        "thank you for the photos. The card is added by hand, and yours was forgotten.",
        "We send one today; it needs about a week.",
    ),
    ("Best wishes,", "Li from Aftercare"),
)


def _of_ticket(kind: Kind, case: str = "", **values: object) -> Sample:
    """Where replies are read, unless the case says that they are not."""
    reply_to = "" if case.startswith("page") else f"care+{TICKET.lower()}@example.com"
    return Sample(kind, case, {"number": TICKET} | values, TICKET, reply_to)


_WAYS = (
    Way("page", "tools.usps.com/go/TrackConfirmAction?tLabels=9205590175547700000000"),
    Way("phone", "+1-800-275-8777"),
    Way("form", "www.usps.com/help/contact-us.htm"),
)


def _silent(case: str) -> Sample:
    """A parcel of a carrier whose contacts we know, or of one that nobody knows."""
    is_known = not case
    values: dict[str, object] = {
        "order_number": "PM-2026-104233",
        "tracking_number": _NUMBER,
        "moved_on": date(2026, 11, 20),
        "paid_on": date(2026, 11, 12),
        "address": "Jordan Ellis, 2120 NE Alberta St, Portland, OR, 97211, US",
        "carrier": "USPS" if is_known else "",
        "ways": _WAYS if is_known else (),
    }
    return Sample(model.PARCEL_SILENT, case, values)


_DEDUCTION = AgreedDeduction(795, "USD")
_PROMISED: dict[str, object] = {"first": date(2026, 12, 4), "last": date(2026, 12, 11)}
_CONFIRMED: dict[str, object] = {
    "left_out": (),
    "more_left_out": 0,
    "shown": _SHOWN,
    "more_shown": 0,
}


_REFUSED = (
    Item(1, LONG, "within_window", date(2026, 6, 16), ZONE),
    Item(2, "DIMOO Jurassic World Series Figure", "units_available"),
    Item(1, "HIRONO Shelter Series Figure", "a_rule_of_tomorrow"),
    Item(1, "CRYBABY Crying Again Series Vinyl Face Plush"),
)
_JUDGED = (
    Item(1, LONG, judgement="not_shown", words="We see the front; the crack is on the back."),
    Item(1, "HIRONO Shelter Series Figure", judgement="normal_variation"),
)
_FOUND = (
    Item(2, LONG, judgement="declined", taken=2),
    Item(2, "HIRONO Shelter Series Figure", judgement="normal_variation", taken=1),
    Item(
        1,
        "CRYBABY Crying Again Series Vinyl Face Plush",
        judgement="other_item",
        words="It is the figure of another series.",
        taken=0,
    ),
    Item(1, "DIMOO Jurassic World Series Figure"),
)
_MANY = tuple(Item(units, f"LABUBU Series {units} Figure") for units in range(1, 13))
_NUMBER = "9205590175547700000000"

SAMPLES = (
    Sample(model.ACCESS_CODE, "", {"code": "042042", "minutes": 10}),
    Sample(model.MESSAGES_CODE, "", {"code": "042042", "minutes": 10}),
    Sample(model.POINTS_CODE, "", {"code": "042042", "minutes": 10}),
    _received("", is_draft=True, photos=2),
    _received("alone", is_draft=True, photos=0),
    _received("submitted", is_draft=False, photos=1),
    _of_return(model.EVIDENCE_REMINDER, is_draft=True, photos=2, due=DUE, zone=ZONE),
    _label_ready("", payer="seller", carrier="USPS"),
    _label_ready("abroad", payer="seller", carrier="RoyalMail", transit=(7, 14)),
    _label_ready("buyer", payer="buyer", carrier="", items=_MANY, more=18),
    _label_ready("deducted", payer="buyer", carrier="USPS", deduction=_DEDUCTION),
    _label_ready("in_part", payer="seller", carrier="USPS", left_out=_REFUSED[:3]),
    _in_review(""),
    _in_review("in_part", left_out=_REFUSED[:3], shown=_SHOWN[:1], more_shown=2),
    _of_return(model.LABEL_EXPIRING),
    _in_transit("", carrier="USPS"),
    _in_transit("abroad", carrier="RoyalMail", transit=(7, 14)),
    _another_label(model.PARCEL_LABELLED),
    _another_label(model.PARCEL_LABELLED, "deducted", deduction=_DEDUCTION),
    _another_label(model.PARCEL_EXPIRING),
    _of_return(model.RETURN_REOPENED),
    *map(_silent, ("", "unknown_carrier")),
    *(
        _of_return(
            model.RETURN_HANDED_IN,
            case,
            **_PROMISED | {"exchanged": bool(case), "promised": "by"},
        )
        for case in ("", "exchanged")
    ),
    _of_return(model.RETURN_ARRIVED, "", **_PROMISED | {"promised": "by"}),
    _inspected("", items=_FOUND, taken=3, refused=True, promised="by"),
    _inspected("soon", items=_FOUND[:1], taken=2, refused=False, promised="latest"),
    _inspected("late", items=_FOUND[:1], taken=2, refused=False, promised="late"),
    _of_return(model.RETURN_CLOSED, items=_FOUND[1:]),
    _of_return(model.RETURN_EXPIRED),
    _of_return(model.RETURN_LOST),
    *(
        _of_return(model.RETURN_REPLACED, remedy if case else "", remedy=remedy)
        for case, remedy in enumerate(("replacement", "exchange", "repair"))
    ),
    _refunded("", amount=123456, currency="USD"),
    _refunded("yen", amount=9800, currency="JPY"),
    _refunded("deducted", amount=4005, currency="USD", deduction=795),
    _refunded("credit", amount=4800, currency="USD", credit=True),
    _of_return(model.RETURN_DECLINED, items=_REFUSED, judged=False),
    _of_return(model.RETURN_DECLINED, "by_staff", items=_JUDGED, judged=True),
    _of_return(
        model.EVIDENCE_WANTED,
        kinds=("receipt", "close_up"),
        words="Please hold the left ear next to the right one.",
        due=DUE,
        zone=ZONE,
    ),
    _of_return(model.REQUEST_WITHDRAWN, look_by=date(2026, 12, 2)),
    _of_return(model.RETURN_CANCELLED),
    _of_return(model.RETURN_LAPSED),
    *(
        Sample(model.CLAIM_RECEIVED, kind if kind != "mine" else "", _CLAIMED | {"kind": kind})
        for kind in ("mine", "fake")
    ),
    *(
        Sample(
            model.CLAIM_DECIDED,
            f"{decision}_{kind}",
            _CLAIMED | {"kind": kind, "decision": decision},
        )
        for decision in ("cleared", "copied", "dismissed")
        for kind in ("mine", "fake")
    ),
    Sample(model.POINTS_LAPSED, "", {"points": 1200}),
    Sample(model.POINTS_LAPSED, "one", {"points": 1}),
    Sample(
        model.POINTS_REMINDER,
        "",
        {"points": 1235, "days": [(date(2026, 11, 1), 1234), (date(2026, 12, 21), 1)]},
    ),
    _of_ticket(model.TICKET_RECEIVED, said=_WROTE, due=DUE, zone=ZONE),
    _of_ticket(model.TICKET_RECEIVED, "late", said=_WROTE[:1], due=None, zone=ZONE),
    _of_ticket(model.TICKET_RECEIVED, "page", said=_WROTE, due=DUE, zone=ZONE),
    _of_ticket(model.TICKET_REMINDER, said=_ANSWERED, due=DUE, zone=ZONE, days=14),
    _of_ticket(model.TICKET_REMINDER, "page", said=_ANSWERED, due=DUE, zone=ZONE, days=14),
    _of_ticket(model.TICKET_ANSWERED, "silence", said=(), next="silence", days=14),
    _of_ticket(model.TICKET_ANSWERED, "page-silence", said=(), next="silence", days=14),
    *(
        _of_ticket(
            model.TICKET_ANSWERED,
            case,
            said=_ANSWERED,
            next=case.removeprefix("page-") or "reply",
            days=14,
        )
        for case in ("", "ask", "resolve", "page-reply", "page-ask", "page-resolve")
    ),
)
