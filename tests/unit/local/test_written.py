"""The classes whose methods the build writes out behave as the dataclasses of the sources."""

import ast
import copy
import importlib
import inspect
import pickle
import sys
from collections.abc import Callable, Iterator
from dataclasses import (
    MISSING,
    FrozenInstanceError,
    asdict,
    astuple,
    fields,
    is_dataclass,
    make_dataclass,
)
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from infra.local.settings import ROOT
from layers.written import written

PACKAGE, FUNCTIONS = ROOT / "layers" / "aftercare", ROOT / "functions"
SAMPLE = '''
"""What there is of dataclasses."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

NOTHING = ()

@dataclass(frozen=True, slots=True)
class Point:
    """A frozen one with slots."""

    kind: ClassVar = "point"
    across: int
    up: int = 0
    names: tuple[str, ...] = field(default=NOTHING, repr=False)
    seen: dict[str, int] = field(default_factory=dict, compare=False)
    by: str = field(default="somebody", kw_only=True)

    def moved(self, across: int) -> "Point":
        return replace(self, across=across)

@dataclass(frozen=True, slots=True, order=True)
class Version:
    major: int
    minor: int = 0

@dataclass(slots=True)
class Tally:
    counted: int = 0
    listed: list[str] = field(default_factory=list)

@dataclass(frozen=True)
class Kept:
    name: str = "a"

@dataclass
class Open:
    name: str
    length: int = 0

    def __post_init__(self) -> None:
        self.length = len(self.name)

@dataclass(frozen=True, slots=True)
class Checked:
    days: int

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError(self.days)

@dataclass(frozen=True, slots=True)
class Heir(Kept):
    more: int = 1
'''
MODULES = {"as it is": ModuleType("sample"), "written out": ModuleType("sample")}
exec(compile(SAMPLE, "sample.py", "exec"), vars(MODULES["as it is"]))  # noqa: S102 - above
exec(compile(written(ast.parse(SAMPLE)), "sample.py", "exec"), vars(MODULES["written out"]))  # noqa: S102
both = pytest.mark.parametrize("sample", MODULES.values(), ids=MODULES)


def test_the_samples_that_do_not_inherit_are_written_out() -> None:
    made = MODULES["written out"]
    assert "__init__" in vars(made.Point)
    assert made.Point.__init__.__code__.co_filename == "sample.py"
    assert made.Heir.__init__.__code__.co_filename == "<string>"
    assert made.__doc__ == "What there is of dataclasses."


@both
def test_values_are_taken_by_place_and_by_name(sample: Any) -> None:
    point = sample.Point(1, 2, ("a",), by="li")
    assert (point.across, point.up, point.names, point.seen, point.by) == (1, 2, ("a",), {}, "li")
    assert sample.Point(across=1).names is sample.NOTHING
    assert sample.Point.kind == point.kind == "point"
    wrong: tuple[object, ...]
    for wrong in ((), (1, 2, (), {}, "li")):
        with pytest.raises(TypeError):
            sample.Point(*wrong)
    with pytest.raises(TypeError):
        sample.Point(1, other=2)


@both
def test_each_object_has_a_default_of_its_own_from_a_factory(sample: Any) -> None:
    first, second = sample.Tally(), sample.Tally()
    first.listed.append("a")
    assert (second.listed, sample.Tally(listed=None).listed) == ([], None)


@both
def test_equality_counts_what_is_compared_of_the_same_class(sample: Any) -> None:
    assert sample.Point(1) == sample.Point(1, seen={"a": 1})
    assert sample.Point(1) != sample.Point(1, by="li")
    assert sample.Version(1, 0) != (1, 0)
    assert sample.Version(1).__eq__((1, 0)) is NotImplemented
    assert sample.Tally(1) == sample.Tally(1)


@both
def test_frozen_objects_can_be_hashed_and_others_not(sample: Any) -> None:
    assert hash(sample.Point(1)) == hash((1, 0, (), "somebody"))
    assert len({sample.Point(1), sample.Point(1, seen={"a": 1})}) == 1
    for each in (sample.Tally(), sample.Open("a")):
        with pytest.raises(TypeError, match="unhashable type"):
            hash(each)


@both
def test_it_is_shown_with_its_fields(sample: Any) -> None:
    assert repr(sample.Point(1)) == "Point(across=1, up=0, seen={}, by='somebody')"
    assert repr(sample.Tally()) == "Tally(counted=0, listed=[])"


@both
def test_frozen_objects_do_not_change(sample: Any) -> None:
    for point in (sample.Point(1), sample.Kept()):
        name = fields(point)[0].name
        with pytest.raises(FrozenInstanceError, match=f"cannot assign to field '{name}'"):
            setattr(point, name, 2)
        with pytest.raises(FrozenInstanceError, match=f"cannot delete field '{name}'"):
            delattr(point, name)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'other'"):
        sample.Kept().other = 1
    with pytest.raises((AttributeError, TypeError)):
        sample.Point(1).other = 1


@both
def test_slots_leave_room_for_nothing_else(sample: Any) -> None:
    with pytest.raises(AttributeError):
        sample.Tally().other = 1
    assert not hasattr(sample.Point(1), "__dict__")
    assert (sample.Kept.name, sample.Open.length) == ("a", 0)
    assert vars(sample.Open("ab")) == {"name": "ab", "length": 2}


@both
def test_a_copy_with_changes_is_made_anew(sample: Any) -> None:
    assert sample.Point(1, 2, by="li").moved(3) == sample.Point(3, 2, by="li")
    assert copy.replace(sample.Open("abc"), name="a").length == 1
    with pytest.raises(ValueError, match="-1"):
        copy.replace(sample.Checked(1), days=-1)
    with pytest.raises(TypeError):
        sample.Point(1).__replace__(other=1)


@both
def test_ordered_ones_are_compared_field_by_field(sample: Any) -> None:
    versions = [sample.Version(2), sample.Version(1, 5), sample.Version(1)]
    assert sorted(versions) == versions[::-1]
    first, second = sample.Version(1), sample.Version(1, 5)
    again = sample.Version(1)
    assert (first < second, first <= again, second > first, first >= again) == (True,) * 4
    assert (second < first, second <= first, first > again, first >= second) == (False,) * 4
    with pytest.raises(TypeError, match="not supported"):
        assert sample.Version(1) < (1, 5)


@both
def test_patterns_match_by_place(sample: Any) -> None:
    match sample.Point(1, 2):
        case sample.Point(across, up):
            assert (across, up) == (1, 2)
        case _:
            pytest.fail("no match")


@both
def test_objects_are_copied_and_pickled(sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sample", sample)
    for each in (
        sample.Point(1, seen={"a": 1}),
        sample.Tally(1),
        sample.Kept("b"),
        sample.Open("a"),
    ):
        for again in (copy.copy(each), copy.deepcopy(each), pickle.loads(pickle.dumps(each))):  # noqa: S301
            assert (again, repr(again)) == (each, repr(each))


@both
def test_dataclasses_reads_them(sample: Any) -> None:
    point = sample.Point(1)
    assert is_dataclass(sample.Point)
    assert asdict(point) == {"across": 1, "up": 0, "names": (), "seen": {}, "by": "somebody"}
    assert astuple(sample.Version(1)) == (1, 0)
    assert [each.name for each in fields(sample.Heir)] == ["name", "more"]
    assert sample.Heir("a") == sample.Heir("a", 1)


@both
def test_a_class_that_inherits_has_what_its_base_has(sample: Any) -> None:
    plain: Any = type("Plain", (sample.Point,), {})
    more: Any = make_dataclass(
        "More", [("further", int, 3)], bases=(sample.Point,), frozen=True, slots=True
    )
    assert plain(1) != sample.Point(1)
    assert repr(plain(1)).endswith("Plain(across=1, up=0, seen={}, by='somebody')")
    assert (more(1, further=4).further, more(1).across) == (4, 1)
    assert plain(1).moved(2) == plain(2)


def _modules(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if len(parts) > 1 and "dataclass" in path.read_text():
            yield ".".join(parts).removesuffix(".__init__")


@pytest.mark.parametrize("name", [*_modules(PACKAGE), *_modules(FUNCTIONS)])
def test_every_dataclass_is_written_out_as_it_is(name: str) -> None:
    """Each class of ours has the same parameters, fields, slots and methods, written out or not."""
    module = importlib.import_module(name)
    source = Path(str(module.__file__))
    made = ModuleType(name)
    made.__package__, made.__file__ = module.__package__, module.__file__
    made.__path__ = getattr(module, "__path__", [])
    exec(compile(written(ast.parse(source.read_text())), name, "exec"), vars(made))  # noqa: S102
    for each, kind in vars(module).items():
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == name:
            assert _described(getattr(made, each)) == _described(kind), each


def _described(kind: Any) -> object:
    parameters = [
        (each.name, each.kind, each.default is not each.empty)
        for each in inspect.signature(kind.__init__).parameters.values()
    ]
    stated = [
        (each.name, _value(each.default), _value(each.default_factory), each.compare, each.kw_only)
        for each in fields(kind)
    ]
    types = [str(each.type) for each in fields(kind)]
    of_the_class = vars(kind).keys() - {"__annotations__", "__doc__", "__msgspec_cache__"}
    params = str(kind.__dataclass_params__)
    slots, places = vars(kind).get("__slots__"), kind.__match_args__
    return parameters, stated, types, params, slots, places, of_the_class, kind.__hash__ is None


def _value(default: object) -> object:
    if default is MISSING or not isinstance(default, Callable):  # type: ignore[arg-type]
        return default
    return getattr(default, "__qualname__", default)
