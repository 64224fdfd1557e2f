"""Checks codes: answers each check, counts it once, and raises signals of copying."""

from collections.abc import Callable, Iterable, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.authenticity import policy, references
from aftercare.authenticity.asked import Asked, key_of
from aftercare.authenticity.codes import (
    Code,
    MistypedError,
    key_id_of,
    normalise,
    read,
    shown,
)
from aftercare.authenticity.errors import NotOurCodeError, NotYetError, ReferenceNotFoundError
from aftercare.authenticity.hot import HotCodes
from aftercare.authenticity.keys import KeyRing
from aftercare.authenticity.model import (
    Answer,
    Audience,
    Check,
    CheckRecord,
    History,
    Sales,
    Signal,
    Verdict,
)
from aftercare.batches.model import Batch
from aftercare.batches.service import BatchBook
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import (
    BusyError,
    ConfigurationError,
    NewerDataError,
    StaleWriteError,
    UnavailableError,
)
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry

if TYPE_CHECKING:
    from aftercare.authenticity.store import CheckStore

SUSPECTED = "authenticity.suspected"
CLEARED = "authenticity.cleared"
# The outcomes of checks that are not recorded, by their number in the reference.
UNRECORDED = {
    0: "not_issued",
    1: "wrong_length",
    2: "wrong_symbol",
    3: "wrong_check_symbol",
}
_NUMBERS = {what: number for number, what in UNRECORDED.items()}
_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class AuthenticityService:
    """Answers checks. The first code that was really issued opens the store."""

    ring: KeyRing
    book: BatchBook
    store: Callable[[], "CheckStore"]
    clock: Clock
    entropy: Entropy
    hot: HotCodes = field(default_factory=HotCodes)

    def check(
        self,
        text: str,
        *,
        visitor: str,
        audience: Audience,
        country: str = "",
        store_id: str = "",
        actor: Actor,
    ) -> Answer:
        """The verdict of the code's history, this check included (R-AUT-01).

        A visitor (one browser session, one request of a store) counts once for a code and gets the
        same answer again, so a retry is safe. A code that was mistyped, forged or never issued is
        answered from keys and batches alone and is not recorded. Past 50 checks counts are sampled.
        """
        asked = self._asked(text, visitor)
        if isinstance(asked, Answer):
            return asked
        check = asked.check(self.clock(), country, audience, store_id)
        history, check = self._record(asked.key, asked.batch, check, asked.check_ids, actor)
        return asked.answer(history, check)

    def answer_again(self, text: str, *, visitor: str) -> Answer | None:
        """The answer to a customer's check, once more; it counts nothing (R-AUT-13).

        None if this visitor has not checked the code. Checks of a code that many people check are
        sampled, so that a visitor's may not be known: the answer is that of the code as it is now.
        """
        asked = self._asked(text, visitor)
        if isinstance(asked, Answer):
            return asked
        history = self._history(asked.key, self.clock())
        if history is None:
            return None
        if earlier := history.find(asked.check_ids):
            then = history.as_of(earlier)
            signals = policy.session_signals(then, earlier.at) - then.raised.keys()
            raised = {**then.raised, **dict.fromkeys(signals, then.checks)}
            return asked.answer(replace(then, raised=raised), earlier)
        check = asked.check(self.clock(), "", Audience.CUSTOMER)
        is_left_out = not check.is_sampled(history.weight(Audience.CUSTOMER))
        return asked.answer(history, check) if is_left_out else None

    def look_up(self, reference: str) -> CheckRecord:
        """The record of the check with that reference, for support.

        Raises:
            ReferenceNotFoundError: There was no such check.
            NewerDataError: A newer version issued the reference.
        """
        reference = references.in_one_spelling(reference)
        content = references.read(reference, self.ring)
        if isinstance(content, references.Unrecorded):
            if content.what not in UNRECORDED:
                raise NewerDataError("reference")
            return CheckRecord(reference, UNRECORDED[content.what], content.at)
        history = self.store().get(key_of(content.code)) if content else None
        batch = self.book.find(content.code.key_id, content.code.serial) if content else None
        if content is None or history is None or batch is None:
            raise ReferenceNotFoundError("There is no check with this reference. Is it complete?")
        check = history.find_by_start(content.check_id_start)
        if check is None:
            return CheckRecord(reference, "", None, batch=batch, history=history)
        then = history.as_of(check)
        verdict = policy.verdict(replace(batch, status=check.standing), then, check)
        return CheckRecord(reference, verdict, check.at, check, batch, then)

    def history_of(self, text: str) -> tuple[Batch, History]:
        """A code's batch and history, for operators; this is not counted as a check.

        Raises:
            MistypedError, NotOurCodeError: No such code was issued.
        """
        code, batch = self._issued(text)
        return batch, self.store().get(key_of(code)) or History()

    @on_fresh_state
    def clear(self, text: str, *, why: str, actor: Actor) -> None:
        """Withdraws the signals of a code whose product somebody has examined and found genuine.

        Later checks may raise signals again; earlier ones do not. A code without signals does not
        change, so a repeat is harmless.

        Raises:
            MistypedError, NotOurCodeError: No such code was issued.
        """
        code, _ = self._issued(text)
        key, now = key_of(code), self.clock()
        history = self.store().get(key)
        if history is None or not history.raised:
            return
        data = {
            "signals": " ".join(sorted(history.raised)),
            "checks": str(history.checks),
            "who": actor.partition(":")[2] or actor,
            "why": why,
        }
        entry = Entry(new_id("ent", now, self.entropy), CLEARED, key, now, data, actor=actor)
        # Whoever has the product now bought it; that sale was not reported.
        sales = history.sales.sold(now) if history.sales.is_back else history.sales
        self.store().clear(key, history, sales, entry)
        self.hot.forget(key)

    def record_sale(self, text: str, at: datetime, *, actor: Actor) -> None:
        """Marks the code sold; repeated, late and reordered reports have the same result.

        Raises:
            NotOurCodeError: No such code was issued.
            NotYetError: The time is in the future.
        """
        at = at.replace(microsecond=0)
        self._change_sales(text, at, lambda sales: sales.sold(at), actor, explains=True)

    def record_return(self, text: str, at: datetime, *, actor: Actor) -> None:
        """Marks the code returned to a store; repeated, late and reordered reports do no harm.

        Raises:
            NotOurCodeError: No such code was issued.
            NotYetError: The time is in the future.
        """
        at = at.replace(microsecond=0)
        self._change_sales(text, at, lambda sales: sales.returned(at), actor, explains=False)

    def _record(
        self, key: str, batch: Batch, check: Check, check_ids: tuple[str, ...], actor: Actor
    ) -> tuple[History, Check]:
        """Counts the check, unless it is a repeat or outside the sample; raises its signals."""
        history, check, signals, stored = self._count(key, check, check_ids)
        if missing := signals - stored:
            # The check is recorded; a signal that cannot be stored now is raised by the next check.
            with suppress(BusyError, UnavailableError):
                self._raise(key, batch, history, missing, actor)
            self.hot.forget(key)
        raised = dict.fromkeys(signals - history.raised.keys(), history.checks)
        return replace(history, raised={**history.raised, **raised}), check

    @on_fresh_state
    def _count(
        self, key: str, check: Check, check_ids: tuple[str, ...]
    ) -> tuple[History, Check, frozenset[Signal], Set[Signal]]:
        """The history with the check, the check, its signals, and those stored so far."""
        history = self._history(key, check.at)
        if history is None:
            opened = self.store().open(key, check)
            return opened, opened.recent[-1], policy.signals(opened, check.at), set()
        raised = history.raised.keys()
        if earlier := history.find(check_ids):
            then = history.as_of(earlier)
            return then, earlier, policy.session_signals(then, earlier.at), raised
        is_first = check.by_customer and history.first_by_customer is None
        weight = 1 if is_first else history.weight(check.audience)
        if not check.is_sampled(weight):
            return history, check, frozenset(), raised
        try:
            added = self.store().add(key, check, weight, history.spent)
        except StaleWriteError:
            self.hot.forget(key)
            raise
        self.hot.keep(key, added, check.at)
        mine = added.recent[-1]
        return added, mine, policy.signals(added, check.at), added.raised.keys()

    def _history(self, key: str, now: datetime) -> History | None:
        if kept := self.hot.get(key, now):
            return kept
        history = self.store().get(key)
        if history:
            self.hot.keep(key, history, now)
        return history

    def _raise(
        self, key: str, batch: Batch, history: History, signals: Iterable[Signal], actor: Actor
    ) -> None:
        now = self.clock()
        for signal in sorted(signals):
            data = {
                "signal": signal,
                "signals_version": policy.SIGNALS_VERSION,
                "batch_id": batch.batch_id,
                "sku": batch.sku,
                "checks": str(history.checks),
            }
            entry = Entry(new_id("ent", now, self.entropy), SUSPECTED, key, now, data, actor=actor)
            self.store().raise_signal(key, signal, history.checks, entry)

    @on_fresh_state
    def _change_sales(
        self,
        text: str,
        at: datetime,
        change: Callable[[Sales], Sales],
        actor: Actor,
        *,
        explains: bool,
    ) -> None:
        """Records a sale or a return; a sale that is reported late may explain earlier signals."""
        if at > self.clock() + policy.CLOCK_TOLERANCE:
            raise NotYetError("The time of this sale or return is in the future.")
        code, batch = self._issued(text)
        key = key_of(code)
        history = self.store().get(key) or History()
        sales = change(history.sales)
        # Raised for later checks: a repeated check gets its first answer again.
        then = replace(history, sales=sales, checks=history.checks + 1)
        if sales != history.sales:
            explained = policy.explained(history, then) if explains else frozenset()
            self.store().put_sales(key, history.sales, sales, explained)
        signals = policy.sale_signals(then)
        self._raise(key, batch, then, signals - history.raised.keys(), actor)

    def _issued(self, text: str) -> tuple[Code, Batch]:
        symbols = normalise(text)
        keys = self.ring.get(key_id_of(symbols))
        code = read(symbols, keys) if keys else None
        batch = self.book.find(code.key_id, code.serial) if code else None
        if code is None or batch is None:
            raise NotOurCodeError("No such code was ever issued.")
        return code, batch

    def _asked(self, text: str, visitor: str) -> Answer | Asked:
        """What a visitor asks about; the answer, if it needs no history."""
        try:
            symbols = normalise(text)
        except MistypedError as error:
            return self._mistyped(text, error)
        keys = self.ring.get(key_id_of(symbols))
        code = read(symbols, keys) if keys else None
        batch = self.book.find(code.key_id, code.serial) if code else None
        if keys is None or code is None or batch is None or not policy.is_issued(batch):
            return self._not_issued(symbols, is_forged=code is None)
        # A visitor who returns after the hash's key changed is the same visitor.
        period = references.period_of(self.clock())
        check_ids = tuple(
            references.check_id(visitor, symbols, keys, each) for each in (period, period - 1)
        )
        return Asked(symbols, code, keys, batch, check_ids)

    def _mistyped(self, text: str, error: MistypedError) -> Answer:
        return Answer(
            verdict=Verdict.MISTYPED,
            code=text.strip()[:_MOST_SHOWN],
            reference=self._unrecorded(error.slip),
            reasons=(error.slip,),
            place=int(error.facts.get("place", 0)),
        )

    def _not_issued(self, symbols: str, *, is_forged: bool) -> Answer:
        reference = self._unrecorded(Verdict.NOT_ISSUED)
        return Answer(Verdict.NOT_ISSUED, shown(symbols), reference, is_forged=is_forged)

    def _unrecorded(self, what: str) -> str:
        key_id = self.ring.oldest
        keys = self.ring.get(key_id)
        if keys is None:
            raise ConfigurationError("The ring has no key of its oldest id.", key_id=key_id)
        return references.unrecorded(_NUMBERS[what], self.clock(), key_id, keys)
