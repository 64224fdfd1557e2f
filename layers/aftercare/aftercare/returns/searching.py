"""Finds returns by what somebody has in hand: a ticket, a mail, a parcel, a product."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.evidence.service import EvidenceService
from aftercare.kernel.codes import code_in
from aftercare.kernel.typed import (
    email_of,
    folded,
    is_email,
    order_number_in,
    ticket_in,
    tracking_number_of,
)
from aftercare.orders.model import email_key_of
from aftercare.orders.service import OrderService
from aftercare.returns.case_file import Found, FoundBy
from aftercare.returns.model import Return, ReturnStatus

if TYPE_CHECKING:
    from aftercare.labels.service import LabelService
    from aftercare.returns.store import ReturnStore

MOST_FOUND = 20
_MOST_OF_CUSTOMER = 50
_MOST_ORDERS = 20


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
        if code := code_in(text):
            yield from ((FoundBy.CODE, ret) for ret in self._with_code(code))
        compact = tracking_number_of(folded(text))
        tracked = self.labels.return_with(compact)
        yield from ((FoundBy.TRACKING, ret) for ret in self._these([tracked] if tracked else []))

    def _of_customer(self, email_key: str) -> Iterator[Return]:
        """A customer's returns, and those of their orders, which had another address before."""
        yield from self.store.of_customer(email_key, _MOST_OF_CUSTOMER)
        for order in self.orders.of_customer(email_key)[:_MOST_ORDERS]:
            yield from self.store.of_order(order.order_number, MOST_FOUND)

    def _of_order(self, number: str) -> Iterator[Return]:
        """An order's returns; those from before the index of orders are among its buyer's."""
        yield from self.store.of_order(number, MOST_FOUND)
        purchase = self.orders.get(number).purchase
        if purchase is None or not purchase.email:
            return
        for ret in self.store.of_customer(email_key_of(purchase.email), _MOST_OF_CUSTOMER):
            if ret.order_number == number:
                yield ret

    def _with_code(self, code: str) -> Iterator[Return]:
        """The returns with a photo that shows the code, and that its customer has not removed."""
        found: set[str] = set()
        for photo in self.evidence.with_code(code):
            if photo.return_id in found:
                continue
            ret = self.store.get(photo.return_id)
            if ret and photo.evidence_id not in ret.removed_photos:
                found.add(photo.return_id)
                yield ret
            if len(found) == MOST_FOUND:
                return

    def _these(self, return_ids: Iterable[str]) -> Iterator[Return]:
        return (ret for return_id in return_ids if (ret := self.store.get(return_id)))
