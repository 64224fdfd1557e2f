"""What a person gets who asks for their data: readable files, one for each thing, and a guide."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import NamedTuple

from aftercare.erasure.service import Rooms
from aftercare.kernel.clock import Clock, to_text
from aftercare.kernel.typed import email_of
from aftercare.orders.model import email_key_of
from aftercare.returns.model import Return

_GUIDE = """What Aftercare keeps of {email}, as of {now}

orders.json     orders: what was bought, the address, parcels, refunds, cancellations
returns.json    returns: items, reasons, your notes, what was decided and by which rule, each step;
                what staff noted; what you showed, with your marks; the label and its address
membership.json memberships: the address, the phone, the language, points and every movement of them
mail.json       that mail to you came back, and since when we send none
codes.json      requests for one-time codes of the last days
claims.json     what you told us about products' codes, where you left your address
tickets.json    what you brought to our service desk, everything that was said about it, and which
                pictures came with which entry
wechat.json     who you are to our WeChat service account, since when, and what waits for its ticket
evidence/       the photos and videos that you showed, by return
messages/       the pictures that came with your messages, by ticket
labels/         the printed labels, by ticket

Times are in UTC, amounts in the smallest unit of their currency (cents, yen). Who decided is called
"staff": colleagues have a right to privacy, too. We explain a decision to you in words: ask us.
"""
_STAFF = "staff"
# What says nothing of the person: keys of ours, versions, what was derived, a colleague's name.
_LEFT_OUT = frozenset(
    {
        "email_key",
        "version",
        "code_hash",
        "pieces",
        "sha256",
        "kept_under",
        "claimed_name",
        "claim",
        "look_at",
        "raw",
    }
)


class ExportedFile(NamedTuple):
    """One file of an export."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Exporting:
    """Reads everything of one person (R-ERA-07). It changes nothing."""

    rooms: Rooms
    clock: Clock

    def files(self, email: str) -> Iterator[ExportedFile]:
        """The files of the person's data, the guide first; read one by one, as they are asked for.

        Raises:
            NewerDataError: A newer version wrote a part of it.
        """
        address, rooms = email_of(email), self.rooms
        key = email_key_of(address)
        guide = _GUIDE.format(email=address, now=to_text(self.clock()))
        yield ExportedFile("README.txt", guide.encode())
        returns = rooms.returns.held(key)
        yield _document("orders", list(rooms.orders.exported(key)))
        yield _document("returns", [self._return(ret) for ret in returns])
        yield _document("membership", self._memberships(key))
        suppression, changes = rooms.mail.held(key)
        yield _document("mail", {"suppression": suppression, "changes": changes})
        yield _document("codes", rooms.access.held(address))
        yield _document("claims", rooms.claims.held(key))
        tickets = rooms.tickets.held(key)
        pictures = {ticket.number: rooms.evidence.held(ticket.ticket_id) for ticket, _ in tickets}
        yield _document("tickets", [[*each, pictures[each[0].number]] for each in tickets])
        yield _document("wechat", rooms.tickets.at_wechat(key))
        for ret in returns:
            for slot in rooms.evidence.held(ret.return_id):
                for name, body in rooms.evidence.files(slot):
                    yield ExportedFile(f"evidence/{ret.ticket}/{name}", body)
            yield from self._pages(ret)
        for number, slots in pictures.items():
            for slot in slots:
                for name, body in rooms.evidence.files(slot):
                    yield ExportedFile(f"messages/{number}/{name}", body)

    def _return(self, ret: Return) -> Mapping[str, object]:
        rooms = self.rooms
        return {
            "return": ret,
            "steps": rooms.returns.timeline(ret.return_id),
            "notes_of_staff": rooms.returns.notes(ret.return_id),
            "shown": rooms.evidence.held(ret.return_id),
            "labels": rooms.labels.held(ret.return_id),
        }

    def _pages(self, ret: Return) -> Iterator[ExportedFile]:
        """The printed labels of a return; the first is named by its ticket alone."""
        for label in self.rooms.labels.held(ret.return_id):
            number = f"-{label.number}" if label.number > 1 else ""
            number += f"-parcel-{label.parcel}" if label.parcel > 1 else ""
            if (page := self.rooms.labels.page(label)) is not None:
                yield ExportedFile(f"labels/{ret.ticket}{number}.pdf", page)

    def _memberships(self, email_key: str) -> list[Mapping[str, object]]:
        members = self.rooms.members
        return [
            {
                "member": member,
                "points": members.balance(member.member_id),
                "movements": members.movements(member.member_id),
            }
            for member in members.held(email_key)
        ]


def _document(name: str, value: object) -> ExportedFile:
    text = json.dumps(_plain(value), ensure_ascii=False, indent=2)
    return ExportedFile(f"{name}.json", text.encode())


def _plain(value: object) -> object:
    """The value as JSON has it, by the names of its fields."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _named(value._asdict())
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _named({each.name: getattr(value, each.name) for each in fields(value)})
    return _simple(value)


def _simple(value: object) -> object:
    match value:
        case None | int():
            return value
        case datetime():
            return to_text(value)
        case date():
            return value.isoformat()
    text = str(value)
    return _STAFF if text.startswith(f"{_STAFF}:") else text


def _named(parts: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(part) for name, part in parts.items() if name not in _LEFT_OUT}
