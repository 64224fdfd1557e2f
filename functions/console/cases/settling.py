"""View models of what came back, what was promised, and what the shop was asked for."""

from collections.abc import Mapping, Set
from typing import NamedTuple

from aftercare.kernel.clock import zone_named
from aftercare.returns import moves
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.moves import Verb
from aftercare.returns.policy import Remedy
from aftercare.returns.requests import open_units, preferred
from aftercare.returns.settlement import Promise, Settlement, SettlementState
from aftercare.returns.waiting import outstanding
from console import words
from console.cases.lines import Reading
from console.dock.pages import DoneCard, done_card
from console.moments import Moment, moment

_VERBS: Mapping[str, Verb] = {
    "returns.resolve": Verb.RESOLVE,
    "returns.refund_unreceived": Verb.REFUND_UNRECEIVED,
    "returns.close": Verb.CLOSE,
    "returns.declare_lost": Verb.DECLARE_LOST,
    "returns.reopen": Verb.REOPEN,
}
_STATES = {
    SettlementState.REQUESTED: ("Asked for", "note"),
    SettlementState.SETTLED: ("Settled", "good"),
    SettlementState.FAILED: ("Failed", "bad"),
}


class EndForm(NamedTuple):
    """A verb that needs a reason and nothing else: its address, its words, what it does."""

    name: str
    title: str
    what: str
    button: str


_FORMS: Mapping[str, EndForm] = {
    "returns.refund_unreceived": EndForm(
        "unreceived-refund",
        "Refund without the parcel",
        "The shop is asked to refund what nobody has inspected. The customer is told.",
        "Ask for the refund",
    ),
    "returns.close": EndForm(
        "closure",
        "Close without a refund",
        "Nothing more is given for it. What nothing was given for may be returned again.",
        "Close the return",
    ),
    "returns.declare_lost": EndForm(
        "loss",
        "Declare the parcel lost",
        "The customer is told. If it comes after all, it is received as usual.",
        "Declare it lost",
    ),
    "returns.reopen": EndForm(
        "reopening",
        "Take it up again",
        "It is in review again, if no other return has its items. If its label was voided, it gets "
        "another one once it is approved, unless its parcel was sent.",
        "Take it up again",
    ),
}


class LostParcel(NamedTuple):
    """One of several parcels that is not here, and how far it is."""

    number: int
    said: str


class PromiseCard(NamedTuple):
    """Between which days the customer was told that the money is there."""

    between: str
    chip: str
    tone: str


class Request(NamedTuple):
    """One request to the shop."""

    name: str
    remedy: str
    amount: str
    state: str
    tone: str
    who: str
    at: Moment
    failure: str


class OpenLine(NamedTuple):
    """A line for which the customer is still to get something; `wants` is what they prefer."""

    id: str
    place: int
    name: str
    units: int
    wants: str
    typed_units: str
    typed_most: str


def settling(reading: Reading, ret: Return, may: Set[str]) -> dict[str, object]:
    """What came, what is owed, and the forms that settle or end the return."""
    can = {verb for verb, move in _VERBS.items() if verb in may and moves.takes(ret.status, move)}
    to_lose = _to_lose(ret) if "returns.declare_lost" in may else []
    if ret.parcels > 1:
        can = (can - {"returns.declare_lost"}) | ({"returns.declare_lost"} if to_lose else set())
    left = open_units(ret)
    lines = [line for line in ret.lines if line.line_id in left]
    return {
        "attention": _attention(reading, ret),
        "results": _results(ret),
        "promise": _promise(reading, ret.promise),
        "requests": [_request(reading, each) for each in ret.settlements],
        "open_lines": [
            _open(reading, place, line, left[line.line_id]) for place, line in enumerate(lines, 1)
        ]
        if "returns.resolve" in can
        else [],
        "remedies": [(each, words.REMEDIES[each]) for each in Remedy],
        "end_forms": [form for verb, form in _FORMS.items() if verb in can],
        "to_lose": to_lose,
    }


def _to_lose(ret: Return) -> list[LostParcel]:
    """The parcels of several that may be declared lost."""
    if not moves.takes(ret.status, Verb.LOSE_PARCEL):
        return []
    return [LostParcel(each, words.WAYS[ret.ways.get(each)]) for each in outstanding(ret)]


def _attention(reading: Reading, ret: Return) -> dict[str, object] | None:
    if ret.attention is None:
        return None
    since = moment(ret.attention.since, reading.now)
    return {"words": words.attention(ret.attention.code), "since": since}


def _results(ret: Return) -> list[DoneCard]:
    return [done_card(line) for line in ret.lines if line.receipt]


def _promise(reading: Reading, promise: Promise | None) -> PromiseCard | None:
    if promise is None:
        return None
    between = f"between {promise.first:%d %b %Y} and {promise.last:%d %b %Y} ({promise.zone})"
    today = reading.now.astimezone(zone_named(promise.zone)).date()
    if promise.broken:
        return PromiseCard(between, "Not kept", "bad")
    if promise.warned:
        return PromiseCard(between, f"Last day in {(promise.last - today).days} d", "warn")
    return PromiseCard(between, "", "")


def _request(reading: Reading, settlement: Settlement) -> Request:
    state, tone = _STATES[settlement.state]
    amount = settlement.amount
    return Request(
        name=settlement.settlement_id,
        remedy=words.REMEDIES[settlement.remedy],
        amount=reading.w.money(amount, settlement.currency) if amount else "",
        state=state,
        tone=tone,
        who=words.who(settlement.by, reading.me, reading.names),
        at=moment(settlement.requested_at, reading.now),
        failure=settlement.failure,
    )


def _open(reading: Reading, place: int, line: ReturnLine, units: int) -> OpenLine:
    wants, typed = preferred(line), reading.typed
    is_same = typed.get(f"open_{place}") == line.line_id
    return OpenLine(
        line.line_id,
        place,
        line.name,
        units,
        words.REMEDIES[wants] if wants else "",
        typed.get(f"units_{place}", "") if is_same else str(units),
        typed.get(f"most_{place}", "") if is_same else "",
    )
