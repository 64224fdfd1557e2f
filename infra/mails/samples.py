"""Realistic values of every mail: long names, many lines, amounts of several currencies."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.mail import model
from aftercare.mail.model import Item, Kind, Mail, Shown

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

    @property
    def name(self) -> str:
        return f"{self.kind.name}-{self.case}" if self.case else self.kind.name

    def mail(self, language: str) -> Mail:
        to = "mei@example.com"
        return Mail(self.kind, "ent_1", to, self.values, language, self.thread)


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
    return _of_return(model.LABEL_READY, case, **_CONFIRMED | values)


def _in_review(case: str, **values: object) -> Sample:
    look_by = date(2026, 12, 2)
    return _of_return(model.RETURN_IN_REVIEW, case, look_by=look_by, **_CONFIRMED | values)


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
_MANY = tuple(Item(units, f"LABUBU Series {units} Figure") for units in range(1, 13))
_NUMBER = "9205590175547700000000"

SAMPLES = (
    Sample(model.ACCESS_CODE, "", {"code": "042042", "minutes": 10}),
    _received("", is_draft=True, photos=2),
    _received("alone", is_draft=True, photos=0),
    _received("submitted", is_draft=False, photos=1),
    _of_return(model.EVIDENCE_REMINDER, is_draft=True, photos=2, due=DUE, zone=ZONE),
    _label_ready("", payer="seller", carrier="USPS"),
    _label_ready("buyer", payer="buyer", carrier="", items=_MANY, more=18),
    _label_ready("in_part", payer="seller", carrier="USPS", left_out=_REFUSED[:3]),
    _in_review(""),
    _in_review("in_part", left_out=_REFUSED[:3], shown=_SHOWN[:1], more_shown=2),
    _of_return(model.LABEL_EXPIRING),
    _of_return(model.RETURN_IN_TRANSIT, carrier="USPS", tracking_number=_NUMBER),
    _of_return(model.RETURN_REOPENED),
    _of_return(model.RETURN_ARRIVED),
    _of_return(model.RETURN_REFUNDED, amount=123456, currency="USD", day=date(2026, 12, 1)),
    _of_return(model.RETURN_REFUNDED, "yen", amount=9800, currency="JPY", day=date(2026, 12, 1)),
    _of_return(model.RETURN_DECLINED, items=_REFUSED, judged=False),
    _of_return(model.RETURN_DECLINED, "by_staff", items=_JUDGED, judged=True),
    _of_return(
        model.EVIDENCE_WANTED,
        kinds=("receipt", "close_up"),
        words="Please hold the left ear next to the right one.",
        due=DUE,
        zone=ZONE,
    ),
    _of_return(model.RETURN_CANCELLED),
    _of_return(model.RETURN_LAPSED),
    Sample(model.POINTS_LAPSED, "", {"points": 1200}),
    Sample(model.POINTS_LAPSED, "one", {"points": 1}),
    Sample(
        model.POINTS_REMINDER,
        "",
        {"points": 1235, "days": [(date(2026, 11, 1), 1234), (date(2026, 12, 21), 1)]},
    ),
)
