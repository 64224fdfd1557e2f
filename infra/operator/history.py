"""Shows a code's history, or clears what raised doubt about it: `make history CODE=… [CLEAR=…]`."""

import getpass
from collections.abc import Mapping

from aftercare.authenticity.model import Check, History
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.batches.model import Batch
from infra.local.settings import StackError
from infra.operator.target import target, tell

USAGE = 'Say which: make history CODE=XXXX-XXXX-XXXX-XXXX [CLEAR="why" WHO=who].'
_LONGEST = 200


def history(settings: Mapping[str, str]) -> None:
    """Clear the code, if that is asked for and why; then show what is known of it."""
    code, why = settings.get("CODE", "").strip(), settings.get("CLEAR", "").strip()
    if not code or len(why) > _LONGEST:
        raise StackError(USAGE)
    stack = target(settings)
    places = AuthenticityConfig(
        stack.output("AuthenticityTable"), stack.output("BatchesTable"), "CodeKeysSecret"
    )
    service = authenticity_service(places, read_keys=stack.secret)
    if why:
        service.clear(code, who=settings.get("WHO", "").strip() or getpass.getuser(), why=why)
    print(shown(*service.history_of(code)))


def shown(batch: Batch, found: History) -> str:
    """The history, a line for each thing said of it; the newest check last."""
    doubts = [f"{signal} (at check {place})" for signal, place in sorted(found.raised.items())]
    sales = found.sales
    facts = {
        "Batch": f"{batch.batch_id} {batch.status}",
        "Product": batch.product or batch.sku,
        "Checks": f"{found.checks:,}, of customers {found.customer_checks:,}",
        "Sold": f"{sales.last_sold_at:%Y-%m-%d %H:%M} UTC" if sales.last_sold_at else "",
        "Returned": f"{sales.returned_at:%Y-%m-%d %H:%M} UTC" if sales.returned_at else "",
        "Doubt": ", ".join(doubts) or "none",
        "Cleared": f"after check {found.cleared:,}" if found.cleared else "",
    }
    lines = [f"{name:9}  {value}" for name, value in facts.items() if value]
    return "\n".join(lines + [f"{_place(check):9}  {_told(check)}" for check in found.recent])


def _place(check: Check) -> str:
    return f"#{check.place:,}"


def _told(check: Check) -> str:
    who = f"store {check.store_id}" if check.store_id else check.audience
    stands_for = f", for {check.weight}" if check.weight > 1 else ""
    return f"{check.at:%Y-%m-%d %H:%M} UTC  {check.country or '--'}  {who}{stands_for}"


if __name__ == "__main__":
    tell(history)
