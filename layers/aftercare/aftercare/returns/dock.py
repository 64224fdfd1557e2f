"""What staff at a dock or a counter do with a parcel: scan it, receive it, inspect it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from aftercare.kernel.timeline import Entry
from aftercare.kernel.typed import folded, ticket_in, tracking_number_of
from aftercare.returns import events, moves
from aftercare.returns.arrivals import Came, Found
from aftercare.returns.dock_errors import NothingExpectedError, ParcelUnknownError, ScanUnclearError
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import Return
from aftercare.returns.moves import Verb
from aftercare.returns.parcel import INSPECT, RECEIVE, Parcel
from aftercare.returns.receiving import ReceivingService
from aftercare.returns.review_errors import StaleCaseError
from aftercare.staff.model import Member
from aftercare.staff.policy import may, require

if TYPE_CHECKING:
    from aftercare.labels.service import LabelService

_INSPECTS = (Verb.INSPECT, Verb.INSPECT_PARCEL)
_AT_THE_DOCK = frozenset({events.RECEIVED, events.LINE_INSPECTED, events.INSPECTED})


class Trail(Protocol):
    """Writes down which parcel a member is about to see, or raises; see `AuditTrail`."""

    def record_parcel(self, member: Member, subject: str) -> None: ...


@dataclass(frozen=True, slots=True)
class DockDesk:
    """Every verb asks the matrix first. Whose parcel is shown is written down before it is shown.

    Verbs that write take the version that their form showed. What colleagues received or inspected
    since is not overwritten; the news of a carrier or of the shop keeps nobody from receiving.
    """

    receiving: ReceivingService
    labels: "LabelService"
    trail: Trail

    def scan(self, member: Member, text: str) -> Return:
        """The return of a parcel by its ticket, in any spelling, or by its tracking number.

        Raises:
            NotPermittedError: Not with these roles.
            ScanUnclearError: It looks like a ticket, but has a typo, or is neither.
            ParcelUnknownError: Nobody has that ticket.
            NothingExpectedError: The return waits for no parcel, and for no inspection.
        """
        _require_either(member)
        ret = self._scanned(text)
        self.trail.record_parcel(member, ret.return_id)
        if not any(moves.takes(ret.status, verb) for verb in (Verb.RECEIVE, *_INSPECTS)):
            raise NothingExpectedError(ret)
        return ret

    def open(self, member: Member, return_id: str) -> Parcel:
        """A parcel as it is now, whatever the state of its return.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
        """
        _require_either(member)
        ret = self.receiving.by_id(return_id)
        self.trail.record_parcel(member, return_id)
        return Parcel(ret, self.receiving.orders.get(ret.order_number), _may(member, ret))

    def receive(
        self,
        member: Member,
        return_id: str,
        version: int,
        came: Mapping[str, Came],
        place: str,
        *,
        parcels: Collection[int] = (1,),
    ) -> Return:
        """Writes down what came in these parcels, as `ReceivingService.receive`. Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            StaleCaseError: A colleague received or inspected it since; nothing was written.
            ReturnNotFoundError, ReceiptInvalidError, MoveRefusedError: See there.
        """
        require(member, RECEIVE)
        self._refuse_if_stale(member, return_id, version, {events.RECEIVED})
        done = self.receiving.receive(return_id, came, place, actor=member.actor, parcels=parcels)
        return done.ret

    def inspect(
        self, member: Member, return_id: str, version: int, found: Mapping[str, Found]
    ) -> Return:
        """Writes down what was found, as `ReceivingService.inspect`. Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            StaleCaseError: A colleague received or inspected it since; nothing was written.
            ReturnNotFoundError, InspectionInvalidError, JudgementInvalidError, MoveRefusedError:
                See there.
        """
        require(member, INSPECT)
        self._refuse_if_stale(member, return_id, version, {events.LINE_INSPECTED, events.INSPECTED})
        return self.receiving.inspect(return_id, found, actor=member.actor).ret

    def _scanned(self, text: str) -> Return:
        if ticket := ticket_in(text):
            try:
                return self.receiving.find(ticket)
            except ReturnNotFoundError as error:
                raise ParcelUnknownError(ticket) from error
        compact = tracking_number_of(folded(text))
        return_id = self.labels.return_with(compact) if compact else ""
        if not return_id:
            raise ScanUnclearError
        return self.receiving.by_id(return_id)

    def _refuse_if_stale(
        self, member: Member, return_id: str, version: int, own: Collection[str]
    ) -> None:
        """What the member did just now is no news: the service knows it as a repetition."""
        ret = self.receiving.by_id(return_id)
        if version == ret.version:
            return
        since = self.receiving.store.timeline(return_id, version)
        news = [each for each in since if _is_news(each, member, own)]
        if news or version > (ret.version or 0):
            raise StaleCaseError(return_id, news)


def _is_news(entry: Entry, member: Member, own: Collection[str]) -> bool:
    if entry.entry_type not in _AT_THE_DOCK:
        return False
    return entry.actor != member.actor or entry.entry_type not in own


def _require_either(member: Member) -> None:
    if not may(member, INSPECT):
        require(member, RECEIVE)


def _may(member: Member, ret: Return) -> frozenset[str]:
    verbs = {RECEIVE: (Verb.RECEIVE,), INSPECT: _INSPECTS}
    return frozenset(
        verb
        for verb, rows in verbs.items()
        if may(member, verb) and any(moves.takes(ret.status, move) for move in rows)
    )
