"""A case that was handed over, as JSON: what a counter's page in the console shows of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aftercare.desk.moves import TIERS, Party, Verb, party_of
from aftercare.desk.redeeming import asks_nothing, is_for_counters
from aftercare.desk.ticket import Message, Placed, Proof, Thread
from aftercare.kernel.clock import to_text
from tickets_api.documents import IN_REVIEW, Document

if TYPE_CHECKING:
    from aftercare.evidence.model import Evidence, Mark
    from aftercare.orders.model import Order
    from aftercare.returns.model import Return, ReturnLine
    from tickets_api.rooms import Case

_BY: Mapping[str, str] = {
    Party.CUSTOMER: "customer",
    Party.CLIENT: "partner",
    Party.STAFF: "desk",
    Party.SYSTEM: "system",
}


def handed_over(thread: Thread, case: "Case") -> Document:
    """The case with its thread; nobody's address, mailbox or name."""
    ticket, state = thread.ticket, thread.clocks.state
    document: Document = {
        "ticket": ticket.number,
        "topic": ticket.topic,
        "state": IN_REVIEW if state in TIERS else state.value,
        "language": ticket.language,
        "opened_at": to_text(ticket.opened_at),
        "nothing_to_ask": asks_nothing(ticket),
        "proofs": [
            {"proof": each.proof, "at": to_text(each.at), "channel": each.channel}
            for each in ticket.proofs
            if each.proof is not Proof.UNCONFIRMED
        ],
        "thread": [_said(each) for each in thread.line if is_for_counters(each.message)],
    }
    if ticket.follows:
        document["follows"] = ticket.follows
    if case.ret:
        document["return"] = _returned(case.ret, case.evidence)
    if case.order:
        document["order"] = _bought(case.order)
    return document


def _said(placed: Placed) -> Document:
    message = placed.message
    entry = message.entry
    said: Document = {"by": _by(message), "did": entry.verb, "at": to_text(entry.at)}
    said |= {"is_public": entry.is_public}
    if message.words:
        said["words"] = message.words
    return said


def _by(message: Message) -> str:
    """Who acted; what staff wrote down as a ticket was opened are the customer's words."""
    entry = message.entry
    if entry.verb is Verb.HAND_OVER:
        return "store"
    return "customer" if entry.verb is Verb.OPEN else _BY[party_of(entry.actor)]


def _returned(ret: "Return", evidence: "tuple[Evidence, ...]") -> Document:
    return {
        "ticket": ret.ticket or ret.return_id,
        "status": ret.status,
        "lines": [_line(each) for each in ret.lines],
        "evidence": [_piece(each) for each in evidence],
    }


def _line(line: "ReturnLine") -> Document:
    document: Document = {
        "line_id": line.line_id,
        "sku": line.sku,
        "name": line.name,
        "units": line.units,
        "opened": line.opened,
        "passed": line.passed,
    }
    stated = {"reason": line.reason, "remedy": line.remedy, "note": line.note}
    document |= {name: value for name, value in stated.items() if value}
    if judgement := line.judgement:
        decision: Document = {"accepted": judgement.accepted, "code": judgement.code}
        document["decision"] = decision | {"at": to_text(judgement.at)}
    return document


def _piece(piece: "Evidence") -> Document:
    return {
        "evidence_id": piece.evidence_id,
        "kind": piece.kind,
        "state": piece.state,
        "marks": [_mark(each) for each in piece.marks],
    }


def _mark(mark: "Mark") -> Document:
    return {"x": mark.x, "y": mark.y, "text": mark.text}


def _bought(order: "Order") -> Document:
    return {
        "order_number": order.order_number,
        "lines": [
            {
                "line_id": line.line_id,
                "sku": line.sku,
                "name": line.name,
                "units": line.quantity,
            }
            for line in order.lines
        ],
    }
