"""Why a receipt or an inspection is not written down."""

from aftercare.kernel.errors import InvalidError


class ReceiptInvalidError(InvalidError):
    """What is said to have come cannot be what came of this return."""

    code = "receipt_invalid"

    def __init__(self, field: str, detail: str, **facts: str | int) -> None:
        super().__init__(detail, field=field, **facts)


class InspectionInvalidError(InvalidError):
    """What is said to have been found does not fit what came."""

    code = "inspection_invalid"

    def __init__(self, field: str, detail: str, **facts: str | int) -> None:
        super().__init__(detail, field=field, **facts)
