"""Seeds what there is to try on a local stack: orders, a store's client, a code per verdict."""

from collections.abc import Callable, Mapping

from aftercare.clients.model import Client
from infra.seeds import codes, orders, stores

type Demo = dict[str, str | dict[str, str]]

_CODE_KEYS = "aftercare-local-code-keys"


def seed(outputs: Mapping[str, str], enrol: Callable[[Client], None]) -> Demo:
    """Seeds once or again; returns what to try, as stack.json tells it."""
    return {
        **orders.seed(outputs["OrdersTable"]),
        "store_key": stores.seed(outputs, enrol),
        "codes": codes.seed(outputs, _CODE_KEYS),
    }
