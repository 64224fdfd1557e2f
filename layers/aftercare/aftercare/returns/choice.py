"""What a customer chose, checked against the order, and the facts a policy needs of it."""

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
    """The chosen lines in the order's own order, without those of zero units.

    Raises:
        ChoiceInvalidError: Nothing chosen, a line of another order, or units beyond what was
        bought.
    """
    known = {line.line_id: line for line in order.lines}
    for line_id, count in units.items():
        if line_id not in known or not 0 <= count <= known[line_id].quantity:
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
    """Line id → units that may be in returns at all: what was bought less what was paid back."""
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
    asked: Mapping[str, int],
    available: Mapping[str, int],
    as_of: datetime,
    photos: int,
) -> Facts:
    """What the policy is held against: the asked units of those lines, as of that instant.

    A line that the order does not have (any more) has no units available.
    """
    known = {line.line_id: line for line in order.lines}

    def facts_of_line(line_id: str) -> LineFacts:
        line = known.get(line_id)
        return LineFacts(
            line_id=line_id,
            kind=line.kind if line else "",
            opened_online=line is not None and line.opened_online,
            asked=asked[line_id],
            available=available.get(line_id, 0),
        )

    return Facts(
        market=order.purchase.market if order.purchase else "",
        cause=cause,
        as_of=as_of,
        delivered_at=order.delivered_at,
        photos=photos,
        lines=tuple(map(facts_of_line, asked)),
    )


def decisions_on_one(
    policy: Policy, order: Order, line_id: str, available: Mapping[str, int], now: datetime
) -> dict[Cause, Decision]:
    """For each cause, what the policy says of one unit of that line if it were returned now."""

    def decision(cause: Cause) -> Decision:
        one = {line_id: 1}
        return decide(
            policy, facts_of(order, cause, asked=one, available=available, as_of=now, photos=0)
        )

    return {cause: decision(cause) for cause in Cause}
