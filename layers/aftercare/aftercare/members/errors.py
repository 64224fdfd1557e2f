"""Errors about members and the shop's member events."""

from aftercare.kernel.errors import ForbiddenError, InvalidError, NotFoundError, RefusedError


class MemberNotFoundError(NotFoundError):
    """There is no such member; every caller gets the same answer."""

    code = "member_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such member.")


class MemberEventInvalidError(InvalidError):
    """A field of the shop's event is missing or not what it must be."""

    code = "member_event_invalid"


class CardUnreadableError(InvalidError):
    """A card's digits do not fit together; nobody was looked up."""

    code = "card_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "This card was not read right. Scan it again, or check the 28 digits below its bars."
        )


class CardExpiredError(RefusedError):
    """A card of ours whose minutes are over."""

    code = "card_expired"

    def __init__(self) -> None:
        super().__init__("This card's time is over. Ask the member to show a new one.")


class CardMismatchError(RefusedError):
    """A card that is not this member's, or none of ours; both look alike."""

    code = "card_mismatch"

    def __init__(self) -> None:
        super().__init__("This is not the member's card. Ask the member to show a new one.")


class CardRequiredError(ForbiddenError):
    """The client finds members, and names none of what the member showed."""

    code = "card_required"
    title = "The member has to show their card"

    def __init__(self) -> None:
        super().__init__(
            "This client takes points only with the card that the member shows: send it as `shown`."
        )
