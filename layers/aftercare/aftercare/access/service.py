"""Signs a customer in by a one-time code, without revealing which orders exist."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.access.errors import (
    CodeExpiredError,
    CodeUnreadableError,
    CodeWrongError,
    FindOrderInvalidError,
    TooManyCodesError,
    TooManyRequestsError,
)
from aftercare.access.model import (
    ASKS_PER_SOURCE,
    ASKS_PER_SOURCE_AND_ADDRESS,
    CODE_LIFETIME,
    CODE_TRIES,
    LOOKS_PER_SOURCE,
    MAILS_PER_MAILBOX,
    MAILS_PER_STRANGER,
    STRANGERS_PER_SOURCE,
    TRIES_PER_SOURCE,
    Count,
    Limit,
    Proved,
    SignInRequest,
    asker_of,
    code_for,
    count_of,
    hash_of,
    network_of,
)
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.kernel.typed import email_of, is_email, one_time_code_in, order_number_in
from aftercare.mail.model import ACCESS_CODE, MESSAGES_CODE, POINTS_CODE, Kind, Mail, Outcome, Send
from aftercare.members.service import MemberService
from aftercare.orders.model import email_key_of
from aftercare.orders.service import OrderService

if TYPE_CHECKING:
    from aftercare.access.store import AccessStore

CODE_REQUESTED = "access.code_requested"


@dataclass(frozen=True, slots=True)
class AccessService:
    """One-time codes: 10 minutes, 5 tries, single use, stored hashed, rate-limited."""

    store: "AccessStore"
    orders: OrderService
    members: MemberService
    secret: bytes
    clock: Clock
    entropy: Entropy

    def request_code(
        self, order_number: str, email: str, source: str, *, actor: Actor, language: str = "en"
    ) -> str:
        """Stores the request and returns its id; the code follows if order and address match.

        Does the same work whether they match or not: the order is not looked up here.

        Raises:
            FindOrderInvalidError: The order number or the e-mail address is not valid.
            TooManyRequestsError: Too many requests from this source, or for this address from it.
        """
        number = order_number_in(order_number)
        if not number:
            raise FindOrderInvalidError("order_number", "That doesn't look like an order number.")
        return self._open(number, email, source, actor, language)

    def request_members_code(
        self, email: str, source: str, *, actor: Actor, language: str = "en"
    ) -> str:
        """Stores the request and returns its id; the code follows if a member has that address.

        Does the same work, under the same limits, whether one has it or not (R-ACC-11).

        Raises:
            FindOrderInvalidError: The e-mail address is not valid.
            TooManyRequestsError: As `request_code`.
        """
        return self._open("", email, source, actor, language)

    def request_messages_code(
        self, email: str, source: str, *, actor: Actor, language: str = "en"
    ) -> str:
        """Stores the request and returns its id; the code follows to whoever has that mailbox.

        Does the same work, under the same limits that a page shows, whoever that is (R-DSK-53).

        Raises:
            FindOrderInvalidError: The e-mail address is not valid.
            TooManyRequestsError: As `request_code`.
        """
        return self._open("", email, source, actor, language, asker=self._asker(source))

    def _asker(self, source: str) -> str:
        return asker_of(self.secret, network_of(source))

    def _open(
        self, number: str, email: str, source: str, actor: Actor, language: str, *, asker: str = ""
    ) -> str:
        address = email_of(email)
        if not is_email(address):
            raise FindOrderInvalidError("email", "That doesn't look like an e-mail address.")
        network, now = network_of(source), self.clock()
        self._hit(ASKS_PER_SOURCE, network)
        self._hit(ASKS_PER_SOURCE_AND_ADDRESS, f"{network} {address}", TooManyCodesError)
        request_id = new_id("sgn", now, self.entropy)
        request = SignInRequest(request_id, number, address, now, language=language, asker=asker)
        entry_id = new_id("ent", now, self.entropy)
        entry = Entry(entry_id, CODE_REQUESTED, request.request_id, now, actor=actor)
        self.store.open(request, entry)
        return request.request_id

    def repeat_request(
        self, request_id: str, source: str, *, actor: Actor, language: str = "en"
    ) -> str:
        """Requests another code for what an earlier request was for; returns its id.

        Raises:
            CodeExpiredError: There is no such request any more: both must be typed again.
            TooManyRequestsError: As `request_code`.
        """
        request = self.store.get(request_id)
        if request is None:
            raise CodeExpiredError("Please type your order number and address again.", why="ended")
        asker = self._asker(source) if request.is_for_messages else ""
        return self._open(request.order_number, request.email, source, actor, language, asker=asker)

    def send_code(self, request_id: str, send: Send, *, actor: Actor) -> Outcome | None:
        """Sends the request's code if its order was bought with its address; None if it was not.

        A member's request has no order: its code is sent if a member has the address. That of who
        writes to the desk is sent to anybody. A repeat sends the same code. An unknown or expired
        request is ignored. A mailbox gets 30 codes a day at most (R-ACC-07), one of which nothing
        is known 10 (R-DSK-54); the page that asked cannot tell.

        Raises:
            UnavailableError, BusyError: As `MailService.send`; try again later.
        """
        request, now = self.store.get(request_id), self.clock()
        if request is None or request.expires_at <= now:
            return None
        if not self._is_true(request):
            return None
        code = code_for(self.secret, request_id)
        counts = self._mails_of(request)
        if not self.store.arm(request_id, hash_of(self.secret, request_id, code), counts, actor):
            return Outcome.CAPPED
        minutes = int(CODE_LIFETIME.total_seconds() // 60)
        values = {"code": code, "minutes": minutes}
        kind = _kind_of(request)
        return send(Mail(kind, request_id, request.email, values, request.language))

    def mailbox(self, request_id: str) -> str:
        """The address that the code of this request proved; empty if it is gone, or proved none."""
        request = self.store.get(request_id) if request_id else None
        return request.email if request and request.is_used else ""

    def look(self, source: str) -> None:
        """Counts one look-up of a number at an open door (R-PCL-07). Each repeat counts again.

        Raises:
            TooManyRequestsError: More than 60 from this source within an hour.
        """
        self._hit(LOOKS_PER_SOURCE, network_of(source))

    def prove(self, request_ids: Sequence[str], text: str, source: str, *, actor: Actor) -> Proved:
        """What the code in the text proves: a mailbox and an order of it. Uses the code up.

        `request_ids` are one browser's requests, newest first: a code of any of them is accepted,
        and a wrong one costs a try of each. The tries of other browsers don't count (R-ACC-03).

        Raises:
            CodeUnreadableError: The text has no six digits; it costs no try.
            CodeWrongError: The code is wrong; the error says how many tries are left.
            CodeExpiredError: The code was used, is too old or was tried too often.
            TooManyRequestsError: Too many tries from this source; it costs no try.
        """
        code = one_time_code_in(text)
        if not code:
            raise CodeUnreadableError(
                "A code has six digits; this didn't use up a try.", field="code"
            )
        self._hit(TRIES_PER_SOURCE, network_of(source))
        tried: list[SignInRequest] = []
        for request_id in request_ids:
            request = self.store.take_try(request_id, self.clock(), actor)
            if request is None:
                continue
            if self._is_code_of(request, code):
                return self._used(request, actor)
            tried.append(request)
        if not tried:
            raise self._ended(request_ids)
        left = max(request.tries_left for request in tried)
        if left == 0:
            raise CodeExpiredError(
                "That was the last try for this code. Ask for a new one.", why="last_try"
            )
        sentence = f"That's not the code we sent. Tries left: {left}."
        raise CodeWrongError(sentence, field="code", tries_left=left)

    def _mails_of(self, request: SignInRequest) -> list[Count]:
        """What counts the mail of that request's code."""
        now = self.clock()
        counts = [count_of(self.secret, MAILS_PER_MAILBOX, request.email, now)]
        if request.is_for_messages and not self._is_known(request):
            counts.append(count_of(self.secret, MAILS_PER_STRANGER, request.email, now))
            counts.append(count_of(self.secret, STRANGERS_PER_SOURCE, request.asker, now))
        return counts

    def _is_known(self, request: SignInRequest) -> bool:
        key = email_key_of(request.email)
        return self._is_members(key) or bool(self.orders.of_customer(key))

    def _is_members(self, email_key: str) -> bool:
        return self.members.by_email(email_key) is not None

    def _is_true(self, request: SignInRequest) -> bool:
        if request.is_for_messages:
            return True
        if request.is_members:
            return self._is_members(email_key_of(request.email))
        return self.orders.matches(request.order_number, request.email)

    def _is_code_of(self, request: SignInRequest, code: str) -> bool:
        # An order that does not match has no code; it is compared all the same, to take as long.
        offered = hash_of(self.secret, request.request_id, code)
        return hmac.compare_digest(offered, request.code_hash or "0" * len(offered))

    def _used(self, request: SignInRequest, actor: Actor) -> Proved:
        email_key = email_key_of(request.email)
        is_mailbox_alone = request.is_for_messages and not self._is_members(email_key)
        try:
            use_id = new_id("use", self.clock(), self.entropy)
            self.store.use(request.request_id, use_id, actor)
        except StaleWriteError as error:
            raise CodeExpiredError(
                "That code was used already. Ask for a new one.", why="used"
            ) from error
        mailbox_by = request.request_id if is_mailbox_alone else ""
        return Proved(email_key, request.order_number, mailbox_by)

    def _ended(self, request_ids: Sequence[str]) -> CodeExpiredError:
        """Why the newest request takes no more tries: only its own browser's acts can show."""
        request = self.store.get(request_ids[0]) if request_ids else None
        if request is None:
            return CodeExpiredError(
                "That code can't be used any more. Ask for a new one.", why="ended"
            )
        if request.is_used:
            return CodeExpiredError("That code was used already. Ask for a new one.", why="used")
        if request.tries_left == 0:
            sentence = f"That code was tried {CODE_TRIES} times. Ask for a new one."
            return CodeExpiredError(sentence, why="used_up")
        return CodeExpiredError("That code is too old. Ask for a new one.", why="too_old")

    def _hit(
        self, limit: Limit, subject: str, error: type[TooManyRequestsError] = TooManyRequestsError
    ) -> None:
        now = self.clock()
        count = count_of(self.secret, limit, subject, now)
        if self.store.hit(count) > limit.most:
            wait = count.wait(now)
            raise error(
                f"That was a lot of tries. Please wait {-(-wait // 60)} min and try again.",
                retry_after=wait,
                hours=-(-wait // 3600),
            )


def _kind_of(request: SignInRequest) -> Kind:
    if request.is_for_messages:
        return MESSAGES_CODE
    return POINTS_CODE if request.is_members else ACCESS_CODE
