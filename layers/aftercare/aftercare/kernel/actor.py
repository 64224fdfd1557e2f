"""Who caused a change; every timeline entry names its actor."""

from typing import NewType

Actor = NewType("Actor", str)
"""A kind, and an id where there are several of the kind: `customer`, `client:cli_…`."""

CUSTOMER = Actor("customer")
UNKNOWN = Actor("unknown")
"""The actor of an entry that was stored before entries named one."""


def client(client_id: str) -> Actor:
    """A store's or partner's system."""
    return Actor(f"client:{client_id}")


def staff(staff_id: str) -> Actor:
    """Somebody signed in to the console."""
    return Actor(f"staff:{staff_id}")


def system(function: str) -> Actor:
    """One of our functions, acting on an event or a schedule."""
    return Actor(f"system:{function}")


def operator(name: str) -> Actor:
    """Somebody at a command line."""
    return Actor(f"operator:{name}")
