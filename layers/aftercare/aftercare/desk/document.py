"""The stored form of a ticket, and of its card in a queue: JSON documents."""

import json
from datetime import datetime
from typing import Any

from aftercare.desk.facts import Fact, Measured
from aftercare.desk.model import Channel, Lane
from aftercare.desk.moves import TicketState
from aftercare.desk.ticket import Claim, Counter, Joint, Proof, Proved, Ticket, Topic, Worth
from aftercare.desk.waiting import Card
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.stored import member

_SCHEMA = 1


def encode(ticket: Ticket) -> str:
    return json.dumps(
        {
            "schema": _SCHEMA,
            "number": ticket.number,
            "email": ticket.email,
            "language": ticket.language,
            "market": ticket.market,
            "channel": ticket.channel,
            "lane": ticket.lane,
            "topic": ticket.topic,
            "proof": ticket.proof,
            "state": ticket.state,
            "entries": ticket.entries,
            "order_number": ticket.order_number,
            "return_id": ticket.return_id,
            "follows": ticket.follows,
            "worth": ticket.worth,
            "look_at": to_text(ticket.look_at) if ticket.look_at else None,
            "claim": _encode_claim(ticket.claim),
            **_listed(named_codes=ticket.named_codes, codes=ticket.codes),
            **_stated(
                partner=ticket.partner,
                named_order=ticket.named_order,
                receipt=ticket.receipt,
                merged_into=ticket.merged_into,
            ),
            "later_proofs": [
                [each.proof, to_text(each.at), each.channel] for each in ticket.later_proofs
            ],
            "counter": _encode_claim(ticket.counter),
        }
    )


def decode(row: Any) -> Ticket:  # noqa: ANN401 - a row; the room's rows are the store's
    """The ticket of a row.

    Raises:
        NewerDataError: A newer version wrote something on which this one cannot act.
    """
    stored = json.loads(row.document)
    return Ticket(
        ticket_id=row.pk,
        number=stored["number"],
        email_key=row.email_key or "",
        email=stored["email"],
        language=stored["language"],
        market=stored["market"],
        channel=member(Channel, stored["channel"]),
        lane=member(Lane, stored["lane"]),
        topic=member(Topic, stored["topic"]),
        proof=member(Proof, stored["proof"]),
        opened_at=from_text(row.opened_at),
        state=member(TicketState, stored["state"]),
        entries=stored["entries"],
        order_number=stored["order_number"],
        return_id=stored["return_id"],
        follows=stored["follows"],
        worth=Worth(*stored["worth"]) if stored.get("worth") else None,
        look_at=from_text(stored["look_at"]) if stored["look_at"] else None,
        claim=_claim(stored["claim"]),
        partner=stored.get("partner", ""),
        named_order=stored.get("named_order", ""),
        named_codes=tuple(stored.get("named_codes", ())),
        codes=tuple(stored.get("codes", ())),
        later_proofs=tuple(_proved(*each) for each in stored.get("later_proofs", [])),
        counter=_counter(stored.get("counter")),
        receipt=stored.get("receipt", ""),
        merged_into=stored.get("merged_into", ""),
        version=int(row.version),
    )


def encode_fact(fact: Fact) -> str:
    return json.dumps(
        {
            "channel": fact.channel,
            "closed_at": to_text(fact.closed_at),
            "first_response": fact.first_response,
            "first_resolution": fact.first_resolution,
            "resolution": fact.resolution,
            "responses": fact.responses,
            "reopenings": fact.reopenings,
        }
    )


def decode_fact(ticket_id: str, document: str) -> Fact:
    """The fact of that ticket.

    Raises:
        NewerDataError: It came on a channel that this version does not know.
    """
    stored = json.loads(document)
    return Fact(
        ticket_id=ticket_id,
        channel=member(Channel, stored["channel"]),
        closed_at=from_text(stored["closed_at"]),
        first_response=Measured(*stored["first_response"]),
        first_resolution=Measured(*stored["first_resolution"]),
        resolution=Measured(*stored["resolution"]),
        responses=tuple(Measured(*each) for each in stored["responses"]),
        reopenings=stored["reopenings"],
    )


def encode_joint(joint: Joint) -> str:
    return json.dumps(joint._asdict())


def decode_joint(stored: str) -> Joint:
    """The other ticket of an entry of merging; what it does not say is empty."""
    names = json.loads(stored)
    below = tuple((ticket_id, entries) for ticket_id, entries in names.get("below", ()))
    known = {name: names[name] for name in Joint._fields if name in names}
    return Joint(**{**known, "below": below})


def encode_card(ticket: Ticket, due: datetime | None) -> str:
    """What a queue shows of a ticket, which the index carries."""
    return json.dumps(
        {
            "number": ticket.number,
            "topic": ticket.topic,
            "channel": ticket.channel,
            "state": ticket.state,
            "language": ticket.language,
            "market": ticket.market,
            "due": to_text(due) if due else None,
            "claim": _encode_claim(ticket.claim),
        }
    )


def decode_card(ticket_id: str, card: str, urgency: str) -> Card:
    """The card of a ticket at that place; what a newer version calls a topic is shown as it is."""
    stored = json.loads(card)
    return Card(
        ticket_id=ticket_id,
        number=stored["number"],
        topic=stored["topic"],
        channel=stored["channel"],
        state=stored["state"],
        language=stored["language"],
        market=stored["market"],
        opened_at=from_text(urgency.split("#")[1]),
        due=from_text(stored["due"]) if stored["due"] else None,
        claim=_claim(stored["claim"]),
    )


def _stated(**texts: str) -> dict[str, str]:
    """Those that few tickets have."""
    return {name: text for name, text in texts.items() if text}


def _listed(**lists: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Those that few tickets have any of."""
    return {name: texts for name, texts in lists.items() if texts}


def _encode_claim(claim: Claim | Counter | None) -> list[str] | None:
    if claim is None:
        return None
    by, name, until = claim
    return [by, name, to_text(until)]


def _claim(stored: list[str] | None) -> Claim | None:
    return Claim(Actor(stored[0]), stored[1], from_text(stored[2])) if stored else None


def _counter(stored: list[str] | None) -> Counter | None:
    return Counter(Actor(stored[0]), stored[1], from_text(stored[2])) if stored else None


def _proved(proof: str, at: str, channel: str) -> Proved:
    return Proved(member(Proof, proof), from_text(at), member(Channel, channel))
