"""Why a verb of staff does nothing to a return."""

from collections.abc import Iterable
from datetime import datetime

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import to_text
from aftercare.kernel.errors import InvalidError, RefusedError
from aftercare.kernel.timeline import Entry
from aftercare.returns.model import Return


class StaleCaseError(RefusedError):
    """The return has changed since it was shown; `entries` say how, oldest first."""

    code = "stale_case"

    def __init__(self, return_id: str, entries: Iterable[Entry]) -> None:
        super().__init__("This return changed while you looked at it.", return_id=return_id)
        self.entries = tuple(entries)


class NotInReviewError(RefusedError):
    """Nobody waits for a decision on this return."""

    code = "not_in_review"

    def __init__(self, ret: Return) -> None:
        super().__init__(
            "This return is not waiting for that.", return_id=ret.return_id, status=ret.status
        )


class CaseClaimedError(RefusedError):
    """Somebody else is at it, who may be asked; they keep nobody from deciding."""

    code = "case_claimed"

    def __init__(self, return_id: str, by: Actor, until: datetime) -> None:
        super().__init__(
            "A colleague is looking at this return.",
            return_id=return_id,
            claimed_by=by,
            claimed_until=to_text(until),
        )


class SamePersonError(RefusedError):
    """Who proposed a decision does not confirm it (R-REV-02)."""

    code = "same_person"

    def __init__(self, return_id: str) -> None:
        super().__init__("Somebody else has to confirm your decision.", return_id=return_id)


class NoProposalError(RefusedError):
    """No decision waits for a second person."""

    code = "no_proposal"

    def __init__(self, return_id: str) -> None:
        super().__init__("There is no decision to confirm.", return_id=return_id)


class JudgementInvalidError(InvalidError):
    """A decision that does not cover the lines, or a text or code that does not fit."""

    code = "judgement_invalid"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, field=field)
        self.field = field
