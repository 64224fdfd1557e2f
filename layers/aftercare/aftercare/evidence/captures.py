"""What a photo says of itself: a label's code, when it was taken, and by which camera."""

import hmac
import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict

from aftercare.evidence.model import Advice, Evidence, EvidenceKind
from aftercare.evidence.verdict import Accepted, Refused, Taken
from aftercare.kernel.gs1 import GTIN, SERIAL, elements_in

# Carriers report deliveries hours later, and people set their cameras' clocks.
TOLERANCE = timedelta(hours=24)
# A camera whose battery was empty starts again in one of its first years.
FIRST_BELIEVED_YEAR = 2010
MOST_SERIAL = 200
_CAPTURE_SYMBOLS = 32
# As authenticity writes links for products without a GTIN.
_PARAMETER = re.compile(r"[?&#]code=([0-9A-Z]{4}(?:-?[0-9A-Z]{4}){3})(?![^&#])", re.IGNORECASE)


class Findings(TypedDict):
    """The fields of the evidence that the screening of its photo fills in."""

    advice: tuple[Advice, ...]
    measures: dict[str, int]
    serial: str
    before_delivery: bool | None


def findings(slot: Evidence, verdict: Accepted, now: datetime) -> Findings:
    """What is kept of a photo besides its copies.

    The text of a QR code is kept if it is a product's serial; of a photo that was taken to show the
    code, whatever it is: a counterfeit's label says something, too (R-EVD-43).
    """
    serial = serial_in(verdict.serial)
    if slot.kind is EvidenceKind.SERIAL_CODE:
        serial = serial or verdict.serial
    return Findings(
        advice=verdict.advice,
        measures=dict(verdict.measures),
        serial=serial[:MOST_SERIAL],
        before_delivery=taken_before(verdict.taken, slot.delivered_at, now),
    )


def label_text(texts: Collection[str]) -> str:
    """The text of the picture's QR code; of several, the one with a serial; empty if none is."""
    lines = {" ".join(text.split()) for text in texts if text.isprintable()} - {""}
    with_serial = {line for line in lines if serial_in(line)}
    chosen = with_serial or lines
    return chosen.pop() if len(chosen) == 1 else ""


def serial_in(text: str) -> str:
    """The product's serial in a label's QR code, such as a GS1 Digital Link; empty if it has none.

    Nothing is said of whether we issued it.
    """
    elements = elements_in(text)
    if GTIN in elements:  # a text may begin with the serial's number by chance
        return elements.get(SERIAL, "").strip()
    parameter = _PARAMETER.search(text)
    return parameter[1] if parameter else ""


def taken_before(taken: Taken | None, delivered_at: datetime | None, now: datetime) -> bool | None:
    """Whether a photo was certainly taken before the delivery; none if nobody can say (R-EVD-42).

    A clock that is ahead of ours, or in the years in which cameras start again, is not believed.
    """
    if taken is None or delivered_at is None:
        return None
    if taken.earliest > now + TOLERANCE or taken.latest.year < FIRST_BELIEVED_YEAR:
        return None
    return taken.latest + TOLERANCE < delivered_at


def identified(verdict: Accepted | Refused, key: bytes) -> Accepted | Refused:
    """The verdict with the keyed hash of camera and moment in place of their names."""
    if isinstance(verdict, Refused) or not verdict.capture:
        return verdict
    return replace(verdict, capture=capture_id(key, verdict.capture))


def capture_id(key: bytes, capture: str) -> str:
    """A keyed hash of the camera and the moment: it tells that two are equal, and nothing else."""
    return hmac.new(key, f"capture:{capture}".encode(), "sha256").hexdigest()[:_CAPTURE_SYMBOLS]
