"""What both counters of the simulated seller have: faults on request, answers, sales."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONG_SILENCE = 11.0
TOO_MANY = 429


class CarrierFault(StrEnum):
    """What happens to the next request that it fits."""

    ANSWER_LOST = "answer_lost"  # a purchase: it is done, and the connection ends without an answer
    IN_FLIGHT = "in_flight"  # a purchase: it is done, but told to be still going on
    RATE_EXPIRED = "rate_expired"  # a purchase: every rate of the shipment is gone
    TOO_MANY = "too_many"  # any request: 429
    BROKEN = "broken"  # any request: 500, and nothing is done
    SILENT = "silent"  # any request: it is done, and answered after eleven seconds
    VOID_REFUSED = "void_refused"  # a refund: rejected
    TRACKING_SHUFFLED = "tracking_shuffled"  # a tracker: its scans come newest first


_FITS = {
    CarrierFault.ANSWER_LOST: "buy",
    CarrierFault.IN_FLIGHT: "buy",
    CarrierFault.RATE_EXPIRED: "buy",
    CarrierFault.VOID_REFUSED: "refund",
    CarrierFault.TRACKING_SHUFFLED: "tracker",
}


@dataclass(frozen=True)
class Answer:
    """A status and its JSON; lost ones are never sent, late ones after so many seconds."""

    status: int
    body: Mapping[str, Any]
    retry_after: int = 0
    is_lost: bool = False
    delay: float = 0.0


@dataclass
class Sale:
    """One purchase, in minor units, and whether it was given back."""

    reference: str
    shipment_id: str
    amount: int
    is_taken_back: bool = False


def taken(faults: list[CarrierFault], kind: str) -> CarrierFault | None:
    """Takes the first fault that fits a request of that kind."""
    fault = next((each for each in faults if _FITS.get(each, kind) == kind), None)
    if fault:
        faults.remove(fault)
    return fault


def answered(status: int, body: Mapping[str, Any], fault: CarrierFault | None) -> Answer:
    """The answer to what was done, which some faults lose or delay."""
    is_lost = fault is CarrierFault.ANSWER_LOST
    delay = LONG_SILENCE if fault is CarrierFault.SILENT else 0.0
    return Answer(status, body, is_lost=is_lost, delay=delay)
