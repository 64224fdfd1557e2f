"""What a visitor asks about an issued code, and how its history answers."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from aftercare.authenticity import policy, references
from aftercare.authenticity.codes import Code, KeyPair, shown
from aftercare.authenticity.model import Answer, Audience, Check, History, Verdict
from aftercare.batches.model import Batch


class Asked(NamedTuple):
    """An issued code, and the ids of a visitor's check of it in this period and the one before."""

    symbols: str
    code: Code
    keys: KeyPair
    batch: Batch
    check_ids: tuple[str, ...]

    @property
    def key(self) -> str:
        return key_of(self.code)

    def check(self, now: datetime, country: str, audience: Audience, store_id: str = "") -> Check:
        """The visitor's check of the code, as of now."""
        at, standing = now.replace(microsecond=0), self.batch.status
        return Check(self.check_ids[0], at, country, audience, store_id, standing=standing)

    def answer(self, history: History, check: Check) -> Answer:
        reference = references.recorded(self.code, check.check_id, self.keys)
        answer = _answer(self.batch, history, check)
        return replace(answer, code=shown(self.symbols), reference=reference)


def _answer(batch: Batch, history: History, check: Check) -> Answer:
    first = history.first_by_customer if check.by_customer else history.first
    verdict = policy.verdict(batch, history, check)
    return Answer(
        verdict=verdict,
        batch=batch,
        checks=history.checks,
        customer_checks=history.customer_checks,
        first_checked_at=first.at if first else None,
        first_checked_in=first.country if first else "",
        # A recalled or blocked batch has other reasons than signals of copying.
        reasons=tuple(sorted(history.raised)) if verdict is Verdict.SUSPECT else (),
        signals_version=policy.SIGNALS_VERSION,
        is_estimate=history.is_hot,
        customers_estimated=history.is_sampled(Audience.CUSTOMER),
    )


def key_of(code: Code) -> str:
    """The key of the code's history, from which the code cannot be made."""
    return f"{code.key_id:02d}-{code.serial:010d}"
