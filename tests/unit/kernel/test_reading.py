"""JSON from outside is read strictly; what fails is named by its place and rule, not its value."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from typing import Annotated, Literal, get_type_hints

import pytest
from msgspec import Meta, Struct

from aftercare.kernel.errors import InvalidError
from aftercare.kernel.reading import FieldError, Moment, Occurrence, Text, Timed, convert
from tests.fakes.refusals import refused
from tests.fakes.template import ROOT

TIME = "a time with an offset, as in 2026-11-27T09:30:00Z, from 1900 to 2199"


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Part(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=2, max_length=5)] = "leg"
    count: Annotated[int, Meta(ge=1, le=9)] = 1


class Toy(Struct, frozen=True, forbid_unknown_fields=True):
    toy_id: Text
    parts: Annotated[tuple[Part, ...], Meta(min_length=1)] = (Part(),)
    by_name: dict[str, Part] | None = None
    colour: Colour = Colour.RED
    size: Literal["small", "large"] = "small"
    price: int | None = None
    weight: Annotated[int, Meta(ge=1)] = 1
    age: Annotated[int, Meta(le=99)] = 1
    is_new: bool = True
    note: str = ""
    made_at: Moment | None = None

    def __post_init__(self) -> None:
        if self.toy_id == "none":
            raise FieldError("toy_id", "an id")


class Shelf(Struct, frozen=True):
    toys: list[Toy]


def toy(**fields: object) -> Toy:
    return convert({"toy_id": "T1"} | fields, Toy, InvalidError)


def test_what_fits_is_a_typed_value() -> None:
    read = toy(parts=[{"count": 3}], colour="blue", made_at="2026-06-10T12:00:00-07:00")
    assert read.parts == (Part(count=3),)
    assert read.colour is Colour.BLUE
    assert read.made_at == datetime(2026, 6, 10, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "field", "rule"),
    [
        ({"toy_id": " "}, "toy_id", "text of 1 to 200 characters"),
        ({"toy_id": "none"}, "toy_id", "an id"),
        ({"parts": []}, "parts", "a list of at least 1 items"),
        ({"parts": [{}, {"count": 0}]}, "parts[1].count", "a whole number from 1 to 9"),
        ({"parts": [{"count": 5.0}]}, "parts[0].count", "a whole number from 1 to 9"),
        ({"parts": [{"name": "x"}]}, "parts[0].name", "text of 2 to 5 characters"),
        ({"by_name": {"a.b": {"count": 0}}}, "by_name[...].count", "a whole number from 1 to 9"),
        ({"by_name": {"x": 1}}, "by_name[...]", "an object"),
        ({"by_name": 5}, "by_name", "an object"),
        ({"colour": "green"}, "colour", "one of red, blue"),
        ({"size": "huge"}, "size", "one of small, large"),
        ({"price": "5"}, "price", "a whole number"),
        ({"price": True}, "price", "a whole number"),
        ({"weight": 0}, "weight", "a whole number of at least 1"),
        ({"age": 100}, "age", "a whole number of at most 99"),
        ({"is_new": 1}, "is_new", "true or false"),
        ({"note": None}, "note", "text"),
        ({"made_at": "2026-06-10T19:00:00"}, "made_at", TIME),
        ({"made_at": 5}, "made_at", TIME),
    ],
)
def test_what_does_not_fit_is_named_by_its_place_and_its_rule(
    fields: dict[str, object], field: str, rule: str
) -> None:
    with refused(InvalidError, "invalid", f"{field} must be {rule}.") as caught:
        toy(**fields)
    assert caught.value.facts == {"field": field}


def test_a_missing_field_is_named_by_its_place() -> None:
    with refused(InvalidError, "invalid", "toys[1].toy_id is missing.") as caught:
        convert({"toys": [{"toy_id": "T1"}, {}]}, Shelf, InvalidError)
    assert caught.value.facts == {"field": "toys[1].toy_id"}


def test_a_structs_own_check_is_named_by_its_place() -> None:
    with refused(InvalidError, "invalid", "toys[0].toy_id must be an id.") as caught:
        convert({"toys": [{"toy_id": "none"}]}, Shelf, InvalidError)
    assert caught.value.facts == {"field": "toys[0].toy_id"}


@pytest.mark.parametrize("name", ["mei", "m`e` - at `$.i", "é", "x" * 300])
def test_an_unknown_field_is_shown_in_ascii_and_cut(name: str) -> None:
    with pytest.raises(InvalidError) as caught:
        toy(**{name: 1})
    assert caught.value.detail.startswith("There is no member '")
    assert caught.value.detail.isascii()
    assert len(caught.value.detail) < 90


@pytest.mark.parametrize("value", [None, [], "T1", 7])
def test_what_is_no_object_is_refused_as_a_whole(value: object) -> None:
    with refused(InvalidError, "invalid", "The letter must be an object.") as caught:
        convert(value, Toy, InvalidError, "letter")
    assert caught.value.facts == {}


def test_half_a_character_is_refused() -> None:
    with refused(InvalidError, "invalid", "The body has text that is not valid Unicode."):
        toy(**{"\ud800": 1})


def test_every_struct_with_a_moment_checks_its_years() -> None:
    for folder in (ROOT / "layers/aftercare", ROOT / "functions"):
        for path in folder.rglob("*.py"):
            if "Moment" in path.read_text(encoding="utf-8"):
                import_module(".".join(path.relative_to(folder).with_suffix("").parts))
    # A struct with fallbacks is read in part: the orders room judges its dates.
    dated = {
        each
        for each in _heirs(Struct)
        if Moment in get_type_hints(each, include_extras=True).values()
        and not (each.__module__.startswith("tests.") or hasattr(each, "fallbacks"))
    }
    assert len(dated) > 5
    assert {each for each in dated if not issubclass(each, Timed)} == set()


def _heirs(kind: type[Struct]) -> Iterator[type[Struct]]:
    for heir in kind.__subclasses__():
        yield heir
        yield from _heirs(heir)


def test_an_occurrence_is_in_utc_or_refused() -> None:
    read = convert({"occurred_at": "2026-06-10T12:00:00-07:00"}, Occurrence, InvalidError)
    assert read.moment == datetime(2026, 6, 10, 19, tzinfo=UTC)
    assert read.moment.tzinfo is UTC
    with refused(InvalidError, "invalid", f"occurred_at must be {TIME}."):
        convert({"occurred_at": "0001-01-01T00:00:00+14:00"}, Occurrence, InvalidError)


@pytest.mark.parametrize("secret", ["mei@example.com", "1 Larkspur Avenue"])
def test_no_complaint_quotes_a_value(secret: str) -> None:
    for name in ("colour", "size", "price", "parts", "is_new", "made_at", "by_name"):
        with pytest.raises(InvalidError) as caught:
            toy(**{name: secret})
        assert secret not in str(caught.value)
        assert caught.value.__cause__ is None
