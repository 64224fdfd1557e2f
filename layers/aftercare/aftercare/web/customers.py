"""The customer's session: a signed cookie that opens one mailbox's orders for 30 minutes."""

from dataclasses import dataclass, replace

from aftercare.web.cookies import Cookie
from aftercare.web.session import Session, new_nonce

LIFETIME_SECONDS = 30 * 60
# Ours are shorter. An unsigned value may be a few bytes that unpack to megabytes.
_LONGEST_UNSIGNED = 500


@dataclass(frozen=True, slots=True)
class CustomerSession(Session):
    """Whose mailbox a browser has proved.

    `email_key` is set once a code proved the mailbox; `requests` are those for codes that are
    awaited, newest first, separated by spaces; `wanted` is the path of the page that the customer
    was on the way to.

    Whoever proved a mailbox and nothing else has no `email_key`, and opens only what was written to
    the desk (R-DSK-53): they have a `mailbox_key`, and `mailbox_by` is the request that proved it,
    or is to prove it as long as there is no key.
    """

    email_key: str = ""
    requests: str = ""
    wanted: str = ""
    mailbox_key: str = ""
    mailbox_by: str = ""

    @property
    def request_ids(self) -> list[str]:
        return self.requests.split()

    @property
    def signed_in(self) -> bool:
        return bool(self.email_key)

    @property
    def writer_key(self) -> str:
        """The mailbox whose messages it opens."""
        return self.email_key or self.mailbox_key

    @property
    def has_proved(self) -> bool:
        return bool(self.writer_key)


def anonymous() -> CustomerSession:
    return CustomerSession(new_nonce())


def signed_in(email_key: str) -> CustomerSession:
    return replace(anonymous(), email_key=email_key)


def writing(email_key: str, proved_by: str) -> CustomerSession:
    """The session of a mailbox that this request for a code proved, and of nothing else."""
    return replace(anonymous(), mailbox_key=email_key, mailbox_by=proved_by)


def session_cookie(*, secure: bool) -> Cookie:
    return Cookie("aftercare", LIFETIME_SECONDS, secure=secure)


def seems_signed_in(cookie_header: str, *, secure: bool) -> bool:
    """Whether the browser shows the cookie of a signed-in customer; the signature is not checked.

    Use it only to choose the links of a page.
    """
    value = session_cookie(secure=secure).read(cookie_header)
    if not 0 < len(value) <= _LONGEST_UNSIGNED:
        return False
    from itsdangerous import URLSafeTimedSerializer  # noqa: PLC0415 - most visitors have no cookie

    _, members = URLSafeTimedSerializer("").loads_unsafe(value)
    try:
        return CustomerSession(*map(str, members)).signed_in
    except TypeError:
        return False
