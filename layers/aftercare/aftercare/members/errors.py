"""Errors about members and the shop's member events."""

from aftercare.kernel.errors import InvalidError, NotFoundError


class MemberNotFoundError(NotFoundError):
    """There is no such member; every caller gets the same answer."""

    code = "member_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such member.")


class MemberEventInvalidError(InvalidError):
    """A field of the shop's event is missing or not what it must be."""

    code = "member_event_invalid"
