"""Messages that a seller's system sends to the desk of the running stack, as many as go."""

import secrets
import statistics

from infra.local.processes import running_stack
from infra.local.settings import from_environment
from tests.bench.tables import table
from tests.fakes.stack.crowd import Crowd, Sent
from tests.fakes.stack.till import Till

CUSTOMERS, EACH = 30, 40
RATES = (15, 30, 60)


def report() -> str:
    """What was asked for and reached, and that every message is in its ticket once."""
    facts = running_stack(from_environment())
    if facts is None:
        raise LookupError("the stack is not running: `make up` starts it.")
    till = Till(facts["portal_url"], facts["demo"]["store_key"])
    rows = [_row(till, rate) for rate in RATES]
    heads = ["asked for", "reached", "p50 ms", "p99 ms", "tried again", "messages", "lost", "twice"]
    note = "A second. One message in three is sent twice at once, and counts twice for the rate."
    return f"{table(heads, rows)}\n\n{note}"


def _row(till: Till, rate: int) -> list[object]:
    crowd = Crowd(till, f"bench-{secrets.token_hex(4)}")
    crowd.arrives(CUSTOMERS)
    sent = crowd.write(EACH * rate // max(RATES), rate)
    lost, doubled = crowd.differences()
    return [rate, f"{sent.rate:.1f}", *_times(sent), sent.again.total(), crowd.said, lost, doubled]


def _times(sent: Sent) -> list[str]:
    ranked = sorted(sent.answers)
    spread = statistics.median(ranked), ranked[int(0.99 * (len(ranked) - 1))]
    return [f"{seconds * 1000:.0f}" for seconds in spread]
