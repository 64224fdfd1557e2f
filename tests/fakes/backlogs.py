"""Backlogs of returns and tickets that wait, written as the stores write them, many at a time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING

from aftercare.desk.store import TicketStore
from aftercare.desk.ticket import MOST_NAME as MOST_CLAIM
from aftercare.desk.ticket import Claim, Thread
from aftercare.kernel.actor import staff
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_id, new_ticket
from aftercare.returns.judgement import MOST_NAME, Judgement, JudgementCode, Proposal, Review
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.screening import Screening, Signal, SignalCode
from aftercare.returns.settlement import Attention, AttentionCode
from aftercare.returns.store import ReturnStore
from tests.fakes.orders import NOON

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

ALL = tuple(Signal(code, 100) for code in SignalCode)
_AT_ONCE = 25
# As long as the user pool's ids are.
_SOMEBODY = staff("0" * 36)


def waiting(place: int, value: int, currency: str = "USD", market: str = "US") -> Return:
    """A return that has waited for so many minutes, with everything that a card can have."""
    since = NOON - timedelta(minutes=place)
    judgement = Judgement(True, JudgementCode.AS_ASKED, "", _SOMEBODY, NOON)
    review = Review(since, proposal=Proposal({"1": judgement}, _SOMEBODY, NOON))
    facts = {"value": value, "currency": currency, "market": market}
    return Return(
        new_id("ret", since),
        "key",
        "PM-2026-0001",
        (),
        since,
        status=ReturnStatus.IN_REVIEW,
        ticket="R-7K2M-9QXA-4",
        screening=Screening("2026-11-28", 900, True, ALL, facts),
        review=review.claimed(_SOMEBODY, "N" * MOST_NAME, NOON),
        attention=Attention(AttentionCode.UNEXPECTED_PARCEL, since),
    )


def pile_up(table: str, returns: Iterable[Return]) -> None:
    """Writes new returns as `ReturnStore` does, without the steps that led there."""
    store = ReturnStore(table)
    for batch in batched(returns, _AT_ONCE, strict=False):
        items: list[WriteRequestTypeDef] = []
        for ret in batch:
            row = store._row(ret)
            row.version = 1
            items.append({"PutRequest": {"Item": row.serialize()}})
        left = client("dynamodb").batch_write_item(RequestItems={table: items})["UnprocessedItems"]
        assert not left, left


def pile_up_tickets(table: str, thread: Thread, places: Iterable[int]) -> None:
    """Copies of a ticket that wait, as `TicketStore` writes them, with the largest claims."""
    store, ticket = TicketStore(table), thread.ticket
    for batch in batched(places, _AT_ONCE, strict=False):
        items: list[WriteRequestTypeDef] = []
        for place in batch:
            opened = ticket.opened_at - timedelta(minutes=place + 1)
            name = f"{place:x}".rjust(MOST_CLAIM, "N")
            copy = replace(
                ticket,
                ticket_id=new_id("tkt", opened),
                number=new_ticket(),
                opened_at=opened,
                language="zh-Hans",
                claim=Claim(_SOMEBODY, name, ticket.opened_at + timedelta(minutes=20)),
                version=None,
            )
            row = store._row(thread._replace(ticket=copy))
            row.version = 1
            items.append({"PutRequest": {"Item": row.serialize()}})
        left = client("dynamodb").batch_write_item(RequestItems={table: items})["UnprocessedItems"]
        assert not left, left
