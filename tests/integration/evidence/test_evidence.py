"""Photos: bounded slots, bounded uploads, one verdict each, and nothing raw is kept."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from aftercare.evidence.errors import PhotoNotFoundError, PhotoTypeError, TooManyPhotosError
from aftercare.evidence.model import (
    CONTENT_TYPES,
    MOST_ATTEMPTS,
    Evidence,
    EvidenceState,
    Upload,
)
from aftercare.evidence.verdict import Accepted, RefusalReason, Refused
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_id
from aftercare.orders.model import email_key_of
from aftercare.returns.errors import ReturnClosedError
from tests.fakes.house import WORKER, House, good_photo, put_upload
from tests.fakes.orders import EMAIL, NOON
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
UPLOADS, DOCUMENTS = "UploadsBucket", "DocumentsBucket"
CHOOSE = "Please choose a photo: JPEG, PNG, WebP, HEIC or AVIF."


def return_id() -> str:
    return new_id("ret", NOON)


def keys(bucket: str, prefix: str) -> set[str]:
    found = client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return {item["Key"] for item in found.get("Contents", [])}


def stored(bucket: str, key: str) -> bytes:
    return client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def refuse(_: bytes) -> Accepted | Refused:
    return Refused(RefusalReason.TOO_SMALL)


def never(_: bytes) -> Accepted | Refused:
    raise AssertionError("there was nothing to screen")


def uploaded(house: House, body: bytes = b"photo") -> Evidence:
    """A slot with something put into it."""
    slot = house.evidence.open_slot(return_id(), "image/jpeg", actor=CUSTOMER)
    put_upload(house, slot.upload_key, body)
    return slot


def verdict(house: House, slot: Evidence) -> Evidence:
    return house.evidence.slot(slot.return_id, slot.evidence_id)


# ---------------------------------------------------------------- slots


def test_a_return_takes_twelve_photos_and_no_more(house: House) -> None:
    mine = return_id()
    for _ in range(12):
        house.evidence.open_slot(mine, "image/jpeg", actor=CUSTOMER)
    sentence = "A return takes up to 12 photos."
    with refused(TooManyPhotosError, "too_many_photos", sentence):
        house.evidence.open_slot(mine, "image/jpeg", actor=CUSTOMER)
    assert len(house.evidence.of_return(mine)) == 12
    house.evidence.open_slot(return_id(), "image/jpeg", actor=CUSTOMER)


@pytest.mark.parametrize(
    "content_type", ["", "text/html", "image/svg+xml", "IMAGE/JPEG", "image/jpeg; q=1", "x" * 999]
)
def test_a_slot_for_something_else_than_a_picture_we_read_is_refused(
    house: House, content_type: str
) -> None:
    mine = return_id()
    with refused(PhotoTypeError, "photo_type", CHOOSE):
        house.evidence.open_slot(mine, content_type, actor=CUSTOMER)
    assert house.evidence.of_return(mine) == ()


def test_slots_are_listed_oldest_first_and_wait(house: House) -> None:
    mine = return_id()
    slots = []
    for _ in range(3):
        slots.append(house.evidence.open_slot(mine, "image/png", actor=CUSTOMER))
        house.clock.forward(seconds=1)
    assert house.evidence.of_return(mine) == tuple(slots)
    assert {slot.state for slot in slots} == {EvidenceState.WAITING}
    assert house.evidence.accepted(mine) == 0


@pytest.mark.parametrize(
    "evidence_id", ["", "COUNT", "evd_x", "x" * 5000, "\x00", "../..", "ret_1"]
)
def test_a_photo_that_is_not_there_or_can_not_be_is_not_found(
    house: House, evidence_id: str
) -> None:
    theirs = uploaded(house)
    for unknown in (evidence_id, theirs.evidence_id, new_id("evd", NOON)):
        with refused(PhotoNotFoundError, "photo_not_found", "We can't find that photo."):
            house.evidence.slot(return_id(), unknown)


def test_a_submitted_returns_photos_are_settled(house: House) -> None:
    draft = house.draft(house.delivered_order(), return_id())
    house.add_good_photo(draft)
    house.returns.submit(email_key_of(EMAIL), draft.return_id, actor=CUSTOMER)
    sentence = "This return was submitted; its photos are settled."
    with refused(ReturnClosedError, "return_closed", sentence):
        house.returns.add_photo(draft.email_key, draft.return_id, "image/jpeg", actor=CUSTOMER)


# ---------------------------------------------------------------- the form


def policy_of(upload: Upload) -> dict[str, list[object]]:
    """The signed policy's conditions: field → condition."""
    policy = json.loads(base64.b64decode(upload.fields["policy"]))
    conditions = {}
    for condition in policy["conditions"]:
        if isinstance(condition, dict):
            [(name, value)] = condition.items()
            conditions[name] = ["eq", value]
        else:
            conditions[condition[0]] = list(condition[1:])
    return conditions | {"expiration": [policy["expiration"]]}


@pytest.mark.parametrize("content_type", sorted(CONTENT_TYPES))
def test_the_form_takes_this_slots_photo_alone_of_its_type_up_to_15_mb(
    house: House, content_type: str, buckets: dict[str, str]
) -> None:
    slot = house.evidence.open_slot(return_id(), content_type, actor=CUSTOMER)
    policy = policy_of(house.evidence.upload_form(slot))
    assert policy["bucket"] == ["eq", buckets[UPLOADS]]
    assert policy["key"] == ["eq", f"incoming/{slot.return_id}/{slot.evidence_id}"]
    assert policy["Content-Type"] == ["eq", content_type]
    assert policy["content-length-range"] == [1, 15 * 1024 * 1024]
    assert policy["success_action_status"] == ["eq", "201"]


def test_the_form_is_good_for_ten_minutes(house: House) -> None:
    slot = house.evidence.open_slot(return_id(), "image/jpeg", actor=CUSTOMER)
    [ends] = policy_of(house.evidence.upload_form(slot))["expiration"]
    left = datetime.fromisoformat(str(ends)) - datetime.now(UTC)
    assert 540 < left.total_seconds() <= 600


def test_a_browser_without_scripts_is_sent_back_where_we_say_and_nowhere_else(house: House) -> None:
    slot = house.evidence.open_slot(return_id(), "image/jpeg", actor=CUSTOMER)
    upload = house.evidence.upload_form(slot, "https://returns.example/returns/1")
    assert upload.fields["success_action_redirect"] == "https://returns.example/returns/1"
    assert policy_of(upload)["success_action_redirect"] == [
        "eq",
        "https://returns.example/returns/1",
    ]


def test_every_field_of_the_form_is_bound_by_its_signature(house: House) -> None:
    slot = house.evidence.open_slot(return_id(), "image/jpeg", actor=CUSTOMER)
    upload = house.evidence.upload_form(slot)
    unbound = {name for name in upload.fields if name not in policy_of(upload)}
    assert unbound == {"policy", "x-amz-signature"}


# ---------------------------------------------------------------- the verdict


def test_an_accepted_photo_is_kept_clean_with_a_thumbnail_and_the_upload_is_gone(
    house: House, buckets: dict[str, str]
) -> None:
    slot = uploaded(house)
    judged = house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    assert judged == verdict(house, slot)
    assert judged
    assert (judged.state, judged.refusal, judged.sha256) == (EvidenceState.ACCEPTED, "", "0" * 64)
    assert stored(buckets[DOCUMENTS], judged.photo_key) == b"clean photo"
    assert stored(buckets[DOCUMENTS], judged.thumbnail_key) == b"small photo"
    assert keys(buckets[UPLOADS], slot.upload_key) == set()
    assert house.evidence.accepted(slot.return_id) == 1


@pytest.mark.parametrize("reason", RefusalReason)
def test_a_refused_photo_keeps_its_reason_and_nothing_of_itself(
    house: House, buckets: dict[str, str], reason: RefusalReason
) -> None:
    slot = uploaded(house)
    house.evidence.screen(slot.upload_key, lambda _: Refused(reason), actor=WORKER)
    assert verdict(house, slot).state is EvidenceState.REFUSED
    assert verdict(house, slot).refusal == reason
    assert keys(buckets[DOCUMENTS], f"evidence/{slot.return_id}") == set()
    assert keys(buckets[UPLOADS], slot.upload_key) == set()
    assert house.evidence.accepted(slot.return_id) == 0


@pytest.mark.parametrize(("first", "then"), [(good_photo, refuse), (refuse, good_photo)])
def test_what_is_put_over_a_judged_photo_changes_nothing_and_is_thrown_away(
    house: House,
    buckets: dict[str, str],
    first: Callable[[bytes], Accepted | Refused],
    then: Callable[[bytes], Accepted | Refused],
) -> None:
    slot = uploaded(house)
    judged = house.evidence.screen(slot.upload_key, first, actor=WORKER)
    kept = keys(buckets[DOCUMENTS], f"evidence/{slot.return_id}")
    put_upload(house, slot.upload_key, b"another")
    assert (
        house.evidence.screen(slot.upload_key, then, actor=WORKER) == judged == verdict(house, slot)
    )
    assert keys(buckets[DOCUMENTS], f"evidence/{slot.return_id}") == kept
    assert keys(buckets[UPLOADS], slot.upload_key) == set()
    if kept:
        assert judged
        assert stored(buckets[DOCUMENTS], judged.photo_key) == b"clean photo"


def test_an_upload_that_is_told_twice_is_judged_once(house: House) -> None:
    slot = uploaded(house)
    judged = house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    assert house.evidence.screen(slot.upload_key, never, actor=WORKER) == judged


def test_an_upload_that_is_gone_already_leaves_its_slot_waiting(house: House) -> None:
    slot = house.evidence.open_slot(return_id(), "image/jpeg", actor=CUSTOMER)
    assert house.evidence.screen(slot.upload_key, never, actor=WORKER) == slot
    put_upload(house, slot.upload_key)
    judged = house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    assert judged
    assert judged.state is EvidenceState.ACCEPTED


@pytest.mark.parametrize(
    "key",
    [
        "incoming/ret_x/evd_x",
        "incoming/ret_01KTSEFPW00HV3EZ2D6HPDAKD4/evd_01KTSEFPW0YK07NZCV8HWTE03J",
        "incoming/a/b/c",
        "somewhere/else",
        "incoming//",
        "incoming//evd_01KTSEFPW0YK07NZCV8HWTE03J",
        "x",
    ],
)
def test_what_belongs_to_no_slot_is_thrown_away_unseen(
    house: House, buckets: dict[str, str], key: str
) -> None:
    put_upload(house, key)
    assert house.evidence.screen(key, never, actor=WORKER) is None
    assert keys(buckets[UPLOADS], key) == set()


@pytest.mark.parametrize("rival", [good_photo, refuse])
def test_two_screenings_at_once_give_one_verdict(
    house: House, rival: Callable[[bytes], Accepted | Refused]
) -> None:
    slot = uploaded(house)

    def overtaken(upload: bytes) -> Accepted | Refused:
        house.evidence.screen(slot.upload_key, rival, actor=WORKER)
        return good_photo(upload)

    judged = house.evidence.screen(slot.upload_key, overtaken, actor=WORKER)
    assert judged == verdict(house, slot)
    assert judged
    assert (judged.state is EvidenceState.REFUSED) is (rival is refuse)


def test_two_pictures_in_one_slot_at_once_never_stand_under_each_others_verdict(
    house: House, buckets: dict[str, str]
) -> None:
    slot = uploaded(house)

    def another(_: bytes) -> Accepted | Refused:
        return Accepted(b"another photo", b"another thumbnail", 1200, 900, "1" * 64)

    def overtaken(upload: bytes) -> Accepted | Refused:
        house.evidence.screen(slot.upload_key, another, actor=WORKER)
        return good_photo(upload)

    judged = house.evidence.screen(slot.upload_key, overtaken, actor=WORKER)
    assert judged
    assert judged.sha256 == "1" * 64
    assert stored(buckets[DOCUMENTS], judged.photo_key) == b"another photo"


def test_a_screening_that_dies_is_mended_by_the_next(house: House, buckets: dict[str, str]) -> None:
    slot = uploaded(house)

    def die(_: bytes) -> Accepted | Refused:
        raise MemoryError

    with pytest.raises(MemoryError):
        house.evidence.screen(slot.upload_key, die, actor=WORKER)
    assert verdict(house, slot).state is EvidenceState.WAITING
    assert keys(buckets[UPLOADS], slot.upload_key) == {slot.upload_key}
    judged = house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    assert judged
    assert judged.state is EvidenceState.ACCEPTED


def test_a_photo_that_kills_every_worker_gets_a_verdict(
    house: House, buckets: dict[str, str]
) -> None:
    slot = uploaded(house)

    def kill(_: bytes) -> Accepted | Refused:
        raise SystemExit(137)

    for attempt in range(1, MOST_ATTEMPTS + 1):
        with pytest.raises(SystemExit):
            house.evidence.screen(slot.upload_key, kill, actor=WORKER)
        assert verdict(house, slot).attempts == attempt
        assert verdict(house, slot).state is EvidenceState.WAITING
    judged = house.evidence.screen(slot.upload_key, never, actor=WORKER)
    assert judged == verdict(house, slot)
    assert judged
    assert (judged.state, judged.refusal) == (EvidenceState.REFUSED, RefusalReason.UNREADABLE)
    assert judged.screened_by == WORKER
    assert keys(buckets[UPLOADS], slot.upload_key) == set()


def test_an_outage_before_the_screening_is_not_counted_against_the_photo(house: House) -> None:
    slot = house.evidence.open_slot(return_id(), "image/jpeg", actor=CUSTOMER)
    for _ in range(MOST_ATTEMPTS + 1):
        house.evidence.screen(slot.upload_key, never, actor=WORKER)
    put_upload(house, slot.upload_key)
    judged = house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    assert judged
    assert judged.state is EvidenceState.ACCEPTED


@pytest.mark.parametrize("judged", [False, True])
def test_there_is_no_thumbnail_of_what_was_not_accepted(house: House, judged: bool) -> None:
    slot = uploaded(house)
    seen = house.evidence.screen(slot.upload_key, refuse, actor=WORKER) if judged else slot
    assert seen
    with refused(PhotoNotFoundError, "photo_not_found", "We can't find that photo."):
        house.evidence.thumbnail_url(seen)


def test_a_thumbnails_link_is_short_lived_and_leads_to_it_alone(house: House) -> None:
    slot = house.evidence.screen(uploaded(house).upload_key, good_photo, actor=WORKER)
    assert slot
    link = house.evidence.thumbnail_url(slot)
    assert slot.thumbnail_key in link
    assert "X-Amz-Expires=300" in link
    assert "X-Amz-Signature=" in link
