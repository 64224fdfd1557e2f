"""Seeds a local stack with orders, points, a store's client and codes to try."""

from collections.abc import Callable, Mapping

from aftercare.clients.model import Client
from infra.seeds import codes, members, orders, stores

type Demo = dict[str, str | dict[str, str]]

_CODE_KEYS = "aftercare-local-code-keys"


def seed(outputs: Mapping[str, str], enrol: Callable[[Client], None]) -> Demo:
    """Seeds once or again; returns what to try, for stack.json."""
    bought = orders.seed(outputs["OrdersTable"])
    return {
        **bought,
        "member_id": members.seed(outputs, bought["email"]),
        "store_key": stores.seed(outputs, enrol),
        "codes": codes.seed(outputs, _CODE_KEYS),
    }
