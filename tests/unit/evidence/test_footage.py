"""Videos are judged by their containers, with few and short reads, whatever the file says."""

import random
import tracemalloc
from collections.abc import Callable

import pytest

from aftercare.evidence.containers.ranges import MOST_BYTES, MOST_ELEMENTS, MOST_READS
from aftercare.evidence.containers.refusal import VideoRefusal
from aftercare.evidence.footage import screen_video
from aftercare.evidence.footage_verdict import AcceptedVideo, RefusedVideo
from aftercare.evidence.model import MOST_VIDEO_BYTES
from tests.fakes import hostile_videos as hostile
from tests.fakes.photos import jpeg
from tests.fakes.videos import box, fragmented, ftyp, moov, mov, mp4, ranges, trak, webm


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (mp4(), "video/mp4"),
        (mp4(moov_last=False), "video/mp4"),
        (mp4(version=1), "video/mp4"),
        (fragmented(), "video/mp4"),
        (mov(), "video/quicktime"),
        (mov()[24:], "video/quicktime"),
        (webm(), "video/webm"),
        (webm(recorded=True), "video/webm"),
    ],
    ids=["moov last", "moov first", "64 bit", "fragments", "mov", "old mov", "webm", "recorded"],
)
def test_a_video_is_known_by_its_bytes_with_its_length(data: bytes, kind: str) -> None:
    assert screen_video(ranges(data)) == AcceptedVideo(kind, 10)


@pytest.mark.parametrize("build", [mp4, fragmented, webm, lambda s: webm(s, recorded=True)])
@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        (2, VideoRefusal.TOO_SHORT),
        (3, None),
        (600, None),
        (601, VideoRefusal.TOO_LONG),
    ],
)
def test_a_video_lasts_from_three_seconds_to_ten_minutes(
    build: Callable[[int], bytes], seconds: int, verdict: VideoRefusal | None
) -> None:
    answer = screen_video(ranges(build(seconds)))
    assert answer == RefusedVideo(verdict) if verdict else isinstance(answer, AcceptedVideo)


def test_a_camera_may_stop_half_a_second_early_or_late() -> None:
    assert screen_video(ranges(mp4(2.6))) == AcceptedVideo("video/mp4", 2)
    assert screen_video(ranges(mp4(600.9))) == AcceptedVideo("video/mp4", 600)


def test_more_than_200_megabytes_are_refused_unread() -> None:
    file = ranges(b"")
    file.size = MOST_VIDEO_BYTES + 1
    assert screen_video(file) == RefusedVideo(VideoRefusal.TOO_LARGE)
    assert file.reads == 0


def test_what_a_camera_writes_behind_the_boxes_does_no_harm() -> None:
    assert screen_video(ranges(mp4() + b"SEFT\xff\xff\xff\xff")) == AcceptedVideo("video/mp4", 10)


def test_a_recording_that_broke_off_counts_until_there() -> None:
    answer = screen_video(ranges(webm(10, recorded=True)[:-600]))
    assert isinstance(answer, AcceptedVideo)
    assert 8 <= answer.seconds < 10


def test_the_last_cluster_of_a_recording_is_found_far_before_its_end() -> None:
    long = webm(
        9, recorded=True, blocks=(*range(0, 6001, 500), *range(8000, 9001, 10)), block_bytes=9000
    )
    assert screen_video(ranges(long)) == AcceptedVideo("video/webm", 9)


def test_sound_beside_the_picture_does_no_harm() -> None:
    tracks = trak(10, handler=b"soun", coding=b"mp4a", number=1), trak(7, number=2)
    data = ftyp() + box(b"mdat", bytes(64)) + moov(*tracks)
    assert screen_video(ranges(data)) == AcceptedVideo("video/mp4", 7)


DAMAGED, OTHER = VideoRefusal.DAMAGED, VideoRefusal.UNSUPPORTED
NONE, PICTURE = VideoRefusal.NOT_A_VIDEO, VideoRefusal.NO_PICTURE
HOSTILE: dict[str, tuple[Callable[[], bytes], VideoRefusal]] = {
    "nothing": (lambda: b"", NONE),
    "one byte": (lambda: b"\0", NONE),
    "a head alone": (lambda: mp4()[:8], DAMAGED),
    "html": (hostile.html, NONE),
    "a photo": (jpeg, NONE),
    "a heic": (hostile.still_picture, NONE),
    "a pdf": (lambda: b"%PDF-1.7" + bytes(600), NONE),
    "a zip": (lambda: b"PK\3\4" + bytes(600), NONE),
    "an avi": (lambda: b"RIFF\0\1\0\0AVI LIST" + bytes(600), OTHER),
    "windows media": (lambda: bytes.fromhex("3026b2758e66cf11") + bytes(600), OTHER),
    "mpeg-ts": (lambda: (b"G" + bytes(187)) * 10, OTHER),
    "matroska": (lambda: webm(doc_type=b"matroska"), OTHER),
    "sound alone": (hostile.other_media_type, PICTURE),
    "sound alone in webm": (lambda: webm(track_type=2), PICTURE),
    "locked": (hostile.locked, OTHER),
    "no samples": (lambda: mp4(samples=0), PICTURE),
    "a track of zeros": (hostile.unlike_track, PICTURE),
    "cut with moov first": (hostile.cut_movie, DAMAGED),
    "cut before moov": (hostile.cut_before_moov, DAMAGED),
    "cut webm": (hostile.cut_webm, DAMAGED),
    "a million boxes": (hostile.million_boxes, DAMAGED),
    "a million boxes in moov": (hostile.million_boxes_in_moov, DAMAGED),
    "a million elements": (hostile.million_elements, DAMAGED),
    "a million tracks": (hostile.million_tracks, DAMAGED),
    "a million clusters without time": (hostile.million_clusters_without_time, DAMAGED),
    "a million blocks in one cluster": (hostile.million_blocks, DAMAGED),
    "nested a hundred thousand deep": (hostile.nested, PICTURE),
    "ten thousand boxes to the end": (hostile.zero_length_boxes, PICTURE),
    "ten thousand free boxes to the end": (lambda: hostile.zero_length_boxes(b"free"), NONE),
    "a movie within a free box": (hostile.swallowed_movie, NONE),
    "nested segments": (lambda: hostile.nested_elements(bytes.fromhex("18538067")), PICTURE),
    "nested tracks": (lambda: hostile.nested_elements(bytes.fromhex("1654ae6b")), PICTURE),
    "nested clusters": (lambda: hostile.nested_elements(bytes.fromhex("1f43b675")), PICTURE),
    "an element beyond the end": (hostile.lying_element, DAMAGED),
    "a page before a video": (hostile.page_then_video, DAMAGED),
    "a photo before a video": (hostile.photo_then_video, NONE),
    "a box without size": (hostile.endless_box, DAMAGED),
    "a box beyond the end": (hostile.beyond_the_end, DAMAGED),
    "a negative size": (hostile.wrapped_size, DAMAGED),
    "a table of four billion": (hostile.many_offsets, DAMAGED),
    "no timescale": (hostile.no_timescale, DAMAGED),
    "pictures elsewhere": (hostile.pictures_elsewhere, DAMAGED),
    "ids of zeros": (hostile.endless_number, DAMAGED),
    "an infinite length": (hostile.infinite_length, DAMAGED),
    "fragments without end": (hostile.fragments_without_end, DAMAGED),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_verdict_for_few_short_reads(name: str) -> None:
    build, reason = HOSTILE[name]
    data, fetched = build(), list[int]()
    file = ranges(data, spy=lambda _, length: fetched.append(length))
    tracemalloc.start()
    answer = screen_video(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer == RefusedVideo(reason)
    assert len(fetched) <= MOST_READS
    assert max(fetched, default=0) <= MOST_BYTES
    assert peak < 4 * MOST_BYTES
    # What bounds its time, on whatever machine.
    assert file.elements <= MOST_ELEMENTS + 1


def test_a_video_that_carries_a_page_is_a_video_and_is_shown_as_one() -> None:
    """Browsers do not guess what has the type of a video: it is kept and linked with its own."""
    assert screen_video(ranges(hostile.video_with_a_page())) == AcceptedVideo("video/mp4", 10)


@pytest.mark.parametrize("build", [mp4, mov, fragmented, webm, lambda: webm(recorded=True)])
def test_whatever_is_changed_or_cut_off_gets_a_verdict(build: Callable[[], bytes]) -> None:
    dice, whole = random.Random(12), build()  # noqa: S311
    for _ in range(400):
        data = bytearray(whole[: dice.choice([len(whole), dice.randrange(len(whole))])])
        for _ in range(dice.randrange(1, 9)):
            if data:
                data[dice.randrange(len(data))] = dice.choice([0, 1, 127, 255, dice.randrange(256)])
        file = ranges(bytes(data))
        assert isinstance(screen_video(file), AcceptedVideo | RefusedVideo)
        assert file.elements <= MOST_ELEMENTS + 1


def test_an_ordinary_video_needs_few_reads_however_large_it_is() -> None:
    file = ranges(mp4(60, size=40_000_000, samples=1800))
    assert isinstance(screen_video(file), AcceptedVideo)
    assert file.reads <= 4
