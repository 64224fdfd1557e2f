"""Somebody who works here, and their roles."""

from enum import StrEnum
from typing import NamedTuple, Protocol

from aftercare.kernel import actor
from aftercare.kernel.actor import Actor


class Role(StrEnum):
    """What somebody is here for; the matrix says what they may do."""

    AGENT = "agent"
    LEAD = "lead"
    QA = "qa"
    WAREHOUSE = "warehouse"
    STORE = "store"
    AUDITOR = "auditor"


class Member(NamedTuple):
    """One person with the roles that they have now."""

    staff_id: str
    name: str
    email: str
    roles: frozenset[Role]

    @property
    def actor(self) -> Actor:
        """As whom this person appears in timelines."""
        return actor.staff(self.staff_id)


class Handed(NamedTuple):
    """That a customer handed a return over to a colleague: only the desk says so."""

    to: Actor
    return_id: str


class ReadTrail(Protocol):
    """Writes down what a member is about to see, or raises; see `AuditTrail`."""

    def record_read(self, member: Member, subject: str) -> None: ...

    def record_look(self, member: Member, subject: str) -> None: ...
