"""The stored form of what is known of a photo beyond its verdict: two JSON documents."""

import json
from collections.abc import Mapping
from typing import Any

from aftercare.evidence.model import Advice, Evidence, Mark, Match
from aftercare.kernel.clock import from_text, to_text


def encode_marks(evidence: Evidence) -> str | None:
    return json.dumps(evidence.marks) if evidence.marks else None


def decode_marks(text: str | None) -> tuple[Mark, ...]:
    return tuple(Mark(*mark[:3]) for mark in json.loads(text or "[]"))


def encode_findings(evidence: Evidence) -> str | None:
    """What the intake found, without what it did not; none if it found nothing."""
    delivered_at = evidence.delivered_at
    stated: dict[str, object] = {
        "advice": list(evidence.advice),
        "measures": dict(evidence.measures),
        "serial": evidence.serial,
        "serial_typed": evidence.serial_typed,
        "delivered_at": to_text(delivered_at) if delivered_at else None,
        "matches": list(evidence.matches),
        "seconds": evidence.seconds,
    }
    found = {name: value for name, value in stated.items() if value}
    if evidence.before_delivery is not None:
        found["before_delivery"] = evidence.before_delivery
    return json.dumps(found) if found else None


def decode_findings(text: str | None) -> Mapping[str, Any]:
    """The fields of the evidence that they are, without advice that only a newer version gives."""
    found: dict[str, Any] = json.loads(text or "{}")
    given, delivered_at = frozenset(Advice), found.get("delivered_at")
    return {
        "advice": tuple(Advice(each) for each in found.get("advice", ()) if each in given),
        "measures": found.get("measures", {}),
        "serial": found.get("serial", ""),
        "serial_typed": found.get("serial_typed", False),
        "delivered_at": from_text(delivered_at) if delivered_at else None,
        "before_delivery": found.get("before_delivery"),
        "matches": tuple(Match(*each[:3]) for each in found.get("matches", ())),
        "seconds": found.get("seconds", 0),
    }
