"""Why the desk refuses something."""

from aftercare.kernel.errors import InvalidError, LimitedError, NotFoundError, RefusedError


class TicketNotFoundError(NotFoundError):
    """No such ticket, or somebody else's; both look the same."""

    code = "ticket_not_found"

    def __init__(self) -> None:
        super().__init__("We can't find that ticket.")


class WordsInvalidError(InvalidError):
    """A message has no words, or too many."""

    code = "words_invalid"

    def __init__(self, most: int, written: int) -> None:
        super().__init__(
            f"Write between 1 and {most:,} characters.",
            field="words",
            most=most,
            why="long" if written else "empty",
            over=written - most,
        )


class TooManyMessagesError(LimitedError):
    """More tickets, or more messages to one, in a day than anybody can answer."""

    code = "too_many_messages"

    def __init__(self) -> None:
        super().__init__("We have many messages of yours from today. We answer those first.")


class NobodyToAnswerError(RefusedError):
    """There is neither an order nor a membership of this mailbox, so no address for answers."""

    code = "nobody_to_answer"

    def __init__(self) -> None:
        super().__init__("We can't find an order or a membership of this mailbox.")


class AppealRefusedError(RefusedError):
    """That tier has reviewed the ticket, or nothing was answered that it could review."""

    code = "appeal_refused"

    def __init__(self) -> None:
        super().__init__("A review can't be asked for here, or not any more.")


class StaleTicketError(RefusedError):
    """Something came to the ticket after the page was shown; nothing was sent."""

    code = "ticket_stale"

    def __init__(self, number: str) -> None:
        super().__init__("Something happened to this ticket meanwhile.", ticket=number)
