"""What dataclasses need whose methods the build has written out (layers/written.py).

Whoever asks such a class for its fields gets `dataclasses`' own, made at that moment.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import FrozenInstanceError

UNSET: Any = object()
"""Stands for an argument that was not given, where the class has a factory of its default."""


class Fields:
    """The `__dataclass_fields__` of a class, until somebody asks for them."""

    def __init__(
        self,
        options: Sequence[str],
        uncompared: Sequence[str],
        factories: Mapping[str, Callable[[], object]],
    ) -> None:
        self._options = options
        self._uncompared = uncompared
        self._factories = factories

    def __set_name__(self, owner: type[Any], _name: str) -> None:
        self._owner = owner

    def __get__(self, _instance: object, _kind: type[Any]) -> Any:  # noqa: ANN401 - as dataclasses'
        from dataclasses import dataclass  # noqa: PLC0415 - its import is what is saved

        owner: Any = self._owner
        stated = {
            "__module__": owner.__module__,
            "__qualname__": owner.__qualname__,
            "__annotations__": owner.__annotations__,
            **dict(self._stated(owner.__init__)),
        }
        options: Any = dict.fromkeys(self._options, True)
        made: Any = dataclass(**options)(type(owner.__name__, (), stated))
        owner.__dataclass_fields__ = made.__dataclass_fields__
        owner.__dataclass_params__ = made.__dataclass_params__
        return owner.__dataclass_fields__

    def _stated(self, init: Any) -> Mapping[str, object]:  # noqa: ANN401 - a function's own
        """Each field that has a default, or something else to say."""
        from dataclasses import field  # noqa: PLC0415 - as above

        code, by_name = init.__code__, init.__kwdefaults__ or {}
        places = code.co_varnames[1 : code.co_argcount]
        last = init.__defaults__ or ()
        given = dict(zip(places[len(places) - len(last) :], last, strict=True)) | by_name
        only_by_name = code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]
        stated = dict[str, object]()
        for name in (*places, *only_by_name):
            options: Any = {"compare": name not in self._uncompared}
            if name in only_by_name:
                options["kw_only"] = True
            if name in self._factories:
                options["default_factory"] = self._factories[name]
            elif name in given:
                options["default"] = given[name]
            stated[name] = field(**options)
        return stated


def frozen(what: str, name: str) -> "FrozenInstanceError":
    """The error of who changes a frozen object."""
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 - as above

    return FrozenInstanceError(f"cannot {what} field {name!r}")
