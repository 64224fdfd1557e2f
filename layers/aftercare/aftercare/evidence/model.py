"""A slot for a photo or a video of a return or a message, what was found, and its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from aftercare.kernel.actor import UNKNOWN, Actor

MOST_PHOTOS = 12
# So many more while staff wait for some: what was submitted stays, and can't make room.
MOST_ASKED_FOR = 12
# With those that were removed or replaced again: every one of them may be screened.
MOST_OPENED = 36
# Screenings that may begin and never end: what stopped them was probably the photo.
MOST_ATTEMPTS = 3
# Of a ticket, with everything that its customer sent.
MOST_OF_TICKET = 30
# The form of an upload is good for ten minutes; nobody waits for a verdict for longer than this.
_WAITED_FOR = timedelta(minutes=12)
MOST_BYTES = 15 * 1024 * 1024
MOST_VIDEO_BYTES = 200 * 1024 * 1024
# With its photos; a purchase is unpacked once, perhaps from several boxes.
MOST_VIDEOS = 3
MOST_MARKS = 12
# Marks are in ten-thousandths of the kept copy's width and height.
MARK_SCALE = 10_000
CONTENT_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif"}
)

# What cameras and browsers record, with the ending of the kept file's name.
VIDEO_TYPES = {"video/mp4": "mp4", "video/quicktime": "mov", "video/webm": "webm"}


class EvidenceState(StrEnum):
    """A slot waits for its photo, which is accepted or refused; a verdict is final."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class EvidenceKind(StrEnum):
    """What a photo or a video shows; a photo that nobody sorted may show anything."""

    PHOTO = "photo"
    WHOLE_PRODUCT = "whole_product"
    CLOSE_UP = "close_up"
    PACKAGING = "packaging"
    SERIAL_CODE = "serial_code"
    RECEIPT = "receipt"
    UNPACKING_VIDEO = "unpacking_video"


class Mark(NamedTuple):
    """Where a flaw is, and what it is, in the customer's words.

    `x` and `y` are ten-thousandths of the width and height of the kept, upright copy.
    """

    x: int
    y: int
    text: str


class Advice(StrEnum):
    """What would make a usable photo a better one."""

    BLURRED = "blurred"
    DARK = "dark"
    BRIGHT = "bright"
    EMPTY = "empty"


class Likeness(StrEnum):
    """In what a photo is like one of another return; `similar` is a hint for people only."""

    SAME_FILE = "same_file"
    SAME_PICTURE = "same_picture"
    SAME_MOMENT = "same_moment"
    SIMILAR = "similar"


class Match(NamedTuple):
    """A photo of another return that a photo is like.

    `likeness` is a Likeness, or what a newer version calls one: a hint for people, no more.
    """

    return_id: str
    evidence_id: str
    likeness: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One slot of a return. `refusal` is the screening's reason, empty unless refused.

    A picture that came with a message has its ticket's id in the place of the return's; `entry` is
    the ticket's entry that it came with.

    `opened_by` opened the slot, `screened_by` gave the verdict, `attempts` is how often screening
    its photo began. A photo that was taken over keeps its files: `kept_under` is the return under
    which they were stored, if it is another one.

    `delivered_at` is when the order was delivered, as far as that was known when the slot was
    opened; `before_delivery` is whether the photo says that it was taken before, none if it does
    not say. `serial` is the code on the photo of a label: read from it, or typed. `measures` are
    what `advice` comes from. A video has its length in `seconds`, rounded down; an accepted one's
    `content_type` is what its container says.
    """

    return_id: str
    evidence_id: str
    content_type: str
    opened_at: datetime
    state: EvidenceState = EvidenceState.WAITING
    refusal: str = ""
    sha256: str = ""
    opened_by: Actor = UNKNOWN
    screened_by: Actor = UNKNOWN
    attempts: int = 0
    kept_under: str = ""
    kind: EvidenceKind = EvidenceKind.PHOTO
    marks: tuple[Mark, ...] = ()
    advice: tuple[Advice, ...] = ()
    measures: Mapping[str, int] = field(default_factory=dict)
    serial: str = ""
    serial_typed: bool = False
    delivered_at: datetime | None = None
    before_delivery: bool | None = None
    matches: tuple[Match, ...] = ()
    seconds: int = 0
    entry: int = 0

    @property
    def is_of_message(self) -> bool:
        return bool(self.entry)

    def is_late(self, now: datetime) -> bool:
        """Whether its verdict is not waited for any more; the upload may never have begun."""
        return self.state is EvidenceState.WAITING and now - self.opened_at > _WAITED_FOR

    @property
    def is_video(self) -> bool:
        return self.kind is EvidenceKind.UNPACKING_VIDEO

    @property
    def code(self) -> str:
        """The verification code that an accepted photo shows, in its 16 symbols; "" if none.

        By codes, returns are found: a message's picture has none.
        """
        if self.state is not EvidenceState.ACCEPTED or not self.serial or self.is_of_message:
            return ""
        from aftercare.kernel.codes import code_in  # noqa: PLC0415 - few photos show one

        return code_in(self.serial)

    @property
    def upload_key(self) -> str:
        return f"incoming/{self.return_id}/{self.evidence_id}"

    @property
    def photo_key(self) -> str:
        """Contains the upload's digest, so that another upload can never replace a judged photo."""
        return f"{self.prefix}-{self.sha256[:16]}.jpg"

    @property
    def thumbnail_key(self) -> str:
        return f"{self.prefix}-{self.sha256[:16]}.thumb.jpg"

    @property
    def video_key(self) -> str:
        """As a photo's; the ending tells an accepted video's verified type."""
        return f"{self.prefix}-{self.sha256[:16]}.{VIDEO_TYPES.get(self.content_type, 'mp4')}"

    @property
    def kept_keys(self) -> tuple[str, ...]:
        """The files of accepted evidence."""
        return (self.video_key,) if self.is_video else (self.photo_key, self.thumbnail_key)

    @property
    def prefix(self) -> str:
        """What the keys of its kept files begin with."""
        return f"evidence/{self.kept_under or self.return_id}/{self.evidence_id}"


@dataclass(frozen=True, slots=True)
class Upload:
    """A form that lets a browser put one photo, and nothing else, straight into the bucket."""

    url: str
    fields: Mapping[str, str]


class Progress(NamedTuple):
    """How far an upload is: the size of its parts, and the numbers of those still to be sent."""

    part_bytes: int
    parts: int
    missing: tuple[int, ...]
