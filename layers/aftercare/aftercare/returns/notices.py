"""Tells customers by mail how their returns were decided."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.kernel.timeline import Entry
from aftercare.mail.model import LABEL_READY, RETURN_DECLINED, Kind, Mail, Outcome, Send
from aftercare.orders.service import OrderService
from aftercare.returns.model import ReturnStatus

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore

_KINDS = {ReturnStatus.LABEL_READY: LABEL_READY, ReturnStatus.DECLINED: RETURN_DECLINED}


@dataclass(frozen=True, slots=True)
class ReturnNoticeService:
    """Notices as the mailer sends them."""

    store: "ReturnStore"
    orders: OrderService

    def send_label_ready(self, entry: Entry, send: Send) -> Outcome | None:
        """Tells the customer that the label can be printed; None if the return has none.

        Raises:
            UnavailableError, BusyError: As `MailService.send`; try again later.
        """
        return self._send(entry, ReturnStatus.LABEL_READY, send)

    def send_declined(self, entry: Entry, send: Send) -> Outcome | None:
        """Tells the customer that the return was refused; None if it was not.

        Raises:
            UnavailableError, BusyError: As `MailService.send`; try again later.
        """
        return self._send(entry, ReturnStatus.DECLINED, send)

    def _send(self, entry: Entry, status: ReturnStatus, send: Send) -> Outcome | None:
        stored = self.store.get(entry.subject)
        if stored is None or stored.status is not status:
            return None
        purchase = self.orders.get(stored.order_number).purchase
        if purchase is None:
            return None
        kind: Kind = _KINDS[status]
        values = {"ticket": stored.ticket, "return_id": stored.return_id}
        return send(Mail(kind, entry.entry_id, purchase.email, values))
