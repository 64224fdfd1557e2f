"""Signs a customer in by a one-time code, without revealing which orders exist."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.access.errors import (
    CodeExpiredError,
    CodeWrongError,
    FindOrderInvalidError,
    TooManyRequestsError,
)
from aftercare.access.model import (
    ASKS_PER_ADDRESS,
    ASKS_PER_ORDER,
    ASKS_PER_SOURCE,
    CODE_LIFETIME,
    CODE_TRIES,
    TRIES_PER_ADDRESS,
    Limit,
    SignInRequest,
    code_for,
    hash_of,
    limit_key,
)
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import ACCESS_CODE, Mail, Outcome, Send
from aftercare.orders.model import (
    email_key_of,
    is_order_number,
    normalised_email,
    normalised_order_number,
)
from aftercare.orders.service import OrderService

if TYPE_CHECKING:
    from aftercare.access.store import AccessStore

_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,185}\.[^@\s.\x00-\x1f]{1,63}")
_SEPARATORS = re.compile(r"[\s-]")
_CODE = re.compile(r"\d{6}", re.ASCII)

CODE_REQUESTED = "access.code_requested"


@dataclass(frozen=True, slots=True)
class AccessService:
    """One-time codes: 10 minutes, 5 tries, single use, stored hashed, rate-limited."""

    store: "AccessStore"
    orders: OrderService
    secret: bytes
    clock: Clock
    entropy: Entropy

    def request_code(self, order_number: str, email: str, source: str, *, actor: Actor) -> str:
        """Stores the request and returns its id; the code follows if order and address match.

        Does the same work whether they match or not: the order is not looked up here.

        Raises:
            FindOrderInvalidError: The order number or the e-mail address is not valid.
            TooManyRequestsError: Too many requests for this order, address or source.
        """
        number, address = normalised_order_number(order_number), normalised_email(email)
        if not is_order_number(number):
            raise FindOrderInvalidError("order_number", "That doesn't look like an order number.")
        if not _EMAIL.fullmatch(address):
            raise FindOrderInvalidError("email", "That doesn't look like an e-mail address.")
        self._hit(ASKS_PER_SOURCE, source)
        self._hit(ASKS_PER_ORDER, number)
        self._hit(ASKS_PER_ADDRESS, address)
        now = self.clock()
        request = SignInRequest(new_id("sgn", now, self.entropy), number, address, now)
        entry_id = new_id("ent", now, self.entropy)
        entry = Entry(entry_id, CODE_REQUESTED, request.request_id, now, actor=actor)
        self.store.open(request, entry)
        return request.request_id

    def send_code(self, request_id: str, send: Send, *, actor: Actor) -> Outcome | None:
        """Sends the request's code if its order was bought with its address; None if it was not.

        A repeat sends the same code. An unknown or expired request is ignored.

        Raises:
            UnavailableError, BusyError: As `MailService.send`; try again later.
        """
        request = self.store.get(request_id)
        if request is None or request.expires_at <= self.clock():
            return None
        if not self.orders.matches(request.order_number, request.email):
            return None
        code = code_for(self.secret, request_id)
        self.store.arm(request_id, hash_of(self.secret, request_id, code), actor)
        minutes = int(CODE_LIFETIME.total_seconds() // 60)
        values = {"code": code, "minutes": minutes}
        return send(Mail(ACCESS_CODE, request_id, request.email, values))

    def prove(self, request_id: str, code: str, *, actor: Actor) -> str:
        """Uses up a try; returns the key of the mailbox that the right code proves.

        Raises:
            CodeWrongError: The code is wrong; the error says how many tries are left.
            CodeExpiredError: The code was used, is too old or was tried too often.
            TooManyRequestsError: Too many tries for this mailbox, over all its codes.
        """
        request = self.store.take_try(request_id, self.clock(), actor)
        if request is None:
            raise CodeExpiredError(
                "That code can't be used any more. Ask for a new one.", why="ended"
            )
        # A request without a code cannot be guessed, and must not use up its address's tries.
        self._hit(TRIES_PER_ADDRESS, request.email if request.code_hash else request_id)
        digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", code))
        offered = hash_of(self.secret, request_id, digits if _CODE.fullmatch(digits) else "")
        # An order that does not match has no code; it is compared all the same, to take as long.
        if not hmac.compare_digest(offered, request.code_hash or "0" * len(offered)):
            left = CODE_TRIES - request.tries
            if left == 0:
                raise CodeExpiredError(
                    "That was the last try for this code. Ask for a new one.", why="last_try"
                )
            raise CodeWrongError(
                f"That's not the code we sent. Tries left: {left}.", tries_left=left
            )
        try:
            self.store.use(request_id, new_id("use", self.clock(), self.entropy), actor)
        except StaleWriteError as error:
            raise CodeExpiredError(
                "That code was used already. Ask for a new one.", why="used"
            ) from error
        return email_key_of(request.email)

    def _hit(self, limit: Limit, subject: str) -> None:
        now = self.clock()
        hits = self.store.hit(limit_key(self.secret, limit, subject, now), limit, now)
        if hits > limit.most:
            wait = limit.seconds - int(now.timestamp()) % limit.seconds
            raise TooManyRequestsError(
                f"That was a lot of tries. Please wait {-(-wait // 60)} min and try again.",
                retry_after=wait,
            )
