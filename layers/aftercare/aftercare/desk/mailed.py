"""What the desk keeps of a mail beside its words, and of one that it parked."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from aftercare.desk.incoming.model import Attachment, IncomingMail, Parked

MOST_SUBJECT = 200
# Of an entry's item: the rest of them is in the raw mail.
MOST_NAMED = 20


class Receipt(NamedTuple):
    """What SES says of a mail that it received: its own name of it, and what its checks found.

    `key` is where the raw mail is.
    """

    sent_as: str
    key: str
    at: datetime
    recipients: tuple[str, ...] = ()
    passes_dmarc: bool = False
    is_spam: bool = False
    has_virus: bool = False


class Envelope(NamedTuple):
    """Whose mail a message came in, what was attached, and where the raw mail is.

    `is_proved` says that the mailbox of `sender` wrote it; `is_cut` that there is more in the raw
    mail. `files` is how many are attached, of which the first are named. `pictures`
    are the places among them of those that are shown, if the mail is its customer's message.
    """

    sender: str
    subject: str
    message_id: str
    raw: str
    is_proved: bool
    is_cut: bool = False
    files: int = 0
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[int, ...] = ()


class ParkedMail(NamedTuple):
    """A mail that opened nothing, for people to look at; `number` is of the ticket it was sent to.

    `name` is the same for the same mail, however often it comes.
    """

    name: str
    reason: Parked
    at: datetime
    envelope: Envelope
    words: str = ""
    number: str = ""


class ParkedPage(NamedTuple):
    """Some of the parked mails without their words, oldest first; `after` leads to later ones."""

    mails: Sequence[ParkedMail]
    after: str = ""


class Taken(NamedTuple):
    """What became of a mail: it is in the ticket of that number, or parked for a reason, or both.

    A mail that is not proved to be its customer's is in a ticket and parked.
    """

    number: str = ""
    parked: Parked | None = None


def envelope_of(mail: IncomingMail, receipt: Receipt, *, is_proved: bool) -> Envelope:
    return Envelope(
        sender=mail.sender,
        subject=mail.subject[:MOST_SUBJECT],
        message_id=mail.message_id,
        raw=receipt.key,
        is_proved=is_proved,
        is_cut=mail.is_cut,
        files=len(mail.attachments),
        attachments=mail.attachments[:MOST_NAMED],
        pictures=tuple(each.place for each in mail.pictures) if is_proved else (),
    )


def name_of(mail: IncomingMail, *, is_proved: bool) -> str:
    """The same name for the same mail, though its sender's server sends it twice.

    Whoever is not proved could name a mail as somebody else will name theirs, and hide it: so
    theirs are named by what they say as well, and a proved one is another mail.
    """
    said = [mail.sender, mail.message_id]
    if not is_proved:
        said += ["", mail.subject, mail.words]
    return hashlib.sha256("\x00".join(said).encode(errors="surrogatepass")).hexdigest()[:40]
