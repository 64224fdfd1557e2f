"""A mail that came in, as far as the desk believes it; the raw one is kept beside it."""

from enum import StrEnum
from typing import NamedTuple


class Parked(StrEnum):
    """Why a mail is kept and never answered, and opens nothing (R-DSK-34)."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    NO_SENDER = "no_sender"
    OURS = "ours"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    LIST = "list"
    EMPTY = "empty"
    VIRUS = "virus"
    SPAM = "spam"
    TOO_MANY = "too_many"
    UNPROVED = "unproved"


class Desk(NamedTuple):
    """The desk's own mailbox, and the name under which SES writes down what it checked."""

    mailbox: str
    checked_by: str = "amazonses.com"

    @property
    def domain(self) -> str:
        return self.mailbox.rpartition("@")[2].lower()

    def tag_of(self, address: str) -> str:
        """What stands behind the plus of the desk's own address; empty for any other address."""
        name, _, domain = self.mailbox.lower().partition("@")
        local, _, at = address.lower().rpartition("@")
        begin, _, tag = local.partition("+")
        return tag if (begin, at) == (name, domain) else ""


class Attachment(NamedTuple):
    """A file of a mail: its name as text, the type that it claims, its bytes' number."""

    name: str
    media_type: str
    size: int


class Picture(NamedTuple):
    """A file of a mail that begins as a picture does, by its place among the files."""

    place: int
    media_type: str
    body: bytes


class IncomingMail(NamedTuple):
    """What a mail says.

    `message_id` is of our making if the mail has none: the same for the same bytes. `tag` is what
    stood behind the plus of the desk's address. `words` are what is new, without what was quoted.
    `is_proved` says that the mailbox of `sender` wrote it. `is_cut` says that there is more in the
    raw mail than here. `pictures` are what may be a photo of the customer's: what it really is, a
    screening says.
    """

    message_id: str
    sender: str
    subject: str = ""
    references: tuple[str, ...] = ()
    tag: str = ""
    words: str = ""
    attachments: tuple[Attachment, ...] = ()
    parked: Parked | None = None
    is_proved: bool = False
    is_cut: bool = False
    pictures: tuple[Picture, ...] = ()
