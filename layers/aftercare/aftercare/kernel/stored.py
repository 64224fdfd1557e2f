"""Stored documents are read tolerantly: an older version reads what a newer one wrote."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from aftercare.kernel.errors import NewerDataError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def from_fields[Kind: "DataclassInstance"](kind: type[Kind], document: Mapping[str, Any]) -> Kind:
    """The dataclass with those fields; fields that it does not have are ignored.

    Raises:
        TypeError: A field without a default is missing.
    """
    names = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in document.items() if name in names})


def to_fields(value: "DataclassInstance") -> dict[str, Any]:
    """The fields of a dataclass by name, without those that have their default."""
    stated = {field.name: getattr(value, field.name) for field in fields(value)}
    return {
        field.name: stated[field.name]
        for field in fields(value)
        if stated[field.name] != _default(field)
    }


def _default(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def member[Kind: StrEnum](kind: type[Kind], value: str) -> Kind:
    """The member of an enumeration with that stored value.

    Raises:
        NewerDataError: There is none: a newer version added it.
    """
    try:
        return kind(value)
    except ValueError:
        raise NewerDataError(kind.__name__) from None
