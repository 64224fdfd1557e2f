"""The stored form of what came back and what it comes to: parts of a return's document."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.stored import member
from aftercare.returns.arrivals import Condition, Disposition, Grade, Inspection, Receipt
from aftercare.returns.policy import Remedy
from aftercare.returns.settlement import (
    Attention,
    AttentionCode,
    Promise,
    SettledLine,
    Settlement,
    SettlementState,
)


def encode_receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        **receipt._asdict(),
        "units": dict(receipt.units),
        "serials": list(receipt.serials),
        "at": to_text(receipt.at),
    }


def decode_receipt(document: Mapping[str, Any]) -> Receipt:
    return Receipt(
        units={member(Condition, each): count for each, count in document["units"].items()},
        serials=tuple(document["serials"]),
        place=document["place"],
        by=Actor(document["by"]),
        at=from_text(document["at"]),
    )


def encode_inspection(inspection: Inspection) -> dict[str, Any]:
    return {**inspection._asdict(), "at": to_text(inspection.at)}


def decode_inspection(document: Mapping[str, Any]) -> Inspection:
    return Inspection(
        accepted=document["accepted"],
        grade=member(Grade, document["grade"]),
        disposition=member(Disposition, document["disposition"]),
        code=document["code"],
        words=document["words"],
        by=Actor(document["by"]),
        at=from_text(document["at"]),
    )


def encode_settlement(settlement: Settlement) -> dict[str, Any]:
    return {
        **settlement._asdict(),
        "lines": {line_id: line._asdict() for line_id, line in settlement.lines.items()},
        "requested_at": to_text(settlement.requested_at),
    }


def decode_settlement(document: Mapping[str, Any]) -> Settlement:
    lines = {
        line_id: SettledLine(line["units"], line["net"], line["tax"])
        for line_id, line in document["lines"].items()
    }
    return Settlement(
        settlement_id=document["settlement_id"],
        remedy=member(Remedy, document["remedy"]),
        lines=lines,
        shipping=document["shipping"],
        deduction=document["deduction"],
        currency=document["currency"],
        by=Actor(document["by"]),
        requested_at=from_text(document["requested_at"]),
        state=member(SettlementState, document["state"]),
        failure=document.get("failure", ""),
        paid_before=document.get("paid_before", 0),
        item=document.get("item", ""),
        due=document.get("due", 0),
        handed_over=document.get("handed_over", False),
    )


def encode_promise(promise: Promise) -> dict[str, Any]:
    return {
        **promise._asdict(),
        "since": to_text(promise.since),
        "first": promise.first.isoformat(),
        "last": promise.last.isoformat(),
    }


def decode_promise(document: Mapping[str, Any]) -> Promise:
    return Promise(
        since=from_text(document["since"]),
        first=date.fromisoformat(document["first"]),
        last=date.fromisoformat(document["last"]),
        zone=document["zone"],
        rule=document["rule"],
        warned=document.get("warned", False),
        broken=document.get("broken", False),
    )


def encode_attention(attention: Attention) -> dict[str, Any]:
    return {"code": attention.code, "since": to_text(attention.since)}


def decode_attention(document: Mapping[str, Any]) -> Attention:
    return Attention(member(AttentionCode, document["code"]), from_text(document["since"]))
