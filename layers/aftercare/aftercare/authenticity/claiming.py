"""Takes what people claim of a product whose code they have checked."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.authenticity import references
from aftercare.authenticity.asked import key_of
from aftercare.authenticity.cases import MOST_WORDS, Claim, ClaimKind, CodeCase, Received
from aftercare.authenticity.errors import ClaimInvalidError, ReferenceNotFoundError
from aftercare.authenticity.events import CLAIMED
from aftercare.authenticity.keys import KeyRing
from aftercare.batches.model import Batch
from aftercare.batches.service import BatchBook
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.kernel.typed import email_of, is_email
from aftercare.orders.model import email_key_of

if TYPE_CHECKING:
    from aftercare.authenticity.store import CheckStore


@dataclass(frozen=True, slots=True)
class CodeClaims:
    """Claims of people who have checked a code. A made-up reference reads no table."""

    ring: KeyRing
    book: BatchBook
    store: "Callable[[], CheckStore]"
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def claim(
        self,
        reference: str,
        kind: ClaimKind,
        words: str,
        *,
        email: str = "",
        language: str = "",
        network: str = "",
        actor: Actor,
    ) -> Received:
        """Puts a claim into the code's case, which the first one opens (R-AUT-20).

        With an address, mails confirm it and tell the decision (R-AUT-23). A check has one claim:
        pressed twice it is one, and what is sent later replaces it while the case is open. A case
        takes ten claims of a kind; whoever had claimed before does not open a decided one again.

        Raises:
            ReferenceNotFoundError: No recorded check of an issued code has that reference.
            ClaimInvalidError: No words, or too many; or the address is none.
            TooManyClaimsError: More than ten came from this network, or with this address, today.
        """
        place, key, batch = self._checked(reference)
        address = _address_in(email)
        claim = Claim(
            key=key,
            place=place,
            kind=kind,
            words=_words_in(words),
            reference=references.in_one_spelling(reference),
            claimed_at=self.clock(),
            email=address,
            email_key=email_key_of(address) if address else "",
            language=language if address else "",
        )
        cases = self.store().cases
        was, case = cases.claim(key, place), cases.case(key)
        if (outcome := _received(claim, was, case)) is not None:
            return outcome
        is_mailed = claim.email not in {"", was.email if was else ""}
        entry = self._entry(claim, batch, actor, is_mailed=is_mailed)
        senders = [self._sender(each) for each in (network, *filter(None, (address,)))]
        cases.put_claim(claim, was, batch.sku, senders, entry)
        return Received.TAKEN

    def _checked(self, reference: str) -> tuple[str, str, Batch]:
        """The start of the check's id, the key of its code, and the code's batch."""
        content = references.read(reference, self.ring)
        if isinstance(content, references.Recorded) and not content.is_short:
            batch = self.book.find(content.code.key_id, content.code.serial)
            if batch:
                return content.check_id_start, key_of(content.code), batch
        raise ReferenceNotFoundError("There is no check with this reference. Is it complete?")

    def _sender(self, sender: str) -> str:
        """A keyed hash of the sender and the day: nobody finds an address by it."""
        _, keys = self.ring.oldest
        message = f"claims {self.clock().date()} {sender}".encode()
        return hmac.digest(keys.mask, message, "sha256").hex()[:32]

    def _entry(self, claim: Claim, batch: Batch, actor: Actor, *, is_mailed: bool) -> Entry:
        """What the bus hears: no words, no address. An address gets one mail for each claim."""
        now = claim.claimed_at
        data = {
            "kind": claim.kind,
            "batch_id": batch.batch_id,
            "sku": batch.sku,
            "claim": claim.place,
            "mail": "yes" if is_mailed else "no",
        }
        entry_id = new_id("ent", now, self.entropy)
        return Entry(entry_id, CLAIMED, claim.key, now, data, actor=actor)


def _received(claim: Claim, was: Claim | None, case: CodeCase | None) -> Received | None:
    """What became of a claim that is not stored, for what it `was` and its case; None if it is."""
    if was and (case is None or claim.place not in case.places):
        return Received.DECIDED
    if was and was.says_the_same(claim):
        return Received.TAKEN
    is_other = was is None or was.kind is not claim.kind
    return Received.ENOUGH if case and case.is_full(claim.kind) and is_other else None


def _address_in(email: str) -> str:
    """The address in one spelling; "" if none was left."""
    address = email_of(email)
    if address and not is_email(address):
        sentence = "That doesn't look like an e-mail address."
        raise ClaimInvalidError(sentence, field="email")
    return address


def _words_in(words: str) -> str:
    said = words.strip()
    if not 0 < len(said) <= MOST_WORDS:
        sentence = f"Say where and when you got it, in {MOST_WORDS:,} characters at most."
        raise ClaimInvalidError(sentence, field="words", most=MOST_WORDS)
    return said
