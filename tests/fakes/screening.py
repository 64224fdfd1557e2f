"""Rules of screening for tests, and what they are applied to."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from aftercare.kernel.rulebook import RuleBook
from aftercare.returns import screening_rules
from aftercare.returns.findings import ScreeningRules
from aftercare.returns.screener import Screener
from aftercare.returns.screening_rules import published
from aftercare.returns.service import ReturnService

DOCUMENT = (Path(screening_rules.__file__).parent / "2026-11-28.toml").read_text("utf-8")
RULES = published().versions[0]
_ANY_VALUE = {market: dict.fromkeys(limits, 10**12) for market, limits in RULES.limits.items()}


def rules(**changes: Any) -> ScreeningRules:
    """The published rules with these changes."""
    return replace(RULES, **changes)


# Tests share customers, who return more at one moment than anybody does in 90 days, and for more.
BOUNDLESS = RuleBook([rules(most_returns=10_000, limits=_ANY_VALUE)])


def screening_by(returns: ReturnService, version: ScreeningRules) -> ReturnService:
    """The same service under these rules alone."""
    screener = Screener(RuleBook([version]), returns.store)
    return replace(returns, screener=lambda: screener)
