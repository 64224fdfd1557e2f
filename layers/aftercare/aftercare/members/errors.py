"""What can be wrong with a member or with what the shop says of one."""

from aftercare.kernel.errors import InvalidError, NotFoundError


class MemberNotFoundError(NotFoundError):
    """There is no such member; the same for everybody who asks."""

    code = "member_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such member.")


class MemberEventInvalidError(InvalidError):
    """The shop's event lacks something or says something impossible."""

    code = "member_event_invalid"
