"""View models of the points pages: the purse, a chart of the year ahead, the movements."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from aftercare.kernel.clock import local_day
from aftercare.points.posting import Kind
from aftercare.points.statement import Balance, Movement
from aftercare.words.service import Words
from portal.points import words

MONTHS = 13
_MOST_ROWS = 6
_SOON = timedelta(days=30)
_TALLEST = 100
_LEAST = 3
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Purse:
    """What a member has. `soon` pairs points with the days within which they expire.

    `ends` says of held points until when they are set aside, a sentence for each day.
    """

    available: str
    spendable: int
    held: str
    ends: list[str]
    debt: str
    soon: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Bar:
    """A month of the chart, in hundredths of the chart's width and height."""

    month: str
    year: str
    points: str
    short: str
    middle: str
    left: str
    height: int
    soon: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One day of the table beside the chart."""

    through: str
    points: str
    soon: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Points by the month in which they expire, and by the day."""

    bars: list[Bar]
    width: str
    rows: list[Row]
    later: list[Row]
    later_points: str


@dataclass(frozen=True, slots=True)
class Move:
    """One movement; `change` is what it did to the points that the member can spend."""

    when: str
    title: str
    place: str
    href: str
    detail: str
    change: str
    tone: str


def purse(w: Words, balance: Balance, zone: ZoneInfo) -> Purse:
    spendable = max(balance.available, 0)
    return Purse(
        available=w.number(spendable),
        spendable=spendable,
        held=words.points(w, balance.held) if balance.held else "",
        ends=_ends(w, balance, zone),
        debt=words.points(w, balance.debt) if balance.debt else "",
        soon=_soon(w, balance),
    )


def _ends(w: Words, balance: Balance, zone: ZoneInfo) -> list[str]:
    by_day = Counter[date]()
    for until, points in balance.holds:
        if until:
            by_day[local_day(until, zone)] += points
    return [
        w.text("points.purse.until", points=words.points(w, points), day=w.day(day))
        for day, points in sorted(by_day.items())
    ]


def _soon(w: Words, balance: Balance) -> list[tuple[str, int]]:
    """The spans of days; one in which nothing more expires than in a shorter span is left out."""
    spans, shorter = [], 0
    for days, points in sorted(balance.soon.items()):
        if points > shorter:
            spans.append((w.number(points), days))
        shorter = points
    return spans


def chart(w: Words, balance: Balance, today: date) -> Chart | None:
    """The year ahead, starting with this month; None if nothing expires."""
    if not balance.due:
        return None
    by_month = Counter[int]()
    soon = set[int]()
    for due, points in balance.due:
        month = (due.year - today.year) * 12 + due.month - today.month
        by_month[month] += points
        if due <= today + _SOON:
            soon.add(month)
    months = range(max(MONTHS, max(by_month) + 1))
    most, slot = max(by_month.values()), 100 / len(months)
    rows = [_row(w, due, points, today) for due, points in balance.due]
    return Chart(
        bars=[
            _bar(w, today, month, slot=slot, points=by_month[month], most=most, soon=month in soon)
            for month in months
        ],
        width=f"{slot * 0.64:.2f}%",
        rows=rows[:_MOST_ROWS],
        later=rows[_MOST_ROWS:],
        later_points=words.points(w, sum(points for _, points in balance.due[_MOST_ROWS:])),
    )


def _bar(
    w: Words, today: date, month: int, *, slot: float, points: int, most: int, soon: bool
) -> Bar:
    years, place = divmod(today.month - 1 + month, 12)
    first = date(today.year + years, place + 1, 1)
    left = slot * month
    return Bar(
        month=w.day(first, "month"),
        year=w.day(first, "year") if month == 0 or first.month == 1 else "",
        points=w.number(points) if points else "",
        short=_short(points),
        middle=f"{left + slot / 2:.2f}%",
        left=f"{left + slot * 0.18:.2f}%",
        height=max(_LEAST, round(_TALLEST * points / most)) if points else 0,
        soon=soon,
    )


def _short(points: int) -> str:
    if points < _THOUSAND:
        return str(points) if points else ""
    if points < 10 * _THOUSAND:
        return f"{points / _THOUSAND:.1f}k".replace(".0k", "k")
    return f"{points // _THOUSAND}k" if points < _THOUSAND**2 else f"{points // _THOUSAND**2}M"


def _row(w: Words, due: date, points: int, today: date) -> Row:
    return Row(w.day(due), w.number(points), due <= today + _SOON)


def moves(w: Words, base: str, movements: Sequence[Movement], zone: ZoneInfo) -> list[Move]:
    return [_move(w, base, movement, zone) for movement in movements]


def _move(w: Words, base: str, movement: Movement, zone: ZoneInfo) -> Move:
    order = _order_of(movement)
    return Move(
        when=w.day(_day(movement, zone)),
        title=w.text(f"points.movement.{movement.kind}"),
        place=words.place(w, movement),
        href=f"{base}/orders/{order}" if order else "",
        detail=words.detail(w, movement, zone),
        change=words.change(w, movement.change),
        tone="good" if movement.change > 0 else "",
    )


def table(w: Words, movements: Sequence[Movement], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    """All movements in words, the header first; programs can sort its days and numbers."""
    yield w.texts("points.file.columns")
    for movement in movements:
        yield (
            _day(movement, zone).isoformat(),
            w.text(f"points.movement.{movement.kind}"),
            str(movement.change),
            _shown(words.place(w, movement)),
            _shown(words.detail(w, movement, zone)),
            movement.due.isoformat() if movement.due else "",
        )


def _shown(text: str) -> str:
    """Text that a spreadsheet shows and does not calculate: some of it was typed by people."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _day(movement: Movement, zone: ZoneInfo) -> date:
    """The day of the movement in the program's zone; for expired points, their last valid day."""
    if movement.kind is Kind.EXPIRED and movement.due:
        return movement.due
    return movement.occurred_at.astimezone(zone).date()


def _order_of(movement: Movement) -> str:
    """The online order that the points are about; empty for a store's purchase."""
    match movement.operation_id.split("#"):
        case ["earn", order] | ["review" | "clawback" | "edit", order, _]:
            return order
        case _:
            return ""
