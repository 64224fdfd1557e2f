"""Which pieces came back with a return, by the codes that were scanned."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aftercare.returns.arrivals import Disposition
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import ReturnLine

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore


class ScannedPiece(NamedTuple):
    """The code that was scanned of a unit; when it came, and when it was given back if it was."""

    serial: str
    came_at: datetime
    given_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScanningService:
    """Reads what came back, and writes nothing."""

    store: "ReturnStore"

    def pieces(self, return_id: str) -> tuple[ScannedPiece, ...]:
        """The pieces that were scanned as they came; the customer keeps those of a refused line.

        Raises:
            ReturnNotFoundError: No such return.
        """
        ret = self.store.get(return_id)
        if ret is None:
            raise ReturnNotFoundError("We can't find that return.", return_id=return_id)
        return tuple(piece for line in ret.lines for piece in _pieces(line))


def _pieces(line: ReturnLine) -> Iterator[ScannedPiece]:
    if line.receipt is None:
        return
    for serial in line.receipt.serials:
        yield ScannedPiece(serial, line.receipt.at, _given_back_at(line))


def _given_back_at(line: ReturnLine) -> datetime | None:
    """When units of the line go back to the customer: nobody knows which, so all may."""
    found = line.inspection
    if found is None:
        return None
    is_kept = found.accepted >= line.present and found.disposition is not Disposition.SEND_BACK
    return None if is_kept else found.at
