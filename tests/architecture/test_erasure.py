"""An erasure knows every table and every bucket; a return's words are all known."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from aftercare.erasure.places import BUCKETS, TABLES
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.personal import OVER, WORDS
from tests.fakes.template import resources

# Texts of a return that nobody types, or that name a product, a place or a rule, and no person.
NAMELESS = frozenset(
    {
        *("return_id", "email_key", "order_number", "ticket", "language", "label_fault"),
        *("line_id", "sku", "name", "check_reference", "label_id", "tracking_number", "carrier"),
        *("policy_id", "policy_version", "rule", "zone", "market", "kind", "currency", "version"),
        *("chosen_by", "by", "claimed_by", "claimed_name", "reminded"),
        *("photo_order", "removed_photos"),
        *("references", "serials", "place", "settlement_id", "code", "item"),
    }
)
_OPEN = frozenset(
    {
        *(ReturnStatus.SUBMITTED, ReturnStatus.IN_REVIEW, ReturnStatus.NEEDS_EVIDENCE),
        *(ReturnStatus.APPROVED, ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT),
        *(ReturnStatus.ARRIVED, ReturnStatus.INSPECTED, ReturnStatus.RESOLVING),
    }
)


def test_an_erasure_says_of_every_table_and_bucket_what_it_does_there() -> None:
    assert TABLES.keys() == resources("AWS::DynamoDB::Table").keys()
    assert BUCKETS.keys() == resources("AWS::S3::Bucket").keys()
    assert all(len(done) > 10 for done in (*TABLES.values(), *BUCKETS.values()))


def test_every_status_is_over_or_waited_for() -> None:
    assert set(ReturnStatus) == OVER | _OPEN
    assert not OVER & _OPEN


def texts(kind: Any, seen: set[Any]) -> Iterator[str]:
    """The names of all text fields in reach of a type."""
    if kind in seen or not (is_dataclass(kind) or hasattr(kind, "_fields")):
        return
    seen.add(kind)
    names = [each.name for each in fields(kind)] if is_dataclass(kind) else kind._fields
    hints = get_type_hints(kind)
    for name in names:
        for part in parts(hints[name]):
            if isinstance(part, type) and issubclass(part, str) and not issubclass(part, Enum):
                yield name
            yield from texts(part, seen)


def parts(hint: Any) -> Iterator[Any]:
    """The types that a hint is made of."""
    hint = getattr(hint, "__supertype__", hint)
    inner = get_args(hint)
    if get_origin(hint) is Mapping:
        inner = inner[1:]  # keys are ids
    if get_origin(hint) is None and not isinstance(hint, UnionType):
        yield hint
    for each in inner:
        yield from parts(each)


def test_every_text_of_a_return_is_emptied_or_known_to_name_nobody() -> None:
    found = set(texts(Return, set()))
    assert found >= WORDS
    assert found - WORDS <= NAMELESS
    assert not WORDS & NAMELESS
