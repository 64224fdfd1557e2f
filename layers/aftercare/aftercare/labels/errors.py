"""Why a label is not made or not released."""

from enum import StrEnum
from http import HTTPStatus

from aftercare.kernel.errors import (
    AftercareError,
    InvalidError,
    NotFoundError,
    UnavailableError,
)

_OF_THE_REQUEST = range(400, 500)


class LabelFault(StrEnum):
    """Why a printed label may not be released; the first three are of a format, see `reading`."""

    NOT_A_PDF = "not_a_pdf"
    NOT_A_PICTURE = "not_a_picture"
    NOT_A_GRAPHIC = "not_a_graphic"
    TRACKING_MISSING = "tracking_missing"
    TRACKING_NOT_GS1 = "tracking_not_gs1"
    TRACKING_DIFFERS = "tracking_differs"
    TICKET_MISSING = "ticket_missing"
    TICKET_DIFFERS = "ticket_differs"


class LabelUnreadableError(AftercareError):
    """A scanner would not read this label correctly; `fault` says which part."""

    code = "label_unreadable"

    def __init__(self, fault: LabelFault, detail: str) -> None:
        super().__init__(detail, fault=fault.value)
        self.fault = fault


class CarrierUnknownError(AftercareError):
    """The carrier that a label was opened with is not configured; only an operator can fix it."""

    code = "carrier_unknown"

    def __init__(self, carrier: str, label_id: str) -> None:
        super().__init__(
            "This label's carrier is not configured.", carrier=carrier, label_id=label_id
        )


class OfferExpiredError(UnavailableError):
    """The carrier does not sell at that offer any more; a new one is free."""

    code = "offer_expired"


class OfferMissingError(AftercareError):
    """No service of the market's contract is offered; only an operator can fix it."""

    code = "offer_missing"

    def __init__(self, shipment_id: str) -> None:
        super().__init__("No service of the contract is offered.", shipment_id=shipment_id)


class ContentsUnknownError(AftercareError):
    """Customs must be told a value that nobody knows; only an operator can fix it."""

    code = "contents_unknown"

    def __init__(self, label_id: str) -> None:
        super().__init__("Nobody knows what this parcel's goods are worth.", label_id=label_id)


class ApiRefusedError(UnavailableError):
    """A seller refused a request; `reason` is its code, and its own sentence is not for us.

    `is_final`: the same request will be refused again.
    """

    code = "seller_refused"

    def __init__(self, reason: str, status: int) -> None:
        super().__init__("The seller of labels refused.", reason=reason, status=status)
        self.reason = reason
        self.is_final = status in _OF_THE_REQUEST and status != HTTPStatus.TOO_MANY_REQUESTS


class TrackingUnknownError(NotFoundError):
    """No label has that tracking number."""

    code = "tracking_unknown"


class ScanInvalidError(InvalidError):
    """A field of a reported scan is missing or not what it must be."""

    code = "scan_invalid"


class SsccInvalidError(InvalidError):
    """These digits are not a valid Serial Shipping Container Code, or cannot form one."""

    code = "sscc_invalid"
