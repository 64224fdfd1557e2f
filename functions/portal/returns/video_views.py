"""View models of a return's unpacking videos."""

from collections.abc import Sequence
from typing import NamedTuple

from aftercare.evidence.containers.refusal import VideoRefusal
from aftercare.evidence.model import (
    MOST_ASKED_FOR,
    MOST_PHOTOS,
    MOST_VIDEOS,
    Evidence,
    EvidenceKind,
    EvidenceState,
)
from aftercare.returns.model import Return, ReturnStatus
from aftercare.words.service import Words


class Video(NamedTuple):
    """One video and what became of it."""

    id: str
    number: str
    state: str
    words: str
    path: str


class VideoSection(NamedTuple):
    """The videos of a return, and whether it takes one more."""

    videos: list[Video]
    add_path: str
    can_add: bool
    changeable: bool


def video_section(
    w: Words, base: str, ret: Return, slots: Sequence[Evidence]
) -> VideoSection | None:
    """The section about videos; none where they are not asked for and there are none."""
    shown = [slot for slot in slots if slot.is_video and _is_shown(ret, slot)]
    takes = takes_video(ret)
    if not shown and not takes:
        return None
    asked = 0 if ret.is_draft else 1
    return VideoSection(
        videos=[_video(w, base, number, slot) for number, slot in enumerate(shown, 1)],
        add_path=f"{base}/returns/{ret.return_id}/videos",
        can_add=takes
        and len(shown) < MOST_VIDEOS * (1 + asked)
        and len(slots) < MOST_PHOTOS + MOST_ASKED_FOR * asked,
        changeable=ret.is_draft,
    )


def is_awaited(slots: Sequence[Evidence]) -> bool:
    """Whether a video may arrive, or get its verdict, while the page is open."""
    return any(slot.is_video and slot.state is EvidenceState.WAITING for slot in slots)


def takes_video(ret: Return) -> bool:
    """Whether a video would count: for a policy in place of photos, or because staff asked."""
    if ret.status is ReturnStatus.NEEDS_EVIDENCE:
        wanted = ret.review.wanted if ret.review else None
        return wanted is not None and EvidenceKind.UNPACKING_VIDEO in wanted.kinds
    every = (kind for each in ret.evidence for kind in (each.kind, *each.instead))
    return ret.is_draft and EvidenceKind.UNPACKING_VIDEO in every


def video_words(w: Words, slot: Evidence, number: int) -> str:
    """What became of the video with that number."""
    name = w.text("video.name", number=number)
    if slot.state is EvidenceState.REFUSED and slot.refusal in set(VideoRefusal):
        return w.text(f"video.refusal.{slot.refusal}", video=name)
    return w.text(f"video.state.{slot.state}", video=name, length=length(slot))


def length(slot: Evidence) -> str:
    """Minutes and seconds, as players show them."""
    minutes, seconds = divmod(slot.seconds, 60)
    return f"{minutes}:{seconds:02}"


def _video(w: Words, base: str, number: int, slot: Evidence) -> Video:
    path = f"{base}/returns/{slot.return_id}/videos/{slot.evidence_id}"
    return Video(slot.evidence_id, str(number), slot.state, video_words(w, slot, number), path)


def _is_shown(ret: Return, slot: Evidence) -> bool:
    """What never arrived matters only while it may still be sent."""
    takes_evidence = ret.is_draft or ret.status is ReturnStatus.NEEDS_EVIDENCE
    return takes_evidence or slot.state is EvidenceState.ACCEPTED
