"""Forgets whose a return was, and what people wrote about it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.returns import events
from aftercare.returns.errors import ReturnOpenError
from aftercare.returns.model import OpenReturn, Return
from aftercare.returns.notes import Note
from aftercare.returns.personal import is_over, open_return, without_person

if TYPE_CHECKING:
    from aftercare.returns.erasing_store import ReturnEraser


@dataclass(frozen=True, slots=True)
class ReturnErasing:
    """What the returns room holds of a person, and how it forgets it (R-ERA-01)."""

    store: "ReturnEraser"
    clock: Clock
    entropy: Entropy

    def held(self, email_key: str) -> tuple[Return, ...]:
        """Every return of that customer, drafts too, newest first, seconds behind at worst.

        Raises:
            NewerDataError: A newer version wrote one of them.
        """
        return self.store.every_of(email_key)

    def open_ones(self, email_key: str) -> tuple[OpenReturn, ...]:
        """The customer's returns that are not over, which an erasure waits for (R-ERA-02)."""
        now = self.clock()
        found = (ret.as_of(now) for ret in self.held(email_key))
        return tuple(open_return(ret) for ret in found if not is_over(ret))

    def notes(self, return_id: str) -> tuple[Note, ...]:
        """What staff noted on it."""
        return self.store.notes(return_id)

    def timeline(self, return_id: str) -> tuple[Entry, ...]:
        """Each of its steps, oldest first."""
        return self.store.timeline(return_id)

    def require_over(self, return_id: str, pseudonym: str) -> None:
        """Refuses a return that is not over, unless it is under that pseudonym already.

        A cancelled return whose parcel turns up is open again, and needs nobody's name for that.

        Raises:
            ReturnOpenError: It is not over (any more).
        """
        ret = self.store.get(return_id)
        if ret and ret.email_key != pseudonym and not is_over(ret):
            raise ReturnOpenError(ret.ticket)

    @on_fresh_state
    def erase(self, return_id: str, pseudonym: str, *, actor: Actor) -> bool:
        """Puts a return that is over under a pseudonym, and empties what people wrote on it.

        Items, reasons, decisions, amounts and dates stay. Commits `return.erased`. False if it is
        done already. Safe to repeat after a crash anywhere: the mailbox's key goes last.

        Raises:
            ReturnOpenError: It is not over (any more).
            StaleWriteError: Too much happened to the return at once; try again.
        """
        ret = self.store.get(return_id)
        if ret is None:
            return False
        if ret.email_key != pseudonym and not is_over(ret):
            raise ReturnOpenError(ret.ticket)
        self.store.empty_notes(return_id)
        after = without_person(ret, pseudonym)
        if after == ret:
            return False
        now = self.clock()
        data = {"ticket": ret.ticket}
        entry_id = new_id("ent", now, self.entropy)
        self.store.save(after, Entry(entry_id, events.ERASED, return_id, now, data, actor=actor))
        return True

    def forget(self, email_key: str) -> None:
        """Removes how many drafts the customer began, and with which they go on. Safe to repeat."""
        self.store.forget(email_key)
