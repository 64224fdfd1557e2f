"""What a command that changes something needs first: who does it, and that they mean it."""

import getpass
import sys
from argparse import Namespace
from collections.abc import Callable, Collection
from difflib import get_close_matches

from aftercare.kernel.actor import Actor, operator
from infra.local.settings import StackError
from infra.operator.target import Target


def actor_of(arguments: Namespace) -> Actor:
    """Who runs this command: --who, or the name of the account on this machine."""
    return operator(arguments.who.strip() or getpass.getuser())


def confirm(
    arguments: Namespace,
    stack: Target,
    change: str,
    ask: Callable[[str], str] | None = None,
    *,
    unusual: str = "",
) -> None:
    """Says what the command is about to do, and asks whether to go on; --yes skips the question.

    What is `unusual` about it, as a sentence, is part of the question; --yes alone skips it only
    with --new.

    Raises:
        StackError: The answer is not yes, or there is no terminal to ask at.
    """
    if arguments.yes:
        if unusual and not arguments.new:
            raise StackError(f"{unusual} If it is new, add --new, or NEW=1 after make.")
        return
    sentence = f"{unusual} This will {change} ({stack.name}).".lstrip()
    if ask is None and not sys.stdin.isatty():
        raise StackError(
            f"{sentence} There is no terminal to ask at: add --yes, or YES=1 after make."
        )
    if (ask or _ask)(f"{sentence} Type yes: ").strip().lower() not in {"y", "yes"}:
        raise StackError("Nothing was changed.")


def first_of(kind: str, name: str, known: Collection[str]) -> str:
    """Says that nothing is known by that name yet, and what is written alike; else empty."""
    if name in known:
        return ""
    alike = "".join(f" Did you mean {each}?" for each in get_close_matches(name, known, 1))
    return f"There is no {kind} {name} yet.{alike}"


def _ask(question: str) -> str:
    """On the error output: what the command prints may be on its way into a file."""
    print(question, end="", file=sys.stderr, flush=True)
    return input()
