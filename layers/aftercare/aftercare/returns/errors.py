"""Why a return does not move on."""

from aftercare.kernel.errors import InvalidError, LimitedError, NotFoundError, RefusedError
from aftercare.returns.policy import Decision, Rule


class ReturnNotFoundError(NotFoundError):
    """No such return for this customer."""

    code = "return_not_found"


class ChoiceInvalidError(InvalidError):
    """Lines, units, reason or note that the order or the form does not allow."""

    code = "choice_invalid"

    def __init__(self, field: str, detail: str, why: str = "", **facts: str | int) -> None:
        super().__init__(detail, field=field, why=why or field, **facts)
        self.field = field


class TooManyDraftsError(LimitedError):
    """The customer began more returns today than anybody needs."""

    code = "too_many_drafts"


class NoPolicyError(RefusedError):
    """This kind of order is not handled here."""

    code = "no_policy"


class ReturnRefusedError(RefusedError):
    """The policy says no; the decision says which rule, for which line."""

    code = "return_refused"

    def __init__(self, decision: Decision) -> None:
        first = decision.refusals[0]
        super().__init__(
            "The return policy doesn't allow this return.", rule=first.rule, line_id=first.line_id
        )
        self.decision = decision


class UnitsTakenError(RefusedError):
    """The units are in another return already."""

    code = "units_taken"


class EvidenceMissingError(RefusedError):
    """Not enough photos were accepted yet."""

    code = "evidence_missing"


class ReturnClosedError(RefusedError):
    """The return was submitted; its content is settled."""

    code = "return_closed"


def refusal_of(decision: Decision) -> RefusedError:
    """The error for a decision that breaks a rule."""
    if {verdict.rule for verdict in decision.refusals} == {Rule.UNITS_AVAILABLE}:
        return UnitsTakenError("Those items are in another return already.")
    return ReturnRefusedError(decision)
