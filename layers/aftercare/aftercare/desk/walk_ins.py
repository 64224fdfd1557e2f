"""Somebody stands at a store's counter and has a problem: staff open a ticket for them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from aftercare.access.model import Count, Limit, count_of
from aftercare.desk.agents import form_key
from aftercare.desk.counter import at_counter
from aftercare.desk.errors import (
    ReceiptRefusedError,
    TooManyTriesError,
    TooManyWalkInsError,
    WalkInAddressError,
)
from aftercare.desk.hand_over import COUNTER_LASTS, Shown
from aftercare.desk.handing import HandOverService, case_of
from aftercare.desk.model import Channel, Lane
from aftercare.desk.moves import Verb
from aftercare.desk.receipts import Bought, Receipt, bought_with
from aftercare.desk.redeeming import store_in
from aftercare.desk.service import Conversations
from aftercare.desk.steps import Act, words_in
from aftercare.desk.ticket import Counter, Proof, Thread, Ticket, Topic
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id, new_ticket
from aftercare.kernel.typed import email_of, is_email, order_number_in
from aftercare.orders.model import email_key_of
from aftercare.staff.model import Member
from aftercare.staff.policy import require

if TYPE_CHECKING:
    from aftercare.desk.hand_over_store import HandOverStore
    from aftercare.desk.store import TicketStore
    from aftercare.orders.service import OrderService

BEGIN = "counter.begin"
MOST_NUMBER = 60
# A receipt that was mistyped is corrected; nobody tries numbers until one fits.
MISSED_RECEIPTS = Limit("receipt-staff", most=20, seconds=3600)
OPENED_BY_STAFF = Limit("walk-in-staff", most=40, seconds=3600)


class WalkIn(NamedTuple):
    """What somebody brings to a counter, as staff typed it there.

    `language` is that of the customer, `email` empty if they have none. `is_unproved` says that the
    receipt is not there, or matches nothing: then its number is kept for agents, and opens nothing.
    """

    store: str
    topic: Topic
    words: str
    language: str
    email: str = ""
    receipt: Receipt = Receipt()
    is_unproved: bool = False


@dataclass(frozen=True, slots=True)
class WalkInDesk(Conversations):
    """Tickets that begin at a counter. The receipt proves them, and nothing else does."""

    store: "TicketStore"
    codes: "HandOverStore"
    orders: "OrderService"
    handing: HandOverService
    key: Callable[[], bytes]
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def open(self, member: Member, walk_in: WalkIn, sent_as: str) -> Thread:
        """Opens the ticket, which is this counter's for eight hours (R-DSK-55).

        The same form sent twice is one ticket. A mailbox that is named is answered there, and
        proved by nobody: whoever proves it at the portal reads the ticket. Without one the ticket
        is nobody's but its number's and its paper code's.

        Raises:
            NotPermittedError: Not with these roles.
            StoreUnnamedError, WordsInvalidError, WalkInAddressError: As they are named.
            ReceiptRefusedError: No purchase over a counter has that number and that total.
            TooManyTriesError, TooManyWalkInsError: This member had too many within an hour.
            StaleWriteError, BusyError: Others write the same; try again.
        """
        require(member, BEGIN)
        store, words, email = store_in(walk_in.store), words_in(walk_in.words), _address(walk_in)
        key = form_key(member, sent_as)
        if seen := self._seen(key):
            return seen
        new_one = new_id("tkt", self.clock(), self.entropy)
        email_key = email_key_of(email) if email else f"nobody:{new_one}"
        bought = self._bought(member, walk_in, email_key)
        self._count(OPENED_BY_STAFF, member, TooManyWalkInsError)
        now = self.clock()
        ticket = Ticket(
            ticket_id=new_one,
            number=new_ticket(self.entropy),
            email_key=email_key,
            email=email,
            language=walk_in.language,
            market="",
            channel=Channel.COUNTER,
            lane=Lane.STANDARD,
            topic=walk_in.topic,
            proof=Proof.UNCONFIRMED,
            opened_at=now,
            named_order=_named(walk_in.receipt.number),
            counter=Counter(member.actor, store, now + COUNTER_LASTS),
        )
        act = Act(Verb.OPEN, member.actor, Channel.COUNTER, words, key)
        return self._opened(_proved(ticket, bought) if bought else ticket, act)

    def print_code(self, member: Member, number: str) -> None:
        """Draws a paper code for a ticket at this counter, in place of any code of its case.

        Raises:
            NotPermittedError: Not with these roles.
            CounterOverError: The ticket is not at this counter.
            TooManyHandOversError: There were too many for this case today.
            StaleWriteError, BusyError: Another code of it is asked for at once; try again.
        """
        require(member, BEGIN)
        self.handing.ask(case_of(self._at_counter(member, number)), is_paper=True)

    def printed(self, member: Member, number: str) -> tuple[Ticket, Shown | None]:
        """The ticket, with its paper code if it has one that counts.

        Raises:
            NotPermittedError: Not with these roles.
            CounterOverError: The ticket is not at this counter.
        """
        require(member, BEGIN)
        ticket = self._at_counter(member, number)
        shown = self.handing.shown(case_of(ticket))
        return ticket, shown if shown and shown.is_paper else None

    def _at_counter(self, member: Member, number: str) -> Ticket:
        return at_counter(self._found(number), member, self.clock())

    def _bought(self, member: Member, walk_in: WalkIn, email_key: str) -> Bought | None:
        """The purchase of the receipt that was shown; each that matches nothing is a miss."""
        receipt = walk_in.receipt
        if walk_in.is_unproved or not (receipt.number.strip() or receipt.total.strip()):
            return None
        misses = self._count(MISSED_RECEIPTS, member, TooManyTriesError)
        order = self.orders.get(order_number_in(receipt.number))
        bought = bought_with(order, receipt, email_key)
        if bought is None:
            raise ReceiptRefusedError
        self.codes.count(misses, -1)
        return bought

    def _count(
        self, limit: Limit, member: Member, error: type[TooManyTriesError | TooManyWalkInsError]
    ) -> Count:
        now = self.clock()
        count = count_of(self.key(), limit, member.staff_id, now)
        if self.codes.count(count) > limit.most:
            raise error(count.wait(now))
        return count


def _proved(ticket: Ticket, bought: Bought) -> Ticket:
    """The ticket of whoever showed that receipt.

    On the web the order is opened by the mailbox that bought it alone.
    """
    return replace(
        ticket,
        proof=Proof.RECEIPT,
        market=bought.market,
        lane=bought.lane,
        worth=bought.worth,
        receipt=bought.order_number,
        order_number=bought.order_number if bought.is_theirs else "",
        named_order="",
    )


def _address(walk_in: WalkIn) -> str:
    if not walk_in.email.strip():
        return ""
    address = email_of(walk_in.email)
    if not is_email(address):
        raise WalkInAddressError
    return address


def _named(number: str) -> str:
    """What somebody says is their order's number."""
    return order_number_in(number) or number.strip()[:MOST_NUMBER]
