"""What is in a parcel on its way back: the goods, what was paid for them, how they went out."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ReturnedGoods:
    """Units of one order line that come back.

    `value` is what was paid for these units, after discounts, in minor units of the order's
    currency; of what cost nothing, its list price: customs take no zero. None if nobody knows it.
    `serials` are those of all `bought` units of the line: which of them come back, nobody knows
    before the parcel is open.
    """

    sku: str
    name: str
    units: int
    bought: int
    value: int | None
    batch_code: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outbound:
    """A parcel that took goods to the customer; that it left proves that they are returned."""

    carrier: str
    tracking_number: str
    shipped_on: date | None


@dataclass(frozen=True, slots=True)
class Consignment:
    """Everything in one parcel. `currency` is the order's; empty if nobody said it."""

    order_number: str
    currency: str
    goods: tuple[ReturnedGoods, ...]
    outbound: tuple[Outbound, ...] = ()

    @property
    def units(self) -> int:
        return sum(each.units for each in self.goods)

    @property
    def value(self) -> int | None:
        """What was paid for all of it; none if nobody knows that of some of it."""
        values = [each.value for each in self.goods if each.value is not None]
        is_known = bool(self.currency) and len(values) == len(self.goods)
        return sum(values) if is_known else None

    @property
    def shipped_on(self) -> date | None:
        """The day on which the first of it left; none if nobody told us."""
        return min(filter(None, (each.shipped_on for each in self.outbound)), default=None)
