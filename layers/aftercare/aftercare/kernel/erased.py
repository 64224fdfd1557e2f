"""Whether somebody was erased: rooms ask before they store an address that others report."""

from collections.abc import Callable
from datetime import datetime

type ErasedAt = Callable[[str], datetime | None]
"""A mailbox's key → when the person behind it was last erased; none if they never were."""


def nobody(_email_key: str) -> datetime | None:
    """Nobody was erased: for rooms that read alone, and store no address."""
    return None
