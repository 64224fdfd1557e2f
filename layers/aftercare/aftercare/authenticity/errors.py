"""Why checks are refused. That a code is not genuine is an answer, not an error."""

from aftercare.kernel.errors import InvalidError, LimitedError, NotFoundError, RefusedError


class ReferenceNotFoundError(NotFoundError):
    """No check has this reference."""

    code = "reference_not_found"


class NotYetError(InvalidError):
    """A sale or a return is reported with a time in the future."""

    code = "not_yet"


class TooEarlyError(InvalidError):
    """A sale or a return is reported with a time before there were such products."""

    code = "too_early"


class NotOurCodeError(InvalidError):
    """A sale, a return or an operator names a code that was never issued."""

    code = "not_our_code"


class ClaimInvalidError(InvalidError):
    """A claim has no words, or too many, or an address that is none."""

    code = "claim_invalid"


class TooManyClaimsError(LimitedError):
    """More claims came from one network, or with one address, today than people have products."""

    code = "too_many_claims"

    def __init__(self) -> None:
        super().__init__("Too many claims came from this network or with this address today.")


class CodeCaseNotFoundError(NotFoundError):
    """No case about that code was ever opened."""

    code = "code_case_not_found"

    def __init__(self) -> None:
        super().__init__("There is no case about that code.")


class StaleCodeCaseError(RefusedError):
    """Something came to the case, or somebody decided it, after the page was shown."""

    code = "code_case_stale"

    def __init__(self) -> None:
        super().__init__(
            "Something happened to this case meanwhile. Look at it again, then decide."
        )


class ReasonInvalidError(InvalidError):
    """A decision about a code needs a reason, and not too long a one."""

    code = "reason_invalid"

    def __init__(self, most: int) -> None:
        super().__init__(f"Say why, in {most:,} characters at most.", field="why", most=most)
