"""What must hold of a customer's returns after every schedule, whatever failed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.kernel.aws import client
from aftercare.labels.model import LabelFormat, LabelStatus, document_key_of
from aftercare.returns import events
from aftercare.returns.findings import screened_again
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.crashes.world import ONE_UNIT, World, new_world
from tests.fakes.house import House
from tests.fakes.orders import FIGURE

S = ReturnStatus


@contextmanager
def checked_world(house: House, tables: dict[str, str]) -> Iterator[World]:
    """A world whose books are checked at the end, when everything was delivered."""
    with new_world(house, tables) as world:
        yield world
        world.recover()
        check_books(world)
        check_bookings(world, tables["LabelsTable"])


# Which entry takes a return from where to where; every timeline is a walk through these moves.
MOVES: dict[str, dict[ReturnStatus | None, ReturnStatus]] = {
    events.CREATED: {None: S.DRAFT},
    events.EVIDENCE_REMINDED: {S.DRAFT: S.DRAFT},
    events.LAPSED: {S.DRAFT: S.LAPSED},
    events.DISCARDED: {S.DRAFT: S.DISCARDED, S.LAPSED: S.DISCARDED},
    events.SUBMITTED: {S.DRAFT: S.SUBMITTED},
    events.APPROVED: {S.SUBMITTED: S.APPROVED},
    events.IN_REVIEW: {S.SUBMITTED: S.IN_REVIEW},
    events.DECLINED: {S.SUBMITTED: S.DECLINED},
    events.LABEL_FAILED: {S.APPROVED: S.APPROVED},
    events.LABEL_READY: {S.APPROVED: S.LABEL_READY},
    events.LABEL_EXPIRING: {S.LABEL_READY: S.LABEL_READY},
    events.IN_TRANSIT: {S.LABEL_READY: S.IN_TRANSIT},
    events.ARRIVED: {S.LABEL_READY: S.ARRIVED, S.IN_TRANSIT: S.ARRIVED},
    events.CANCELLED: dict.fromkeys(
        (S.SUBMITTED, S.IN_REVIEW, S.APPROVED, S.LABEL_READY), S.CANCELLED
    ),
    events.REOPENED: {S.CANCELLED: S.LABEL_READY},
    events.VOIDED_LABEL_SCANNED: {S.IN_TRANSIT: S.IN_TRANSIT, S.ARRIVED: S.ARRIVED},
}
ONCE = {
    events.CREATED,
    events.EVIDENCE_REMINDED,
    events.LABEL_EXPIRING,
    events.LABEL_FAILED,
    events.VOIDED_LABEL_SCANNED,
}
LABELLED = {S.LABEL_READY, S.IN_TRANSIT, S.ARRIVED}


def check_books(world: World) -> None:
    returns = world.returns()
    check_units(world, returns)
    for ret in returns:
        check_return(world, ret)
    tickets = [ret.ticket for ret in returns]
    assert len(set(tickets)) == len(tickets)
    assert {ret.return_id: ret.ticket for ret in returns}.items() >= world.tickets.items()
    check_files(world, returns)
    assert world.due_left() == 0


def check_units(world: World, returns: list[Return]) -> None:
    held = sum(line.units for ret in returns if ret.holds_units for line in ret.lines)
    claimed = world.house.returns.store.claimed_units(world.order.order_number)
    assert claimed.get("1", 0) == held
    assert held <= FIGURE.quantity + sum(map(world.contested, returns))


def check_return(world: World, ret: Return) -> None:
    assert ret.status not in {S.SUBMITTED, S.APPROVED}, "stuck"
    steps = world.entries(ret.return_id)
    status: ReturnStatus | None = None
    for step in steps:
        status = MOVES[step][status]
    assert status is ret.status, steps
    counts = Counter(steps)
    assert all(counts[step] <= 1 for step in ONCE), steps
    is_late = ret.evidence_due_at is not None and world.house.clock.now >= ret.evidence_due_at
    assert not (ret.is_draft and is_late), "a lapse that nobody wrote down"
    check_screening(ret, steps)
    check_photos(world, ret)
    check_label(world, ret)


def check_screening(ret: Return, steps: list[str]) -> None:
    """Who waited for a person has the reason with them, and it is so again today."""
    screened = {events.APPROVED, events.IN_REVIEW}.intersection(steps)
    assert len(screened) == (1 if ret.screening else 0), steps
    if ret.screening:
        assert screened_again(ONE_UNIT, ret.screening) == ret.screening
        assert ret.screening.needs_review is (events.IN_REVIEW in steps)
        assert ret.screening.needs_review is any(line.units > 1 for line in ret.lines)
    assert (ret.review is not None) is (events.IN_REVIEW in steps)


def check_photos(world: World, ret: Return) -> None:
    slots = world.house.evidence.of_return(ret.return_id)
    if ret.status is S.DISCARDED:
        assert slots == ()
    for slot in slots:
        uploaded = slot.evidence_id in world.uploaded
        assert (slot.state is EvidenceState.ACCEPTED) == uploaded
        assert slot.evidence_id not in ret.removed_photos
    if events.SUBMITTED in world.entries(ret.return_id):
        assert any(slot.state is EvidenceState.ACCEPTED for slot in slots)


def check_files(world: World, returns: list[Return]) -> None:
    """Every accepted photo has its files, and every file its photo; no upload is left."""
    slots = [slot for ret in returns for slot in world.house.evidence.of_return(ret.return_id)]
    accepted = [slot for slot in slots if slot.state is EvidenceState.ACCEPTED]
    photos = world.house.evidence.photos
    files = {key for slot in accepted for key in files_of(slot)}
    assert keys(world, photos.documents, "evidence/") == files
    assert keys(world, photos.uploads, "incoming/") == set()


def files_of(slot: Evidence) -> tuple[str, str]:
    return slot.photo_key, slot.thumbnail_key


def keys(world: World, bucket: str, prefix: str) -> set[str]:
    """The keys of this world's returns in a bucket, which other worlds share."""
    found: set[str] = set()
    for return_id in world.ids:
        listed = client("s3").list_objects_v2(Bucket=bucket, Prefix=f"{prefix}{return_id}/")
        found |= {item["Key"] for item in listed.get("Contents", [])}
    return found


def check_label(world: World, ret: Return) -> None:
    label = world.house.labels.store.of_return(ret.return_id)
    is_reopened = events.REOPENED in world.entries(ret.return_id)
    if ret.status is S.CANCELLED:
        assert label
        assert label.status is LabelStatus.VOIDED or label.void_refused_at
    elif ret.status not in LABELLED:
        assert label is None
    else:
        assert label
        assert ret.label
        assert is_reopened or label.status is LabelStatus.RELEASED
        assert (ret.label.label_id, ret.label.tracking_number) == (
            label.label_id,
            label.tracking_number,
        )
        page = f"{label.tracking_number} {ret.ticket}".encode()
        assert kept(world, label.document_key) == page
        sheet = document_key_of(label.label_id, LabelFormat.LETTER)
        assert kept(world, sheet) == b"sheet of " + page


def kept(world: World, key: str) -> bytes:
    """The document with that key."""
    bucket = world.house.evidence.photos.documents
    return client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def check_bookings(world: World, table: str) -> None:
    """The carrier sold at most one label for each return, and took back those of cancelled ones."""
    items = client("dynamodb").scan(TableName=table)["Items"]
    sold = Counter(item["pk"]["S"].partition("#")[0] for item in items)
    labels = [world.house.labels.store.of_return(return_id) for return_id in world.ids]
    # A label that was voided while it was bought may be sold without a number of ours.
    bought = sum(bool(label and label.tracking_number) for label in labels)
    assert sold["NUMBER"] == bought <= sold["BOOKING"] == sold["TRACKING"] <= len(labels)
    live = sum(item["pk"]["S"].startswith("BOOKING#") and "voided" not in item for item in items)
    voided = sum(bool(label and label.status is LabelStatus.VOIDED) for label in labels)
    assert live == sold["BOOKING"] - min(voided, sold["BOOKING"] - live)
    unvoided = [label for label in labels if label and label.status is not LabelStatus.VOIDED]
    assert live == len(unvoided)
