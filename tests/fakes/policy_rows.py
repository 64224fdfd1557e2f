"""Every row of every published policy, written down a second time from docs/rules.md."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from aftercare.returns.policy import Facts, Payer, Start
from aftercare.returns.reasons import EvidenceKind, Reason, Wanted
from tests.fakes.policies import facts

FIRST, SECOND = "2025-01-06", "2026-11-27"
SELLER, BUYER = Payer.SELLER, Payer.BUYER
DELIVERY, PURCHASE = Start.DELIVERY, Start.PURCHASE
BOXES = frozenset({"blind_box", "pop_now"})
PHOTO = (Wanted(EvidenceKind.PHOTO, 1, (EvidenceKind.UNPACKING_VIDEO,)),)
PROOF = (Wanted(EvidenceKind.PACKAGING, 1), Wanted(EvidenceKind.SERIAL_CODE, 1))
REMOTE = (
    Wanted(EvidenceKind.RECEIPT, 1),
    Wanted(EvidenceKind.WHOLE_PRODUCT, 3),
    Wanted(EvidenceKind.CLOSE_UP, 1),
)
SEVEN = (
    Reason.MISSING_PARTS,
    Reason.BROKEN_OR_SCRATCHED,
    Reason.DUPLICATE_IN_SET,
    Reason.UNSTABLE,
    Reason.STAINED,
    Reason.DISCOLORED,
    Reason.EXCESS_GLUE,
)
DAMAGED, WRONG = (Reason.ARRIVED_DAMAGED,), (Reason.WRONG_ITEM,)
DISPUTES = (Reason.RARITY_DISPUTE, Reason.LIMITED_REDRAW)
PERSONAL = (Reason.CHANGED_MIND, Reason.UNWANTED_CHARACTER)


class Row(NamedTuple):
    """What a policy grants for those reasons."""

    policy_id: str
    version: str
    reasons: tuple[Reason, ...]
    start: Start
    days: int
    payer: Payer
    evidence: tuple[Wanted, ...]


ROWS = [
    Row("na_online", FIRST, (*DAMAGED, *SEVEN), DELIVERY, 15, SELLER, PHOTO),
    Row("na_online", SECOND, (*DAMAGED, *SEVEN, *WRONG), DELIVERY, 15, SELLER, PHOTO),
    Row("na_store", FIRST, SEVEN, PURCHASE, 15, BUYER, REMOTE),
    Row(
        "collectibles_standard",
        FIRST,
        (*DAMAGED, *SEVEN, *WRONG),
        DELIVERY,
        30,
        SELLER,
        PHOTO,
    ),
    Row("collectibles_standard", FIRST, DISPUTES, DELIVERY, 30, SELLER, PROOF),
    Row("collectibles_standard", FIRST, PERSONAL, DELIVERY, 14, BUYER, PHOTO),
    Row(
        "global_60_day",
        FIRST,
        (*DAMAGED, *SEVEN, *WRONG, *PERSONAL),
        DELIVERY,
        60,
        SELLER,
        PHOTO,
    ),
    Row("global_60_day", FIRST, DISPUTES, DELIVERY, 60, SELLER, PROOF),
]
CASES = [(row, reason) for row in ROWS for reason in row.reasons]
ZONES = ["Pacific/Honolulu", "America/New_York", "Asia/Tokyo"]
BEGINS = [
    date(2026, 6, 1),
    date(2026, 3, 1),  # New York's summer time begins in between
    date(2026, 10, 25),  # and ends in between
    date(2028, 2, 20),  # over the leap day
    date(2028, 2, 29),  # from the leap day
    date(2026, 12, 25),  # over the year's end
]
LAST_MICROSECOND = time(23, 59, 59, 999999)


def of(row: Row, reason: Reason, began_at: datetime, zone: ZoneInfo, **changes: Any) -> Facts:
    """Facts of a line for which everything else is right."""
    kind = "blind_box" if reason in {*DISPUTES, Reason.DUPLICATE_IN_SET} else "figure"
    handed_over = {"delivered_at": began_at, "purchased_at": began_at - timedelta(days=3)}
    if row.start is PURCHASE:
        handed_over = {"delivered_at": began_at + timedelta(days=3), "purchased_at": began_at}
    shown = {wanted.kind: wanted.at_least for wanted in row.evidence}
    fields = {"reason": reason, "kind": kind, "zone": zone, "evidence": shown, **handed_over}
    return facts(**fields, **changes)


def fits_a_figure(reason: Reason) -> bool:
    return reason is not Reason.UNWANTED_CHARACTER
