"""The stored form of a code's checks and sales: text that a person can read in the table.

A check is one line, `2026-06-10T19:00:00Z store US active 2x S-0412`: when, by whom, in which
country (`-` if unknown), the status of the batch, how many checks it stands for, the store if any.
Items that were written before 2026-11-28 have packed bytes, which are still read.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import product
from string import ascii_uppercase

from aftercare.authenticity.model import Audience, Check, Sales, Signal
from aftercare.batches.model import BatchStatus

# The stored names of signals, short because each is a member of a map in every suspect item.
SIGNALS: Mapping[Signal, str] = {
    Signal.SESSIONS_24H: "d",
    Signal.SESSIONS_7D: "w",
    Signal.COUNTRIES: "c",
    Signal.IMPOSSIBLE_TRAVEL: "t",
    Signal.CHECKED_BEFORE_SOLD: "s",
    Signal.CHECKED_AFTER_RETURN: "r",
}
SIGNALS_BY_NAME = {name: signal for signal, name in SIGNALS.items()}
_NOWHERE = "-"
_SECONDS = "%Y-%m-%dT%H:%M:%SZ"


def check_line(check: Check, weight: int) -> str:
    """The line of a check that stands for `weight` checks."""
    place = check.country or _NOWHERE
    fields = [f"{check.at:{_SECONDS}}", check.audience, place, check.standing, f"{weight}x"]
    return " ".join([*fields, check.store_id] if check.store_id else fields)


def check_from(check_id: str, place: int, stored: str | bytes) -> Check:
    """The check in a line, or in the bytes of an earlier item."""
    if isinstance(stored, bytes):
        return _check_from_bytes(check_id, place, stored)
    at, audience, country, standing, weight, *others = stored.split(" ")
    return Check(
        check_id=check_id,
        at=datetime.strptime(at, _SECONDS).replace(tzinfo=UTC),
        country="" if country == _NOWHERE else country,
        audience=Audience(audience),
        store_id=others[0] if others else "",
        place=place,
        weight=int(weight.removesuffix("x")),
        standing=_standing(standing),
    )


def sales_map(sales: Sales) -> dict[str, str]:
    """The moments that are set, by name."""
    moments = {
        "first_sold_at": sales.first_sold_at,
        "last_sold_at": sales.last_sold_at,
        "first_returned_at": sales.first_returned_at,
        "returned_at": sales.returned_at,
    }
    return {name: f"{at:{_SECONDS}}" for name, at in moments.items() if at}


def sales_from(stored: Mapping[str, str]) -> Sales:
    def moment(name: str) -> datetime | None:
        text = stored.get(name)
        return datetime.strptime(text, _SECONDS).replace(tzinfo=UTC) if text else None

    return Sales(
        first_sold_at=moment("first_sold_at"),
        last_sold_at=moment("last_sold_at"),
        first_returned_at=moment("first_returned_at"),
        returned_at=moment("returned_at"),
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
    return Sales(*(datetime.fromtimestamp(each, UTC) if each else None for each in seconds))


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
