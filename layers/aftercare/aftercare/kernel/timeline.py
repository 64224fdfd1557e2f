"""The timeline is the outbox: an entry committed with a state change is published later."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import to_text
from aftercare.kernel.errors import InvalidError


class EntryInvalidError(InvalidError):
    """One of our events has no valid timeline entry."""

    code = "entry_invalid"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to one subject (a return, a sign-in request), and who caused it.

    `data` holds ids, codes and counts only: entries travel over the bus and into logs.
    """

    entry_id: str
    entry_type: str
    subject: str
    occurred_at: datetime
    data: Mapping[str, str] = field(default_factory=dict)
    actor: Actor = field(kw_only=True)

    def fact[Value](self, name: str, read: Callable[[str], Value]) -> Value:
        """The fact of that name, as `read` reads it.

        Raises:
            EntryInvalidError: It is missing, or `read` cannot read it.
        """
        try:
            return read(self.data[name])
        except (KeyError, ValueError):
            field = f"data.{name}"
            raise EntryInvalidError(f"{field} is missing or invalid.", field=field) from None

    def to_detail(self) -> str:
        """The event's detail on the bus, as JSON."""
        return json.dumps(
            {
                "entry_id": self.entry_id,
                "entry_type": self.entry_type,
                "subject": self.subject,
                "occurred_at": to_text(self.occurred_at),
                "actor": self.actor,
                "data": dict(self.data),
            }
        )
