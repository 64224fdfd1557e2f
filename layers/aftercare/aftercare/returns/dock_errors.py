"""Why a scan opens no parcel."""

from aftercare.kernel.errors import InvalidError, NotFoundError, RefusedError
from aftercare.returns.model import Return


class ScanUnclearError(InvalidError):
    """It is neither a ticket nor a tracking number, or has a typo."""

    code = "scan_unclear"

    def __init__(self) -> None:
        super().__init__(
            "That is no ticket of ours: one of its characters may be wrong. Scan it again, or "
            "type what stands below the square code.",
            field="scan",
        )


class ParcelUnknownError(NotFoundError):
    """A ticket without a typo that no return has."""

    code = "parcel_unknown"

    def __init__(self, ticket: str) -> None:
        super().__init__(
            f"{ticket} is spelled right, but no return has it. Put the parcel aside and tell a "
            "colleague at the desk.",
            field="scan",
        )


class NothingExpectedError(RefusedError):
    """The return waits for no parcel."""

    code = "nothing_expected"

    def __init__(self, ret: Return) -> None:
        super().__init__(
            f"Nothing is expected for {ret.ticket or 'that return'}.", status=ret.status
        )
        self.ret = ret
