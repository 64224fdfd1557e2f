"""Shows a member's holds, or releases one whose system is gone: `make holds MEMBER=mem_…`."""

import getpass
from collections.abc import Mapping

from aftercare.kernel.actor import operator
from aftercare.points.model import Account, Lots, total
from aftercare.points.request import Caller
from aftercare.points.service import PointsService
from aftercare.points.wiring import PointsConfig, points_service
from infra.local.settings import StackError
from infra.operator.target import Target, target, tell

USAGE = "Whose holds? make holds MEMBER=mem_… [RELEASE=hold#<client>#<hold>]."


def holds(settings: Mapping[str, str]) -> None:
    """Release the hold that RELEASE names, then show those that are left."""
    member_id, named = settings.get("MEMBER", "").strip(), settings.get("RELEASE", "").strip()
    if not member_id:
        raise StackError(USAGE)
    service = _points(target(settings))
    service.members.get(member_id)
    if named:
        client_id, hold_id = owner_of(named)
        service.release(member_id, Caller(client_id), hold_id, actor=operator(getpass.getuser()))
    print(shown(service.journal.store.account(member_id)))


def _points(stack: Target) -> PointsService:
    tables = PointsConfig(
        points_table=stack.output("PointsTable"),
        members_table=stack.output("MembersTable"),
        orders_table=stack.output("OrdersTable"),
    )
    return points_service(tables)


def owner_of(operation_id: str) -> tuple[str, str]:
    """The client of the hold, and the client's own name for it."""
    kind, _, rest = operation_id.partition("#")
    client_id, _, hold_id = rest.partition("#")
    if kind != "hold" or not client_id or not hold_id:
        raise StackError(USAGE)
    return client_id, hold_id


def shown(account: Account) -> str:
    """A line for each hold: its points by due day."""
    lines = [f"{hold_id}  {_points_of(lots)}" for hold_id, lots in sorted(account.holds.items())]
    return "\n".join(lines) or "No holds."


def _points_of(lots: Lots) -> str:
    days = ", ".join(f"{points:,} through {due}" for due, points in sorted(lots.items()))
    return f"{total(lots):,} points: {days}"


if __name__ == "__main__":
    tell(holds)
