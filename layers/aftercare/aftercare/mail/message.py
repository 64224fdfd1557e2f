"""A letter as the MIME message that SES takes: encoded headers, text before HTML."""

import re
from email.message import EmailMessage

from aftercare.mail.model import Letter

SENDERS_NAME = "Aftercare"
# No name, no list, nothing to encode: SES takes no other address, and a header must not change it.
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_ADDRESS = re.compile(r"[^,;<>\x00-\x20\x7f-\U0010ffff]+@[^,;<>\x00-\x20\x7f-\U0010ffff]+")


def message_of(source: str, to: str, letter: Letter) -> bytes:
    """The message, in ASCII and lines that every relay takes.

    SES puts its own Message-ID and Date in. A thread is the id of a message that was never sent:
    all mails about one ticket refer to it, so mail programs show them as one conversation, and a
    reply brings it back. Some programs leave it out of a reply; subjects have the ticket, too. The
    address for replies is such an id as well: a reply that goes elsewhere still names it.

    Raises:
        ValueError: It is not one plain address, or the subject is not one line.
    """
    if not _ADDRESS.fullmatch(to):
        raise ValueError("not one plain address")
    from email.headerregistry import Address  # noqa: PLC0415 - not before there is a mail to send

    from aftercare.mail.headers import POLICY  # noqa: PLC0415

    message = EmailMessage(policy=POLICY)
    message["From"] = Address(SENDERS_NAME, addr_spec=source)
    message["To"] = to
    message["Subject"] = letter.subject
    # Out-of-office programs must not answer.
    message["Auto-Submitted"] = "auto-generated"
    if references := _references(source, letter):
        message["In-Reply-To"] = references[-1]
        message["References"] = " ".join(references)
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        # One post, without a page in between (RFC 8058).
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.language  # set_content would move it into a part
    return message.as_bytes()


def _references(source: str, letter: Letter) -> list[str]:
    """The messages that the mail goes on from, the one that it answers last."""
    found = [f"<{letter.thread}@{source.rpartition('@')[2]}>"] if letter.thread else []
    if letter.reply_to:
        found.append(f"<{letter.reply_to}>")
    if _MESSAGE_ID.fullmatch(letter.answers):
        found.append(letter.answers)
    return found
