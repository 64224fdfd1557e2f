"""The stored form of a mail's envelope, and of a parked mail: JSON documents."""

import json
from typing import Any

from aftercare.desk.incoming.model import Attachment, Parked
from aftercare.desk.mailed import Envelope, ParkedMail
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.stored import member


def encode_envelope(envelope: Envelope) -> str:
    return json.dumps(_envelope(envelope), ensure_ascii=False)


def decode_envelope(document: str) -> Envelope:
    return _read(json.loads(document))


def encode_parked(parked: ParkedMail) -> str:
    """Without the words, which an item has beside it: the index of parked mails carries this."""
    return json.dumps(
        {
            "reason": parked.reason,
            "at": to_text(parked.at),
            "envelope": _envelope(parked.envelope),
            "number": parked.number,
        },
        ensure_ascii=False,
    )


def decode_parked(name: str, document: str, words: str = "") -> ParkedMail:
    """The parked mail of that name.

    Raises:
        NewerDataError: It was parked for a reason that this version does not know.
    """
    stored = json.loads(document)
    return ParkedMail(
        name=name,
        reason=member(Parked, stored["reason"]),
        at=from_text(stored["at"]),
        envelope=_read(stored["envelope"]),
        words=words,
        number=stored["number"],
    )


def _envelope(envelope: Envelope) -> dict[str, Any]:
    stored: dict[str, Any] = {
        "from": envelope.sender,
        "subject": envelope.subject,
        "id": envelope.message_id,
        "raw": envelope.raw,
        "proved": envelope.is_proved,
    }
    if envelope.is_cut:
        stored["cut"] = True
    if envelope.files:
        stored |= {"files": envelope.files, "named": [list(each) for each in envelope.attachments]}
    if envelope.pictures:
        stored["pictures"] = list(envelope.pictures)
    return stored


def _read(stored: dict[str, Any]) -> Envelope:
    return Envelope(
        sender=stored["from"],
        subject=stored["subject"],
        message_id=stored["id"],
        raw=stored["raw"],
        is_proved=stored["proved"],
        is_cut=stored.get("cut", False),
        files=stored.get("files", 0),
        attachments=tuple(Attachment(*each) for each in stored.get("named", ())),
        pictures=tuple(stored.get("pictures", ())),
    )
