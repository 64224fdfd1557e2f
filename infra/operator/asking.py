"""What a command that changes something needs first: who does it, and that they mean it."""

import getpass
import sys
from argparse import Namespace
from collections.abc import Callable

from aftercare.kernel.actor import Actor, operator
from infra.local.settings import StackError
from infra.operator.target import Target


def actor_of(arguments: Namespace) -> Actor:
    """Who runs this command: --who, or the name of the account on this machine."""
    return operator(arguments.who.strip() or getpass.getuser())


def confirm(
    arguments: Namespace, stack: Target, change: str, ask: Callable[[str], str] | None = None
) -> None:
    """Says what the command is about to do, and asks whether to go on; --yes skips the question.

    Raises:
        StackError: The answer is not yes, or there is no terminal to ask at.
    """
    if arguments.yes:
        return
    sentence = f"This will {change} ({stack.name})."
    if ask is None and not sys.stdin.isatty():
        raise StackError(
            f"{sentence} There is no terminal to ask at: add --yes, or YES=1 after make."
        )
    if (ask or _ask)(f"{sentence} Type yes: ").strip().lower() not in {"y", "yes"}:
        raise StackError("Nothing was changed.")


def _ask(question: str) -> str:
    """On the error output: what the command prints may be on its way into a file."""
    print(question, end="", file=sys.stderr, flush=True)
    return input()
