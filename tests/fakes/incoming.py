"""Mails to the desk as SES stores them, with its own headers on top."""

from aftercare.desk.incoming.model import Desk, IncomingMail
from aftercare.desk.incoming.reading import read_mail

DESK = Desk("care@shop.example")
MEI = "mei@example.com"
PASSED = (
    "amazonses.com; spf=pass (spfCheck: domain of example.com designates 203.0.113.7 as permitted"
    " sender) client-ip=203.0.113.7; envelope-from=mei@example.com; helo=mail.example.com;"
    " dkim=pass header.i=@example.com; dmarc=pass header.from=example.com;"
)
TYPICAL = {
    "Return-Path": f"<{MEI}>",
    "Authentication-Results": PASSED,
    "From": f"Mei Tanaka <{MEI}>",
    "To": "care@shop.example",
    "Subject": "My figure",
    "Message-ID": "<one@mail.example.com>",
}


def raw_mail(
    body: bytes | str = "The box was open.", *more: tuple[str, str], **changes: str | None
) -> bytes:
    """A plain mail; a change names a header with underscores, and None leaves it out."""
    named = {name.replace("_", "-").lower(): value for name, value in changes.items()}
    kept = [(name, named.pop(name.lower(), value)) for name, value in TYPICAL.items()]
    items = [*kept, *named.items(), *more]
    lines = [f"{name}: {value}\r\n" for name, value in items if value is not None]
    text = body.encode() if isinstance(body, str) else body
    is_typed = any(name.lower() == "content-type" for name, _ in items)
    plain = b"" if is_typed else b"Content-Type: text/plain; charset=utf-8\r\n"
    return "".join(lines).encode() + plain + b"\r\n" + text


def received(
    body: bytes | str = "The box was open.", *more: tuple[str, str], **changes: str | None
) -> IncomingMail:
    return read_mail(raw_mail(body, *more, **changes), DESK)


def parts(*each: str, kind: str = "mixed") -> tuple[str, str]:
    """The body of a mail in parts, and its Content-Type."""
    body = "".join(f"--{kind}\r\n{part}\r\n" for part in each)
    return f"{body}--{kind}--\r\n", f'multipart/{kind}; boundary="{kind}"'
