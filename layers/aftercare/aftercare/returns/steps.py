"""What the verbs of a return share: the return as it is stored, and the entry of a step."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.ids import Entropy, is_id, new_id
from aftercare.kernel.timeline import Entry
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import Return
from aftercare.returns.review_errors import StaleCaseError

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore
    from aftercare.staff.model import Member


class Steps:
    """For services that have a store, a clock and a source of ids, as fields of their own."""

    __slots__ = ()

    store: "ReturnStore"
    clock: Clock
    entropy: Entropy

    def _any(self, return_id: str) -> Return:
        ret = self.store.get(return_id)
        if ret is None:
            raise ReturnNotFoundError("We can't find that return.")
        return ret

    def _named(self, return_id: str) -> Return:
        """The return with that id, which somebody typed or sent."""
        if not is_id(return_id, "ret"):
            raise ReturnNotFoundError("We can't find that return.")
        return self._any(return_id)

    def _entry(self, ret: Return, entry_type: str, actor: Actor, **data: str) -> Entry:
        now = self.clock()
        return Entry(
            entry_id=new_id("ent", now, self.entropy),
            entry_type=entry_type,
            subject=ret.return_id,
            occurred_at=now,
            data={"ticket": ret.ticket, **data},
            actor=actor,
        )


class VersionedSteps(Steps):
    """For verbs of staff, whose forms carry the version that their page showed (R-REV-03)."""

    __slots__ = ()

    def _refuse_if_stale(self, ret: Return, version: int) -> None:
        """Refuses what rests on an older return than this one.

        A version without a later entry is as good as the newest: claims are no entries.
        """
        entries = self._since(ret, version)
        if entries or version > (ret.version or 0):
            raise StaleCaseError(ret.return_id, entries)

    def _since(self, ret: Return, version: int) -> tuple[Entry, ...]:
        return self.store.timeline(ret.return_id, version) if version != ret.version else ()

    def _has_done(
        self, ret: Return, version: int, member: "Member", steps: Collection[str]
    ) -> bool:
        """Whether the first thing since that version is that this member did just this."""
        first = next(iter(self._since(ret, version)), None)
        return first is not None and first.entry_type in steps and first.actor == member.actor
