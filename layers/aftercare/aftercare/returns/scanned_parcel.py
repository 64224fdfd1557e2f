"""Which of a return's parcels somebody has before them, by what they scanned of it."""

import re

from aftercare.kernel.typed import folded, tracking_number_of
from aftercare.returns.model import Return
from aftercare.returns.parcel_labels import labels_of

# The square code of a later parcel's label is its ticket with "#2" behind it, its print " · 2". A
# scanner that takes the computer's keyboard for another types £ or § in the place of #.
_AFTER_TICKET = re.compile(r"[#\u00a3\u00a7\u00b7\u2022] ?(\d)\s*\Z", re.ASCII)


def parcel_of(text: str, ret: Return) -> int:
    """The parcel that was scanned: its square code or its tracking number names it.

    A ticket alone is on the first one's label, which was printed before there was another; a number
    that the return does not have means the first, too.
    """
    plain = folded(text)
    if found := _AFTER_TICKET.search(plain):
        parcel = int(found[1])
        return parcel if 1 <= parcel <= ret.parcels else 1
    number = tracking_number_of(plain)
    named = (each for each, label in labels_of(ret).items() if label.tracking_number == number)
    return next(named, 1)
