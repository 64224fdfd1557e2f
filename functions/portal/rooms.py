"""The rooms that the portal's pages use, each built when a page first needs it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftercare.access.service import AccessService
    from aftercare.evidence.service import EvidenceService
    from aftercare.labels.service import LabelService
    from aftercare.members.service import MemberService
    from aftercare.orders.service import OrderService
    from aftercare.points.service import PointsService
    from aftercare.returns.service import ReturnService

# The imports are inside: a page that needs no table loads no SDK.


def orders() -> "OrderService":
    from aftercare import assembly  # noqa: PLC0415

    return assembly.orders()


def evidence() -> "EvidenceService":
    from aftercare import assembly  # noqa: PLC0415

    return assembly.evidence()


def returns() -> "ReturnService":
    from aftercare import assembly  # noqa: PLC0415

    return assembly.returns()


def access() -> "AccessService":
    from aftercare import assembly  # noqa: PLC0415

    return assembly.access()


def labels() -> "LabelService":
    from aftercare import assembly  # noqa: PLC0415

    return assembly.labels()


def members() -> "MemberService":
    from aftercare import points_assembly  # noqa: PLC0415

    return points_assembly.members()


def points() -> "PointsService":
    from aftercare import points_assembly  # noqa: PLC0415

    return points_assembly.points()


def signing_key() -> bytes:
    """The key that signs cookies and derives codes."""
    from aftercare import assembly  # noqa: PLC0415

    return assembly.signing_key()
