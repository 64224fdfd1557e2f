"""The form with which a customer says what comes back of one item, and why."""

from collections.abc import Mapping
from typing import NamedTuple

from aftercare.kernel.typed import whole_number
from aftercare.returns.choice import choices_of
from aftercare.returns.model import AgreedDeduction, ChosenLine, Opened, Reason
from aftercare.returns.outlook import LineOutlook
from aftercare.returns.policy import LineDecision, Remedy
from aftercare.words.service import Words

MOST_NOTE = 500
_MOST = 999_999_999


class Read(NamedTuple):
    """What was said, as far as it can be; and what is wrong with it, each beside its field."""

    chosen: ChosenLine
    errors: Mapping[str, str]


def read_item(w: Words, form: Mapping[str, str], outlook: LineOutlook, most: int) -> Read:
    """Reads the whole form, so that the customer sees everything that is wrong at once."""
    errors: dict[str, str] = {}
    units = number_in(form.get("units", ""))
    if not 1 <= units <= most:
        errors["units"] = w.text("choosing.error.units", available=w.number(most))
    opened, reason = _opened(form), reason_in(form)
    decision = outlook.decisions.get(reason) if reason else None
    if decision is None:
        errors["reason"] = w.text("choosing.error.reason")
    elif decision.asks_opened and opened is Opened.UNKNOWN:
        errors["opened"] = w.text("choosing.error.opened")
    reference = _reference(form)
    if reference is None:
        errors["check_reference"] = w.text("choosing.error.check_reference")
    note = note_in(form)
    if len(note) > MOST_NOTE:
        errors["note"] = w.text("choosing.error.note", count=w.number(len(note)))
    remedy = _remedy(form, decision)
    return Read(ChosenLine(units, reason, note, opened, reference or "", remedy), errors)


def reason_in(form: Mapping[str, str]) -> Reason | None:
    """The reason that was ticked, if it is one of ours."""
    value = form.get("reason", "")
    return Reason(value) if value in set(Reason) else None


def note_in(form: Mapping[str, str]) -> str:
    """The note as it was typed: browsers send each end of a line as two characters."""
    return form.get("note", "").replace("\r\n", "\n").strip()


def shown_deduction(form: Mapping[str, str]) -> AgreedDeduction | None:
    """What the page showed that the label takes off the refund; none if it showed nothing."""
    amount, _, currency = form.get("shown", "").partition(" ")
    return AgreedDeduction(number_in(amount), currency) if currency else None


def _opened(form: Mapping[str, str]) -> Opened:
    value = form.get("opened", "")
    return Opened(value) if value in set(Opened) else Opened.UNKNOWN


def _remedy(form: Mapping[str, str], decision: LineDecision | None) -> Remedy | None:
    """What the customer prefers; without a word, or for another reason, the policy's first."""
    choices = choices_of(decision)
    value = form.get("remedy", "")
    return Remedy(value) if value in choices else next(iter(choices), None)


def number_in(typed: str) -> int:
    """The number that was typed; 0 for what is none."""
    return whole_number(typed, _MOST) or 0


def _reference(form: Mapping[str, str]) -> str | None:
    """The reference of a code's check, in its one spelling; empty if none was typed."""
    typed = form.get("check_reference", "").strip()
    if not typed:
        return ""
    from aftercare.authenticity.references import shown_in  # noqa: PLC0415 - for a recall only

    return shown_in(typed) or None
