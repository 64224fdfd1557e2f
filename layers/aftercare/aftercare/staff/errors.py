"""Why a verb of staff is refused, and why nobody is signed in."""

from enum import StrEnum

from aftercare.kernel.errors import ForbiddenError, InvalidError, NotFoundError, RefusedError


class NotPermittedError(ForbiddenError):
    """None of the person's roles may do this."""

    code = "not_permitted"
    title = "Your role does not allow this"


class Why(StrEnum):
    """Why a sign-in was not completed; for the log, since all of them read the same."""

    STATE = "state"  # unknown, used or too old
    BROWSER = "browser"  # begun by another browser
    REFUSED = "refused"  # by the user pool
    CODE = "code"
    TOKEN = "token"  # noqa: S105 - a reason
    NONCE = "nonce"


class SignInFailedError(ForbiddenError):
    """A sign-in was not completed, and begins anew; whoever tried learns no more than that."""

    code = "sign_in_failed"
    title = "That sign-in did not work"

    def __init__(self, why: Why) -> None:
        super().__init__("That sign-in was not completed. Please sign in again.")
        self.reason = why


class SessionEndedError(ForbiddenError):
    """The session was ended, or has been idle or open for too long, or its member is gone."""

    code = "session_ended"

    def __init__(self) -> None:
        super().__init__("You have been signed out. Please sign in again.")


class NoSuchSessionError(NotFoundError):
    """The person has no session of that name, or it has ended already."""

    code = "no_such_session"

    def __init__(self) -> None:
        super().__init__("That session has ended already.")


class SampleNotFoundError(NotFoundError):
    """That decision was not drawn."""

    code = "sample_not_found"

    def __init__(self) -> None:
        super().__init__("That decision is not in the sample.")


class OwnDecisionError(RefusedError):
    """Nobody looks at their own decision again."""

    code = "own_decision"

    def __init__(self) -> None:
        super().__init__("You decided this one: another lead looks at it.")


class SampleTakenError(RefusedError):
    """Another lead has looked at it."""

    code = "sample_taken"

    def __init__(self) -> None:
        super().__init__("Somebody was faster: another lead has looked at this one.")


class SampleWordsError(InvalidError):
    """A question needs words, and not too many."""

    code = "sample_words"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Say what you question, in {most:,} characters at most.", field="words", most=most
        )
