"""The stored form of a return's later parcels: parts of its document, which few have."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.stored import member
from aftercare.returns.issued_label import IssuedLabel
from aftercare.returns.several import ParcelLabel, ParcelWay

if TYPE_CHECKING:
    from aftercare.returns.model import Return


def encode_several(ret: "Return") -> dict[str, Any]:
    """Nothing of a return in one parcel."""
    return {
        "parcels": ret.parcels if ret.parcels > 1 else None,
        "more_labels": [_encode_label(each) for each in ret.more_labels],
        "ways": {str(parcel): way for parcel, way in ret.ways.items()},
    }


def decode_label(document: Mapping[str, Any]) -> ParcelLabel:
    return ParcelLabel(
        document["parcel"],
        IssuedLabel.stored(document["label"]),
        from_text(document["ready_at"]),
    )


def decode_ways(document: Mapping[str, str]) -> dict[int, ParcelWay]:
    return {int(parcel): member(ParcelWay, way) for parcel, way in document.items()}


def _encode_label(each: ParcelLabel) -> dict[str, Any]:
    return {
        "parcel": each.parcel,
        "label": asdict(each.label),
        "ready_at": to_text(each.ready_at),
    }
