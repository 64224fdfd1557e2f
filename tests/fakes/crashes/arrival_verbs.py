"""All that can be done to a return in a schedule, by name."""

from collections.abc import Callable

from tests.fakes.crashes import arrival_acts, arrival_shop, arrival_staff
from tests.fakes.crashes.arrival_world import ArrivalWorld

type Verb = Callable[[ArrivalWorld, str, int], None]

_ACTS: tuple[Verb, ...] = (
    arrival_acts.begin,
    arrival_acts.submit,
    arrival_acts.cancel,
    arrival_acts.work,
    arrival_acts.sweep,
    arrival_acts.wait,
    arrival_acts.transit,
    arrival_acts.arrive,
    arrival_acts.receive,
    arrival_acts.inspect,
)
_STAFF: tuple[Verb, ...] = (
    arrival_staff.look,
    arrival_staff.decide,
    arrival_staff.resolve,
    arrival_staff.exchange,
    arrival_staff.repair,
    arrival_staff.credit,
    arrival_staff.unreceived,
    arrival_staff.lose,
    arrival_staff.close,
    arrival_staff.reopen,
)
_SHOP: tuple[Verb, ...] = (
    arrival_shop.pay,
    arrival_shop.fail,
    arrival_shop.send,
    arrival_shop.hand_over,
    arrival_shop.refund_outside,
    arrival_shop.refund_early,
)
VERBS: dict[str, Verb] = {each.__name__: each for each in (*_ACTS, *_STAFF, *_SHOP)}
