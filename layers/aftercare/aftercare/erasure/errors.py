"""Why an erasure is refused."""

from aftercare.kernel.errors import InvalidError, NotFoundError, RefusedError


class ErasureNotFoundError(NotFoundError):
    """There is no such erasure."""

    code = "erasure_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such erasure.")


class ErasureEndedError(RefusedError):
    """Somebody has confirmed or declined it already."""

    code = "erasure_ended"

    def __init__(self, erasure_id: str, state: str) -> None:
        super().__init__(
            f"Somebody was faster: this erasure is {state} already.",
            erasure_id=erasure_id,
            state=state,
        )


class SecondPersonError(RefusedError):
    """Whoever asked for an erasure can't confirm it."""

    code = "second_person_needed"

    def __init__(self, erasure_id: str) -> None:
        super().__init__("You asked for it: somebody else confirms it.", erasure_id=erasure_id)


class AddressInvalidError(InvalidError):
    """What was typed is no e-mail address."""

    code = "address_invalid"

    def __init__(self) -> None:
        super().__init__("That does not look like an e-mail address.", field="email")
