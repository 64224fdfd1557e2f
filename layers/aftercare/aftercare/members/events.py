"""The shop's member events, read strictly."""

from typing import Annotated

from msgspec import Meta

from aftercare.kernel.ids import is_id
from aftercare.kernel.reading import FieldError, Occurrence, OptionalText, Text, convert
from aftercare.kernel.typed import email_of, phone_of
from aftercare.members.errors import MemberEventInvalidError
from aftercare.members.model import MemberEvent
from aftercare.words.model import language_of

TYPES = ("member.joined", "member.changed")
_LONGEST_EMAIL = 254

# Longer than any address, in whichever spelling: the address is measured once it is normalised.
Email = Annotated[str, Meta(min_length=3, max_length=1000, description="an e-mail address")]


class MemberDetail(Occurrence, frozen=True, kw_only=True):
    """`member.joined` and `member.changed`: everything the shop says of a member, each time.

    The language is a BCP 47 tag: the closest that we write counts, or English. Reminders are on
    unless switched off. A phone number counts in international form, such as +1 415 555 0100; any
    other is as none.
    """

    member_id: Text
    email: Email
    language: OptionalText | None = None
    reminders: bool = True
    phone: OptionalText | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_id(self.member_id.strip(), "mem"):
            raise FieldError("member_id", "mem_ and 26 symbols")
        address = email_of(self.email)
        if "@" not in address.strip("@") or len(address) > _LONGEST_EMAIL:
            raise FieldError("email", "an e-mail address")


def parse(event_type: str, detail: object) -> MemberEvent:
    """The event in an EventBridge event's detail-type and detail.

    Raises:
        MemberEventInvalidError: The type is unknown, or a field is missing or not what it must be.
    """
    if event_type not in TYPES:
        raise MemberEventInvalidError(f"There is no member event of the type {event_type[:40]!r}.")
    member = convert(detail, MemberDetail, MemberEventInvalidError, "event")
    return MemberEvent(
        member_id=member.member_id.strip(),
        occurred_at=member.moment,
        email=email_of(member.email),
        language=language_of(member.language or ""),
        reminders=member.reminders,
        phone=phone_of(member.phone or ""),
    )
