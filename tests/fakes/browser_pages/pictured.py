"""Pictures that came with a customer's messages, in every state that pages show."""

from collections.abc import Callable

from aftercare.desk.pictures import MessagePictures
from aftercare.desk.ticket import Thread
from aftercare.desk.wiring import message_pictures
from aftercare.evidence.model import Advice
from aftercare.evidence.verdict import Accepted, RefusalReason, Refused
from aftercare.evidence.wiring import EvidenceConfig, evidence_service
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.clock import Clock
from aftercare.kernel.config import read
from tests.fakes.house import WORKER, good_photo

type _Screening = Callable[[bytes], Accepted | Refused]


def pictured(thread: Thread, clock: Clock) -> str:
    """Sends some of every kind with the customer's last message; the id of one that waits."""
    evidence = evidence_service(read(EvidenceConfig), clock=clock)
    pictures = message_pictures(evidence, clock=clock)
    for screening in (good_photo, _rather_dark, _too_blurred):
        _sent(pictures, thread, screening)
    return _sent(pictures, thread, None)


def _sent(pictures: MessagePictures, thread: Thread, screening: _Screening | None) -> str:
    slot = pictures.open_slot(thread, "image/jpeg", actor=CUSTOMER)
    if screening:
        bucket = pictures.evidence.photos.uploads
        client("s3").put_object(Bucket=bucket, Key=slot.upload_key, Body=b"photo")
        pictures.evidence.screen(slot.upload_key, screening, actor=WORKER)
    return slot.evidence_id


def _rather_dark(upload: bytes) -> Accepted | Refused:
    return Accepted(upload, upload, 1200, 900, "1" * 64, advice=(Advice.DARK,))


def _too_blurred(_: bytes) -> Accepted | Refused:
    return Refused(RefusalReason.TOO_BLURRED)
