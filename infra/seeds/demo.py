"""Seeds a local stack with demo orders, points, codes and a store's client."""

from collections.abc import Callable, Mapping

from aftercare.clients.model import Client
from infra.seeds import codes, members, orders, stores

type Demo = dict[str, str | dict[str, str]]


def seed(outputs: Mapping[str, str], enrol: Callable[[Client], None]) -> Demo:
    """Seeds the demo data. Safe to repeat. Returns its ids, keys and codes for stack.json."""
    order = orders.seed(outputs["OrdersTable"])
    return {
        **order,
        "member_id": members.seed(outputs, order["email"]),
        "store_key": stores.seed(outputs, enrol),
        "codes": codes.seed(outputs, outputs["CodeKeysSecret"]),
    }
