"""Converts JSON from outside into typed structs; an error names the invalid field.

A struct's types are the rules of its fields. `msgspec.Meta(description=...)` describes a rule that
the type alone does not explain. Errors contain the field and its rule, never its value, which may
be personal data.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct, UnsetType

from aftercare.kernel.clock import YEARS, is_sane
from aftercare.kernel.errors import InvalidError

type Invalid = Callable[..., InvalidError]

Text = Annotated[
    str,
    Meta(min_length=1, max_length=200, pattern=r"\S", description="text of 1 to 200 characters"),
]
OptionalText = Annotated[str, Meta(max_length=200, description="text of 200 characters at most")]
_MOMENT = f"a time with an offset, as in 2026-11-27T09:30:00Z, from {YEARS[0]} to {YEARS[-1]}"
# The years are checked by `Timed`, the base of each struct with a moment.
Moment = Annotated[datetime, Meta(tz=True, description=_MOMENT)]

_AT = re.compile(r" - at `\$([^`]*)`\Z")
_MISSING = re.compile(r"Object missing required field `(.*?)`", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `[^`]*`)?\Z", re.DOTALL)
_STEPS = re.compile(r"\.([^.\[]+)|\[[^\]]*\]")
_MAX_SHOWN = 40
_NOUNS: dict[Any, tuple[str, str]] = {
    str: ("text", "characters"),
    bool: ("true or false", ""),
    int: ("a whole number", ""),
    datetime: ("a time", ""),
    list: ("a list", "items"),
    tuple: ("a list", "items"),
    frozenset: ("a list", "items"),
}


class FieldError(ValueError):
    """A check in a struct's `__post_init__` failed: a field breaks a rule."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field} must be {rule}")
        self.field = field
        self.rule = rule


class Timed(Struct, frozen=True):
    """A struct with moments: each lies in the years that we take from outside."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime):
                in_utc(name, value)


class Occurrence(Timed, frozen=True, kw_only=True):
    """The part that all events from other systems share: the time, by that system's clock."""

    occurred_at: Moment

    @property
    def moment(self) -> datetime:
        return in_utc("occurred_at", self.occurred_at)


def convert[T](value: object, kind: type[T], invalid: Invalid, what: str = "body") -> T:
    """The parsed JSON value as that type, without coercion: "5" is not a number.

    Raises:
        InvalidError: The error from `invalid`, with a sentence and, if one is invalid, its `field`.
    """
    try:
        converted = msgspec.convert(value, kind)
        msgspec.json.encode(converted)  # fails for half a character
    except msgspec.ValidationError as error:
        field, sentence = _describe(error, kind, what)
        raise (invalid(sentence, field=field) if field else invalid(sentence)) from None
    except UnicodeError:
        raise invalid(f"The {what} has text that is not valid Unicode.") from None
    return converted


def in_utc(field: str, moment: datetime) -> datetime:
    """The moment in UTC.

    Raises:
        FieldError: The moment is outside of those years.
    """
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        raise FieldError(field, _MOMENT) from None
    if not is_sane(utc):
        raise FieldError(field, _MOMENT)
    return utc


def _describe(error: msgspec.ValidationError, kind: Any, what: str) -> tuple[str, str]:  # noqa: ANN401
    """The invalid field, or "" if it is not one field, and the sentence."""
    message = str(error)
    if unknown := _UNKNOWN.match(message):
        return "", f"There is no member {unknown[1][:_MAX_SHOWN]!a} in this {what}."
    location = _AT.search(message)
    path = location[1].removeprefix(".") if location else ""
    if missing := _MISSING.match(message):
        field = _joined(path, missing[1])
        return field, f"{field} is missing."
    if isinstance(error.__cause__, FieldError):
        field = _joined(path, error.__cause__.field)
        return field, f"{field} must be {error.__cause__.rule}."
    if not path:
        return "", f"The {what} must be {rule_of(kind)}."
    return path, f"{path} must be {rule_of(_type_at(kind, path))}."


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _type_at(kind: Any, path: str) -> Any:  # noqa: ANN401
    """The type of the value at a path such as `lines[0].quantity`."""
    for step in _STEPS.finditer(f".{path}"):
        plain = plain_type(kind)
        members = _members(plain) if isinstance(plain, type) and issubclass(plain, Struct) else {}
        item = -1 if get_origin(plain) is dict else 0
        kind = members[step[1]] if step[1] in members else get_args(plain)[item]
    return kind


def _members(struct: type[Struct]) -> dict[str, Any]:
    """Each field's type by its name in JSON."""
    return {each.encode_name: each.type for each in msgspec.structs.fields(struct)}


def rule_of(kind: Any) -> str:  # noqa: ANN401
    """The rule for a value of the type, as the end of a sentence: "a whole number"."""
    metas = list(_metas(kind))
    for meta in reversed(metas):
        if meta.description:
            return meta.description
    plain = plain_type(kind)
    origin = get_origin(plain) or plain
    if origin is Literal:
        return f"one of {', '.join(map(str, get_args(plain)))}"
    if issubclass(origin, Enum):
        return f"one of {', '.join(str(member.value) for member in origin)}"
    noun, unit = _NOUNS.get(origin, ("an object", ""))
    return noun + _bounds(metas, unit)


def _bounds(metas: list[Meta], unit: str) -> str:
    """The limits of a number, or of a length in its unit."""

    def limit(*names: str) -> int | float | None:
        limits = [getattr(meta, name) for meta in metas for name in names]
        return next((each for each in limits if each is not None), None)

    least, most = limit("ge", "min_length"), limit("le", "max_length")
    if least is not None and most is not None:
        return f" of {least} to {most} {unit}" if unit else f" from {least} to {most}"
    bound = f"at least {least}" if most is None else f"at most {most}"
    return f" of {bound} {unit}".rstrip() if (least, most) != (None, None) else ""


def _metas(kind: Any) -> Iterator[Meta]:  # noqa: ANN401
    if get_origin(kind) is Annotated:
        yield from (each for each in kind.__metadata__ if isinstance(each, Meta))
        yield from _metas(kind.__origin__)
    elif get_origin(kind) in {UnionType, Union}:
        yield from _metas(_first(kind))


def plain_type(kind: Any) -> Any:  # noqa: ANN401
    """The type without its annotations and without None."""
    if get_origin(kind) is Annotated:
        return plain_type(kind.__origin__)
    return plain_type(_first(kind)) if get_origin(kind) in {UnionType, Union} else kind


def _first(union: Any) -> Any:  # noqa: ANN401
    return next(each for each in get_args(union) if each not in {NoneType, UnsetType})
