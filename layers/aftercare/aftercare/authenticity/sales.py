"""What became of a code's product: its sales, returns and clearings, in order of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Self

# The last ones: a product that changes hands more often is none that a customer ever owned.
KEPT_TRADES = 6


class TradeKind(StrEnum):
    """What happened; a clearing says that somebody has seen the product with its owner."""

    RETURNED = "returned"
    CLEARED = "cleared"
    SOLD = "sold"


_ORDER = tuple(TradeKind)


@dataclass(frozen=True, slots=True)
class Trade:
    """One fact: the product was sold, returned or cleared at that time, to whole seconds.

    `order_id` stands for the order of a sale (`references.order_id`); "" where it is not known.
    """

    at: datetime
    kind: TradeKind
    order_id: str = ""

    @property
    def place(self) -> tuple[datetime, int, str]:
        """Its place among all trades; in one second, a return comes before a sale."""
        return self.at, _ORDER.index(self.kind), self.order_id


@dataclass(frozen=True, slots=True)
class Sales:
    """The trades of a product: a set, whatever the order and number of times they are told in."""

    trades: tuple[Trade, ...] = ()

    @classmethod
    def of(cls, trades: Iterable[Trade]) -> Self:
        """Those trades, each once, the last `KEPT_TRADES` of them."""
        return cls(tuple(sorted(set(trades), key=lambda trade: trade.place)[-KEPT_TRADES:]))

    def including(self, trade: Trade) -> Self:
        """These trades and one more."""
        return self.of((*self.trades, trade))

    def sold(self, at: datetime) -> Self:
        return self.including(Trade(at, TradeKind.SOLD))

    def returned(self, at: datetime) -> Self:
        return self.including(Trade(at, TradeKind.RETURNED))

    def cleared(self, at: datetime) -> Self:
        return self.including(Trade(at, TradeKind.CLEARED))

    @property
    def distinct(self) -> tuple[Trade, ...]:
        """The trades without what was told anew: an order sells a piece once, when it is paid.

        A payment may be told after the delivery, and a till tells when it hands over what was paid.
        """
        orders, kept = set[str](), list[Trade]()
        for trade in self.trades:
            if not trade.order_id or trade.order_id not in orders:
                kept.append(trade)
            orders.add(trade.order_id)
        return tuple(kept)

    @property
    def first_sold_at(self) -> datetime | None:
        return next(self._times(TradeKind.SOLD), None)

    @property
    def last_sold_at(self) -> datetime | None:
        return max(self._times(TradeKind.SOLD), default=None)

    @property
    def first_returned_at(self) -> datetime | None:
        return next(self._times(TradeKind.RETURNED), None)

    @property
    def returned_at(self) -> datetime | None:
        return max(self._times(TradeKind.RETURNED), default=None)

    @property
    def cleared_at(self) -> datetime | None:
        return max(self._times(TradeKind.CLEARED), default=None)

    def back_at(self, at: datetime, tolerance: timedelta) -> datetime | None:
        """When it had been returned, if it certainly was back at that time and not sold again."""
        back = [t for t in self._times(TradeKind.RETURNED) if t + tolerance < at]
        if not back:
            return None
        left = (t.at for t in self.distinct if t.kind is not TradeKind.RETURNED)
        return None if any(back[-1] <= each <= at + tolerance for each in left) else back[-1]

    def was_unsold(self, at: datetime, tolerance: timedelta) -> bool:
        """Whether it had certainly not been sold yet; one returned earlier had been."""
        if len(self.trades) == KEPT_TRADES:  # the first sale may be forgotten
            return False
        sold, back = self.first_sold_at, self.first_returned_at
        if sold is None or (back is not None and back <= sold):
            return False
        return at < sold - tolerance

    def was_sold_twice(self, tolerance: timedelta) -> bool:
        """Whether two sales have no return between them, the second since the last clearing.

        Two sales within the tolerance are one that two systems told of, and so are an order's.
        """
        sold, back = list(self._times(TradeKind.SOLD)), list(self._times(TradeKind.RETURNED))
        return any(
            second - first > tolerance
            and (self.cleared_at is None or second > self.cleared_at)
            and not any(first < at <= second + tolerance for at in back)
            for first, second in pairwise(sold)
        )

    def _times(self, kind: TradeKind) -> Iterator[datetime]:
        return (trade.at for trade in self.distinct if trade.kind is kind)
