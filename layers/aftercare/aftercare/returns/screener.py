"""Collects what a screening is based on: photos' matches, codes, other returns, what was paid."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from aftercare.evidence.model import Evidence, Likeness
from aftercare.kernel.clock import local_day
from aftercare.kernel.rulebook import RuleBook
from aftercare.kernel.sharing import share_of_units
from aftercare.orders.model import Order
from aftercare.orders.money import money_of
from aftercare.returns.findings import (
    CodeStanding,
    Copy,
    Findings,
    GrantedLine,
    ScreeningRules,
    ShownCode,
    screen,
    screened_further,
)
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.reasons import Cause
from aftercare.returns.screening import Screening

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore

# What one screening reads at most; what is beyond it counts, so that a person looks.
_MOST_OTHERS = 24
_MOST_COUNTED = 200
_OF_COPIES = frozenset(Likeness) - {Likeness.SIMILAR}
# A customer's own photo in such a return asked for nothing, or asks for nothing any more.
_IDLE = frozenset(
    {
        ReturnStatus.DRAFT,
        ReturnStatus.DISCARDED,
        ReturnStatus.LAPSED,
        ReturnStatus.CANCELLED,
    }
)


class KnownCode(NamedTuple):
    """What is known of a verification code: its product, none if it was never issued."""

    symbols: str
    sku: str = ""
    is_suspect: bool = False


type CodeLookup = Callable[[str], KnownCode | None]
"""What is known of the code in a text, or behind a check's reference; none if there is no code."""


class Codes(NamedTuple):
    """Where the codes that customers show are looked up."""

    shown: CodeLookup
    checked: CodeLookup


@dataclass(frozen=True, slots=True)
class Screener:
    """Reads other returns and codes, and writes nothing. Without `codes` none is looked up."""

    rules: RuleBook[ScreeningRules]
    store: "ReturnStore"
    codes: Codes | None = None

    def screened(
        self, ret: Return, order: Order, shown: Sequence[Evidence], zone: ZoneInfo
    ) -> Screening:
        """What the rules of the day of the submission say of a return that the policy takes back.

        `shown` was accepted. Returns from before the first rules are screened by those.

        Raises:
            UnavailableError, BusyError: Something can't be read now; try again later.
            NewerDataError: A newer version wrote one of the codes or other returns.
        """
        submitted_at = ret.submitted_at or ret.created_at
        rules, purchase = self._rules(ret, zone), order.purchase
        findings = Findings(
            market=purchase.market if purchase else "",
            currency=purchase.currency if purchase else "",
            value=value_of(ret, order),
            recent_returns=self._recent(ret, submitted_at, rules.recent_days),
            recent_days=rules.recent_days,
            granted=tuple(_granted(ret)),
            codes=tuple(self._checked_codes(ret, order)),
        )
        return screen(rules, findings.with_more(self._findings_in(ret, order, shown)))

    def screened_further(
        self, ret: Return, order: Order, shown: Iterable[Evidence], zone: ZoneInfo
    ) -> Screening | None:
        """The return's screening with what is noticed in evidence that it has not seen (R-SCR-09).

        `shown` was accepted. By the same rules as before. None if there is nothing else to see, or
        if the return was never screened. What it says of evidence that it has seen stays.

        Raises:
            UnavailableError, BusyError, NewerDataError: As `screened`.
        """
        before = ret.screening
        if before is None:
            return None
        seen = Findings.of(before.facts).shown
        unseen = [each for each in shown if each.evidence_id not in seen]
        if not unseen:
            return None
        known = {rules.version: rules for rules in self.rules.versions}
        rules = known.get(before.version) or self._rules(ret, zone)
        return screened_further(rules, before, self._findings_in(ret, order, unseen))

    def _rules(self, ret: Return, zone: ZoneInfo) -> ScreeningRules:
        """Those of the day of the submission, on the customer's clock."""
        day = local_day(ret.submitted_at or ret.created_at, zone)
        return self.rules.in_force(day)

    def _findings_in(self, ret: Return, order: Order, shown: Sequence[Evidence]) -> Findings:
        """What the pieces of evidence themselves say."""
        return Findings(
            copies=self._copies(ret, shown),
            before_delivery=tuple(each.evidence_id for each in shown if each.before_delivery),
            codes=tuple(self._shown_codes(ret, order, shown)),
            shown=tuple(each.evidence_id for each in shown),
        )

    def look_by(self, screening: Screening, market: str, day: date) -> date:
        """The business day until which a person has looked, if that day is the first.

        By the newest rules, if the version that screened it is gone: it was rolled back.
        """
        from aftercare.calendars.service import add_business_days  # noqa: PLC0415 - few returns

        known = {rules.version: rules for rules in self.rules.versions}
        rules = known.get(screening.version, self.rules.versions[-1])
        return add_business_days(market, day, rules.looked_at_within)

    def _recent(self, ret: Return, submitted_at: datetime, days: int) -> int:
        """The customer's other returns in those days; of too many to read, all that were begun.

        None beside a recall, for which we asked ourselves.
        """
        if _is_for_recalls(ret):
            return 0
        listed = self.store.of_customer(ret.email_key, limit=_MOST_COUNTED)
        since = submitted_at - timedelta(days=days)
        if len(listed) == _MOST_COUNTED and listed[-1].created_at >= since:
            return len(listed)
        return sum(
            other.return_id != ret.return_id
            and other.holds_units
            and not _is_for_recalls(other)
            and other.submitted_at is not None
            and since <= other.submitted_at <= submitted_at
            for other in listed
        )

    def _copies(self, ret: Return, shown: Iterable[Evidence]) -> tuple[Copy, ...]:
        """The photos that another return has, too, where that is no return of the same thing."""
        matches = [
            (photo.evidence_id, match)
            for photo in shown
            for match in photo.matches
            if match.return_id != ret.return_id and match.likeness in _OF_COPIES
        ]
        named = dict.fromkeys(match.return_id for _, match in matches)
        reused = {
            other
            for place, other in enumerate(named)
            if place >= _MOST_OTHERS or self._is_reuse(ret, other)
        }
        return tuple(
            Copy(evidence_id, match.return_id, match.evidence_id, match.likeness)
            for evidence_id, match in matches
            if match.return_id in reused
        )

    def _is_reuse(self, ret: Return, return_id: str) -> bool:
        """Whether a photo that both have shows too much.

        Photos of one order are its customer's to use again, whatever address it had before, and so
        are those of their return that came to nothing: whoever chose the wrong order begins again.
        """
        other = self.store.get(return_id)
        if other is None or other.order_number == ret.order_number:
            return False
        return other.email_key != ret.email_key or other.status not in _IDLE

    def _shown_codes(
        self, ret: Return, order: Order, shown: Iterable[Evidence]
    ) -> Iterator[ShownCode]:
        if self.codes is None:
            return
        skus = {line.sku for line in ret.lines}
        labels = {photo.serial: photo.evidence_id for photo in shown if photo.serial}
        for text, evidence_id in labels.items():
            if code := self.codes.shown(text):
                yield ShownCode(evidence_id, _standing(code, skus, ret, order))

    def _checked_codes(self, ret: Return, order: Order) -> Iterator[ShownCode]:
        if self.codes is None:
            return
        for line in ret.lines:
            code = self.codes.checked(line.check_reference) if line.check_reference else None
            if code:
                yield ShownCode(line.line_id, _standing(code, {line.sku}, ret, order))


def value_of(ret: Return, order: Order) -> int:
    """What was paid for the units that come back, in minor units of the order's currency."""
    paid = {line.line_id: line for line in money_of(order).lines}
    return sum(
        share_of_units(line.paid, line.quantity, 0, min(each.units, line.quantity))
        for each in ret.lines
        if (line := paid.get(each.line_id)) and line.quantity
    )


def _granted(ret: Return) -> Iterator[GrantedLine]:
    return (
        GrantedLine(line.line_id, line.decision.rule)
        for line in ret.lines
        if line.decision and line.decision.rule
    )


def _is_for_recalls(ret: Return) -> bool:
    """Whether we asked for all of it ourselves."""
    return all(line.reason and line.reason.cause is Cause.RECALL for line in ret.lines)


def _standing(code: KnownCode, skus: set[str], ret: Return, order: Order) -> CodeStanding:
    if not code.sku:
        return CodeStanding.UNKNOWN
    if code.is_suspect:
        return CodeStanding.SUSPECT
    # Whoever got something else than they ordered has the code of something else.
    if any(line.reason and line.reason.cause is Cause.WRONG_ITEM for line in ret.lines):
        return CodeStanding.FITTING
    fits = code.sku in skus and _is_of_the_sale(code, ret, order)
    return CodeStanding.FITTING if fits else CodeStanding.OTHER_ITEM


def _is_of_the_sale(code: KnownCode, ret: Return, order: Order) -> bool:
    """Whether the shop may have sold this very item: it names those of some lines."""
    returned = {line.line_id for line in ret.lines if line.sku == code.sku}
    lines = [line for line in order.lines if line.line_id in returned]
    named = [_symbols(serial) for line in lines for serial in line.serials]
    is_named_in_full = all(len(line.serials) >= line.quantity for line in lines)
    are_codes = all(len(symbols) == len(code.symbols) for symbols in named)
    return code.symbols in named or not (named and is_named_in_full and are_codes)


def _symbols(serial: str) -> str:
    """A serial as codes are written: letters that look like digits are digits."""
    return "".join(filter(str.isalnum, serial.upper())).translate(_LOOKALIKES)


_LOOKALIKES = str.maketrans("OIL", "011")
