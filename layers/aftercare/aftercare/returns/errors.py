"""Why a return does not move on."""

from collections.abc import Mapping

from aftercare.kernel.errors import InvalidError, LimitedError, NotFoundError, RefusedError
from aftercare.returns.model import AgreedDeduction, Return, ReturnLine
from aftercare.returns.policy import LineDecision, Rule, Seller


class ReturnNotFoundError(NotFoundError):
    """No such return for this customer."""

    code = "return_not_found"


class ReturnOpenError(RefusedError):
    """The return is not over, and its customer can't be erased yet."""

    code = "return_open"

    def __init__(self, ticket: str) -> None:
        super().__init__("This return is not over yet.", ticket=ticket)


class ChoiceInvalidError(InvalidError):
    """Lines, units, reason or note that the order or the form does not allow."""

    code = "choice_invalid"

    def __init__(self, field: str, detail: str, why: str = "", **facts: str | int) -> None:
        super().__init__(detail, field=field, why=why or field, **facts)
        self.field = field


class TooManyDraftsError(LimitedError):
    """The customer began more returns today than anybody needs."""

    code = "too_many_drafts"

    def __init__(self) -> None:
        super().__init__(
            "That's a lot of returns for one day. Please go on with one of them, or tomorrow."
        )


class NoPolicyError(RefusedError):
    """This kind of order is not handled here; the sentence says whom to ask."""

    code = "no_policy"


class ReturnRefusedError(RefusedError):
    """The policy says no to a line; its decision says which rule."""

    code = "return_refused"

    def __init__(self, line: ReturnLine, decision: LineDecision) -> None:
        super().__init__(
            "The return policy doesn't allow this return.",
            rule=decision.refusals[0].rule,
            line_id=line.line_id,
        )
        self.decision = decision


class UnitsTakenError(RefusedError):
    """The units are in another return already.

    `left` says, for each line of which too many are asked for, how many are left.
    """

    code = "units_taken"

    def __init__(self, left: Mapping[str, int]) -> None:
        super().__init__("Those items are in another return already.")
        self.left = left


class EvidenceMissingError(RefusedError):
    """Not enough photos were accepted yet."""

    code = "evidence_missing"


class DeductionNotShownError(RefusedError):
    """The label would take more off the refund than the customer was shown."""

    code = "deduction_not_shown"


class ReturnClosedError(RefusedError):
    """The return was submitted; its content is settled."""

    code = "return_closed"


class ReturnLapsedError(RefusedError):
    """The draft was not submitted by the time when its evidence was due."""

    code = "return_lapsed"


class ReturnEndedError(RefusedError):
    """The return was cancelled or discarded."""

    code = "return_ended"


class ReturnOnItsWayError(RefusedError):
    """A carrier has scanned the parcel, or the return has come to an end: too late to cancel."""

    code = "return_on_its_way"


def refuse_if_refused(ret: Return) -> None:
    """Lets only a return pass of which the policy refuses no line.

    Raises:
        UnitsTakenError: All that is wrong is that units are in another return.
        ReturnRefusedError: The policy refuses a line, the first of which it names.
    """
    refused = ret.refused
    if refused is None or refused.decision is None:
        return
    if {verdict.rule for verdict in ret.refusals} == {Rule.UNITS_AVAILABLE}:
        raise UnitsTakenError(
            {
                line.line_id: max(0, line.decision.facts.available)
                for line in ret.lines
                if line.refusals and line.decision and line.decision.facts
            }
        )
    raise ReturnRefusedError(refused, refused.decision)


def refuse_if_not_shown(ret: Return, shown: AgreedDeduction | None) -> None:
    """Lets only a return pass whose customer was shown what its label takes off their refund.

    Raises:
        DeductionNotShownError: They were shown less, or nothing (R-RET-72).
    """
    due = ret.agreed_deduction
    if due and not (shown and shown.covers(due)):
        raise DeductionNotShownError(
            "The return shipping that is taken off your refund has changed. Please look again."
        )


def refuse_if_incomplete(ret: Return) -> None:
    """Lets only a return pass of which the customer has said and shown everything.

    Raises:
        ChoiceInvalidError: A line has no reason, or nobody said whether it is sealed.
        EvidenceMissingError: Not enough photos were accepted yet.
    """
    if any(line.reason is None for line in ret.lines):
        raise ChoiceInvalidError("reason", "Please tell us why it's coming back.")
    if any(line.decision and line.decision.asks_opened for line in ret.lines):
        raise ChoiceInvalidError("opened", "Please tell us whether the box is still sealed.")
    if not ret.passed:
        raise EvidenceMissingError(
            "We need a photo that passed our check before you can submit.",
            photos_needed=ret.photos_needed,
        )


def not_ours(seller: Seller) -> NoPolicyError:
    """The error for an order that somebody else sold: it says whom to ask (R-RET-16)."""
    match seller:
        case Seller.DISTRIBUTOR:
            return NoPolicyError("Please ask the distributor who sold it.", why="distributor")
        case Seller.MARKETPLACE:
            return NoPolicyError("Please ask the seller on the marketplace.", why="marketplace")
    return NoPolicyError(
        "Returns of this order aren't handled here. Please ask where you bought it.", why="unknown"
    )
