"""The view model of a case's page."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from aftercare.evidence.model import Evidence, EvidenceKind
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.returns.case_file import CaseFile
from aftercare.returns.judgement import EvidenceRequest, Proposal, Review
from aftercare.returns.model import AgreedDeduction, IssuedLabel, Return, ReturnStatus
from aftercare.returns.notes import note_name
from aftercare.returns.parcel_labels import labels_of
from aftercare.returns.queueing import worth_of
from aftercare.returns.screening import Signal
from aftercare.words.model import LANGUAGES, language_of
from console import words
from console.cases.evidence import Address, pieces
from console.cases.history import note_cards, steps
from console.cases.lines import (
    Judged,
    Reading,
    code_groups,
    judged,
    left_out,
    line_cards,
    sentences,
)
from console.moments import Moment, moment, span

DECIDE, CONFIRM, ASK = "returns.decide", "returns.confirm", "returns.ask_evidence"
CLAIM, WITHDRAW = "returns.claim", "returns.withdraw_request"
_OPEN = frozenset({ReturnStatus.IN_REVIEW, ReturnStatus.NEEDS_EVIDENCE})


class Head(NamedTuple):
    """What identifies the case, and its state."""

    id: str
    ticket: str
    status: str
    tone: str
    value: str
    since: Moment | None
    order_number: str
    language: str
    language_name: str
    version: int


class Claim(NamedTuple):
    """Who is at the case, and the verb that changes it."""

    words: str
    verb: str
    button: str


class Link(NamedTuple):
    """What a signal refers to: another return, or an id to search for."""

    text: str
    href: str


class SignalRow(NamedTuple):
    """One reason for which a person looks at it."""

    words: str
    weight: int
    about: list[Link]


class ProposedLine(NamedTuple):
    """What somebody proposes for one line."""

    name: str
    verdict: str
    tone: str
    code: str
    words: str


class ProposalCard(NamedTuple):
    """A decision that waits for a second person."""

    who: str
    at: Moment
    rule: str
    lines: list[ProposedLine]
    can_confirm: bool
    waits: str


class WantedCard(NamedTuple):
    """What the customer was asked to show."""

    title: str
    who: str
    at: Moment
    due: Moment
    kinds: list[str]
    words: str


class Fact(NamedTuple):
    """One fact of the order."""

    name: str
    text: str
    at: Moment | None = None


class Bought(NamedTuple):
    """One line of the order."""

    name: str
    sku: str
    units: int
    price: str


def case_page(reading: Reading, file: CaseFile, address: Address) -> dict[str, object]:
    """Everything that case.html shows of a file."""
    ret, may = file.ret, file.may
    return {
        "case": _head(reading, ret),
        "can": may,
        "claim": _claim(reading, ret.review) if CLAIM in may else None,
        "signals": _signals(ret),
        "screened": _screened(ret),
        "proposal": _proposal(reading, ret, can_confirm=CONFIRM in may),
        "asked_for": _wanted(reading, ret),
        "pieces": pieces(file.evidence, file.matches, address, _unseen(ret, file.evidence)),
        "kinds": [{"code": kind, "text": text} for kind, text in words.KINDS.items()],
        "can_ask": ASK in may,
        "can_withdraw": WITHDRAW in may,
        "lines": line_cards(reading, ret.lines, file.order),
        "left_out": left_out(ret.left_out),
        "can_decide": DECIDE in may,
        "codes": code_groups(),
        "sentences": sentences(reading.customer) if DECIDE in may else {},
        "needs_second": _second(file),
        "facts": _facts(reading, file),
        "bought": _bought(reading, file.order),
        "note_name": note_name(reading.now, secrets.randbits),
        "notes": note_cards(file.notes, reading.me, reading.names, reading.now),
        "timeline": steps(file.timeline, reading.me, reading.names, reading.now),
    }


def changed(reading: Reading, entries: Sequence[Entry], file: CaseFile) -> dict[str, object]:
    """What happened since the version that a form showed (decision 0088).

    What was typed stays in its form if the case still takes one; else it is listed.
    """
    keeps_form = DECIDE in file.may
    return {
        "changes": steps(entries, reading.me, reading.names, reading.now)[::-1],
        "keeps_form": keeps_form,
        "orphans": [] if keeps_form else _orphans(reading.typed),
    }


def _orphans(typed: Mapping[str, str]) -> list[Fact]:
    """The words that were typed into forms that the page has no more."""
    return [
        Fact(f"Item {field[6:]}" if field.startswith("words_") else "Words", text)
        for field, text in typed.items()
        if field.startswith("words") and text.strip()
    ]


def _head(reading: Reading, ret: Return) -> Head:
    status, tone = words.status(ret.status)
    worth, language = worth_of(ret), language_of(ret.language)
    return Head(
        id=ret.return_id,
        ticket=ret.ticket or ret.return_id,
        status=status,
        tone=tone,
        value=reading.w.money(worth.value, worth.currency) if worth.currency else "",
        since=moment(ret.review.since, reading.now) if ret.review and ret.status in _OPEN else None,
        order_number=ret.order_number,
        language=language,
        language_name=LANGUAGES[language].name,
        version=ret.version or 0,
    )


def _claim(reading: Reading, review: Review | None) -> Claim:
    until = review.claimed_until if review else None
    if review is None or review.claimed_by is None or until is None or until <= reading.now:
        return Claim("Nobody is at it", "claim", "Take it")
    left = span(until - reading.now)
    if review.claimed_by == reading.me:
        return Claim(f"Yours for {left}", "release", "Give it back")
    who = words.who(review.claimed_by, reading.me, reading.names)
    return Claim(f"{who} is at it, {left} left", "claim", "Take it too")


def _signals(ret: Return) -> list[SignalRow]:
    return [_signal(each) for each in ret.screening.signals] if ret.screening else []


def _signal(signal: Signal) -> SignalRow:
    known = words.SIGNALS.get(signal.code)
    said = known[1] if known else words.signal(signal.code)
    return SignalRow(said, signal.weight, [_link(each) for each in signal.references])


def _link(reference: str) -> Link:
    if reference.startswith("ret_"):
        return Link(f"…{reference[-6:]}", f"/cases/{reference}")
    return Link(reference, "")


def _screened(ret: Return) -> str:
    if ret.screening is None:
        return ""
    return f"Score {ret.screening.score}, by the screening rules of {ret.screening.version}"


def _proposal(reading: Reading, ret: Return, *, can_confirm: bool) -> ProposalCard | None:
    proposal = ret.review.proposal if ret.review else None
    if proposal is None or ret.status is not ReturnStatus.IN_REVIEW:
        return None
    return ProposalCard(
        who=words.who(proposal.by, reading.me, reading.names),
        at=moment(proposal.at, reading.now),
        rule="Above the market’s amount a second person confirms (R-REV-02)",
        lines=_proposed(reading, ret, proposal),
        can_confirm=can_confirm,
        waits="It waits for a lead who is not the one who proposed it.",
    )


def _proposed(reading: Reading, ret: Return, proposal: Proposal) -> list[ProposedLine]:
    names = {line.line_id: line.name for line in ret.lines}
    shown: list[tuple[str, Judged | None]] = [
        (names.get(line_id, line_id), judged(each, reading))
        for line_id, each in proposal.judgements.items()
    ]
    return [
        ProposedLine(name, each.verdict, each.tone, each.code, each.words)
        for name, each in shown
        if each
    ]


def _wanted(reading: Reading, ret: Return) -> WantedCard | None:
    wanted = ret.review.wanted if ret.review else None
    if wanted is None:
        return None
    return WantedCard(
        title=_request(ret.status, wanted),
        who=words.who(wanted.by, reading.me, reading.names),
        at=moment(wanted.at, reading.now),
        due=moment(wanted.due_at, reading.now),
        kinds=[words.KINDS[EvidenceKind(kind)] for kind in wanted.kinds],
        words=wanted.words,
    )


def _request(status: ReturnStatus, wanted: EvidenceRequest) -> str:
    if status is ReturnStatus.NEEDS_EVIDENCE:
        return "Asked the customer for more"
    return "The customer answered" if wanted.answered_at else "The customer was asked for more"


def _unseen(ret: Return, evidence: Sequence[Evidence]) -> frozenset[str]:
    """What came since the return was screened; screenings of before do not say what they saw."""
    seen = ret.screening.facts.get("shown") if ret.screening else None
    if not isinstance(seen, list) or ret.status not in _OPEN:
        return frozenset()
    return frozenset(each.evidence_id for each in evidence) - set(seen)


def _second(file: CaseFile) -> str:
    if not file.needs_second or DECIDE not in file.may:
        return ""
    return "Worth more than one person may decide: a lead confirms it (R-REV-02)."


def _facts(reading: Reading, file: CaseFile) -> list[Fact]:
    purchase, ret = file.order.purchase, file.ret
    labels = labels_of(ret).values()
    facts = [
        Fact("E-mail", purchase.email if purchase else ""),
        Fact("Customer reads", LANGUAGES[language_of(ret.language)].name),
        Fact("Market", purchase.market if purchase else ""),
        Fact("Channel", purchase.channel.replace("_", " ") if purchase else ""),
        Fact("Paid", _total(reading, file.order)),
        _moment("Bought", reading, file.order.first_paid_at),
        _moment("Delivered", reading, file.order.delivered_at),
        _moment("Submitted", reading, ret.submitted_at),
        Fact("Label", ", ".join(each.tracking_number for each in labels)),
        Fact("Label costs us", _cost(reading, labels)),
        Fact("Customer pays of that", _agreed(reading, ret.agreed_deduction)),
    ]
    return [fact for fact in facts if fact.text or fact.at]


def _cost(reading: Reading, labels: Iterable[IssuedLabel]) -> str:
    """The sum of what its labels cost, by currency: two of one return may have two sellers."""
    sums = Counter[str]()
    for label in labels:
        sums.update({label.currency: label.amount} if label.currency else {})
    return " + ".join(reading.w.money(amount, currency) for currency, amount in sums.items())


def _agreed(reading: Reading, agreed: AgreedDeduction | None) -> str:
    """What they were shown; the refund's request says what is taken off in the end."""
    if agreed is None:
        return ""
    return f"{reading.w.money(agreed.amount, agreed.currency)} of the refund at most"


def _moment(name: str, reading: Reading, at: datetime | None) -> Fact:
    return Fact(name, "", moment(at, reading.now) if at else None)


def _total(reading: Reading, order: Order) -> str:
    purchase = order.purchase
    if purchase is None or purchase.total is None:
        return ""
    return reading.w.money(purchase.total, purchase.currency)


def _bought(reading: Reading, order: Order) -> list[Bought]:
    currency = order.purchase.currency if order.purchase else ""
    return [
        Bought(
            line.name,
            line.sku,
            line.quantity,
            reading.w.money(line.unit_price, currency) if currency else "",
        )
        for line in order.lines
    ]
