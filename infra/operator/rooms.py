"""The rooms that operators' commands need, on a stack's own resources."""

import secrets

from aftercare.authenticity.keys import KeyRing
from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.store import CheckStore
from aftercare.batches.service import BatchBook, BatchService
from aftercare.batches.store import BatchStore
from aftercare.kernel.aws import client
from aftercare.kernel.clock import utc_now
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.points.journal import Journal
from aftercare.points.night.store import NightStore
from aftercare.points.rules import published
from aftercare.points.service import PointsService
from aftercare.points.store import PointsStore
from infra.operator.target import Target


def batches(stack: Target) -> BatchService:
    return BatchService(BatchStore(stack.output("BatchesTable")), utc_now, secrets.randbits)


def code_keys(stack: Target) -> str:
    """The secret of the code keys, as JSON; it stays in this process."""
    found = client("secretsmanager").get_secret_value(SecretId=stack.output("CodeKeysSecret"))
    return found["SecretString"]


def checks(stack: Target) -> AuthenticityService:
    """Codes and their histories."""
    ring = KeyRing(lambda: code_keys(stack), utc_now)
    book = BatchBook(BatchStore(stack.output("BatchesTable")).changes, utc_now)
    store = CheckStore(stack.output("AuthenticityTable"))
    return AuthenticityService(ring, book, lambda: store, utc_now, secrets.randbits)


def points(stack: Target) -> PointsService:
    """Members' points."""
    members = member_service(MembersConfig(stack.output("MembersTable")))
    store = PointsStore(stack.output("PointsTable"))
    journal = Journal(store, members, published(), utc_now, secrets.randbits)
    return PointsService(journal, members, order_service(OrdersConfig(stack.output("OrdersTable"))))


def runs(stack: Target) -> NightStore:
    """The records of the nights."""
    return NightStore(stack.output("PointsTable"))
