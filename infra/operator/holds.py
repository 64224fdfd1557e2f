"""Shows a member's holds, or releases one whose till or key is gone."""

from argparse import Namespace

from aftercare.points.model import Account, Lots, total
from aftercare.points.request import Caller
from aftercare.points.service import PointsService
from aftercare.points.wiring import PointsConfig, points_service
from infra.local.settings import StackError
from infra.operator.asking import actor_of, confirm
from infra.operator.target import Target, target


def show(arguments: Namespace) -> None:
    """Print the member's holds."""
    _show(_points(target(arguments)), arguments.member)


def release(arguments: Namespace) -> None:
    """Release the hold as its client would, then print those that are left."""
    member_id, (client_id, hold_id) = arguments.member, owner_of(arguments.hold)
    stack = target(arguments)
    service = _points(stack)
    service.members.get(member_id)
    confirm(arguments, stack, f"release the hold {hold_id} of {client_id} on {member_id}'s points")
    service.release(member_id, Caller(client_id), hold_id, actor=actor_of(arguments))
    _show(service, member_id)


def _show(service: PointsService, member_id: str) -> None:
    service.members.get(member_id)
    print(shown(service.journal.store.account(member_id)))


def _points(stack: Target) -> PointsService:
    tables = PointsConfig(
        points_table=stack.output("PointsTable"),
        members_table=stack.output("MembersTable"),
        orders_table=stack.output("OrdersTable"),
    )
    return points_service(tables)


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


def shown(account: Account) -> str:
    """A line per hold: the points, and their due days."""
    lines = [f"{hold_id}  {_line(lots)}" for hold_id, lots in sorted(account.holds.items())]
    return "\n".join(lines) or "No holds."


def _line(lots: Lots) -> str:
    days = ", ".join(f"{points:,} through {due}" for due, points in sorted(lots.items()))
    return f"{total(lots):,} points: {days}"
