"""Which mails nobody wrote to us: they are kept, and never answered (R-DSK-34).

An answer to one of them would be answered by a machine, and so on without an end.
"""

from aftercare.desk.incoming.headers import Headers
from aftercare.desk.incoming.model import Desk, Parked

_MACHINES = frozenset({"mailer-daemon", "postmaster", "no-reply", "noreply", "bounce", "bounces"})
_OF_MACHINES = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})
_OF_LISTS = ("list-id", "list-post", "list-unsubscribe", "mailing-list")
_AUTOMATIC = ("x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-autoreply-from")


def parked(headers: Headers, sender: str, desk: Desk, *, is_report: bool) -> Parked | None:
    """Why the mail is parked; none if a person may have written it to us."""
    if not sender:
        return Parked.NO_SENDER
    name, _, domain = sender.rpartition("@")
    if domain == desk.domain or domain.endswith(f".{desk.domain}"):
        return Parked.OURS
    if is_report or name in _MACHINES or _has_no_way_back(headers):
        return Parked.BOUNCE
    if _is_list(headers):
        return Parked.LIST
    return Parked.AUTO_REPLY if _is_automatic(headers) else None


def _has_no_way_back(headers: Headers) -> bool:
    paths = headers.values("return-path")
    return bool(paths) and paths[0].strip(" <>") == ""


def _is_list(headers: Headers) -> bool:
    return any(map(headers.values, _OF_LISTS)) or _word(headers, "precedence") == "list"


def _is_automatic(headers: Headers) -> bool:
    if _word(headers, "auto-submitted") not in {"", "no"}:
        return True
    return _word(headers, "precedence") in _OF_MACHINES or any(map(headers.values, _AUTOMATIC))


def _word(headers: Headers, name: str) -> str:
    """The first word of a header: `auto-replied` of `Auto-Replied; owner-email=…`."""
    words = headers.first(name).partition(";")[0].split()
    return words[0].lower() if words else ""
