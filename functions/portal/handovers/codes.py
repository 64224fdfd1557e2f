"""The view model of a hand-over code: digits to read out, and a QR code to scan."""

from dataclasses import dataclass

from aftercare.desk.hand_over import Shown
from aftercare.kernel.clock import utc_now
from aftercare.web import qr
from portal.edge import Visit
from portal.messages.talks import zone_there

_GROUP = 3


@dataclass(frozen=True, slots=True)
class CodeCard:
    """A code as the page draws it; `left` are the seconds that it is still good."""

    groups: list[str]
    path: str
    width: int
    quiet: int
    until: str
    left: int


def code_card(visit: Visit, shown: Shown, order_number: str) -> CodeCard:
    """The code, with its end on the customer's clock."""
    digits = shown.digits
    return CodeCard(
        groups=[digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)],
        path=qr.path_of(digits),
        width=qr.SIZE + 2 * qr.QUIET,
        quiet=qr.QUIET,
        until=visit.words.moment(shown.until, "short", zone_there(visit, order_number)),
        left=max(0, int((shown.until - utc_now()).total_seconds())),
    )
