"""The audit trail of staff: who read or did what that no timeline tells, and when."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.ids import Entropy, new_id

KEPT = timedelta(days=400)
"""As long as timeline entries."""
ONCE_FOR = timedelta(minutes=30)
"""For so long one trace stands for what somebody does again and again, such as turning pictures."""
MOST_AT_ONCE = 100


class Act(StrEnum):
    """What somebody did."""

    READ = "read"
    SAW_EVIDENCE = "saw_evidence"
    FOUND = "found"
    SAW_PARCEL = "saw_parcel"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"
    READ_AUDIT = "read_audit"


class Trace(NamedTuple):
    """One line of the trail; `subject` is a return's id, or `staff:<id>` for who is signed in.

    `act` is an Act, or what a newer version calls one: the trail is shown whoever wrote it.
    """

    subject: str
    act: str
    by: Actor
    at: datetime
    trace_id: str


def about(staff_id: str) -> str:
    """The subject of what concerns a member of staff."""
    return f"staff:{staff_id}"


def new_trace(subject: str, act: Act, by: Actor, at: datetime, entropy: Entropy) -> Trace:
    return Trace(subject, act, by, at, new_id("trc", at, entropy))
