"""The label of a return, as far as its return knows it, and what its customer pays for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from aftercare.kernel.stored import from_fields
from aftercare.labels.model import Download, LabelFormat, Paper, known_formats

if TYPE_CHECKING:
    from aftercare.labels.events import LabelReleased, LabelScanned


class AgreedDeduction(NamedTuple):
    """What a customer is shown that the label takes off their refund at most (R-RET-72).

    In minor units of the currency, which is the order's.
    """

    amount: int
    currency: str

    def covers(self, other: "AgreedDeduction") -> bool:
        """Whether the other takes off no more than this one, which was shown."""
        return other.currency == self.currency and other.amount <= self.amount


@dataclass(frozen=True, slots=True)
class IssuedLabel:
    """The one live label of a return. `carrier` is its carrier's name, as on the label.

    `formats` are what it can be downloaded as, and the papers of its parcel. `amount` is what we
    pay for it, in minor units of `currency`, which is empty where we pay nothing, or don't know.
    """

    label_id: str
    tracking_number: str
    carrier: str
    sample: bool
    formats: tuple[Download, ...] = (LabelFormat.PDF,)
    amount: int = 0
    currency: str = ""

    @property
    def crosses_border(self) -> bool:
        """Whether customs see its parcel; no, of a label from before there were papers."""
        return any(isinstance(each, Paper) and each.is_for_customs for each in self.formats)

    @classmethod
    def of(cls, released: "LabelReleased") -> Self:
        label = replace(cls.scanned(released), formats=released.formats)
        return replace(label, amount=released.amount, currency=released.currency)

    @classmethod
    def stored(cls, document: Mapping[str, Any]) -> Self:
        """The label in a return's document. Before there were several formats, none was named."""
        formats = known_formats(document.get("formats", [LabelFormat.PDF]))
        return replace(from_fields(cls, document), formats=formats)

    @classmethod
    def scanned(cls, told: "LabelReleased | LabelScanned") -> Self:
        """As a scan tells of it: with the page that every label has, and no price."""
        return cls(
            label_id=told.label_id,
            tracking_number=told.tracking_number,
            carrier=told.carrier_name,
            sample=told.sample,
        )
