"""Why a store cannot take an item back at its counter: which line, why, until when it could have.

Written for the person at the till, who reads it out or explains it.
"""

from collections.abc import Mapping
from datetime import date

from aftercare.kernel.errors import InvalidError, NotFoundError, RefusedError
from aftercare.returns.model import ReturnLine
from aftercare.returns.policy import Rule, UnknownRule

_SENTENCES: Mapping[str, str] = {
    Rule.RECALLED: "{name} is not recalled.",
    Rule.REASON_FITS: "That reason does not fit {name}.",
    Rule.POP_NOW_UNOPENED: "{name} was opened online and can't come back.",
    Rule.NOT_PERSONAL_FOR_BLIND_BOX: "{name} is a blind box: it comes back for a defect only.",
    Rule.SEALED: "{name} comes back sealed only: the customer can return it online.",
    Rule.CAUSE_COVERED: "The return policy does not take {name} back for that reason.",
    Rule.DELIVERED: "Not all units of {name} were handed over to the customer yet.",
    Rule.WITHIN_WINDOW: "It is too late for {name}: it could come back until {last_day}.",
    Rule.UNITS_AVAILABLE: "{name} is in another return, whose ticket to receive it by, or repaid.",
}
_OTHERWISE = "The return policy does not take {name} back."


class PurchaseNotFoundError(NotFoundError):
    """We have no purchase under that number."""

    code = "purchase_not_found"

    def __init__(self) -> None:
        super().__init__("There is no purchase with that number. Please check the receipt.")


class HandInInvalidError(InvalidError):
    """What is said to have been handed in does not fit the purchase."""

    code = "hand_in_invalid"

    def __init__(self, field: str, detail: str, **facts: str | int) -> None:
        super().__init__(detail, field=field, **facts)


class HandInRefusedError(RefusedError):
    """The policy does not take the line back at a counter; `rule` says why."""

    code = "hand_in_refused"

    def __init__(self, line: ReturnLine, rule: str, detail: str, last_day: date | None) -> None:
        until = {"last_day": last_day.isoformat()} if last_day else {}
        super().__init__(detail, line_id=line.line_id, rule=rule, **until)


def refused_by(line: ReturnLine, rule: Rule | UnknownRule) -> HandInRefusedError:
    """The refusal of a line by the first rule that it breaks."""
    last_day = line.decision.last_day if line.decision else None
    sentence = _SENTENCES.get(rule, _OTHERWISE)
    detail = sentence.format(name=_named(line), last_day=last_day)
    return HandInRefusedError(line, rule, detail, last_day)


def by_post_only(line: ReturnLine) -> HandInRefusedError:
    """The refusal of what the policy takes back, but not at a counter."""
    last_day = line.decision.last_day if line.decision else None
    until = f" until {last_day}" if last_day else ""
    detail = f"Stores don't take {_named(line)} back. The customer can return it online{until}."
    return HandInRefusedError(line, "in_store", detail, last_day)


def not_exchanged(line: ReturnLine) -> HandInRefusedError:
    """The refusal of an exchange that the policy does not offer for the reason."""
    detail = f"The return policy offers no exchange for {_named(line)}. It can be sent in."
    return HandInRefusedError(line, "remedy", detail, None)


def _named(line: ReturnLine) -> str:
    return f"“{' '.join(line.name.split()) or line.sku}”"
