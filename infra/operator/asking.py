"""What a command that changes something needs first: who does it, and that they mean it."""

import getpass
import sys
from collections.abc import Callable, Mapping

from aftercare.kernel.actor import Actor, operator
from infra.local.settings import StackError


def acting(settings: Mapping[str, str]) -> Actor:
    """Who runs this command: OPERATOR, or the name of the account on this machine."""
    return operator(settings.get("OPERATOR", "").strip() or getpass.getuser())


def confirm(
    question: str, settings: Mapping[str, str], ask: Callable[[str], str] | None = None
) -> None:
    """Asks whether to go on; YES=1 answers for a script.

    Raises:
        StackError: The answer is not yes, or nobody is there to give one.
    """
    if settings.get("YES", "").strip() == "1":
        return
    if ask is None and not sys.stdin.isatty():
        raise StackError(f"{question} Nobody is here to answer: add YES=1.")
    answer = (ask or input)(f"{question} [y/N] ")
    if answer.strip().lower() not in {"y", "yes"}:
        raise StackError("Nothing was changed.")
