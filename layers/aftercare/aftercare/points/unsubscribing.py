"""The link that ends a member's reminders: signed, good for ever, and good for nothing else."""

import hashlib
import hmac

PATH = "/points/reminders"
_SIGNS = 32


def path_of(secret: bytes, member_id: str) -> str:
    """The page on which the member ends reminders, or has them again (R-PTS-25)."""
    return f"{PATH}/{member_id}.{_signature(secret, member_id)}"


def member_in(secret: bytes, token: str) -> str:
    """The member whom a link of ours names; empty if it is not ours. In constant time."""
    member_id, _, signature = token.rpartition(".")
    is_ours = hmac.compare_digest(signature.encode(), _signature(secret, member_id).encode())
    return member_id if is_ours else ""


def _signature(secret: bytes, member_id: str) -> str:
    return hmac.new(secret, f"reminders:{member_id}".encode(), hashlib.sha256).hexdigest()[:_SIGNS]
