"""The published rules of what a refund comes to: data beside this file, a document per version."""

from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.kernel.rulebook import Day, Name, Names, Positive, RuleBook, book_in
from aftercare.orders.model import Purchase
from aftercare.returns.amounts import amount_in
from aftercare.returns.model import AgreedDeduction, Return
from aftercare.returns.policy import LineDecision, Payer
from aftercare.returns.reasons import Cause, Reason


class RemedyRules(Struct, frozen=True, forbid_unknown_fields=True):
    """One version: whose fault a cause is, and what is kept back for the way (R-RET-62, 63, 72).

    `kept_back` are the ids of the rules whose grants keep the return shipping back;
    `return_shipping` is what that comes to, per market and currency, in minor units.
    """

    version: Name
    valid_from: Day
    source: Name
    fault: frozenset[Cause]
    kept_back: Names
    return_shipping: dict[Name, dict[Name, Positive]]

    def is_sellers_fault(self, reason: Reason | None) -> bool:
        return reason is not None and reason.cause in self.fault

    def keeps_back(self, reason: Reason | None, decision: LineDecision | None) -> bool:
        """Whether the way back of such a line is the buyer's to pay, out of the refund."""
        if decision is None or self.is_sellers_fault(reason):
            return False
        return decision.payer is Payer.BUYER and decision.rule in self.kept_back

    def deduction_of(self, ret: Return, purchase: Purchase) -> AgreedDeduction | None:
        """What the way back takes off the refund at most; none where it takes off nothing.

        So it is if a line's rule keeps nothing back: whoever pays for that one pays for the parcel
        (R-RET-32). And where no market has an amount in the order's currency.
        """
        keeps = all(self.keeps_back(line.reason, line.decision) for line in ret.lines)
        currency = purchase.currency
        amount = amount_in(self.return_shipping, purchase.market, currency)
        return AgreedDeduction(amount, currency) if ret.lines and keeps and amount else None


@cache
def published() -> RuleBook[RemedyRules]:
    """Every version beside this file, read once per process."""
    return book_in(Path(__file__).parent, RemedyRules)
