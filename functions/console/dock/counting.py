"""Counting a parcel's content: the form, what a scan or a button adds to it, and what is missing.

Nothing is saved while somebody counts: the form carries the counts from press to press.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.typed import folded, ticket_in, whole_number
from aftercare.orders.model import Order
from aftercare.returns.arrivals import MOST_SERIALS, Came, Condition
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.parcel_labels import labels_of

if TYPE_CHECKING:
    from aftercare.returns.product_scans import ProductScan

_MOST = 99_999
_LONGEST = 254
_SHORTEST_SCAN = 6
_RESTS = {
    "all": (Condition.RECEIVED, "Everything is counted as here."),
    "rest": (Condition.AWAITED, "What is not here is awaited in another parcel."),
}
_LIKE_A_TICKET = re.compile(r"R[ -]?\w{4}[ -]?\w{4}[ -]?\w", re.ASCII | re.IGNORECASE)


class Told(NamedTuple):
    """What became of a scan or of a press, and its tone."""

    words: str
    tone: str = "good"


@dataclass(frozen=True)
class Count:
    """What was counted of one line so far; `typed` are the numbers as they stand in the form."""

    line: ReturnLine
    typed: Mapping[Condition, str]
    serials: tuple[str, ...] = ()

    @property
    def units(self) -> dict[Condition, int]:
        return {each: _number(self.typed.get(each, "")) or 0 for each in Condition}

    @property
    def counted(self) -> int:
        return sum(self.units.values())

    @property
    def left(self) -> int:
        """Units that are neither here nor missing yet; fewer than none if there are too many."""
        return self.line.units - self.counted

    @property
    def error(self) -> str:
        """What keeps the line from being received; empty if nothing does."""
        if any(_number(text) is None for text in self.typed.values()):
            return "Use whole numbers from 0."
        if self.left > 0:
            return f"{self.left} of {self.line.units} not counted yet: here, short or otherwise?"
        if self.left < 0:
            return f"{self.counted} counted, but {self.line.units} expected. Take {-self.left} off."
        if len(self.serials) > MOST_SERIALS:
            return f"Up to {MOST_SERIALS} codes are kept."
        return ""

    @property
    def came(self) -> Came:
        return Came(self.units, self.serials)

    def plus(self, condition: Condition, units: int) -> "Count":
        """With that many units more of the condition, or fewer; never fewer than none."""
        now = max(0, self.units[condition] + units)
        return replace(self, typed={**self.typed, condition: str(now)})

    def with_serial(self, serial: str) -> "Count":
        return replace(self, serials=(*self.serials, serial)) if serial else self

    def with_rest(self, condition: Condition) -> "Count":
        """With everything that is not counted yet in that condition."""
        return self.plus(condition, max(0, self.left))


type Counts = tuple[Count, ...]


def started(lines: Iterable[ReturnLine]) -> Counts:
    """The lines that can still be received, with what was received of them before.

    What was awaited then is to be counted again.
    """
    return tuple(
        Count(
            line,
            {
                each: str(line.receipt.units.get(each, 0) if line.receipt else 0)
                for each in Condition
                if each is not Condition.AWAITED
            },
            line.receipt.serials if line.receipt else (),
        )
        for line in lines
        if line.inspection is None
    )


def counts_in(form: Mapping[str, str], lines: Iterable[ReturnLine]) -> Counts:
    """What the form holds; of a line that it does not have, what was received before."""
    places = {form[name]: name.removeprefix("line_") for name in form if name.startswith("line_")}
    return tuple(
        _typed(form, places[each.line.line_id], each.line) if each.line.line_id in places else each
        for each in started(lines)
    )


def is_changed(counts: Counts) -> bool:
    """Whether something was counted that is not saved."""
    return counts != started(each.line for each in counts)


def pressed(counts: Counts, button: str) -> tuple[Counts, Told | None]:
    """The counts after a button: `all`, `rest`, or `<1 or -1>:<condition>:<line's place>`."""
    if button in _RESTS:
        rest, words = _RESTS[button]
        return tuple(each.with_rest(rest) for each in counts), Told(words)
    step, _, what = button.partition(":")
    condition, _, place = what.partition(":")
    at = whole_number(place, len(counts))
    if step not in {"1", "-1"} or condition not in set(Condition) or not at:
        return counts, None
    return _replaced(counts, at, counts[at - 1].plus(Condition(condition), int(step))), None


def label_in(text: str, ret: Return) -> str:
    """The ticket that was scanned, also as the tracking number of this return's label; or ""."""
    compact = folded(text).replace(" ", "").replace("-", "").upper()
    numbers = {label.tracking_number for label in labels_of(ret).values()}
    if compact in numbers or compact.removeprefix("00") in numbers:
        return ret.ticket
    return ticket_in(text)


def scanned(counts: Counts, text: str, chosen: str, order: Order) -> tuple[Counts, Told]:
    """The counts after a product was scanned: one unit more is here, on the line it belongs to."""
    from aftercare.returns.product_scans import product_scan  # noqa: PLC0415 - few pages scan

    if _LIKE_A_TICKET.fullmatch(folded(text)):
        return counts, Told(f"{text} looks like a ticket, but has a typo. Scan it again.", "bad")
    scan = product_scan(text, [each.line for each in counts], order)
    if scan.serial and any(scan.serial in each.serials for each in counts):
        return counts, Told(f"{scan.serial} was scanned already: not counted again.", "warn")
    place = _place(counts, scan, chosen)
    if place is None:
        return counts, Told(
            f"{text} is on none of these lines. Choose the line it belongs to, then scan it again; "
            "or count it as “another item”.",
            "bad",
        )
    count = counts[place - 1]
    if count.left <= 0:
        return counts, Told(
            f"{count.line.name}: all {count.line.units} are counted already.", "bad"
        )
    after = count.with_serial(scan.serial).plus(Condition.RECEIVED, 1)
    here = after.units[Condition.RECEIVED]
    told = Told(f"{count.line.name}: {here} of {count.line.units} here.")
    return _replaced(counts, place, after), told


def latest(text: str, before: str) -> str:
    """What was scanned last: a scanner types behind what stands in the field.

    `before` is what the page put there. Whoever mends a letter of it by hand types less than a
    scanner.
    """
    text, before = text.strip()[:_LONGEST], before.strip()
    added = text.removeprefix(before).strip() if before else text
    return added if len(added) >= _SHORTEST_SCAN else text


def _place(counts: Counts, scan: "ProductScan", chosen: str) -> int | None:
    """The line that the code names and that lacks units still; else the chosen, or the only one."""
    named = [place for place, each in enumerate(counts, 1) if each.line.line_id in scan.lines]
    if named:
        return next((place for place in named if counts[place - 1].left > 0), named[0])
    place = whole_number(chosen, len(counts))
    if not place and len(counts) == 1:
        place = 1
    return place if place and counts[place - 1].line.line_id not in scan.others else None


def _typed(form: Mapping[str, str], place: str, line: ReturnLine) -> Count:
    typed = {
        each: form.get(f"{each}_{place}", "0").strip() or "0"
        for each in Condition
        if each is not Condition.AWAITED or f"{each}_{place}" in form
    }
    serials = form.get(f"serials_{place}", "").split("\n")
    return Count(line, typed, tuple(dict.fromkeys(filter(None, map(str.strip, serials)))))


def _replaced(counts: Counts, place: int, count: Count) -> Counts:
    return (*counts[: place - 1], count, *counts[place:])


def _number(text: str) -> int | None:
    return whole_number(text, _MOST)
