"""Tells by mail whoever left an address with their claim: that we have it, and what we decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.authenticity.cases import CaseState
from aftercare.authenticity.model import History
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import CLAIM_DECIDED, CLAIM_RECEIVED, Kind, Mail, Outcome, Send

if TYPE_CHECKING:
    from aftercare.authenticity.cases import Claim
    from aftercare.authenticity.store import CheckStore


@dataclass(frozen=True, slots=True)
class ClaimNoticeService:
    """Notices as the mailer sends them. They say nothing of others, and repeat nothing typed."""

    store: "CheckStore"

    def confirm(self, entry: Entry, send: Send) -> Outcome | None:
        """Confirms a claim with the check's reference, once for an address (R-AUT-23).

        None if nobody wants it, or the claim is decided or gone meanwhile.

        Raises:
            UnavailableError, BusyError: As `MailService.send`; try again later.
        """
        claim = self._claim(entry)
        if claim is None or entry.data.get("mail") != "yes":
            return None
        case = self.store.cases.case(claim.key)
        if case is None or claim.place not in case.places:
            return None
        return send(self._mail(CLAIM_RECEIVED, entry, claim, {}))

    def answer(self, entry: Entry, send: Send) -> Outcome | None:
        """Tells of a decision, as long as it stands (R-AUT-23).

        None if the claim is gone, or what was decided is no longer so.

        Raises:
            UnavailableError, BusyError: As `MailService.send`; try again later.
        """
        claim = self._claim(entry)
        decision = entry.fact("decision", CaseState)
        if claim is None or not self._stands(claim.key, decision):
            return None
        return send(self._mail(CLAIM_DECIDED, entry, claim, {"decision": decision.value}))

    def _claim(self, entry: Entry) -> "Claim | None":
        """The claim, if it has an address still: erasures remove claims.

        Entries of before 2026-11-29 name none.
        """
        claim = self.store.cases.claim(entry.subject, entry.data.get("claim", ""))
        return claim if claim and claim.email else None

    def _stands(self, key: str, decision: CaseState) -> bool:
        """A code that was cleared since has no copies, and one with copies is not cleared."""
        history = self.store.get(key) or History()
        are_confirmed = history.copied_at is not None
        return decision is CaseState.DISMISSED or are_confirmed is (decision is CaseState.COPIED)

    @staticmethod
    def _mail(kind: Kind, entry: Entry, claim: "Claim", values: Mapping[str, object]) -> Mail:
        stated = {"reference": claim.reference, "kind": claim.kind.value, **values}
        return Mail(kind, entry.entry_id, claim.email, stated, claim.language)
