"""Why the desk refuses something."""

from aftercare.kernel.errors import (
    ForbiddenError,
    InvalidError,
    LimitedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)


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


class TooManyPicturesError(RefusedError):
    """A message, or its ticket, has as many pictures as one may have."""

    code = "too_many_pictures"

    def __init__(self, most: int) -> None:
        super().__init__(f"A message takes up to {most} pictures.", most=most)


class PicturesTooLateError(RefusedError):
    """No message of the customer's waits for an answer, so nobody would look at a picture."""

    code = "pictures_too_late"

    def __init__(self) -> None:
        super().__init__("Your message was answered. Please send pictures with a new one.")


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


class SearchInvalidError(InvalidError):
    """A search has no name, or too long a one."""

    code = "search_invalid"

    def __init__(self, most: int) -> None:
        super().__init__(f"Give it a name of up to {most} characters.", field="name")


class TooManySearchesError(RefusedError):
    """A member keeps no more searches than a page shows."""

    code = "too_many_searches"

    def __init__(self, most: int) -> None:
        super().__init__(f"You keep {most} searches already. Forget one first.")


class StaleTicketError(RefusedError):
    """Something came to the ticket after the page was shown; nothing was sent."""

    code = "ticket_stale"

    def __init__(self, number: str) -> None:
        super().__init__("Something happened to this ticket meanwhile.", ticket=number)


class MailMissingError(UnavailableError):
    """SES told of a mail that is not where it should be, or no longer."""

    code = "mail_missing"

    def __init__(self) -> None:
        super().__init__("The mail is not there.")


class ParkedMailNotFoundError(NotFoundError):
    """There is no such mail, or it was kept long enough."""

    code = "parked_mail_not_found"

    def __init__(self) -> None:
        super().__init__("We can't find that mail.")


class ParkedMailStaysError(RefusedError):
    """The mail names no sender, or it is in a ticket: no ticket is opened for it."""

    code = "parked_mail_stays"

    def __init__(self) -> None:
        super().__init__("No ticket can be opened for this mail.")


class TooManyHandOversError(LimitedError):
    """More codes for one case in a day than anybody needs."""

    code = "too_many_hand_overs"

    def __init__(self) -> None:
        super().__init__("That was a lot of codes for one day. Please write to us instead.")


class HandOverUnreadableError(InvalidError):
    """There are neither six digits nor a paper code's sixteen; it was no try."""

    code = "hand_over_unreadable"

    def __init__(self) -> None:
        super().__init__("A hand-over code has six digits. A paper code has sixteen.", field="code")


class StoreUnnamedError(InvalidError):
    """A counter does not say which store it is in; it was no try."""

    code = "store_unnamed"

    def __init__(self) -> None:
        super().__init__("Say which store this is, as customers know it.", field="store")


class HandOverRefusedError(RefusedError):
    """The code opens nothing now: whether it is wrong, old, replaced or used is not said."""

    code = "hand_over_refused"
    title = "That code opens nothing"

    def __init__(self) -> None:
        super().__init__(
            "No case has this code now. A code is good once, for 15 minutes: "
            "ask the customer to show a new one.",
            field="code",
        )


class ReceiptRefusedError(RefusedError):
    """No purchase over a counter has that number and that total: which of both is not said."""

    code = "receipt_refused"
    title = "We can't match that receipt"

    def __init__(self) -> None:
        super().__init__(
            "We know no receipt of a store or a vending machine with that number and total. "
            "Check both, or open the case without it.",
            field="receipt",
        )


class WalkInAddressError(InvalidError):
    """What was typed is no e-mail address."""

    code = "walk_in_address_invalid"

    def __init__(self) -> None:
        super().__init__("Check the e-mail address, or leave it out.", field="email")


class TooManyWalkInsError(LimitedError):
    """One member of staff opened more cases in an hour than people can bring."""

    code = "too_many_walk_ins"

    def __init__(self, wait: int) -> None:
        super().__init__(
            f"You opened many cases. Open the next one in {-(-wait // 60)} min.", retry_after=wait
        )


class PaperCodeRefusedError(RefusedError):
    """The digits are no paper code that counts, or its case has a mailbox: which is not said."""

    code = "paper_code_refused"

    def __init__(self) -> None:
        super().__init__("We can't open a case with that code.", field="code")


class TooManyTriesError(LimitedError):
    """More codes that opened nothing than anybody mistypes."""

    code = "too_many_tries"

    def __init__(self, wait: int) -> None:
        super().__init__(
            f"Too many codes opened nothing. Try again in {-(-wait // 60)} min.", retry_after=wait
        )


class CounterOverError(ForbiddenError):
    """The ticket is not with this counter: never, or no longer; both look the same."""

    code = "counter_over"
    title = "This case is not with you"

    def __init__(self) -> None:
        super().__init__("Ask the customer to show a hand-over code for it.")


class MergeRefusedError(RefusedError):
    """These two tickets can't become one, or these not two again; `why` says it in a word."""

    code = "ticket_merge_refused"

    def __init__(self, detail: str, number: str, why: str) -> None:
        super().__init__(detail, ticket=number, why=why)
