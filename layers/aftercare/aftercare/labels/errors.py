"""Why a label is not made or not released."""

from enum import StrEnum

from aftercare.kernel.errors import AftercareError, InvalidError, NotFoundError


class LabelFault(StrEnum):
    """Why a printed label may not be released."""

    NOT_A_PDF = "not_a_pdf"
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


class TrackingUnknownError(NotFoundError):
    """No label has that tracking number."""

    code = "tracking_unknown"


class ScanInvalidError(InvalidError):
    """A field of a reported scan is missing or not what it must be."""

    code = "scan_invalid"


class SsccInvalidError(InvalidError):
    """These digits are not a valid Serial Shipping Container Code, or cannot form one."""

    code = "sscc_invalid"
