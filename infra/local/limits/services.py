"""Limits of the other services that the functions call: S3, SQS, SES and EventBridge."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from email.parser import HeaderParser

from infra.local.limits import Json, Refusal, Refusals, bytes_of

S3_KEY = 1024
S3_METADATA = 2048
MESSAGE = 1024 * 1024
DELAY_SECONDS = 900
EVENT = 256 * 1024
DETAIL_TYPE, SOURCE = 128, 256
RECIPIENTS = 50
MAIL = 10 * 1024 * 1024
MAIL_LINE = 998
# Of those that SES takes once, the ones that we set.
MAIL_ONCE = frozenset({"from", "to", "subject", "references", "in-reply-to", "auto-submitted"})
LOCAL_PART, DOMAIN = 64, 255
_TIME_OF_EVENT = 14
_NO_MESSAGE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def refusal(service: str, action: str, request: Json) -> Refusal | None:
    """The first limit that the request breaks, if it breaks one; `service` as boto3 names it."""
    check = _CHECKS.get((service, action)) or _CHECKS.get((service, ""))
    return next(check(request), None) if check else None


def _object(request: Json) -> Refusals:
    if bytes_of(str(request.get("Key", ""))) > S3_KEY:
        yield Refusal("KeyTooLongError", "Your key is too long")
    metadata = request.get("Metadata", {}).items()
    if sum(bytes_of(name) + bytes_of(value) for name, value in metadata) > S3_METADATA:
        yield Refusal(
            "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size"
        )


def _message(request: Json) -> Refusals:
    body = request.get("MessageBody", "")
    if not body:
        yield Refusal("MissingParameter", "The request must contain the parameter MessageBody.")
    if _NO_MESSAGE.search(body):
        yield Refusal(
            "InvalidMessageContents", "The message contains characters outside the allowed set."
        )
    if bytes_of(body) > MESSAGE:
        yield Refusal(
            "InvalidParameterValue",
            f"One or more parameters are invalid. Reason: Message must be shorter than {MESSAGE} "
            "bytes.",
        )
    if not 0 <= request.get("DelaySeconds", 0) <= DELAY_SECONDS:
        yield Refusal(
            "InvalidParameterValue",
            f"DelaySeconds must be >= 0 and <= {DELAY_SECONDS}.",
        )


def _events(request: Json) -> Refusals:
    for entry in request["Entries"]:
        if bytes_of(entry["DetailType"]) > DETAIL_TYPE or bytes_of(entry["Source"]) > SOURCE:
            yield Refusal(
                "ValidationException", "Member must have length less than or equal to 128"
            )
        texts = [entry["Source"], entry["DetailType"], entry["Detail"], *entry.get("Resources", ())]
        size = sum(map(bytes_of, texts)) + (_TIME_OF_EVENT if "Time" in entry else 0)
        if size >= EVENT:
            yield Refusal(
                "ValidationException",
                "Total size of the entries in the request is over the limit.",
            )


def _mail(request: Json) -> Refusals:
    """A message in MIME, and the addresses that it goes to."""
    people = request["Destinations"]
    if len(people) > RECIPIENTS:
        yield _invalid(f"Recipient count exceeds {RECIPIENTS}.")
    for address in people:
        yield from _address(address)
    raw = request["RawMessage"]["Data"]
    if len(raw) > MAIL:
        yield _invalid(f"Message length is more than {MAIL} bytes long: '{len(raw)}'.")
    if any(len(line) > MAIL_LINE for line in raw.splitlines()):
        yield _invalid(f"Lines in the message must not exceed {MAIL_LINE} characters.")
    names = Counter(
        name.lower() for name, _ in HeaderParser().parsestr(raw.decode("latin-1")).items()
    )
    for name in sorted(MAIL_ONCE):
        if names[name] > 1:
            yield _invalid(f"Duplicate header '{name}'.")


def _address(address: str) -> Refusals:
    """An address without a display name, which is how the functions give it."""
    local, _, domain = address.rpartition("@")
    if not local or not domain:
        yield _invalid("Missing final '@domain'")
    if not address.isascii() or _CONTROL.search(address) or " " in address:
        yield _invalid("Address contains control, whitespace or non-ASCII characters")
    if bytes_of(local) > LOCAL_PART or bytes_of(domain) > DOMAIN:
        yield _invalid("Address is too long")


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValue", message)


_CHECKS: Mapping[tuple[str, str], Callable[[Json], Refusals]] = {
    ("s3", ""): _object,
    ("sqs", "SendMessage"): _message,
    ("events", "PutEvents"): _events,
    ("ses", "SendRawEmail"): _mail,
}
