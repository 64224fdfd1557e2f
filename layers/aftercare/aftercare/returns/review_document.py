"""The stored form of a return's screening and of what people decided: parts of its document."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.stored import member
from aftercare.returns.judgement import (
    EvidenceRequest,
    Judgement,
    Proposal,
    Review,
)
from aftercare.returns.screening import Screening, Signal, SignalCode


def encode_judgement(judgement: Judgement) -> dict[str, Any]:
    return {**judgement._asdict(), "at": to_text(judgement.at)}


def decode_judgement(document: Mapping[str, Any]) -> Judgement:
    return Judgement(
        accepted=document["accepted"],
        code=document["code"],
        words=document["words"],
        by=Actor(document["by"]),
        at=from_text(document["at"]),
    )


def encode_screening(screening: Screening) -> dict[str, Any]:
    return {
        "version": screening.version,
        "score": screening.score,
        "needs_review": screening.needs_review,
        "signals": [signal._asdict() for signal in screening.signals],
        "facts": dict(screening.facts),
    }


def decode_screening(document: Mapping[str, Any]) -> Screening:
    """A screening; signals that only a newer version notices are left out, their weight is not."""
    known = frozenset(SignalCode)
    return Screening(
        version=document["version"],
        score=document["score"],
        needs_review=document["needs_review"],
        signals=tuple(
            Signal(SignalCode(each["code"]), each["weight"], tuple(each["references"]))
            for each in document["signals"]
            if each["code"] in known
        ),
        facts=document.get("facts", {}),
    )


def encode_review(review: Review) -> dict[str, Any]:
    return {
        "since": to_text(review.since),
        "claimed_by": review.claimed_by,
        "claimed_until": _text(review.claimed_until),
        **({"claimed_name": review.claimed_name} if review.claimed_name else {}),
        "wanted": _encode_request(review.wanted) if review.wanted else None,
        "proposal": _encode_proposal(review.proposal) if review.proposal else None,
        "look_by": review.look_by.isoformat() if review.look_by else None,
    }


def decode_review(document: Mapping[str, Any]) -> Review:
    claimed_by, wanted = document.get("claimed_by"), document.get("wanted")
    proposal, look_by = document.get("proposal"), document.get("look_by")
    return Review(
        since=from_text(document["since"]),
        claimed_by=Actor(claimed_by) if claimed_by else None,
        claimed_until=_moment(document.get("claimed_until")),
        claimed_name=document.get("claimed_name", ""),
        wanted=_decode_request(wanted) if wanted else None,
        proposal=_decode_proposal(proposal) if proposal else None,
        look_by=date.fromisoformat(look_by) if look_by else None,
    )


def _encode_request(request: EvidenceRequest) -> dict[str, Any]:
    return {
        "kinds": list(request.kinds),
        "words": request.words,
        "by": request.by,
        "at": to_text(request.at),
        "due_at": to_text(request.due_at),
        "answered_at": _text(request.answered_at),
    }


def _decode_request(document: Mapping[str, Any]) -> EvidenceRequest:
    return EvidenceRequest(
        kinds=tuple(member(EvidenceKind, kind) for kind in document["kinds"]),
        words=document["words"],
        by=Actor(document["by"]),
        at=from_text(document["at"]),
        due_at=from_text(document["due_at"]),
        answered_at=_moment(document.get("answered_at")),
    )


def _encode_proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "judgements": {
            line_id: encode_judgement(judgement)
            for line_id, judgement in proposal.judgements.items()
        },
        "by": proposal.by,
        "at": to_text(proposal.at),
    }


def _decode_proposal(document: Mapping[str, Any]) -> Proposal:
    judgements = {
        line_id: decode_judgement(each) for line_id, each in document["judgements"].items()
    }
    return Proposal(judgements, Actor(document["by"]), from_text(document["at"]))


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None
