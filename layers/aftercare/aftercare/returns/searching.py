"""Finds returns by what somebody has in hand: a ticket, a mail, a parcel."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.evidence.service import EvidenceService
from aftercare.kernel.typed import email_of, folded, is_email, order_number_in, ticket_in
from aftercare.orders.model import email_key_of
from aftercare.orders.service import OrderService
from aftercare.returns.case_file import Found, FoundBy
from aftercare.returns.model import Return, ReturnStatus

if TYPE_CHECKING:
    from aftercare.labels.service import LabelService
    from aftercare.returns.store import ReturnStore

MOST_FOUND = 20
_MOST_OF_CUSTOMER = 50


@dataclass(frozen=True, slots=True)
class Search:
    """One search. Each way of looking costs a few reads, and only those that the text fits."""

    store: "ReturnStore"
    orders: OrderService
    labels: "LabelService"
    evidence: EvidenceService
    now: datetime

    def found(self, text: str) -> tuple[Found, ...]:
        """The returns that the text names, newest first; each once, with the first that names it.

        What was discarded is not found.
        """
        every: dict[str, Found] = {}
        for why, ret in self._by_everything(text):
            seen = ret.as_of(self.now)
            if ret.status is not ReturnStatus.DISCARDED:
                found = Found(ret.return_id, ret.ticket, ret.order_number, seen.status, why)
                every.setdefault(ret.return_id, found)
        # Ids sort by the time at which a return was begun.
        newest = sorted(every.values(), key=lambda found: found.return_id, reverse=True)
        return tuple(newest[:MOST_FOUND])

    def _by_everything(self, text: str) -> Iterator[tuple[FoundBy, Return]]:
        if ticket := ticket_in(text):
            yield from ((FoundBy.TICKET, ret) for ret in self.store.by_tickets([ticket]))
        email = email_of(text)
        if is_email(email):
            yield from ((FoundBy.EMAIL, ret) for ret in self._of_customer(email_key_of(email)))
            return
        if number := order_number_in(text):
            yield from ((FoundBy.ORDER, ret) for ret in self._of_order(number))
        compact = folded(text).replace(" ", "").replace("-", "").upper()
        tracked = self.labels.return_with(compact)
        yield from ((FoundBy.TRACKING, ret) for ret in self._these([tracked] if tracked else []))

    def _of_customer(self, email_key: str) -> tuple[Return, ...]:
        return self.store.of_customer(email_key, _MOST_OF_CUSTOMER)

    def _of_order(self, number: str) -> Iterable[Return]:
        """An order's returns are among its buyer's."""
        purchase = self.orders.get(number).purchase
        if purchase is None or not purchase.email:
            return ()
        of_buyer = self._of_customer(email_key_of(purchase.email))
        return (ret for ret in of_buyer if ret.order_number == number)

    def _these(self, return_ids: Iterable[str]) -> Iterator[Return]:
        return (ret for return_id in return_ids if (ret := self.store.get(return_id)))
