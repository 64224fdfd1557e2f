"""Reads what can be read of JSON from outside, and says why not of each other part.

A struct's types are the contract. `fallbacks` of a struct says what to take for a part that breaks
it. A part with neither a fallback nor a default makes its object unreadable, and only that object.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, get_args, get_origin

import msgspec
from msgspec import UNSET, Struct

from aftercare.kernel.reading import FieldError, plain_type, rule_of

type Fallback = Callable[[object], object]
"""From the part as it is (`UNSET` if it is missing) to a value; `LOST` if there is none."""

LOST = msgspec.NODEFAULT
"""Instead of a value: the object that the part is in can't be read."""

_MOST_SHOWN = 100


class Fault(NamedTuple):
    """A part that breaks the contract. `value` is how the part begins: it may be personal."""

    path: str
    reason: str
    value: str


def read_partly[T: Struct](value: object, kind: type[T]) -> tuple[T | None, tuple[Fault, ...]]:
    """The parsed JSON object as that struct, none if it is unreadable, and its faults.

    A number is accepted for a text, a whole number in any notation, and null for a part that may be
    missing, without a fault.
    """
    try:
        return msgspec.convert(value, kind), ()
    except (msgspec.ValidationError, UnicodeError):
        reader = _Reader([])
        found = reader.part(value, kind, "")
        return (found if isinstance(found, kind) else None), tuple(reader.faults)


class _Reader(NamedTuple):
    faults: list[Fault]

    def part(self, value: object, kind: Any, path: str) -> object:  # noqa: ANN401
        """The value as that type, as far as it can be read; `UNSET` if it cannot."""
        plain = plain_type(kind)
        if isinstance(plain, type) and issubclass(plain, Struct) and isinstance(value, Mapping):
            return self._object(value, plain, path)
        if get_origin(plain) is tuple and isinstance(value, list) and value:
            return tuple(self._items(value, get_args(plain)[0], path))
        try:
            return msgspec.convert(_plainly(value, plain), kind)
        except (msgspec.ValidationError, UnicodeError):
            self._note(path, f"must be {rule_of(kind)}", value)
            return UNSET

    def _object(self, value: Mapping[str, object], kind: type[Struct], path: str) -> object:
        read = {}
        for field in msgspec.structs.fields(kind):
            place = f"{path}.{field.encode_name}" if path else field.encode_name
            part = value.get(field.encode_name, UNSET)
            if (part is UNSET or part is None) and not field.required:
                continue
            found = self._field(part, field.type, place)
            if found is UNSET and (fallback := _fallbacks(kind).get(field.name)):
                found = fallback(part)
            if found is LOST or (found is UNSET and field.required):
                return UNSET
            if found is not UNSET:
                read[field.name] = found
        return self._checked(kind, read, path)

    def _checked(self, kind: type[Struct], read: dict[str, object], path: str) -> object:
        """The struct; a field that its own check refuses is as if it were missing."""
        try:
            return kind(**read)
        except FieldError as error:
            place = f"{path}.{error.field}" if path else error.field
            self._note(place, f"must be {error.rule}", read.pop(error.field))
        except TypeError:  # that field is required
            return UNSET
        return self._checked(kind, read, path)

    def _field(self, part: object, kind: Any, place: str) -> object:  # noqa: ANN401
        if part is UNSET:
            self._note(place, "is missing", "")
            return UNSET
        return self.part(part, kind, place)

    def _items(self, values: Any, kind: Any, path: str) -> Iterator[object]:  # noqa: ANN401
        for index, value in enumerate(values):
            item = self.part(value, kind, f"{path}[{index}]")
            if item is not UNSET:
                yield item

    def _note(self, path: str, reason: str, value: object) -> None:
        shown = json.dumps(value, default=repr)[:_MOST_SHOWN] if value != "" else ""
        self.faults.append(Fault(path, f"{path or 'The event'} {reason}", shown))


def _fallbacks(kind: type[Struct]) -> Mapping[str, Fallback]:
    return getattr(kind, "fallbacks", {})


def _plainly(value: object, plain: object) -> object:
    """The value in the notation of its type: a number as text, 2.0 as 2."""
    if plain is str and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if plain is int and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
