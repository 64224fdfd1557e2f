"""Explains what a policy says of an order, and whose answer another version would change."""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from aftercare.kernel.clock import utc_now
from aftercare.kernel.rulebook import RulesInvalidError
from aftercare.orders.model import Order, is_order_number, normalised_order_number
from aftercare.returns import policies
from aftercare.returns.explaining import explained
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.policies import published, read_policy
from aftercare.returns.policy import Facts, LineDecision, Policy, decide
from aftercare.returns.reasons import Reason
from infra.local.settings import StackError
from infra.operator.returns import explaining, stored_returns
from infra.operator.screening import noticed
from infra.operator.verdicts import answer, asked_at, explanation, sources

FOLDER = Path(policies.__file__).parent


class Change(NamedTuple):
    """A line whose answer is another one under the new version; none if that does not cover it."""

    ret: Return
    line: ReturnLine
    before: LineDecision
    after: LineDecision | None


def explain(arguments: Namespace) -> None:
    """Print every verdict on the order's lines, as if the customer asked now or on a day."""
    number = normalised_order_number(arguments.order)
    if not is_order_number(number):
        raise StackError(f"{arguments.order!r} is not an order number: ORDER=PM-2026-10001.")
    service = explaining(arguments)
    case = service.case(number)
    if case.order.version is None:
        raise StackError(f"No event of the order {number} has arrived.")
    decided = explained(
        case,
        asked_at(arguments.on, case.zone, utc_now()),
        lines=lines_named(case.order, arguments.line),
        reasons=[Reason(arguments.reason)] if arguments.reason else (),
    )
    known = sources()
    print(explanation(case.order, decided, known))
    for line in noticed(service.returns(case.order), known):
        print(line)


def lines_named(order: Order, line_id: str) -> Sequence[str]:
    """That line of the order; none if none is named.

    Raises:
        StackError: The order has no such line.
    """
    known = [line.line_id for line in order.lines]
    if line_id and line_id not in known:
        raise StackError(f"The order has no line {line_id}, but {', '.join(known) or 'none'}.")
    return (line_id,) if line_id else ()


def diff(arguments: Namespace) -> None:
    """Print each line that the old version decided and the new one answers otherwise."""
    old, new = policy_of(arguments.old), policy_of(arguments.new)
    count = Counter[str]()
    for change in changes(stored_returns(arguments), old, new, count):
        print(shown(change))
    print(summary(arguments.old, arguments.new, count))


def policy_of(name: str) -> Policy:
    """A version as operators name it: na_online/2025-01-06, or the path of a document.

    Raises:
        StackError: There is no such version, or it can't be read.
    """
    document = FOLDER / f"{name}.toml"
    path = document if document.is_file() else Path(name)
    if not path.is_file():
        known = (f"{each.policy_id}/{each.valid_from}" for each in published().policies)
        raise StackError(f"There is no policy {name}: name a document, or {', '.join(known)}.")
    try:
        return read_policy(path.read_text("utf-8"))
    except (ValueError, RulesInvalidError) as error:
        raise StackError(f"{path} is no policy: {error}") from error


def changes(
    returns: Iterable[Return], old: Policy, new: Policy, count: Counter[str]
) -> Iterator[Change]:
    """The lines that the old version decided and the new one answers otherwise.

    `count` is filled with what was seen: `lines` decided by the old version, how many `changed`,
    and how many `without facts` can't be replayed, because an earlier version kept none.
    """
    for ret in returns:
        for line in (*ret.lines, *ret.left_out):
            if line.decision is None or not _is_by(old, line.decision):
                continue
            facts = line.decision.facts
            count["lines" if facts else "without facts"] += 1
            if facts is None:
                continue
            before, after = decide(old, facts), replayed(new, facts)
            if after is None or told(before) != told(after):
                count["changed"] += 1
                yield Change(ret, line, before, after)


def replayed(policy: Policy, facts: Facts) -> LineDecision | None:
    """The decision on those facts under that version; none if it does not cover their market."""
    return decide(policy, facts) if facts.market in policy.markets else None


def told(decision: LineDecision) -> tuple[object, ...]:
    """What of a decision reaches the customer; a rule that they pass does not."""
    return (
        decision.refusals,
        decision.last_day,
        decision.payer,
        decision.evidence,
        decision.remedies,
    )


def shown(change: Change) -> str:
    """The change; nothing personal."""
    ret, line = change.ret, change.line
    facts = change.before.facts
    place = f"{facts.market} {facts.kind}" if facts else ""
    after = answer(change.after) if change.after else f"not covered in {place.partition(' ')[0]}"
    return (
        f"{ret.ticket or 'draft'}  {ret.return_id}  line {line.line_id}  {line.reason}  {place}"
        f"  asked {change.before.as_of:%Y-%m-%d}\n"
        f"  - {answer(change.before)}\n"
        f"  + {after}"
    )


def summary(old: str, new: str, count: Counter[str]) -> str:
    """How many answers would change; the versions are called as the operator named them."""
    left_out = count["without facts"]
    rest = f" {left_out:,} others keep no facts, and can't be replayed." if left_out else ""
    changed = f"{count['changed']:,} of {count['lines']:,} answers would change."
    return f"From {old} to {new}: {changed}{rest}"


def _is_by(policy: Policy, decision: LineDecision) -> bool:
    return (decision.policy_id, decision.policy_version) == (policy.policy_id, policy.version)
