"""The stored form of a return: a JSON document."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import from_text, to_text, zone_named
from aftercare.kernel.stored import from_fields, member, to_fields
from aftercare.returns.arrival_document import (
    decode_attention,
    decode_inspection,
    decode_promise,
    decode_receipt,
    decode_settlement,
    encode_attention,
    encode_inspection,
    encode_promise,
    encode_receipt,
    encode_settlement,
)
from aftercare.returns.model import (
    AgreedDeduction,
    IssuedLabel,
    Repayment,
    Return,
    ReturnLine,
    ReturnStatus,
)
from aftercare.returns.policy import (
    Facts,
    LineDecision,
    Outcome,
    Payer,
    Remedy,
    Rule,
    UnknownRule,
    Verdict,
)
from aftercare.returns.reasons import EvidenceKind, Opened, Reason, Wanted
from aftercare.returns.review_document import (
    decode_judgement,
    decode_review,
    decode_screening,
    encode_judgement,
    encode_review,
    encode_screening,
)
from aftercare.returns.several_document import decode_label, decode_ways, encode_several

# Schema 1 named neither who chose nor why a label failed; schemas 1 and 2 had one reason, note and
# decision for all lines. A later schema may add fields that an older version can ignore; what it
# must not ignore becomes a new value of an enumeration.
_SCHEMA = 3
# In the place of the one reason of schema 2, whose readers leave the return to a newer function.
_PER_LINE = "per_line"
_RULES = frozenset(Rule)


def encode(ret: Return) -> dict[str, Any]:
    return {
        "schema": _SCHEMA,
        "reason": _PER_LINE,
        "order_number": ret.order_number,
        "lines": [_encode_line(line) for line in ret.lines],
        "chosen_by": ret.chosen_by,
        "status": ret.status,
        "ticket": ret.ticket,
        "language": ret.language,
        "evidence_due_at": _text(ret.evidence_due_at),
        "submitted_at": _text(ret.submitted_at),
        "label": asdict(ret.label) if ret.label else None,
        "labelled_at": _text(ret.labelled_at),
        "label_fault": ret.label_fault,
        "repayment": _encode_repayment(ret.repayment),
        "reminded": list(ret.reminded),
        "photo_order": list(ret.photo_order),
        "removed_photos": list(ret.removed_photos),
        "left_out": [_encode_line(line) for line in ret.left_out],
        "screening": encode_screening(ret.screening) if ret.screening else None,
        "review": encode_review(ret.review) if ret.review else None,
        **_encode_end(ret),
    }


def _encode_end(ret: Return) -> dict[str, Any]:
    """What few returns have before their arrival: of the others nothing is written."""
    stated = {
        "arrived_at": _text(ret.arrived_at),
        "promise": encode_promise(ret.promise) if ret.promise else None,
        "settlements": [encode_settlement(each) for each in ret.settlements],
        "attention": encode_attention(ret.attention) if ret.attention else None,
        "label_number": ret.label_number if ret.label_number > 1 else None,
        "agreed_deduction": ret.agreed_deduction._asdict() if ret.agreed_deduction else None,
        **encode_several(ret),
    }
    return {name: value for name, value in stated.items() if value}


def decode(
    return_id: str, email_key: str, created_at: str, document: Mapping[str, Any], version: int
) -> Return:
    return Return(
        return_id=return_id,
        email_key=email_key,
        order_number=document["order_number"],
        lines=tuple(_decode_line(line, document) for line in document["lines"]),
        created_at=from_text(created_at),
        chosen_by=Actor(document.get("chosen_by", UNKNOWN)),
        status=member(ReturnStatus, document["status"]),
        ticket=document["ticket"],
        language=document.get("language", "en"),
        evidence_due_at=_moment(document.get("evidence_due_at")),
        submitted_at=_moment(document["submitted_at"]),
        label=IssuedLabel.stored(document["label"]) if document["label"] else None,
        labelled_at=_moment(document.get("labelled_at")),
        label_fault=document.get("label_fault", ""),
        repayment=_decode_repayment(document.get("repayment")),
        reminded=tuple(document.get("reminded", ())),
        photo_order=tuple(document.get("photo_order", ())),
        removed_photos=tuple(document.get("removed_photos", ())),
        left_out=tuple(_decode_line(line, document) for line in document.get("left_out", ())),
        screening=decode_screening(document["screening"]) if document.get("screening") else None,
        review=decode_review(document["review"]) if document.get("review") else None,
        arrived_at=_moment(document.get("arrived_at")),
        promise=decode_promise(document["promise"]) if "promise" in document else None,
        settlements=tuple(map(decode_settlement, document.get("settlements", ()))),
        attention=decode_attention(document["attention"]) if "attention" in document else None,
        label_number=document.get("label_number", 1),
        agreed_deduction=_decode_deduction(document.get("agreed_deduction")),
        parcels=document.get("parcels", 1),
        more_labels=tuple(map(decode_label, document.get("more_labels", ()))),
        ways=decode_ways(document.get("ways", {})),
        version=version,
    )


def _decode_deduction(document: Mapping[str, Any] | None) -> AgreedDeduction | None:
    return AgreedDeduction(document["amount"], document["currency"]) if document else None


def _encode_repayment(repayment: Repayment | None) -> dict[str, Any] | None:
    if repayment is None:
        return None
    return {**repayment._asdict(), "repaid_at": to_text(repayment.repaid_at)}


def _decode_repayment(document: Mapping[str, Any] | None) -> Repayment | None:
    if document is None:
        return None
    repaid_at = from_text(document["repaid_at"])
    return Repayment(document["amount"], document["currency"], repaid_at)


def _encode_line(line: ReturnLine) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "sku": line.sku,
        "name": line.name,
        "units": line.units,
        "reason": line.reason,
        "note": line.note,
        "opened": line.opened,
        "check_reference": line.check_reference,
        "asked_at": _text(line.asked_at),
        "decision": _encode_decision(line.decision) if line.decision else None,
        "judgement": encode_judgement(line.judgement) if line.judgement else None,
        **_encode_line_end(line),
    }


def _encode_line_end(line: ReturnLine) -> dict[str, Any]:
    stated = {
        "remedy": line.remedy,
        "receipt": encode_receipt(line.receipt) if line.receipt else None,
        "inspection": encode_inspection(line.inspection) if line.inspection else None,
        "kept": line.kept,
    }
    return {name: value for name, value in stated.items() if value is not None}


def _decode_line(line: Mapping[str, Any], document: Mapping[str, Any]) -> ReturnLine:
    if document.get("reason", _PER_LINE) != _PER_LINE:
        line = {**line, **_of_all_lines(document, line["line_id"])}
    reason = member(Reason, line["reason"]) if line["reason"] else None
    return ReturnLine(
        line_id=line["line_id"],
        sku=line["sku"],
        name=line["name"],
        units=line["units"],
        reason=reason,
        note=line["note"],
        opened=member(Opened, line.get("opened", Opened.UNKNOWN)),
        check_reference=line["check_reference"],
        asked_at=_moment(line.get("asked_at")),
        decision=_decode_decision(line["decision"], reason) if line["decision"] else None,
        judgement=decode_judgement(line["judgement"]) if line.get("judgement") else None,
        remedy=member(Remedy, line["remedy"]) if "remedy" in line else None,
        receipt=decode_receipt(line["receipt"]) if "receipt" in line else None,
        inspection=decode_inspection(line["inspection"]) if "inspection" in line else None,
        kept=line.get("kept"),
    )


def _of_all_lines(document: Mapping[str, Any], line_id: str) -> dict[str, Any]:
    """What schemas 1 and 2 say once for all lines, as that line has it."""
    decision, remedy = document["decision"], document["decision"].get("remedy")
    photos = decision["photos_needed"]
    return {
        "reason": document["reason"],
        "note": document["note"],
        "check_reference": document.get("check_reference", ""),
        "decision": decision
        | {
            "verdicts": {
                verdict["rule"]: verdict["outcome"]
                for verdict in decision["verdicts"]
                if verdict["line_id"] == line_id
            },
            "evidence": [{"kind": EvidenceKind.PHOTO, "at_least": photos}] if photos else [],
            "remedies": [remedy] if remedy else [],
        },
    }


def _encode_decision(decision: LineDecision) -> dict[str, Any]:
    return {
        "policy": decision.policy_id,
        "version": decision.policy_version,
        "rule": decision.rule,
        "as_of": to_text(decision.as_of),
        "verdicts": {verdict.rule: verdict.outcome for verdict in decision.verdicts},
        "last_day": decision.last_day.isoformat() if decision.last_day else None,
        "zone": decision.zone,
        "deadline": _text(decision.deadline),
        "payer": decision.payer,
        "evidence": [wanted._asdict() for wanted in decision.evidence],
        "remedies": list(decision.remedies),
        "in_store": decision.in_store,
        "facts": _encode_facts(decision.facts) if decision.facts else None,
    }


def _decode_decision(document: Mapping[str, Any], reason: Reason | None) -> LineDecision:
    as_of, facts = from_text(document["as_of"]), document.get("facts")
    zone = document.get("zone", "")
    return LineDecision(
        policy_id=document["policy"],
        policy_version=document["version"],
        rule=document.get("rule", ""),
        as_of=as_of,
        verdicts=tuple(
            Verdict(_rule(rule), member(Outcome, outcome))
            for rule, outcome in document["verdicts"].items()
        ),
        last_day=date.fromisoformat(document["last_day"]) if document["last_day"] else None,
        zone=zone,
        deadline=_moment(document["deadline"]),
        payer=member(Payer, document["payer"]) if document["payer"] else None,
        evidence=tuple(map(_decode_wanted, document["evidence"])),
        remedies=tuple(member(Remedy, remedy) for remedy in document["remedies"]),
        in_store=document.get("in_store", False),
        facts=_decode_facts(facts, reason, as_of, zone) if facts and reason else None,
    )


def _decode_wanted(document: Mapping[str, Any]) -> Wanted:
    instead = tuple(member(EvidenceKind, kind) for kind in document.get("instead", ()))
    return Wanted(member(EvidenceKind, document["kind"]), document["at_least"], instead)


_MOMENTS = ("delivered_at", "purchased_at", "dispatched_at")


def _encode_facts(facts: Facts) -> dict[str, Any]:
    """The facts without what is the decision's or the line's, and without what has its default."""
    stated = to_fields(facts)
    stated |= {name: to_text(stated[name]) for name in _MOMENTS if name in stated}
    return {
        name: value for name, value in stated.items() if name not in {"reason", "as_of", "zone"}
    }


def _decode_facts(document: Mapping[str, Any], reason: Reason, as_of: datetime, zone: str) -> Facts:
    stated = dict(document)
    stated |= {name: from_text(stated[name]) for name in _MOMENTS if name in stated}
    stated |= {"reason": reason, "as_of": as_of, "zone": zone_named(zone)}
    stated["opened"] = member(Opened, stated.get("opened", Opened.UNKNOWN))
    stated["evidence"] = {
        member(EvidenceKind, kind): count for kind, count in stated.get("evidence", {}).items()
    }
    return from_fields(Facts, stated)


def _rule(text: str) -> Rule | UnknownRule:
    return Rule(text) if text in _RULES else UnknownRule(text)


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None
