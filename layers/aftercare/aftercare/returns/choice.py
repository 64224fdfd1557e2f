"""Checks a customer's choice against the order."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from aftercare.orders.model import Order, OrderLine
from aftercare.returns.errors import ChoiceInvalidError
from aftercare.returns.model import ChosenLine, Return, ReturnLine
from aftercare.returns.policy import LineDecision, Remedy

_MOST_NOTE = 500


def chosen_lines(
    order: Order, chosen: Mapping[str, ChosenLine], before: Iterable[ReturnLine] = ()
) -> tuple[ReturnLine, ...]:
    """The chosen lines as the order lists them, without those of zero units.

    `before` are those that the draft has. The order may have been edited since: what it no longer
    has stays in the draft until the customer takes it out, and the policy refuses it (R-RET-36).

    Raises:
        ChoiceInvalidError: Nothing is chosen, a line is of another order, more units than were
        bought, or too long a note.
    """
    bought = {line.line_id: line for line in order.lines}
    stored = {line.line_id: line for line in before}
    for line_id, line in chosen.items():
        if not 0 <= line.units <= _most(bought.get(line_id), stored.get(line_id)):
            raise ChoiceInvalidError(
                "units", "Please choose items and quantities from this order.", "not_in_order"
            )
    removed = [line for line in stored.values() if line.line_id not in bought]
    listed: list[OrderLine | ReturnLine] = [*order.lines, *removed]
    lines = tuple(
        _chosen_line(line, chosen[line.line_id])
        for line in listed
        if line.line_id in chosen and chosen[line.line_id].units
    )
    if not lines:
        raise ChoiceInvalidError(
            "units", "Please choose at least one item to return.", "nothing_chosen"
        )
    return lines


def _most(bought: OrderLine | None, stored: ReturnLine | None) -> int:
    return max(bought.quantity if bought else -1, stored.units if stored else -1)


def _chosen_line(line: OrderLine | ReturnLine, chosen: ChosenLine) -> ReturnLine:
    said = chosen._asdict() | {"note": checked_note(chosen.note)}
    return ReturnLine(line.line_id, line.sku, line.name, **said)


def as_granted(lines: Iterable[ReturnLine]) -> tuple[ReturnLine, ...]:
    """The lines with the remedies that the customer prefers, where the policy has them.

    Where it has one, or none, there is nothing to prefer (R-RET-23).
    """
    return tuple(
        replace(line, remedy=line.remedy if line.remedy in choices_of(line.decision) else None)
        for line in lines
    )


def choices_of(decision: LineDecision | None) -> tuple[Remedy, ...]:
    """The remedies among which the customer chooses; the first is theirs if they don't."""
    remedies = decision.remedies if decision else ()
    return remedies if len(remedies) > 1 else ()


def asked(
    lines: tuple[ReturnLine, ...], stored: Return | None, now: datetime
) -> tuple[ReturnLine, ...]:
    """The lines, each with the moment when the customer first asked for it."""
    before = {line.line_id: line.asked_at for line in stored.lines} if stored else {}
    return tuple(replace(line, asked_at=before.get(line.line_id) or now) for line in lines)


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
