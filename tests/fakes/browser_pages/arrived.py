"""Returns whose parcels have come, by what came of them."""

from collections.abc import Mapping
from dataclasses import replace

from aftercare.orders.model import OrderLine
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade, Receipt
from aftercare.returns.counter import CounterService, HandedIn, What
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import AgreedDeduction, ParcelLabel, ParcelWay, Reason, Return
from aftercare.returns.moves import ReturnStatus
from aftercare.returns.policy import Remedy
from aftercare.returns.receiving import ReceivingService
from aftercare.returns.wiring import ReceivingConfig, receiving_service
from tests.fakes.orders import NOON
from tests.fakes.resolved import INSPECTOR, Shop
from tests.fakes.stores import bought, counter_of, handed_in

_WORDS = "The left ear is whole on both figures; the base of one has a crack."


def settled(
    shop: Shop, tables: Mapping[str, str], email: str, lines: tuple[OrderLine, ...]
) -> dict[str, str]:
    """Return ids by what the customer sees: each step from the arrival on, and each end."""
    config = ReceivingConfig(
        *(tables[each] for each in ("ReturnsTable", "OrdersTable", "DueTable"))
    )
    dock = receiving_service(config, clock=shop.house.clock)
    told = _Told(shop, dock, email, lines[:2])
    return told.steps() | _over_a_counter(
        shop, counter_of(shop.house, dict(tables)), email, lines[:2]
    )


def _over_a_counter(
    shop: Shop, counter: CounterService, email: str, lines: tuple[OrderLine, ...]
) -> dict[str, str]:
    items = (HandedIn("1", "", 1, Reason.STAINED), HandedIn("2", "", 1, Reason.UNSTABLE))
    shown = {"handed in at a store": What.SEND_IN, "exchanged at a store": What.EXCHANGE}
    orders = {name: bought(shop.house, *lines, email=email) for name in shown}
    return {
        name: handed_in(counter, orders[name], what, items).ret.return_id
        for name, what in shown.items()
    }


class _Told:
    """A warehouse and a shop, and what they tell of returns of one customer."""

    def __init__(
        self, shop: Shop, dock: ReceivingService, email: str, lines: tuple[OrderLine, ...]
    ) -> None:
        self.house, self.shop, self.dock = shop.house, shop, dock
        self.email, self.lines = email, lines

    def steps(self) -> dict[str, str]:
        shown = {
            "arrived late": self._late(),
            "received in part": self._received(),
            "inspected": self._partly(self._received()),
            "asked for": self._asked(Remedy.REFUND, Remedy.REPLACEMENT),
            "paid in part": self._paid(self._asked(Remedy.REFUND, Remedy.REPLACEMENT)),
            "failed": self._failed(),
            "with deductions": self._with_deductions(),
            "refunded and closed": self._closed(Remedy.REFUND),
            "replaced": self._closed(Remedy.REPLACEMENT),
            "in store credit": self._closed(Remedy.STORE_CREDIT),
            "closed without a refund": self._refused(),
            "expired": self._ended(ReturnStatus.EXPIRED),
            "lost": self._ended(ReturnStatus.LOST),
            "one of three parcels here": self._awaited(),
        }
        return {name: ret.return_id for name, ret in shown.items()}

    def _arrived(self, **remedies: Remedy) -> Return:
        order = self.house.delivered_order(*self.lines, email=self.email)
        named = {line_id.removeprefix("of_"): each for line_id, each in remedies.items()}
        return self.shop.returned(order, {"1": 2, "2": 3}, remedies=named)

    def _stored(self, ret: Return) -> Return:
        self.house.returns.store.save_claim(ret)
        return self.shop.now(ret)

    def _late(self) -> Return:
        ret = self._arrived()
        assert ret.promise
        return self._stored(replace(ret, promise=ret.promise._replace(warned=True, broken=True)))

    def _received(self) -> Return:
        ret = self._arrived()
        came = {
            "1": Came({Condition.RECEIVED: 2}),
            "2": Came({Condition.RECEIVED: 1, Condition.SHORT: 1, Condition.DAMAGED_IN_TRANSIT: 1}),
        }
        return self.dock.receive(ret.return_id, came, "Dock 7", actor=INSPECTOR).ret

    def _awaited(self) -> Return:
        """In three parcels, of which one was counted, and one did not leave."""
        ret = self._arrived()
        assert ret.label
        labels = tuple(ParcelLabel(each, ret.label, ret.created_at) for each in (2, 3))
        came = Receipt({Condition.RECEIVED: 1, Condition.AWAITED: 1}, (), "", INSPECTOR, NOON)
        moving = replace(
            ret,
            status=ReturnStatus.IN_TRANSIT,
            arrived_at=None,
            promise=None,
            parcels=3,
            more_labels=labels,
            ways={1: ParcelWay.OPENED, 2: ParcelWay.ON_ITS_WAY},
            lines=(replace(ret.lines[0], receipt=came), *ret.lines[1:]),
        )
        return self._stored(moving)

    def _partly(self, ret: Return) -> Return:
        found = {
            "1": Found(1, Grade.C, Disposition.SEND_BACK, JudgementCode.NORMAL_VARIATION, _WORDS),
            "2": Found(2, Grade.B, Disposition.RESTOCK, JudgementCode.NOT_SHOWN),
        }
        return self.dock.inspect(ret.return_id, found, actor=INSPECTOR).ret

    def _whole(self, ret: Return) -> Return:
        came = {line.line_id: Came({Condition.RECEIVED: line.units}) for line in ret.lines}
        self.dock.receive(ret.return_id, came, "Dock 7", actor=INSPECTOR)
        found = {
            line.line_id: Found(line.units, Grade.A, Disposition.RESTOCK, JudgementCode.AS_ASKED)
            for line in ret.lines
        }
        self.dock.inspect(ret.return_id, found, actor=INSPECTOR)
        return self.shop.follow(ret)

    def _asked(self, first: Remedy, second: Remedy) -> Return:
        return self._whole(self._arrived(of_1=first, of_2=second))

    def _paid(self, ret: Return) -> Return:
        return self.shop.refund(ret, f"rf-{ret.ticket}", units={"1": 2})

    def _failed(self) -> Return:
        ret = self._asked(Remedy.REFUND, Remedy.REFUND)
        return self.shop.fail(ret, ret.settlements[0].settlement_id)

    def _with_deductions(self) -> Return:
        ret = self._asked(Remedy.REFUND, Remedy.REFUND)
        asked = ret.settlements[0]._replace(shipping=599, deduction=795, paid_before=1600)
        agreed = AgreedDeduction(795, "USD")
        return self._stored(replace(ret, settlements=(asked,), agreed_deduction=agreed))

    def _closed(self, remedy: Remedy) -> Return:
        ret = self._asked(remedy, remedy)
        if remedy is Remedy.REPLACEMENT:
            self.shop.send(ret, {"1": 2, "2": 3}, f"P-{ret.ticket}")
            return self.shop.hand_over(ret, f"P-{ret.ticket}")
        return self.shop.refund(ret, f"rf-{ret.ticket}", units={"1": 2, "2": 3})

    def _refused(self) -> Return:
        ret = self._received()
        found = {
            "1": Found(0, Grade.D, Disposition.SEND_BACK, JudgementCode.CUSTOMER_CAUSED, _WORDS),
            "2": Found(0, Grade.D, Disposition.SEND_BACK, JudgementCode.OTHER_ITEM),
        }
        self.dock.inspect(ret.return_id, found, actor=INSPECTOR)
        return self.shop.follow(ret)

    def _ended(self, status: ReturnStatus) -> Return:
        return self._stored(replace(self._arrived(), status=status, arrived_at=None, promise=None))
