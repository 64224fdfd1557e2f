"""The authenticity table: an item for each checked code, and an entry for each suspicion."""

from collections.abc import Set
from datetime import datetime
from typing import cast

from pynamodb.attributes import (
    BinaryAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, _Size
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from aftercare.authenticity.case_store import CaseStore, Change
from aftercare.authenticity.history_store import SCHEMA
from aftercare.authenticity.layout import (
    SIGNALS,
    history_from,
    packed_sales,
    sales_map,
    trade_lines,
)
from aftercare.authenticity.model import History, Signal
from aftercare.authenticity.sales import Sales
from aftercare.kernel.clock import to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.tables import CommitRefusedError, Transaction, bind, is_transient
from aftercare.kernel.timeline import Entry


class _CodeRow(Model):
    # Two maps by check id, so that a check and its place are one atomic write, independent of
    # others. `sales`, and bytes in `who`, are in items that were written before 2026-11-28. `sold`
    # has the first and the last of `trades`, for the version before 2026-11-29.

    class Meta:
        table_name = "authenticity"

    pk = UnicodeAttribute(hash_key=True)
    schema = NumberAttribute(default=SCHEMA)
    checks = NumberAttribute(default=0)
    by_customers = NumberAttribute(default=0)
    first_customer = UnicodeAttribute(null=True)
    who: MapAttribute[str, str | bytes] = MapAttribute(default=dict)  # type: ignore[no-untyped-call]
    places: MapAttribute[str, int] = MapAttribute(default=dict)  # type: ignore[no-untyped-call]
    sales = BinaryAttribute(legacy_encoding=False, null=True)
    sold: MapAttribute[str, str] = MapAttribute(default=dict)  # type: ignore[no-untyped-call]
    trades: ListAttribute[str] = ListAttribute(default=list)
    raised: MapAttribute[str, int] = MapAttribute(default=dict)  # type: ignore[no-untyped-call]
    cleared = NumberAttribute(null=True)
    copied = UnicodeAttribute(null=True)


class CheckStore:
    """What is rare of codes' histories in DynamoDB; checks are in `history_store.py`."""

    def __init__(self, table_name: str) -> None:
        self._codes = bind(_CodeRow, table_name)
        self.cases = CaseStore(table_name)

    def get(self, key: str) -> History | None:
        try:
            return _history(self._codes.get(key, consistent_read=True))
        except _CodeRow.DoesNotExist:
            return None

    def put_sales(
        self, key: str, was: Sales, now: Sales, explained: Set[Signal] = frozenset()
    ) -> None:
        """Stores the sales and returns of the product, and forgets that `explained` were told.

        Raises:
            StaleWriteError: Another sale was recorded meanwhile.
        """
        row = self._codes(key)
        actions: list[Action] = [
            *_sales_actions(now),
            _CodeRow.checks.set(_CodeRow.checks | 0),
            *(each.set(each | {}) for each in (_CodeRow.who, _CodeRow.places)),
        ]
        if explained:
            actions += [_at(_CodeRow.raised, SIGNALS[each]).remove() for each in explained]
        else:
            actions.append(_CodeRow.raised.set(_CodeRow.raised | {}))
        with conditional():
            row.update(actions, condition=_has_sales(was))

    def raise_signal(
        self, key: str, signal: Signal, place: int, entry: Entry, *, opens: str = ""
    ) -> bool:
        """Stores a signal with its code, and its entry; once for each code and signal.

        A strong one `opens` the code's case, by the product's SKU. Returns whether it is new. One
        of `place` checks is dropped if the code was cleared since.
        """
        raised = _at(_CodeRow.raised, SIGNALS[signal])
        is_new = raised.does_not_exist()
        is_new &= _CodeRow.cleared.does_not_exist() | (_CodeRow.cleared < place)
        try:
            with Transaction(self._codes) as transaction:
                transaction.update(self._codes(key), actions=[raised.set(place)], condition=is_new)
                transaction.save(self.cases.entry(key, signal, entry))
                if opens:
                    self.cases.open(transaction, key, opens, entry.occurred_at, signal)
        except CommitRefusedError:
            return False  # another check raised it meanwhile, or the code was cleared
        except PynamoDBException as error:
            if not is_transient(error):
                raise
            raise UnavailableError("The suspicion cannot be stored now.") from error
        return True

    def clear(self, key: str, history: History, entry: Entry) -> None:
        """Stores that a code without an open case was cleared, with its entry.

        Raises:
            StaleWriteError: A sale or a signal was recorded meanwhile, or the code was cleared.
        """
        with Transaction(self._codes) as transaction:
            transaction.save(self.cases.entry(key, "cleared", entry))
            self.clearing(key, history, entry.occurred_at)(transaction)

    def clearing(self, key: str, history: History, at: datetime) -> Change:
        """That the code is cleared, with the number of checks at that time."""
        # Whoever has the product now owns it, also where no sale was reported.
        sales = history.sales.cleared(at.replace(microsecond=0))
        stored = {SIGNALS[signal]: place for signal, place in history.raised.items()}
        unchanged = (_CodeRow.raised == stored) & _has_sales(history.sales)
        actions: list[Action] = [
            _CodeRow.raised.set({}),
            _CodeRow.cleared.set(_CodeRow.checks),
            _CodeRow.copied.remove(),
            *_sales_actions(sales),
        ]
        return lambda transaction: transaction.update(self._codes(key), actions, unchanged)

    def confirming(self, key: str, history: History, at: datetime) -> Change:
        """That copies of the code's product were seen: its signal is told of with the decision."""
        raised = _at(_CodeRow.raised, SIGNALS[Signal.COPIES_CONFIRMED])
        actions: list[Action] = [_CodeRow.copied.set(to_text(at)), raised.set(history.checks)]
        is_there: Condition = _CodeRow.pk.exists()
        return lambda transaction: transaction.update(self._codes(key), actions, is_there)


def _at(column: object, name: str) -> Path:
    """A member of a map: pynamodb types it as the member's value."""
    return cast("dict[str, Path]", column)[name]


def _plain[Value](column: MapAttribute[str, Value]) -> dict[str, Value]:
    return dict(column.as_dict())  # type: ignore[no-untyped-call]


def _sales_actions(sales: Sales) -> list[Action]:
    return [
        _CodeRow.trades.set(trade_lines(sales)),
        _CodeRow.sold.set(sales_map(sales)),
        _CodeRow.sales.remove(),
    ]


def _has_sales(sales: Sales) -> Condition:
    """Whether the item has exactly these sales, in today's form or in an earlier one."""
    today = _CodeRow.trades == trade_lines(sales)
    # Whoever adds a trade makes the list longer, so a shorter one was last changed by an earlier
    # version, which knows the moments alone.
    shorter = _CodeRow.trades.does_not_exist() | (_Size(_CodeRow.trades) < len(sales.trades))
    packed = _CodeRow.sales == packed_sales(sales)
    if sales == Sales():
        packed |= _CodeRow.sales.does_not_exist()
    empty = _CodeRow.sold.does_not_exist() | (_CodeRow.sold == {})
    readable: Condition = _CodeRow.sold == sales_map(sales)
    noted = readable | (empty & packed)
    either: Condition = today | (shorter & noted)
    return either


def _history(row: _CodeRow) -> History:
    maps = {name: _plain(getattr(row, name)) for name in ("who", "places", "sold", "raised")}
    return history_from(row.attribute_values | maps)
