"""What a visitor asks about an issued code, and how its history answers."""

from collections.abc import Callable, Set
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aftercare.authenticity import policy, references
from aftercare.authenticity.codes import Code, KeyPair, shown
from aftercare.authenticity.model import Answer, Audience, Check, Earlier, History, Signal, Verdict
from aftercare.authenticity.people import hints_of
from aftercare.batches.model import Batch

if TYPE_CHECKING:
    from aftercare.authenticity.rules import SignalRules


class Asker(NamedTuple):
    """Who checks, as far as we know. A customer's network and device are compared, not stored."""

    audience: Audience
    country: str = ""
    store_id: str = ""
    network: str = ""
    device: str = ""


class Asked(NamedTuple):
    """An issued code, and the ids of a visitor's check of it in this period and the one before."""

    symbols: str
    code: Code
    keys: KeyPair
    batch: Batch
    check_ids: tuple[str, ...]
    rules: "Callable[[], SignalRules]"

    @property
    def key(self) -> str:
        return key_of(self.code)

    def check(self, now: datetime, asker: Asker) -> Check:
        """The visitor's check of the code, as of now."""
        hints = None
        if asker.network and asker.device:
            hints = hints_of(asker.network, asker.device, self.symbols, self.keys)
        return Check(
            self.check_ids[0],
            now.replace(microsecond=0),
            asker.country,
            asker.audience,
            asker.store_id,
            standing=self.batch.status,
            hints=hints,
        )

    def answer(self, history: History, check: Check, signals: Set[Signal]) -> Answer:
        """The answer to the check, by what the history and the signals are."""
        reference = references.recorded(self.code, check.check_id, self.keys)
        answer = _answer(self.batch, history, check, signals)
        return replace(
            answer,
            code=shown(self.symbols),
            reference=reference,
            signals_version=self.rules().version,
            strength=policy.strength(set(signals) if answer.reasons else set(), self.rules()),
        )

    def answer_again(self, history: History, check: Check) -> Answer:
        """The answer to a check that was made earlier: its own count, and what is known today."""
        then, told = history.as_of(check), history.told(check)
        answer = self.answer(then, check, policy.signals(history, self.rules()))
        batch = replace(self.batch, status=check.standing)
        earlier = Earlier(
            policy.verdict(batch, then, check, told),
            check.at,
            history.customer_checks - then.customer_checks,
            policy.strength(told, self.rules()) if told else None,
        )
        is_same = (earlier.verdict, earlier.strength) == (answer.verdict, answer.strength)
        is_news = earlier.customer_checks_since > 0 or not is_same
        return replace(answer, earlier=earlier) if is_news else answer


def _answer(batch: Batch, history: History, check: Check, signals: Set[Signal]) -> Answer:
    first = history.first_by_customer if check.by_customer else history.first
    verdict = policy.verdict(batch, history, check, signals)
    return Answer(
        verdict=verdict,
        batch=batch,
        checks=history.checks,
        customer_checks=history.customer_checks,
        first_checked_at=first.at if first else None,
        first_checked_in=first.country if first else "",
        # A recalled or blocked batch has other reasons than signals of copying.
        reasons=tuple(sorted(signals)) if verdict is Verdict.SUSPECT else (),
        is_estimate=history.is_hot,
        customers_estimated=history.is_sampled(Audience.CUSTOMER),
        sales=history.sales,
    )


def key_of(code: Code) -> str:
    """The key of the code's history, from which the code cannot be made."""
    return f"{code.key_id:02d}-{code.serial:010d}"
