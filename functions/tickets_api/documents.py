"""Responses as JSON, as infra/openapi describes them: nothing that names the customer."""

from http import HTTPStatus

from chalice.app import Response

from aftercare.desk.moves import TIERS, Party, party_of
from aftercare.desk.partners import Passed, Taken
from aftercare.desk.ticket import Message
from aftercare.kernel.clock import to_text

type Document = dict[str, object]

# Which of our specialists look is not said (R-DSK-50).
IN_REVIEW = "in_review"


def taken(what: Taken) -> Response:
    """Which ticket took the words; a repeated request gets the same."""
    document: Document = {"ticket": what.number, "message": what.entry}
    if what.follows:
        document["follows"] = what.follows
    replayed: dict[str, str | list[str]] = {"Idempotent-Replayed": "true"} if what.replayed else {}
    return Response(document, replayed, HTTPStatus.CREATED)


def seen(what: Passed) -> Document:
    """A ticket as its partner may see it."""
    ticket = what.thread.ticket
    state = what.thread.clocks.state
    document: Document = {
        "ticket": ticket.number,
        "topic": ticket.topic,
        "state": IN_REVIEW if state in TIERS else state.value,
        "opened_at": to_text(ticket.opened_at),
        "messages": [_message(each) for each in what.messages],
    }
    if ticket.follows:
        document["follows"] = ticket.follows
    if what.followed_by:
        document["followed_by"] = what.followed_by
    return document


def _message(message: Message) -> Document:
    entry = message.entry
    return {
        "message": entry.number,
        "by": "desk" if party_of(entry.actor) == Party.STAFF else "partner",
        "at": to_text(entry.at),
        "words": message.words,
    }
