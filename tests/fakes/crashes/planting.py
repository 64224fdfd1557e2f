"""Planted bugs: each replaces one behaviour of ours, and what holds the books must notice."""

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

type Behaviour = Any
type Bug = Callable[[Behaviour], Behaviour]


@dataclass(frozen=True)
class Mutant:
    """A bug: `target` names a behaviour by room, module and path; `bug` returns its replacement.

    A walk with the `act` is likely to meet it.
    """

    target: str
    bug: Bug
    act: str = ""

    @property
    def name(self) -> str:
        return self.bug.__name__


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """Replaces our behaviour with the bug within the block."""
    room, module, *owners, name = mutant.target.split(".")
    owner: Any = import_module(f"aftercare.{room}.{module}")
    if owners:
        owner = operator.attrgetter(".".join(owners))(owner)
    original = vars(owner)[name]
    setattr(owner, name, mutant.bug(original))
    try:
        yield
    finally:
        setattr(owner, name, original)


def planter(room: str, mutants: list[Mutant]) -> Callable[..., Callable[[Bug], Bug]]:
    """A decorator that adds bugs of that room to the mutants: `(target, act)`."""

    def bug_in(target: str, act: str = "") -> Callable[[Bug], Bug]:
        def plant(bug: Bug) -> Bug:
            mutants.append(Mutant(f"{room}.{target}", bug, act))
            return bug

        return plant

    return bug_in


def nothing(original: Behaviour) -> Behaviour:
    """No bug: a failure with it is not a mutant's."""

    def same(*values: Any, **named: Any) -> Any:
        return original(*values, **named)

    return same
