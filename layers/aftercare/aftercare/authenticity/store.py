"""The authenticity table: an item for each checked code, and what raised doubt, to be told."""

from collections.abc import Iterable, Set
from datetime import UTC, datetime
from typing import cast

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.operand import Path, _Size
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from aftercare.authenticity.model import Audience, Check, History, Sales, Signal
from aftercare.batches.model import BatchStatus
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.ids import CROCKFORD
from aftercare.kernel.tables import (
    CommitRefusedError,
    EntryColumns,
    Transaction,
    bind,
    conditional,
    entry_columns,
    is_transient,
)
from aftercare.kernel.timeline import Entry

# A rush of checks that know nothing of each other makes an item no larger than that; whoever comes
# then looks again, and drops what is too many: at most 35, which DynamoDB's expressions hold.
_MOST_KEPT = 55
_AUDIENCES = {Audience.CUSTOMER: "c", Audience.STORE: "s"}
_AUDIENCES_BY_LETTER = {letter: audience for audience, letter in _AUDIENCES.items()}
_STANDINGS = dict(zip(BatchStatus, "darbx", strict=True))
_STANDINGS_BY_LETTER = {letter: standing for standing, letter in _STANDINGS.items()}
_SIGNALS = dict(zip(Signal, "dwctsr", strict=True))
_SIGNALS_BY_LETTER = {letter: signal for signal, letter in _SIGNALS.items()}
_NOWHERE = "--"


class _CodeRow(Model):
    # Two maps by check id: so a check and its place among all are one atomic write, which need not
    # know what others wrote meanwhile.

    class Meta:
        table_name = "authenticity"

    pk = UnicodeAttribute(hash_key=True)
    batch_id = UnicodeAttribute()
    checks = NumberAttribute(default=0)
    by_customers = NumberAttribute(default=0)
    first = UnicodeAttribute(null=True)
    first_customer = UnicodeAttribute(null=True)
    who: MapAttribute[str, str] = MapAttribute(default=dict)  # type: ignore[no-untyped-call]
    places: MapAttribute[str, int] = MapAttribute(default=dict)  # type: ignore[no-untyped-call]
    sales = UnicodeAttribute(default="///")
    raised: MapAttribute[str, int] = MapAttribute(default=dict)  # type: ignore[no-untyped-call]
    cleared = NumberAttribute(null=True)


class _SuspicionRow(Model, EntryColumns):
    class Meta:
        table_name = "authenticity"

    pk = UnicodeAttribute(hash_key=True)


class CheckStore:
    """Codes' histories in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        bind(table_name, _CodeRow, _SuspicionRow)

    def get(self, key: str) -> History | None:
        try:
            return _history(_CodeRow.get(key, consistent_read=True))
        except _CodeRow.DoesNotExist:
            return None

    def open(self, key: str, batch_id: str, check: Check) -> History:
        """The code's first check, and with it the code's item.

        Raises:
            StaleWriteError: The item is there already.
        """
        row = _CodeRow(key, batch_id=batch_id, checks=1, by_customers=int(check.by_customer))
        row.first = check.check_id
        row.first_customer = check.check_id if check.by_customer else None
        row.who = {check.check_id: _facts(check, weight=1)}
        row.places = {check.check_id: 1}
        with conditional():
            row.save(_CodeRow.pk.does_not_exist())
        return _history(row)

    def add(self, key: str, check: Check, weight: int, drop: Iterable[str]) -> History:
        """One check more, standing for `weight` checks, in one write; the checks `drop` make room.

        Raises:
            StaleWriteError: This check is recorded already, or too many others are by now.
        """
        row, place = _CodeRow(key), _CodeRow.checks + weight
        actions: list[Action] = [
            _CodeRow.checks.set(place),
            _at(_CodeRow.places, check.check_id).set(place),
            _at(_CodeRow.who, check.check_id).set(_facts(check, weight)),
            _CodeRow.first.set(_CodeRow.first | check.check_id),
        ]
        if check.by_customer:
            actions.append(_CodeRow.by_customers.add(weight))
            actions.append(_CodeRow.first_customer.set(_CodeRow.first_customer | check.check_id))
        dropped = list(drop)
        for check_id in dropped:
            actions += [_at(each, check_id).remove() for each in (_CodeRow.who, _CodeRow.places)]
        is_new = _at(_CodeRow.places, check.check_id).does_not_exist()
        has_room = _Size(_CodeRow.places) < _MOST_KEPT
        if dropped:  # and the last of them is still there: so this write drops one, at least
            has_room |= _at(_CodeRow.places, dropped[-1]).exists()
        with conditional():
            row.update(actions, condition=is_new & has_room)
        return _history(row)

    def put_sales(
        self, key: str, batch_id: str, was: Sales, now: Sales, explained: Set[Signal] = frozenset()
    ) -> None:
        """Notes when the piece was sold or given back, and takes back the doubts that explains.

        Raises:
            StaleWriteError: Something else was noted meanwhile.
        """
        row = _CodeRow(key)
        actions: list[Action] = [
            _CodeRow.sales.set(_sales_text(now)),
            _CodeRow.batch_id.set(batch_id),
            _CodeRow.checks.set(_CodeRow.checks | 0),
            *(each.set(each | {}) for each in (_CodeRow.who, _CodeRow.places)),
        ]
        if explained:
            actions += [_at(_CodeRow.raised, _SIGNALS[each]).remove() for each in explained]
        else:
            actions.append(_CodeRow.raised.set(_CodeRow.raised | {}))
        unchanged = _CodeRow.sales == _sales_text(was)
        if was == Sales():
            unchanged |= _CodeRow.sales.does_not_exist()
        with conditional():
            row.update(actions, condition=unchanged)

    def raise_signal(self, key: str, signal: Signal, place: int, entry: Entry) -> None:
        """Stores with the code what raised doubt, and its entry; once for each code and signal.

        Not what `place` checks raised if the code was cleared since.
        """
        raised = _at(_CodeRow.raised, _SIGNALS[signal])
        is_new = raised.does_not_exist()
        is_new &= _CodeRow.cleared.does_not_exist() | (_CodeRow.cleared < place)
        try:
            with Transaction(_CodeRow) as transaction:
                transaction.update(_CodeRow(key), actions=[raised.set(place)], condition=is_new)
                transaction.save(_entry_row(key, signal, entry))
        except CommitRefusedError:
            return  # raised by another check meanwhile, or cleared
        except PynamoDBException as error:
            if not is_transient(error):
                raise
            raise UnavailableError("What raised doubt can't be stored right now.") from error

    def clear(self, key: str, known: History, sales: Sales, entry: Entry) -> None:
        """Takes back all that raised doubt, and notes how many checks that was after.

        Raises:
            StaleWriteError: Something else was told or raised meanwhile, or the code was cleared.
        """
        stored = {_SIGNALS[signal]: place for signal, place in known.raised.items()}
        unchanged = (_CodeRow.raised == stored) & (_CodeRow.sales == _sales_text(known.sales))
        actions: list[Action] = [
            _CodeRow.raised.set({}),
            _CodeRow.cleared.set(_CodeRow.checks),
            _CodeRow.sales.set(_sales_text(sales)),
        ]
        with Transaction(_CodeRow) as transaction:
            transaction.update(_CodeRow(key), actions, unchanged)
            transaction.save(_entry_row(key, "cleared", entry))


def _entry_row(key: str, what: str, entry: Entry) -> _SuspicionRow:
    return _SuspicionRow(f"{key}#{entry.entry_id}#{what}", **entry_columns(entry))


def _at(column: object, name: str) -> Path:
    """A member of a map: pynamodb types it as the member's value."""
    return cast("dict[str, Path]", column)[name]


def _plain[Value](column: MapAttribute[str, Value]) -> dict[str, Value]:
    return dict(column.as_dict())  # type: ignore[no-untyped-call]


def _facts(check: Check, weight: int) -> str:
    """Who checked where and when, in few bytes: twenty of them share an item of 1 KB."""
    doublings = CROCKFORD[weight.bit_length() - 1]
    who = f"{_AUDIENCES[check.audience]}{_STANDINGS[check.standing]}{doublings}"
    who += check.country or _NOWHERE
    return f"{who}{int(check.at.timestamp()):x}{f':{check.store_id}' if check.store_id else ''}"


def _check(check_id: str, place: int, facts: str) -> Check:
    moment, _, store_id = facts[5:].partition(":")
    country = facts[3:5]
    return Check(
        check_id=check_id,
        at=datetime.fromtimestamp(int(moment, 16), UTC),
        country="" if country == _NOWHERE else country,
        audience=_AUDIENCES_BY_LETTER[facts[0]],
        store_id=store_id,
        place=place,
        weight=1 << CROCKFORD.index(facts[2]),
        standing=_STANDINGS_BY_LETTER[facts[1]],
    )


def _history(row: _CodeRow) -> History:
    places = _plain(row.places)
    checks = {
        check_id: _check(check_id, int(places[check_id]), facts)
        for check_id, facts in _plain(row.who).items()
    }
    return History(
        checks=int(row.checks),
        customer_checks=int(row.by_customers),
        first=checks.get(row.first or ""),
        first_by_customer=checks.get(row.first_customer or ""),
        recent=tuple(sorted(checks.values(), key=lambda check: check.place)),
        sales=_sales(row.sales),
        raised={_SIGNALS_BY_LETTER[letter]: int(at) for letter, at in _plain(row.raised).items()},
        cleared=int(row.cleared or 0),
    )


def _sales_text(sales: Sales) -> str:
    """Four moments in hexadecimal seconds: with twenty checks they share an item of 1 KB."""
    moments = (
        sales.first_sold_at,
        sales.last_sold_at,
        sales.first_returned_at,
        sales.returned_at,
    )
    return "/".join(f"{int(moment.timestamp()):x}" if moment else "" for moment in moments)


def _sales(text: str) -> Sales:
    moments = (int(moment, 16) if moment else None for moment in text.split("/"))
    return Sales(*(None if at is None else datetime.fromtimestamp(at, UTC) for at in moments))
