"""Checks a customer's choice against the order, and collects the facts that a policy needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.orders.model import Order
from aftercare.returns.errors import ChoiceInvalidError, NoPolicyError
from aftercare.returns.model import ReturnLine
from aftercare.returns.policy import Cause, Decision, Facts, LineFacts, Policy, decide

if TYPE_CHECKING:
    from aftercare.returns.policies import PolicyBook

_MOST_NOTE = 500


def chosen_lines(order: Order, units: Mapping[str, int]) -> tuple[ReturnLine, ...]:
    """The chosen lines as the order lists them, without those of zero units.

    Raises:
        ChoiceInvalidError: Nothing is chosen, a line is of another order, or more units than
        were bought.
    """
    bought = {line.line_id: line.quantity for line in order.lines}
    for line_id, count in units.items():
        if not 0 <= count <= bought.get(line_id, -1):
            raise ChoiceInvalidError(
                "units", "Please choose items and quantities from this order.", "not_in_order"
            )
    chosen = tuple(
        ReturnLine(line.line_id, line.sku, line.name, units[line.line_id])
        for line in order.lines
        if units.get(line.line_id)
    )
    if not chosen:
        raise ChoiceInvalidError(
            "units", "Please choose at least one item to return.", "nothing_chosen"
        )
    return chosen


def checked_note(note: str) -> str:
    """The note without surrounding space and control characters.

    Raises:
        ChoiceInvalidError: Longer than 500 characters.
    """
    text = "".join(char for char in note.strip() if char.isprintable() or char == "\n")
    if len(text) > _MOST_NOTE:
        raise ChoiceInvalidError(
            "note", f"Please keep the note within {_MOST_NOTE} characters.", most=_MOST_NOTE
        )
    return text


def sold_units(order: Order) -> dict[str, int]:
    """Line id → units that may be in returns: those bought less those refunded (R-RET-09)."""
    return {
        line.line_id: line.quantity - order.refunded_units(line.line_id) for line in order.lines
    }


def policy_for(order: Order, policies: "PolicyBook", as_of: datetime) -> Policy:
    """The version of the policy that covers the order's market and channel at that moment.

    Raises:
        NoPolicyError: None does.
    """
    purchase = order.purchase
    policy = purchase and policies.in_force(purchase.market, purchase.channel, as_of)
    if not policy:
        raise NoPolicyError(
            "Returns of this order aren't handled here. Please ask where you bought it."
        )
    return policy


def facts_of(
    order: Order,
    cause: Cause,
    *,
    requested: Mapping[str, int],
    available: Mapping[str, int],
    as_of: datetime,
    photos: int,
) -> Facts:
    """The facts for a decision on the requested units (line id → count) as of that moment.

    A line that the order does not have (any more) has no units available.
    """
    lines = {line.line_id: line for line in order.lines}

    def facts_of_line(line_id: str) -> LineFacts:
        line = lines.get(line_id)
        return LineFacts(
            line_id=line_id,
            kind=line.kind if line else "",
            opened_online=line is not None and line.opened_online,
            requested=requested[line_id],
            available=available.get(line_id, 0),
        )

    return Facts(
        market=order.purchase.market if order.purchase else "",
        cause=cause,
        as_of=as_of,
        delivered_at=order.delivered_at,
        photos=photos,
        lines=tuple(map(facts_of_line, requested)),
    )


def decisions_on_one(
    policy: Policy, order: Order, line_id: str, available: Mapping[str, int], now: datetime
) -> dict[Cause, Decision]:
    """For each cause, what the policy says of one unit of that line if it were returned now."""

    def decision(cause: Cause) -> Decision:
        one = {line_id: 1}
        return decide(
            policy, facts_of(order, cause, requested=one, available=available, as_of=now, photos=0)
        )

    return {cause: decision(cause) for cause in Cause}
