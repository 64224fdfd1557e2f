"""What the system of a warehouse or a store may send: named as in infra/openapi."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from aftercare.kernel.reading import FieldError, OptionalText, Text
from aftercare.returns.arrivals import MOST_SERIALS, Came, Condition, Disposition, Found, Grade
from aftercare.returns.counter import HandedIn, What
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.judging import MOST_WORDS
from aftercare.returns.reasons import Reason

MOST_LINES = 100
_MOST_UNITS = 10_000

Units = Annotated[int, Meta(ge=0, le=_MOST_UNITS, description="a number of units")]
Serials = Annotated[tuple[Text, ...], Meta(max_length=MOST_SERIALS)]
Words = Annotated[str, Meta(max_length=MOST_WORDS, description="up to 1,000 characters")]


class _Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class ReceivedLine(_Body, frozen=True, kw_only=True):
    """What came of one line: its units by condition, and the codes that were scanned.

    `awaited` units may be in another parcel of the return, which is not here yet.
    """

    line_id: Text
    received: Units = 0
    short: Units = 0
    wrong_item: Units = 0
    damaged_in_transit: Units = 0
    lost: Units = 0
    awaited: Units = 0
    serials: Serials = ()

    @property
    def came(self) -> Came:
        units = {condition: getattr(self, condition) for condition in Condition}
        return Came(units, self.serials)


class Receiving(_Body, frozen=True, kw_only=True):
    """What came in a parcel. `place` says where, for colleagues."""

    lines: Annotated[tuple[ReceivedLine, ...], Meta(min_length=1, max_length=MOST_LINES)]
    place: OptionalText = ""

    def __post_init__(self) -> None:
        _refuse_twice(self.lines)

    @property
    def came(self) -> Mapping[str, Came]:
        return {line.line_id: line.came for line in self.lines}


class InspectedLine(_Body, frozen=True, kw_only=True):
    """What was found of one line: how many units are taken back, and why not the others."""

    line_id: Text
    accepted: Units
    grade: Grade
    disposition: Disposition
    code: JudgementCode
    words: Words = ""

    @property
    def found(self) -> Found:
        return Found(self.accepted, self.grade, self.disposition, self.code, self.words)


class Inspecting(_Body, frozen=True, kw_only=True):
    """What was found of some lines, or of all."""

    lines: Annotated[tuple[InspectedLine, ...], Meta(min_length=1, max_length=MOST_LINES)]

    def __post_init__(self) -> None:
        _refuse_twice(self.lines)

    @property
    def found(self) -> Mapping[str, Found]:
        return {line.line_id: line.found for line in self.lines}


class HandedInLine(_Body, frozen=True, kw_only=True):
    """Units of a line that a customer handed in: named by line_id, or by sku, and the fault."""

    line_id: OptionalText = ""
    sku: OptionalText = ""
    units: Annotated[int, Meta(ge=1, le=_MOST_UNITS, description="a number of units from 1")] = 1
    reason: Reason

    def __post_init__(self) -> None:
        if bool(self.line_id) is bool(self.sku):
            raise FieldError("line_id", "either a line_id or a sku")

    @property
    def item(self) -> HandedIn:
        return HandedIn(self.line_id, self.sku, self.units, self.reason)


class HandingIn(_Body, frozen=True, kw_only=True):
    """What a customer handed in. `order_number` is the order's, or the number on the receipt.

    `language` is that of mails to the customer, as a BCP 47 tag.
    """

    order_number: Text
    what: What
    lines: Annotated[tuple[HandedInLine, ...], Meta(min_length=1, max_length=4)]
    place: OptionalText = ""
    language: OptionalText = ""


def _refuse_twice(lines: Sequence[ReceivedLine | InspectedLine]) -> None:
    if len({line.line_id for line in lines}) < len(lines):
        raise FieldError("lines", "a list with each line once")


BODIES = (HandingIn, Inspecting, Receiving)
