"""Videos: sent in parts that resume, judged by ranges, kept by a copy, one verdict each."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from aftercare.evidence.errors import (
    PhotoNotFoundError,
    PhotoTypeError,
    TooManyVideosError,
    VideoIncompleteError,
    VideoNotFoundError,
    VideoTooLargeError,
    VideoTypeError,
)
from aftercare.evidence.model import (
    MOST_ATTEMPTS,
    MOST_VIDEO_BYTES,
    Evidence,
    EvidenceKind,
    EvidenceState,
)
from aftercare.evidence.videos import PART_BYTES
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.ids import new_id
from aftercare.returns.errors import ReturnClosedError
from tests.fakes.aws import counted
from tests.fakes.house import WORKER, House, good_photo, put_upload
from tests.fakes.orders import NOON
from tests.fakes.refusals import refused
from tests.fakes.videos import mov, mp4, webm

pytestmark = pytest.mark.integration
UPLOADS, DOCUMENTS = "UploadsBucket", "DocumentsBucket"
VIDEO = EvidenceKind.UNPACKING_VIDEO
NOT_FOUND = "We can't find that video."
NOT_ALL = "Not all of the video has arrived yet."
# Two parts and a bit; nobody looks into the pictures.
LONG = mp4(60, size=2 * PART_BYTES)


def opened(house: House, content_type: str = "video/mp4", return_id: str = "") -> Evidence:
    mine = return_id or new_id("ret", NOON)
    return house.evidence.open_slot(mine, content_type, VIDEO, actor=CUSTOMER)


def sent(house: House, slot: Evidence, data: bytes, *numbers: int) -> None:
    """Puts those parts where their links lead; all of them if none are named."""
    every = range(1, -(-len(data) // PART_BYTES) + 1)
    urls = house.evidence.videos.part_urls(slot.return_id, slot.evidence_id, numbers or every)
    for number, url in urls.items():
        query = parse_qs(urlsplit(url).query)
        client("s3").upload_part(
            Bucket=house.evidence.photos.uploads,
            Key=slot.upload_key,
            UploadId=query["uploadId"][0],
            PartNumber=int(query["partNumber"][0]),
            Body=data[(number - 1) * PART_BYTES : number * PART_BYTES],
        )


def begun(house: House, slot: Evidence, data: bytes, mark: str = "mine") -> tuple[int, ...]:
    """Begins, or goes on; returns the parts that are missing."""
    videos = house.evidence.videos
    return videos.begin(slot.return_id, slot.evidence_id, len(data), mark).missing


def completed(house: House, slot: Evidence) -> Evidence:
    return house.evidence.videos.complete(slot.return_id, slot.evidence_id)


def uploaded(house: House, data: bytes = LONG, content_type: str = "video/mp4") -> Evidence:
    slot = opened(house, content_type)
    begun(house, slot, data)
    sent(house, slot, data)
    completed(house, slot)
    return slot


def screened(house: House, slot: Evidence) -> Evidence | None:
    return house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)


def current(house: House, slot: Evidence) -> Evidence:
    return house.evidence.slot(slot.return_id, slot.evidence_id)


def keys(bucket: str, prefix: str) -> set[str]:
    found = client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return {item["Key"] for item in found.get("Contents", [])}


# ---------------------------------------------------------------- slots


def test_a_return_takes_three_videos_and_no_more(house: House) -> None:
    mine = new_id("ret", NOON)
    for _ in range(3):
        opened(house, return_id=mine)
    with refused(TooManyVideosError, "too_many_videos", "A return takes up to 3 videos."):
        opened(house, return_id=mine)
    house.evidence.open_slot(mine, "image/jpeg", actor=CUSTOMER)


@pytest.mark.parametrize("content_type", ["", "image/jpeg", "video/x-msvideo", "text/html"])
def test_a_slot_for_something_else_than_a_video_we_show_is_refused(
    house: House, content_type: str
) -> None:
    with refused(VideoTypeError, "video_type", "Please choose a video: MP4, MOV or WebM."):
        opened(house, content_type)


def test_a_video_is_no_photo_and_a_photo_no_video(house: House) -> None:
    with pytest.raises(PhotoTypeError):
        house.evidence.open_slot(new_id("ret", NOON), "video/mp4", actor=CUSTOMER)
    photo = house.evidence.open_slot(new_id("ret", NOON), "image/jpeg", actor=CUSTOMER)
    with refused(VideoNotFoundError, "video_not_found", NOT_FOUND):
        house.evidence.videos.slot(photo.return_id, photo.evidence_id)
    with pytest.raises(PhotoNotFoundError):
        house.evidence.photo_url(opened(house))


# ---------------------------------------------------------------- the upload in parts


def test_an_upload_goes_on_where_it_was_after_a_reload(house: House) -> None:
    slot = opened(house)
    assert begun(house, slot, LONG) == (1, 2, 3)
    sent(house, slot, LONG, 1, 3)
    assert begun(house, slot, LONG) == (2,)
    sent(house, slot, LONG, 2)
    assert begun(house, slot, LONG) == ()
    completed(house, slot)
    body = client("s3").get_object(Bucket=house.evidence.photos.uploads, Key=slot.upload_key)
    with body["Body"] as stream:
        assert stream.read() == LONG


def test_another_file_begins_anew_and_the_parts_of_the_first_are_thrown_away(house: House) -> None:
    slot = opened(house)
    begun(house, slot, LONG)
    sent(house, slot, LONG, 1)
    [first] = unfinished(house, slot)
    assert begun(house, slot, LONG, mark="another") == (1, 2, 3)
    assert begun(house, slot, LONG[:-1], mark="another") == (1, 2, 3)
    [left] = unfinished(house, slot)
    assert left != first


def unfinished(house: House, slot: Evidence) -> list[str]:
    answer = client("s3").list_multipart_uploads(Bucket=house.evidence.photos.uploads)
    every = answer.get("Uploads", [])
    return [each["UploadId"] for each in every if each["Key"] == slot.upload_key]


def test_a_link_takes_its_part_alone_of_its_size(house: House) -> None:
    slot = opened(house)
    begun(house, slot, LONG)
    urls = house.evidence.videos.part_urls(slot.return_id, slot.evidence_id, (3, 3, 0, 4, 99))
    assert list(urls) == [3]
    parts = urlsplit(urls[3])
    assert parts.path.endswith(slot.upload_key)
    query = parse_qs(parts.query)
    assert query["partNumber"] == ["3"]
    assert "content-length" in query["X-Amz-SignedHeaders"][0].split(";")
    assert query["X-Amz-Expires"] == ["900"]


def test_at_most_eight_links_come_at_once(house: House) -> None:
    slot = opened(house)
    house.evidence.videos.begin(slot.return_id, slot.evidence_id, MOST_VIDEO_BYTES, "mine")
    urls = house.evidence.videos.part_urls(slot.return_id, slot.evidence_id, range(1, 26))
    assert list(urls) == list(range(1, 9))


@pytest.mark.parametrize("size", [0, -1, MOST_VIDEO_BYTES + 1])
def test_a_file_without_size_or_above_200_mb_is_refused(house: House, size: int) -> None:
    slot = opened(house)
    with refused(VideoTooLargeError, "video_too_large", "A video may have up to 200 MB."):
        house.evidence.videos.begin(slot.return_id, slot.evidence_id, size, "mine")


def test_nothing_is_completed_before_all_parts_are_there(house: House) -> None:
    slot = opened(house)
    with refused(VideoIncompleteError, "video_incomplete", NOT_ALL):
        completed(house, slot)
    with refused(VideoIncompleteError, "video_incomplete", NOT_ALL):
        sent(house, slot, LONG)
    begun(house, slot, LONG)
    sent(house, slot, LONG, 1, 2)
    with refused(VideoIncompleteError, "video_incomplete", NOT_ALL):
        completed(house, slot)
    sent(house, slot, LONG + b"\0", 3)  # S3 would have refused it: its link is for less
    with refused(VideoIncompleteError, "video_incomplete", NOT_ALL):
        completed(house, slot)


def test_completing_twice_and_after_the_verdict_changes_nothing(house: House) -> None:
    slot = uploaded(house)
    assert completed(house, slot) == slot
    judged = screened(house, slot)
    assert completed(house, slot) == judged


def test_after_its_verdict_a_video_takes_no_parts(house: House) -> None:
    slot = uploaded(house)
    screened(house, slot)
    with refused(VideoNotFoundError, "video_not_found", NOT_FOUND):
        begun(house, slot, LONG)
    with refused(VideoNotFoundError, "video_not_found", NOT_FOUND):
        sent(house, slot, LONG)


def test_of_two_that_begin_at_once_one_upload_stays(house: House) -> None:
    slot = opened(house)
    videos = house.evidence.videos
    stale = videos.uploads.get(slot)
    begun(house, slot, LONG)
    with pytest.raises(StaleWriteError):
        videos._start(slot, stale, len(LONG), "mine")
    assert len(unfinished(house, slot)) == 1
    assert begun(house, slot, LONG) == (1, 2, 3)


def test_a_lost_reply_of_our_own_write_keeps_the_upload(house: House) -> None:
    slot = opened(house)
    videos = house.evidence.videos
    real = videos.uploads.replace

    class Repeated:
        """Writes twice, as a client does that did not hear of its success."""

        get = videos.uploads.get

        def replace(self, *write: object) -> None:
            real(*write)  # type: ignore[arg-type]
            real(*write)  # type: ignore[arg-type]

    twice = replace(videos, uploads=Repeated())  # type: ignore[arg-type]
    twice.begin(slot.return_id, slot.evidence_id, len(LONG), "mine")
    [upload_id] = unfinished(house, slot)
    stored = videos.uploads.get(slot)
    assert stored
    assert stored.upload_id == upload_id


# ---------------------------------------------------------------- the verdict


@pytest.mark.parametrize(
    ("data", "kind", "ending"),
    [
        (LONG, "video/mp4", "mp4"),
        (mov(60), "video/quicktime", "mov"),
        (webm(60, recorded=True), "video/webm", "webm"),
    ],
)
def test_an_accepted_video_is_kept_as_it_came_by_its_verified_type(
    house: House, buckets: dict[str, str], data: bytes, kind: str, ending: str
) -> None:
    slot = uploaded(house, data, "video/mp4")
    judged = screened(house, slot)
    assert judged
    assert judged == current(house, slot)
    assert (judged.state, judged.seconds, judged.content_type) == ("accepted", 60, kind)
    assert judged.screened_by == WORKER
    assert judged.video_key.endswith(f"-{judged.sha256[:16]}.{ending}")
    assert keys(buckets[DOCUMENTS], judged.prefix) == {judged.video_key}
    assert keys(buckets[UPLOADS], slot.upload_key) == set()
    kept = client("s3").get_object(Bucket=buckets[DOCUMENTS], Key=judged.video_key)
    assert kept["ContentType"] == kind
    with kept["Body"] as stream:
        assert stream.read() == data


def test_a_refused_video_keeps_its_reason_and_nothing_of_itself(
    house: House, buckets: dict[str, str]
) -> None:
    slot = uploaded(house, mp4(2))
    judged = screened(house, slot)
    assert judged
    assert (judged.state, judged.refusal, judged.sha256) == ("refused", "too_short", "")
    assert keys(buckets[DOCUMENTS], judged.prefix) == set()
    assert keys(buckets[UPLOADS], slot.upload_key) == set()


def test_a_photo_in_a_videos_slot_is_no_video(house: House) -> None:
    slot = opened(house)
    put_upload(house, slot.upload_key, b"\xff\xd8\xff\xe0 a photo")
    judged = screened(house, slot)
    assert judged
    assert (judged.state, judged.refusal) == ("refused", "not_a_video")


def test_what_is_put_over_a_judged_video_changes_nothing_and_is_thrown_away(
    house: House, buckets: dict[str, str]
) -> None:
    slot = uploaded(house)
    judged = screened(house, slot)
    put_upload(house, slot.upload_key, mp4(2))
    assert screened(house, slot) == judged == current(house, slot)
    assert keys(buckets[UPLOADS], slot.upload_key) == set()


def test_a_video_that_is_replaced_while_it_is_read_is_judged_again(house: House) -> None:
    slot = uploaded(house)
    videos = house.evidence.videos
    seen = videos.bucket.uploaded(slot)
    assert seen
    put_upload(house, slot.upload_key, mp4(2))
    for act in (
        lambda: videos.bucket.ranges(seen).at(0, 8),
        lambda: videos.bucket.digest(seen),  # the copy asks S3 the same; moto does not look
    ):
        with pytest.raises(StaleWriteError):
            act()
    judged = screened(house, slot)
    assert judged
    assert judged.refusal == "too_short"


def test_a_video_is_never_read_whole_but_for_its_digest(house: House) -> None:
    slot = uploaded(house)
    with counted("s3") as calls:
        screened(house, slot)
    assert calls.count("GetObject") <= 5
    assert calls.count("UploadPartCopy") == 1
    assert "PutObject" not in calls


def test_a_video_whose_screening_never_ends_gets_a_verdict(house: House) -> None:
    slot = uploaded(house)
    for _ in range(MOST_ATTEMPTS):
        house.evidence.store.begin(slot)
    judged = screened(house, slot)
    assert judged
    assert (judged.state, judged.refusal) == ("refused", "unreadable")


def test_a_removed_video_leaves_no_file(house: House, buckets: dict[str, str]) -> None:
    slot = uploaded(house)
    judged = screened(house, slot)
    assert judged
    house.evidence.remove(slot.return_id, slot.evidence_id)
    assert keys(buckets[DOCUMENTS], judged.prefix) == set()
    with refused(VideoNotFoundError, "video_not_found", NOT_FOUND):
        house.evidence.videos.slot(slot.return_id, slot.evidence_id)


def test_a_video_removed_while_it_is_screened_leaves_no_file(
    house: House, buckets: dict[str, str]
) -> None:
    slot = uploaded(house)
    videos = house.evidence.videos
    keep = videos.bucket.keep

    class Removed:
        """The customer removes it just after it was copied."""

        def __getattr__(self, name: str) -> object:
            return getattr(videos.bucket, name)

        def keep(self, judged: Evidence, video: object) -> None:
            keep(judged, video)  # type: ignore[arg-type]
            house.evidence.remove(slot.return_id, slot.evidence_id)

    removing = replace(
        house.evidence,
        videos=replace(videos, bucket=Removed()),  # type: ignore[arg-type]
    )
    assert removing.screen(slot.upload_key, good_photo, actor=WORKER) is None
    assert keys(buckets[DOCUMENTS], slot.prefix) == set()


def test_an_accepted_video_is_watched_by_a_link_of_five_minutes(house: House) -> None:
    slot = uploaded(house)
    with refused(VideoNotFoundError, "video_not_found", NOT_FOUND):
        house.evidence.videos.url(slot)
    judged = screened(house, slot)
    assert judged
    parts = urlsplit(house.evidence.videos.url(judged))
    query = parse_qs(parts.query)
    assert parts.path.endswith(judged.video_key)
    assert query["X-Amz-Expires"] == ["300"]
    assert query["response-content-type"] == ["video/mp4"]


# ---------------------------------------------------------------- in a return


@pytest.fixture
def mine(house: House) -> tuple[str, str]:
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    return draft.email_key, draft.return_id


def test_a_submitted_returns_video_is_settled(house: House, mine: tuple[str, str]) -> None:
    slot = house.returns.add_photo(*mine, "video/mp4", VIDEO, actor=CUSTOMER)
    place = (*mine, slot.evidence_id)
    assert house.returns.begin_video(*place, len(LONG), "mine").missing == (1, 2, 3)
    draft = house.returns.store.get(mine[1])
    assert draft
    house.add_good_photo(draft)
    house.returns.submit(*mine, actor=CUSTOMER)
    for act in (
        lambda: house.returns.begin_video(*place, len(LONG), "mine"),
        lambda: house.returns.video_part_urls(*place, (1,)),
        lambda: house.returns.complete_video(*place),
    ):
        with pytest.raises(ReturnClosedError):
            act()


def test_a_removed_video_takes_no_parts(house: House, mine: tuple[str, str]) -> None:
    slot = house.returns.add_photo(*mine, "video/mp4", VIDEO, actor=CUSTOMER)
    house.returns.remove_photo(*mine, slot.evidence_id)
    with refused(VideoNotFoundError, "video_not_found", NOT_FOUND):
        house.returns.begin_video(*mine, slot.evidence_id, len(LONG), "mine")


def test_a_video_comes_along_from_a_lapsed_return(house: House, buckets: dict[str, str]) -> None:
    slot = uploaded(house)
    judged = screened(house, slot)
    assert judged
    other = new_id("ret", NOON)
    house.evidence.take_over(slot.return_id, other)
    moved = house.evidence.slot(other, slot.evidence_id)
    assert (moved.video_key, moved.seconds) == (judged.video_key, 60)
    assert moved.state is EvidenceState.ACCEPTED
    assert keys(buckets[DOCUMENTS], judged.prefix) == {judged.video_key}
