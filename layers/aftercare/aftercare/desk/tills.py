"""What a store's own till does at the desk: redeem a hand-over code, and read that case."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.desk.hand_over import MISSES_OF_CLIENT
from aftercare.desk.redeeming import Redeeming
from aftercare.desk.ticket import Thread
from aftercare.kernel.actor import client
from aftercare.kernel.clock import Clock
from aftercare.kernel.ids import Entropy

if TYPE_CHECKING:
    from aftercare.desk.hand_over_store import HandOverStore
    from aftercare.desk.store import TicketStore
    from aftercare.orders.service import OrderService


@dataclass(frozen=True, slots=True)
class TillService(Redeeming):
    """A till sees no ticket but those whose codes it redeems, at that moment."""

    store: "TicketStore"
    codes: "HandOverStore"
    orders: "OrderService"
    key: Callable[[], bytes]
    clock: Clock
    entropy: Entropy

    def redeem(self, client_id: str, text: str, store: str) -> Thread:
        """Uses the code up, as a counter at the console does (R-DSK-58).

        The same client gets the case again by the same code, as it is then, for two hours.

        Raises:
            HandOverUnreadableError, StoreUnnamedError: No code, or no store; it is no try.
            TooManyTriesError: Too many codes of this client, or of everybody, opened nothing.
            HandOverRefusedError: The code opens nothing, now.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        return self._redeem(client(client_id), MISSES_OF_CLIENT, client_id, text, store)
