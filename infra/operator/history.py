"""Shows a code's history, or withdraws the suspicion about it."""

from argparse import Namespace
from collections.abc import Set

from aftercare.authenticity.model import Check, History, Signal
from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.batches.model import Batch
from infra.local.settings import StackError
from infra.operator.asking import actor_of, confirm
from infra.operator.target import Target, target

_LONGEST_REASON = 200


def show(arguments: Namespace) -> None:
    """Print the code's history; this is not counted as a check."""
    _print(_authenticity(target(arguments)), arguments.code)


def clear(arguments: Namespace) -> None:
    """Withdraw the suspicion, then print the history."""
    code, why = arguments.code.strip(), arguments.why.strip()
    if not 0 < len(why) <= _LONGEST_REASON:
        raise StackError(f"The reason has 1 to {_LONGEST_REASON} characters: WHY=…, or --why.")
    stack = target(arguments)
    service = _authenticity(stack)
    signals = ", ".join(sorted(service.signals(*service.history_of(code)))) or "none"
    confirm(arguments, stack, f"withdraw the suspicion about {code} (signals: {signals})")
    service.clear(code, why=why, actor=actor_of(arguments))
    _print(service, code)


def _authenticity(stack: Target) -> AuthenticityService:
    config = AuthenticityConfig(
        stack.output("AuthenticityTable"), stack.output("BatchesTable"), "CodeKeysSecret"
    )
    return authenticity_service(config, read_keys=stack.secret)


def _print(service: AuthenticityService, code: str) -> None:
    batch, history = service.history_of(code)
    print(shown(batch, history, service.signals(batch, history)))


def shown(batch: Batch, history: History, signals: Set[Signal]) -> str:
    """The history, a line per fact; the newest check last."""
    doubts = sorted(signals)
    sales = history.sales
    facts = {
        "Batch": f"{batch.batch_id} {batch.status}",
        "Product": batch.product or batch.sku,
        "Checks": f"{history.checks:,}, of customers {history.customer_checks:,}",
        "Sold": f"{sales.last_sold_at:%Y-%m-%d %H:%M} UTC" if sales.last_sold_at else "",
        "Returned": f"{sales.returned_at:%Y-%m-%d %H:%M} UTC" if sales.returned_at else "",
        "Doubt": ", ".join(doubts) or "none",
        "Cleared": f"after check {history.cleared:,}" if history.cleared else "",
    }
    lines = [f"{name:9}  {value}" for name, value in facts.items() if value]
    return "\n".join(lines + [f"{_place(check):9}  {_line(check)}" for check in history.recent])


def _place(check: Check) -> str:
    return f"#{check.place:,}"


def _line(check: Check) -> str:
    who = f"store {check.store_id}" if check.store_id else check.audience
    stands_for = f", for {check.weight}" if check.weight > 1 else ""
    return f"{check.at:%Y-%m-%d %H:%M} UTC  {check.country or '--'}  {who}{stands_for}"
