"""Checks codes: answers each check, counts it once, and raises signals of copying."""

from collections.abc import Callable, Iterable, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aftercare.authenticity import policy, references, unrecorded
from aftercare.authenticity.asked import Asked, Asker, key_of
from aftercare.authenticity.codes import (
    Code,
    MistypedError,
    key_id_of,
    normalise,
    read,
)
from aftercare.authenticity.decisions import CodeDecisions
from aftercare.authenticity.errors import NotOurCodeError, ReferenceNotFoundError
from aftercare.authenticity.hot import HotCodes
from aftercare.authenticity.keys import KeyRing
from aftercare.authenticity.model import (
    Answer,
    Audience,
    Check,
    CheckRecord,
    History,
    Signal,
    Strength,
)
from aftercare.authenticity.sales import Trade, TradeKind
from aftercare.batches.model import Batch
from aftercare.batches.service import BatchBook
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import (
    BusyError,
    NewerDataError,
    StaleWriteError,
    UnavailableError,
)
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry

if TYPE_CHECKING:
    from aftercare.authenticity.history_store import HistoryStore
    from aftercare.authenticity.rules import DatedRules, SignalRules
    from aftercare.authenticity.store import CheckStore
    from aftercare.kernel.rulebook import RuleBook

SUSPECTED = "authenticity.suspected"
_NO_SUCH_CHECK = "There is no check with this reference. Is it complete?"


def _published() -> "RuleBook[DatedRules]":
    from aftercare.authenticity.rules import published  # noqa: PLC0415 - as the store

    return published()


class _Counted(NamedTuple):
    """A check and its code's history; `told` are the signals that its answer tells of."""

    history: History
    check: Check
    told: frozenset[Signal]
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class AuthenticityService:
    """Answers checks. The first code that was really issued opens the store."""

    ring: KeyRing
    book: BatchBook
    store: Callable[[], "CheckStore"]
    histories: Callable[[], "HistoryStore"]
    clock: Clock
    entropy: Entropy
    hot: HotCodes = field(default_factory=HotCodes)
    rules: Callable[[], "RuleBook[DatedRules]"] = _published

    def check(
        self,
        text: str,
        *,
        visitor: str,
        audience: Audience,
        country: str = "",
        store_id: str = "",
        network: str = "",
        device: str = "",
        actor: Actor,
    ) -> Answer:
        """The verdict of the code's history, this check included (R-AUT-01).

        A visitor (one browser session, one request of a store) counts once for a code, so a retry
        is safe: it keeps its count, and tells what is known by then (R-AUT-03). A code that was
        mistyped, forged or never issued is answered from keys and batches alone and is not
        recorded. Past 50 checks counts are sampled.
        """
        asked = self._asked(text, visitor)
        if isinstance(asked, Answer):
            return asked
        asker = Asker(audience, country, store_id, network, device)
        counted = self._count(asked, asked.check(self.clock(), asker))
        self._raise_missing(asked.key, asked.batch, counted.history, actor)
        if counted.is_repeat:
            return asked.answer_again(counted.history, counted.check)
        return asked.answer(counted.history, counted.check, counted.told)

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
            return asked.answer_again(history, earlier)
        check = asked.check(self.clock(), Asker(Audience.CUSTOMER))
        is_left_out = not check.is_sampled(history.weight(Audience.CUSTOMER))
        signals = policy.signals(history, asked.rules())
        return asked.answer(history, check, signals) if is_left_out else None

    def look_up(self, reference: str, *, of_store: str | None = None) -> CheckRecord:
        """The record of the check with that reference, for support (R-AUT-12).

        With `of_store` only a check that this store made; what was not recorded, and so names no
        code, is anybody's who has the reference.

        Raises:
            ReferenceNotFoundError: There was no such check, or it is another store's.
            NewerDataError: A newer version issued the reference.
        """
        reference = references.in_one_spelling(reference)
        content = references.read(reference, self.ring)
        if isinstance(content, references.Unrecorded):
            if content.what not in unrecorded.OUTCOMES:
                raise NewerDataError("reference")
            return CheckRecord(reference, unrecorded.OUTCOMES[content.what], content.at)
        history = self.histories().get(key_of(content.code)) if content else None
        batch = self.book.find(content.code.key_id, content.code.serial) if content else None
        if content is None or history is None or batch is None:
            raise ReferenceNotFoundError(_NO_SUCH_CHECK)
        check = history.find_by_start(content.check_id_start)
        signals = self.signals(batch, history)
        if not _may_see(check, of_store) or (check is None and content.is_short):
            raise ReferenceNotFoundError(_NO_SUCH_CHECK)
        if check is None:
            return CheckRecord(
                reference, "", None, batch=batch, history=history, reasons=signals, signals=signals
            )
        then, told = history.as_of(check), history.told(check)
        verdict = policy.verdict(replace(batch, status=check.standing), then, check, told)
        return CheckRecord(reference, verdict, check.at, check, batch, then, told, signals)

    def history_of(self, text: str) -> tuple[Batch, History]:
        """A code's batch and history, for operators; this is not counted as a check.

        Raises:
            MistypedError, NotOurCodeError: No such code was issued.
        """
        code, batch = self._issued(text)
        return batch, self.store().get(key_of(code)) or History()

    def signals(self, batch: Batch, history: History) -> frozenset[Signal]:
        """The signals of such a code by the rules of today (R-AUT-09)."""
        return policy.signals(history, self._rules(batch))

    def strength(self, batch: Batch, signals: Set[Signal]) -> Strength | None:
        """How strong a sign of copies they are; none if there are no signals (R-AUT-19)."""
        return policy.strength(signals, self._rules(batch))

    def clear(self, text: str, *, why: str, actor: Actor) -> None:
        """Withdraws the signals of a code whose product somebody has examined and found genuine.

        Later checks may raise signals again; earlier ones do not. It closes the code's case. A code
        without signals or an open case does not change, so a repeat is harmless.

        Raises:
            MistypedError, NotOurCodeError: No such code was issued.
        """
        code, batch = self._issued(text)
        decisions = CodeDecisions(self.store, self.clock, self.entropy, self._rules)
        decisions.clear(key_of(code), batch, why=why, actor=actor)
        self.hot.forget(key_of(code))

    def record_sale(
        self, text: str, at: datetime, *, actor: Actor, order_number: str = ""
    ) -> frozenset[Signal]:
        """Marks the code sold; repeated, late and reordered reports are one (R-AUT-15).

        All reports of one order are one sale, whatever their times. Returns the signals that this
        has raised, each once.

        Raises:
            MistypedError, NotOurCodeError: No such code was issued.
            NotYetError, TooEarlyError: The time is in the future, or before 2010.
        """
        sale = Trade(at.replace(microsecond=0), TradeKind.SOLD)
        return self._add_trade(text, sale, actor, order_number)

    def record_return(self, text: str, at: datetime, *, actor: Actor) -> frozenset[Signal]:
        """Marks the code returned to a store; repeated, late and reordered reports do no harm.

        Returns the signals that this has raised, each once.

        Raises:
            MistypedError, NotOurCodeError: No such code was issued.
            NotYetError, TooEarlyError: The time is in the future, or before 2010.
        """
        return self._add_trade(text, Trade(at.replace(microsecond=0), TradeKind.RETURNED), actor)

    @on_fresh_state
    def _count(self, asked: Asked, check: Check) -> _Counted:
        """Counts the check, unless it is a repeat or outside the sample."""
        key, rules = asked.key, asked.rules()
        history = self._history(key, check.at)
        if history is None:
            check = replace(check, told=frozenset())
            opened = self.histories().open(key, check)
            return _Counted(opened, opened.recent[-1], frozenset())
        if earlier := history.find(asked.check_ids):
            return _Counted(history, earlier, history.told(earlier), is_repeat=True)
        is_first = check.by_customer and history.first_by_customer is None
        weight = 1 if is_first else history.weight(check.audience)
        if not check.is_sampled(weight):
            return _Counted(history, check, policy.signals(history, rules))
        # Checks of the same moment do not see each other; the next one sees them all.
        told = policy.signals(history.including(check, weight), rules)
        try:
            added = self.histories().add(key, replace(check, told=told), weight, history.spent)
        except StaleWriteError:
            self.hot.forget(key)
            raise
        self.hot.keep(key, added, check.at)
        return _Counted(added, added.recent[-1], told)

    def _history(self, key: str, now: datetime) -> History | None:
        if kept := self.hot.get(key, now):
            return kept
        history = self.histories().get(key)
        if history:
            self.hot.keep(key, history, now)
        return history

    def _raise_missing(self, key: str, batch: Batch, history: History, actor: Actor) -> None:
        """Tells the bus of signals; what cannot be stored now is raised by the next check."""
        if missing := self.signals(batch, history) - history.raised.keys():
            with suppress(BusyError, UnavailableError):
                self._raise(key, batch, history, missing, actor)
            self.hot.forget(key)

    def _raise(
        self, key: str, batch: Batch, history: History, signals: Iterable[Signal], actor: Actor
    ) -> frozenset[Signal]:
        """Tells the bus of those signals; returns those that nobody else has told."""
        now, new, rules = self.clock(), set[Signal](), self._rules(batch)
        for signal in sorted(signals):
            data = {
                "signal": signal,
                "signals_version": rules.version,
                "strength": str(policy.strength({signal}, rules)),
                "batch_id": batch.batch_id,
                "sku": batch.sku,
                "checks": str(history.checks),
            }
            entry = Entry(new_id("ent", now, self.entropy), SUSPECTED, key, now, data, actor=actor)
            is_strong = policy.strength({signal}, rules) is Strength.STRONG
            opens = batch.sku if is_strong else ""
            if self.store().raise_signal(key, signal, history.checks, entry, opens=opens):
                new.add(signal)
        return frozenset(new)

    @on_fresh_state
    def _add_trade(
        self, text: str, trade: Trade, actor: Actor, order_number: str = ""
    ) -> frozenset[Signal]:
        """Records a sale or a return; one that is reported late may explain signals."""
        policy.check_moment(trade.at, self.clock())
        code, batch = self._issued(text)
        if order_number and (keys := self.ring.get(code.key_id)):
            trade = replace(trade, order_id=references.order_id(order_number, code, keys))
        key = key_of(code)
        history = self.store().get(key) or History()
        sales = history.sales.including(trade)
        then = replace(history, sales=sales)
        if sales != history.sales:
            explained = policy.withdrawn(history, then, self._rules(batch))
            self.store().put_sales(key, history.sales, sales, explained)
            self.hot.forget(key)
        # As if by the next check: an earlier version tells them to later ones alone.
        raised = replace(then, checks=history.checks + 1)
        missing = self.signals(batch, then) - history.raised.keys()
        return self._raise(key, batch, raised, missing, actor)

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
            return unrecorded.mistyped(text, visitor, error, self.ring, self.clock())
        keys = self.ring.get(key_id_of(symbols))
        code = read(symbols, keys) if keys else None
        batch = self.book.find(code.key_id, code.serial) if code else None
        if keys is None or code is None or batch is None or not policy.is_issued(batch):
            is_forged = code is None
            return unrecorded.not_issued(
                symbols, visitor, self.ring, self.clock(), is_forged=is_forged
            )
        # A visitor who returns after the hash's key changed is the same visitor.
        period = references.period_of(self.clock())
        check_ids = tuple(
            references.check_id(visitor, symbols, keys, each) for each in (period, period - 1)
        )
        return Asked(symbols, code, keys, batch, check_ids, lambda: self._rules(batch))

    def _rules(self, batch: Batch) -> "SignalRules":
        return self.rules().in_force(self.clock().date()).of(batch.sku)


def _may_see(check: Check | None, of_store: str | None) -> bool:
    return of_store is None or (check is not None and check.store_id == of_store)
