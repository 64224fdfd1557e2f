"""View model of the page about the shop's messages: each with its steps, and the way to us."""

from typing import NamedTuple

from aftercare.words.service import Words, words
from portal.site.shop_errors import GROUPS


class ShopError(NamedTuple):
    """A message as the shop shows it, and what it says in the reader's language, if not in that."""

    name: str
    said: str
    means: str


class Group(NamedTuple):
    """Messages that the same steps help with."""

    name: str
    title: str
    errors: list[ShopError]
    steps: list[tuple[str, str]]
    next: str


STEPS = ("network", "session", "payment")


def groups(w: Words) -> list[Group]:
    return [
        Group(
            name=name,
            title=w.text(f"page_errors.group.{name}"),
            errors=[_error(w, each) for each in names],
            steps=[
                (w.text(f"page_errors.step.{s}"), w.text(f"page_errors.how.{s}")) for s in STEPS
            ],
            next=w.text(f"page_errors.next.{name}"),
        )
        for name, names in GROUPS.items()
    ]


def _error(w: Words, name: str) -> ShopError:
    said = words("en", typeset=True).text(f"page_errors.message.{name}")
    means = w.text(f"page_errors.message.{name}")
    return ShopError(name, said, "" if means == said else means)
