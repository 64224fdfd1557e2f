"""Shows holds, of a member or of all, and releases one whose till or key is gone."""

import gzip
import re
from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import timedelta
from json import loads
from pathlib import Path

from aftercare.kernel.clock import utc_now
from aftercare.kernel.due.model import SHARDS
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.due.wiring import DueConfig, due_store
from aftercare.points.holding import Hold, HoldService
from aftercare.points.ledger import HOLD_DUE
from aftercare.points.model import Account, total
from aftercare.points.request import Caller
from aftercare.points.store import PointsStore
from aftercare.points.wiring import PointsConfig, hold_service, points_service
from infra.local.settings import StackError
from infra.operator.asking import actor_of, confirm
from infra.operator.target import Target, target

_FAR = timedelta(days=3660)
_ACCOUNT = re.compile(r'"sk"\s*:\s*\{\s*"S"\s*:\s*"ACCOUNT"')


def show(arguments: Namespace) -> None:
    """Print the member's holds."""
    _show(target(arguments), arguments.member)


def every(arguments: Namespace) -> None:
    """Print the holds of all members, the oldest first."""
    stack = target(arguments)
    due = due_store(DueConfig(stack.output("DueTable")))
    holds = hold_service(_tables(stack))
    found = [
        (hold, member_id) for member_id in members_in(due) for hold in holds.of_member(member_id)
    ]
    for hold, member_id in sorted(found, key=lambda each: each[0].made_at):
        print(f"{member_id}  {line_of(hold)}")
    print(f"{len(found):,} holds.")


def release(arguments: Namespace) -> None:
    """Release the hold as its client would, then print those that are left."""
    member_id, (client_id, hold_id) = arguments.member, owner_of(arguments.hold)
    stack = target(arguments)
    service = points_service(_tables(stack))
    service.members.get(member_id)
    confirm(arguments, stack, f"release the hold {hold_id} of {client_id} on {member_id}'s points")
    service.release(member_id, Caller(client_id), hold_id, actor=actor_of(arguments))
    _show(stack, member_id)


def date(arguments: Namespace) -> None:
    """Give an end to each hold that has none, of the members in an export of the points table."""
    stack = target(arguments)
    members = endless_in(_lines(Path(arguments.export)))
    confirm(arguments, stack, f"give an end to the holds of {len(members):,} members")
    holds = hold_service(_tables(stack))
    for member_id in members:
        holds.end_due(member_id, actor=actor_of(arguments))
    print(f"{len(members):,} members.")


def members_in(due: DueStore) -> list[str]:
    """The members of whom some hold has an end ahead, or has just ended."""
    far = utc_now() + _FAR
    timers = (timer for shard in range(SHARDS) for few in due.due(shard, far) for timer in few)
    return sorted({timer.subject for timer in timers if timer.event == HOLD_DUE})


def endless_in(lines: Iterable[str]) -> list[str]:
    """The members with a hold that has no end, in the lines of an export."""
    accounts = (
        PointsStore.exported(loads(line)["Item"]) for line in lines if _ACCOUNT.search(line)
    )
    return sorted(
        account.member_id
        for account in accounts
        if isinstance(account, Account) and account.holds.keys() - account.ends.keys()
    )


def owner_of(operation_id: str) -> tuple[str, str]:
    """The client of the hold, and the client's own name for it.

    Raises:
        StackError: This is not the name of a hold.
    """
    kind, _, rest = operation_id.partition("#")
    client_id, _, hold_id = rest.partition("#")
    if kind != "hold" or not client_id or not hold_id:
        raise StackError("A hold is named hold#<client>#<hold>, as `holds show` prints it.")
    return client_id, hold_id


def line_of(hold: Hold) -> str:
    """The hold, its points, their due days, and its time."""
    days = ", ".join(f"{points:,} through {due}" for due, points in sorted(hold.lots.items()))
    until = f"until {hold.until:%Y-%m-%d}" if hold.until else "without an end"
    since = f"held since {hold.made_at:%Y-%m-%d} {until}"
    return f"{hold.hold_id}  {total(hold.lots):,} points: {days}; {since}"


def _show(stack: Target, member_id: str) -> None:
    holds: HoldService = hold_service(_tables(stack))
    holds.journal.members.get(member_id)
    print("\n".join(map(line_of, holds.of_member(member_id))) or "No holds.")


def _tables(stack: Target) -> PointsConfig:
    return PointsConfig(
        points_table=stack.output("PointsTable"),
        members_table=stack.output("MembersTable"),
        orders_table=stack.output("OrdersTable"),
        due_table=stack.output("DueTable"),
    )


def _lines(folder: Path) -> Iterator[str]:
    paths = sorted(folder.rglob("*.json.gz"))
    if not paths:
        raise StackError(f"There are no .json.gz files below {folder}.")
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines
