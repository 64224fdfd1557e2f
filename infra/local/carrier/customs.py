"""What carriers ask of a parcel that goes abroad; without it they offer no rate for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# Between two of these nothing is declared.
_UNIONS = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK",
    "CH LI",
    "GB IM",
    "PR US",
)
# ZIP codes of the US's territories that have their own customs, and of its bases abroad.
_TERRITORIES = ("008", "969", "96799")
_BASES = ("090", "091", "092", "093", "094", "095", "096", "097", "098", "340")
_PACIFIC_BASES = ("962", "963", "964", "965", "966")
# EasyPost's sentence, as people quote it: odoo/odoo, pull request 108689.
MISSING = (
    "Unable to proceed, 'customs_info' is required for international shipments, shipments bound "
    "for US military bases, or US territories."
)
_US_EXPORTS = ("NOEEI 30.36", "NOEEI 30.37(a)", "NOEEI_30_36", "NOEEI_30_37_a")
_CONTENTS = {"documents", "gift", "merchandise", "returned_goods", "sample", "other"}
_CONTENTS_AT_SHIPPO = {
    *("DOCUMENTS", "GIFT", "SAMPLE", "MERCHANDISE"),
    *("HUMANITARIAN_DONATION", "RETURN_MERCHANDISE", "OTHER"),
}

type Asked = Mapping[str, Any]
"""A part of a request."""


def is_abroad(sender: Asked, recipient: Asked) -> bool:
    """Whether carriers want to be told what is in a parcel on that way."""
    places = {_place(sender), _place(recipient)}
    return len(places) > 1 and not any(places <= set(union.split()) for union in _UNIONS)


def fault_of_easypost(asked: Asked, sender: Asked, recipient: Asked) -> str:
    """What is missing of a shipment's `customs_info`; empty if nothing is."""
    if not is_abroad(sender, recipient):
        return ""
    info = asked.get("customs_info")
    if not info:
        return MISSING
    items = info.get("customs_items") or []
    names = ("description", "quantity", "value", "weight", "hs_tariff_number", "origin_country")
    is_signed = info.get("customs_certify") is True and bool(info.get("customs_signer"))
    return _fault(
        {
            "contents_type": info.get("contents_type") in _CONTENTS,
            "customs_signer": is_signed,
            "eel_pfc": _is_free_to_leave(sender, recipient, info),
            **_phones(sender, recipient),
            "customs_items": bool(items),
            **_parts(items, names),
            "parcel.weight": _weight(items, "weight") <= asked["parcel"]["weight"],
        }
    )


def fault_of_shippo(asked: Asked, sender: Asked, recipient: Asked) -> str:
    """What is missing of a shipment's `customs_declaration`; empty if nothing is."""
    if not is_abroad(sender, recipient):
        return ""
    info = asked.get("customs_declaration")
    if not info:
        return MISSING.replace("customs_info", "customs_declaration")
    items = info.get("items") or []
    names = (
        *("description", "quantity", "net_weight", "mass_unit"),
        *("value_amount", "value_currency", "origin_country"),
    )
    [parcel] = asked["parcels"]
    is_signed = info.get("certify") is True and bool(info.get("certify_signer"))
    return _fault(
        {
            "contents_type": info.get("contents_type") in _CONTENTS_AT_SHIPPO,
            "certify_signer": is_signed,
            "non_delivery_option": info.get("non_delivery_option") in {"RETURN", "ABANDON"},
            "incoterm": info.get("incoterm") in {"DDP", "DDU", "FCA", "DAP", "eDAP"},
            "eel_pfc": _is_free_to_leave(sender, recipient, info),
            **_phones(sender, recipient),
            "items": bool(items),
            **_parts(items, names),
            "parcels.weight": _weight(items, "net_weight") <= float(parcel["weight"]),
        }
    )


def _is_free_to_leave(sender: Asked, recipient: Asked, info: Asked) -> bool:
    """Whether it is said why no export from the US is filed, where one leaves it."""
    leaves = sender["country"] == "US" != recipient["country"]
    return not leaves or info.get("eel_pfc") in _US_EXPORTS


def _phones(sender: Asked, recipient: Asked) -> dict[str, bool]:
    """Carriers want a number at both ends: easypost-python, issue 42; docs.goshippo.com."""
    return {"FromPhone": bool(sender.get("phone")), "ToPhone": bool(recipient.get("phone"))}


def _place(address: Asked) -> str:
    country, code = str(address.get("country") or ""), str(address.get("zip") or "")
    apart = (*_TERRITORIES, *_BASES, *_PACIFIC_BASES)
    return f"US-{code[:3]}" if country == "US" and code.startswith(apart) else country


def _parts(items: Sequence[Asked], names: Iterable[str]) -> dict[str, bool]:
    """Of each part of an item, whether every item has it, and more than zero of it."""
    return {name: all(_is_there(item.get(name)) for item in items) for name in names}


def _is_there(value: object) -> bool:
    try:
        return float(str(value)) > 0
    except ValueError:
        return bool(value)


def _weight(items: Sequence[Asked], name: str) -> float:
    return sum(float(item.get(name) or 0) for item in items)


def _fault(parts: Mapping[str, bool]) -> str:
    """The first part that is missing, as carriers name it."""
    missing = next((name for name, is_there in parts.items() if not is_there), "")
    return f"Customs info error: missing or invalid field: {missing}." if missing else ""
