"""The stored form of a code's checks and sales: text that a person can read in the table.

A check is one line, `2026-06-10T19:00:00Z store US active 2x S-0412 !dw`: when, by whom, in which
country (`-` if unknown), the status of the batch, how many checks it stands for, the store (nothing
if there is none), after the `!` the signals that its answer told of, and after a `~` hints of a
customer's network and device. A sale, a return or a clearing is `2026-06-10T19:00:00Z sold`, and
a sale ends with the id of its order if that is known. Items that were written before 2026-11-28
have packed bytes, which are still read; before 2026-11-29 a line ended with the store, and of sales
and returns only the first and the last were stored.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import product
from string import ascii_uppercase
from typing import Any

from aftercare.authenticity.model import Audience, Check, Hints, History, Signal
from aftercare.authenticity.sales import Sales, Trade, TradeKind
from aftercare.batches.model import BatchStatus
from aftercare.kernel.clock import from_text

# The stored names of signals, short because each is a member of a map in every suspect item.
SIGNALS: Mapping[Signal, str] = {
    Signal.SESSIONS_24H: "d",
    Signal.SESSIONS_7D: "w",
    Signal.COUNTRIES: "c",
    Signal.IMPOSSIBLE_TRAVEL: "t",
    Signal.CHECKED_BEFORE_SOLD: "s",
    Signal.CHECKED_AFTER_RETURN: "r",
    Signal.SOLD_TWICE: "b",
    Signal.PEOPLE_OVER_WEEKS: "p",
    Signal.COPIES_CONFIRMED: "x",
}
SIGNALS_BY_NAME = {name: signal for signal, name in SIGNALS.items()}
_KINDS = frozenset(TradeKind)
_NOTED = {
    "first_sold_at": TradeKind.SOLD,
    "last_sold_at": TradeKind.SOLD,
    "first_returned_at": TradeKind.RETURNED,
    "returned_at": TradeKind.RETURNED,
}
_NOWHERE = "-"
_TOLD, _HINTS = "!", "~"
_SECONDS = "%Y-%m-%dT%H:%M:%SZ"


def history_from(columns: Mapping[str, Any]) -> History:
    """The history in an item's columns."""
    places, who = columns.get("places") or {}, columns.get("who") or {}
    checks = {
        check_id: check_from(check_id, int(places[check_id]), stored)
        for check_id, stored in who.items()
    }
    recent = tuple(sorted(checks.values(), key=lambda check: check.place))
    sales, copied = columns.get("sales"), columns.get("copied")
    noted = columns.get("trades") or (), columns.get("sold") or {}
    return History(
        checks=int(columns.get("checks") or 0),
        customer_checks=int(columns.get("by_customers") or 0),
        first=recent[0] if recent else None,
        first_by_customer=checks.get(columns.get("first_customer") or ""),
        recent=recent,
        sales=sales_from_bytes(sales) if sales else sales_from(*noted),
        raised={
            SIGNALS_BY_NAME[name]: int(at)
            for name, at in (columns.get("raised") or {}).items()
            if name in SIGNALS_BY_NAME  # a later version may know more
        },
        cleared=int(columns.get("cleared") or 0),
        copied_at=from_text(copied) if copied else None,
    )


def check_line(check: Check, weight: int) -> str:
    """The line of a check that stands for `weight` checks."""
    place = check.country or _NOWHERE
    fields = [f"{check.at:{_SECONDS}}", check.audience, place, check.standing, f"{weight}x"]
    if check.told is not None:
        told = "".join(sorted(SIGNALS[signal] for signal in check.told))
        hints = [f"{_HINTS}{''.join(check.hints)}"] if check.hints else []
        return " ".join([*fields, check.store_id, f"{_TOLD}{told}", *hints])
    return " ".join([*fields, check.store_id] if check.store_id else fields)


def check_from(check_id: str, place: int, stored: str | bytes) -> Check:
    """The check in a line, or in the bytes of an earlier item."""
    if isinstance(stored, bytes):
        return _check_from_bytes(check_id, place, stored)
    at, audience, country, standing, weight, *others = stored.split(" ")
    return Check(
        check_id=check_id,
        at=_moment(at),
        country="" if country == _NOWHERE else country,
        audience=Audience(audience),
        store_id=others[0] if others else "",
        place=place,
        weight=int(weight.removesuffix("x")),
        standing=_standing(standing),
        told=_told(others[1:]),
        hints=_hints(others[1:]),
    )


def _told(words: Iterable[str]) -> frozenset[Signal] | None:
    """The signals in the word that starts with `!`; a later version may know more."""
    for word in words:
        if word.startswith(_TOLD):
            return frozenset(SIGNALS_BY_NAME[name] for name in word if name in SIGNALS_BY_NAME)
    return None


def _hints(words: Iterable[str]) -> Hints | None:
    """The word that starts with `~`: half of it is the network's hint, half the device's."""
    for word in words:
        if word.startswith(_HINTS):
            middle = (len(word) + 1) // 2
            return Hints(word[1:middle], word[middle:])
    return None


def trade_lines(sales: Sales) -> list[str]:
    """A line for each sale, return and clearing, in their order in time."""
    return [
        f"{trade.at:{_SECONDS}} {trade.kind} {trade.order_id}".rstrip() for trade in sales.trades
    ]


def sales_from(lines: Iterable[str], moments: Mapping[str, str]) -> Sales:
    """The sales in an item's lines, and what an earlier version alone has noted in its moments.

    An earlier version notes a clearing as a sale of the same second.
    """
    words = [line.split(" ") for line in lines]
    trades = [
        Trade(_moment(at), TradeKind(kind), order_id[0] if order_id else "")
        for at, kind, *order_id in words
        if kind in _KINDS
    ]
    known = {(trade.at, trade.kind) for trade in trades}
    known |= {(trade.at, TradeKind.SOLD) for trade in trades if trade.kind is TradeKind.CLEARED}
    noted = [(_moment(at), _NOTED[name]) for name, at in moments.items() if name in _NOTED]
    return Sales.of([*trades, *(Trade(*each) for each in noted if each not in known)])


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _SECONDS).replace(tzinfo=UTC)


def sales_map(sales: Sales) -> dict[str, str]:
    """The moments that an earlier version reads, by name."""
    noted = _as_noted(sales)
    moments = {
        "first_sold_at": noted.first_sold_at,
        "last_sold_at": noted.last_sold_at,
        "first_returned_at": noted.first_returned_at,
        "returned_at": noted.returned_at,
    }
    return {name: f"{at:{_SECONDS}}" for name, at in moments.items() if at}


def _as_noted(sales: Sales) -> Sales:
    """The same, a clearing of a product that was back as the sale that nobody reported."""
    before = [None, *(trade.kind for trade in sales.trades)]
    pairs = zip(before, sales.trades, strict=False)
    return Sales(
        tuple(
            Trade(trade.at, TradeKind.SOLD)
            if trade.kind is TradeKind.CLEARED and earlier is TradeKind.RETURNED
            else trade
            for earlier, trade in pairs
        )
    )


def _standing(name: str) -> BatchStatus:
    """The status; RESTRICTED, which reveals least, for one that a later version added."""
    return BatchStatus(name) if name in set(BatchStatus) else BatchStatus.RESTRICTED


# ---- the bytes of earlier items: a check's facts in 3 bytes, its moment in 4, then the store's id

_WHAT, _MOMENT = 3, 4
_PACKED_STATUSES = (
    BatchStatus.DRAFT,
    BatchStatus.ACTIVE,
    BatchStatus.RECALLED,
    BatchStatus.BLOCKED,
    BatchStatus.RESTRICTED,
)
_PACKED_COUNTRIES = ("", *map("".join, product(ascii_uppercase, repeat=2)))


def packed_sales(sales: Sales) -> bytes:
    """Four moments in seconds, four bytes each; 0 is none."""
    moments = (
        sales.first_sold_at,
        sales.last_sold_at,
        sales.first_returned_at,
        sales.returned_at,
    )
    seconds = (int(moment.timestamp()) if moment else 0 for moment in moments)
    return b"".join(each.to_bytes(_MOMENT) for each in seconds)


def sales_from_bytes(packed: bytes) -> Sales:
    starts = range(0, 4 * _MOMENT, _MOMENT)
    seconds = (int.from_bytes(packed[start : start + _MOMENT]) for start in starts)
    noted = zip(seconds, _NOTED.values(), strict=True)
    return Sales.of(Trade(datetime.fromtimestamp(at, UTC), kind) for at, kind in noted if at)


def _check_from_bytes(check_id: str, place: int, packed: bytes) -> Check:
    what, country = divmod(int.from_bytes(packed[:_WHAT]), len(_PACKED_COUNTRIES))
    what, doublings = divmod(what, 32)
    standing, by_customer = divmod(what, 2)
    moment, store_id = packed[_WHAT : _WHAT + _MOMENT], packed[_WHAT + _MOMENT :]
    return Check(
        check_id=check_id,
        at=datetime.fromtimestamp(int.from_bytes(moment), UTC),
        country=_PACKED_COUNTRIES[country],
        audience=Audience.CUSTOMER if by_customer else Audience.STORE,
        store_id=store_id.decode(),
        place=place,
        weight=1 << doublings,
        standing=_PACKED_STATUSES[standing],
    )
