"""Whom a ticket's answers go to: what the shop knows of who proved a mailbox."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.errors import NobodyToAnswerError
from aftercare.desk.model import Lane
from aftercare.desk.ticket import Proof, Worth
from aftercare.orders.model import Order, Purchase, email_key_of
from aftercare.orders.service import OrderService

if TYPE_CHECKING:
    from aftercare.members.service import MemberService


class Customer(NamedTuple):
    """Somebody with a problem: where answers go, whose desk answers, and how they are proved."""

    email: str
    market: str
    lane: Lane
    proof: Proof
    worth: Worth | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Looks customers up by a mailbox that they proved."""

    orders: OrderService
    members: "MemberService"

    def find(self, email_key: str, order_number: str = "", email: str = "") -> Customer:
        """The customer with that mailbox, for a ticket about that order, or about none.

        Without an order the market is that of the newest one; a member without orders has none.
        `email` is the mailbox's address, if whoever proved it said it: it is answered there though
        nobody knows it (R-DSK-21).

        Raises:
            OrderNotFoundError: No such order, or somebody else's.
            NobodyToAnswerError: The mailbox has neither an order nor a membership, and no address.
        """
        if order_number:
            return buyer_of(self.orders.owned(order_number, email_key))
        named = (each for each in self.orders.of_customer(email_key) if each.purchase)
        if newest := next(named, None):
            return buyer_of(newest)._replace(lane=Lane.STANDARD, worth=None)
        member = self.members.by_email(email_key)
        address = member.email if member else email
        if not address or email_key_of(address) != email_key:
            raise NobodyToAnswerError
        return Customer(address, "", Lane.STANDARD, Proof.MAILBOX)


def confirmed(order: Order, email_key: str) -> Customer | None:
    """The order's customer for somebody who names the mailbox, too; none if it is another one."""
    if not order.belongs_to(email_key) or order.purchase is None or not order.purchase.email:
        return None
    return buyer_of(order)._replace(proof=Proof.PARTNER)


def buyer_of(order: Order) -> Customer:
    """Who bought it.

    Raises:
        NobodyToAnswerError: The shop did not say, or they were erased.
    """
    purchase = order.purchase
    if purchase is None or not purchase.email:
        raise NobodyToAnswerError
    lane, worth = lane_of(purchase), worth_of(purchase)
    return Customer(purchase.email, purchase.market, lane, Proof.ORDER_AND_MAILBOX, worth)


def lane_of(purchase: Purchase) -> Lane:
    """How long a case about it takes: one that went abroad needs customs."""
    country = purchase.ship_to.country
    is_abroad = bool(country and purchase.market) and country != purchase.market
    return Lane.CROSS_BORDER if is_abroad else Lane.STANDARD


def worth_of(purchase: Purchase) -> Worth | None:
    """What was paid for it; none if that is nothing."""
    total = total_of(purchase)
    return Worth(total, purchase.currency) if total else None


def total_of(purchase: Purchase) -> int:
    """What was paid; where the shop does not say that, what its units cost."""
    prices = (line.unit_price * line.quantity for line in purchase.lines)
    return sum(prices) if purchase.total is None else purchase.total
