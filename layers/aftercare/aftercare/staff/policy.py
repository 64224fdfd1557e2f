"""Which roles may do what: asked by every verb of staff before it reads anything."""

from aftercare.staff import matrix
from aftercare.staff.errors import NotPermittedError
from aftercare.staff.model import Member


def may(member: Member, verb: str) -> bool:
    """Whether a role of that person may do it; nobody may do what the matrix does not name."""
    return bool(member.roles & matrix.published().get(verb, frozenset()))


def require(member: Member, verb: str) -> None:
    """Lets pass who may do it.

    Raises:
        NotPermittedError: None of their roles may.
    """
    if not may(member, verb):
        raise NotPermittedError("Your role does not allow this.", verb=verb)


def verbs_of(member: Member) -> frozenset[str]:
    """Everything that the person may do, for pages, which hide the rest."""
    return frozenset(verb for verb in matrix.published() if may(member, verb))
