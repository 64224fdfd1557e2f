"""The labels room's events: a label was released, or could not be."""

from dataclasses import dataclass
from typing import Self

from aftercare.kernel.timeline import Entry

RELEASED = "label.released"
FAILED = "label.failed"


@dataclass(frozen=True, slots=True)
class LabelReleased:
    """The data of `label.released`; the entry's subject is the label's id.

    `carrier` is the carrier's code, `carrier_name` its name on the label. `sample` is true of a
    carrier that moves no parcels.
    """

    return_id: str
    label_id: str
    ticket: str
    tracking_number: str
    carrier: str
    carrier_name: str
    sample: bool

    def data(self) -> dict[str, str]:
        return {
            "return_id": self.return_id,
            "ticket": self.ticket,
            "tracking_number": self.tracking_number,
            "carrier": self.carrier,
            "carrier_name": self.carrier_name,
            "sample": "true" if self.sample else "false",
        }

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The event in an entry of type `label.released`.

        Raises:
            KeyError: The entry lacks a field.
        """
        return cls(
            return_id=entry.data["return_id"],
            label_id=entry.subject,
            ticket=entry.data["ticket"],
            tracking_number=entry.data["tracking_number"],
            carrier=entry.data["carrier"],
            carrier_name=entry.data["carrier_name"],
            sample=entry.data["sample"] == "true",
        )


@dataclass(frozen=True, slots=True)
class LabelFailed:
    """The data of `label.failed`; the entry's subject is the label's id. `fault`: a LabelFault."""

    return_id: str
    label_id: str
    ticket: str
    fault: str

    def data(self) -> dict[str, str]:
        return {"return_id": self.return_id, "ticket": self.ticket, "fault": self.fault}

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The event in an entry of type `label.failed`.

        Raises:
            KeyError: The entry lacks a field.
        """
        data = entry.data
        return cls(data["return_id"], entry.subject, data["ticket"], data["fault"])
