"""The stored form of a return: a JSON document."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.stored import from_fields, member
from aftercare.returns.model import IssuedLabel, Reason, Return, ReturnLine, ReturnStatus
from aftercare.returns.policy import Decision, Outcome, Payer, Rule, UnknownRule, Verdict

# Schema 1 named neither who chose nor why a label failed. A later schema may add fields that an
# older version can ignore; what it must not ignore becomes a new value of an enumeration.
_SCHEMA = 2
_RULES = frozenset(Rule)


def encode(ret: Return) -> dict[str, Any]:
    return {
        "schema": _SCHEMA,
        "order_number": ret.order_number,
        "lines": [asdict(line) for line in ret.lines],
        "reason": ret.reason,
        "note": ret.note,
        "chosen_by": ret.chosen_by,
        "decision": _encode_decision(ret.decision),
        "status": ret.status,
        "ticket": ret.ticket,
        "submitted_at": _text(ret.submitted_at),
        "label": asdict(ret.label) if ret.label else None,
        "label_fault": ret.label_fault,
    }


def decode(
    return_id: str, email_key: str, created_at: str, document: Mapping[str, Any], version: int
) -> Return:
    return Return(
        return_id=return_id,
        email_key=email_key,
        order_number=document["order_number"],
        lines=tuple(from_fields(ReturnLine, line) for line in document["lines"]),
        reason=member(Reason, document["reason"]),
        note=document["note"],
        decision=_decode_decision(document["decision"]),
        created_at=from_text(created_at),
        chosen_by=Actor(document.get("chosen_by", UNKNOWN)),
        status=member(ReturnStatus, document["status"]),
        ticket=document["ticket"],
        submitted_at=_moment(document["submitted_at"]),
        label=from_fields(IssuedLabel, document["label"]) if document["label"] else None,
        label_fault=document.get("label_fault", ""),
        version=version,
    )


def _encode_decision(decision: Decision) -> dict[str, Any]:
    return {
        "policy": decision.policy_id,
        "version": decision.policy_version,
        "as_of": to_text(decision.as_of),
        "verdicts": [asdict(verdict) for verdict in decision.verdicts],
        "last_day": decision.last_day.isoformat() if decision.last_day else None,
        "deadline": _text(decision.deadline),
        "payer": decision.payer,
        "photos_needed": decision.photos_needed,
    }


def _decode_decision(document: Mapping[str, Any]) -> Decision:
    return Decision(
        policy_id=document["policy"],
        policy_version=document["version"],
        as_of=from_text(document["as_of"]),
        verdicts=tuple(
            Verdict(verdict["line_id"], _rule(verdict["rule"]), member(Outcome, verdict["outcome"]))
            for verdict in document["verdicts"]
        ),
        last_day=date.fromisoformat(document["last_day"]) if document["last_day"] else None,
        deadline=_moment(document["deadline"]),
        payer=member(Payer, document["payer"]) if document["payer"] else None,
        photos_needed=document["photos_needed"],
    )


def _rule(text: str) -> Rule | UnknownRule:
    return Rule(text) if text in _RULES else UnknownRule(text)


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None
