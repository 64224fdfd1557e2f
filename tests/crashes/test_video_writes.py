"""Each write of a video's way, one by one: it fails, it crashes, its answer is lost.

Whoever was interrupted does it again, as a browser after a reload and a queue do.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from aftercare.evidence.model import MOST_VIDEOS, Evidence, EvidenceKind, EvidenceState
from aftercare.evidence.videos import PART_BYTES
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.crashes.world import TABLES, empty_tables
from tests.fakes.house import WORKER, House, good_photo
from tests.fakes.orders import NOON
from tests.fakes.videos import mp4

pytestmark = pytest.mark.integration
# Nobody looks into the pictures. Of the first film's parts the last one, a small one, is sent.
FILMS = {"first": mp4(60, size=PART_BYTES), "second": mp4(61)}
# Each step with its writes. The second film takes the first one's place.
STEPS = {
    "open": 1,
    "begin first": 2,
    "send some of first": 1,
    "begin second": 3,
    "send second": 1,
    "complete second": 1,
    # Counted, begun, copied, completed; the verdict; the upload is thrown away.
    "screen": 6,
}
SITES = [(step, write) for step, writes in STEPS.items() for write in range(1, writes + 1)]
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
MOST_REQUESTS = 12
TROUBLE = (CrashError, AftercareError, BotoCoreError, ClientError, PynamoDBException)


@dataclass
class Way:
    """A draft, and the videos that its customer sends from one browser after another."""

    house: House
    saboteur: Saboteur
    place: tuple[str, str]
    struck: bool = False
    slots: list[Evidence] = field(default_factory=list)

    def goes(self, at: str = "", fault: Fault | None = None, write: int = 1) -> None:
        """The whole way, with a fault at one write, and that step again."""
        for step in STEPS:
            if step == at and fault:
                plan = Plan(fault, write, partial(self.tries, step))
                # What the SDK repeats by itself nobody notices; moto forgets transactions' tokens.
                trouble = () if fault is Fault.RESENT and step != "open" else TROUBLE
                with suppress(*trouble), self.saboteur.during(plan):
                    self.does(step)
                self.struck = plan.struck
                if step == "open" and self.seen():
                    continue  # the page shows the slot, whether its answer arrived or not
            self.does(step)

    def tries(self, step: str) -> None:
        with suppress(*TROUBLE):
            self.does(step)

    def does(self, step: str) -> None:
        verb, _, film = step.partition(" ")
        acts: dict[str, Callable[[], object]] = {
            "open": self.opens,
            "begin": lambda: self.begins(film),
            "send": lambda: self.sends(film.rpartition(" ")[2], some=film.startswith("some")),
            "complete": self.completes,
            "screen": self.screens,
        }
        acts[verb]()

    def opens(self) -> None:
        returns = self.house.returns
        returns.add_photo(*self.place, "video/mp4", EvidenceKind.UNPACKING_VIDEO, actor=CUSTOMER)

    def begins(self, film: str) -> tuple[int, ...]:
        evidence_id = self.slot.evidence_id
        begun = self.house.returns.begin_video(*self.place, evidence_id, len(FILMS[film]), film)
        return begun.missing

    def sends(self, film: str, *, some: bool = False) -> None:
        """Goes on where it was: a browser after a reload asks what is missing."""
        with self.saboteur.during(None):
            missing = self.begins(film)
            urls = self.house.returns.video_part_urls(*self.place, self.slot.evidence_id, missing)
        for number, url in list(urls.items())[-1 if some else 0 :]:
            client("s3").upload_part(
                Bucket=self.house.evidence.photos.uploads,
                Key=self.slot.upload_key,
                UploadId=parse_qs(urlsplit(url).query)["uploadId"][0],
                PartNumber=number,
                Body=FILMS[film][(number - 1) * PART_BYTES : number * PART_BYTES],
            )

    def completes(self) -> None:
        self.house.returns.complete_video(*self.place, self.slot.evidence_id)

    def screens(self) -> None:
        self.house.evidence.screen(self.slot.upload_key, good_photo, actor=WORKER)

    def seen(self) -> list[Evidence]:
        """What the draft's page shows."""
        with self.saboteur.during(None):
            return list(self.house.evidence.of_return(self.place[1]))

    @property
    def slot(self) -> Evidence:
        return self.seen()[0]


@pytest.fixture
def way(house: House, tables: dict[str, str]) -> Iterator[Way]:
    empty_tables({name: tables[name] for name in TABLES})
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    with Saboteur().planted() as saboteur:
        yield Way(house, saboteur, (draft.email_key, draft.return_id))


def check(way: Way) -> None:
    """One verdict on the film that was sent last, its one file, and nothing that nobody ends."""
    judged = way.slot
    film = FILMS["second"]
    assert judged.state is EvidenceState.ACCEPTED
    assert (judged.sha256, judged.seconds) == (sha256(film).hexdigest(), 61)
    assert len(way.seen()) <= MOST_VIDEOS
    photos = way.house.evidence.photos
    assert keys(photos.documents, judged.prefix) == {judged.video_key}
    assert keys(photos.uploads, judged.upload_key) == set()
    kept = client("s3").get_object(Bucket=photos.documents, Key=judged.video_key)
    with kept["Body"] as stream:
        assert stream.read() == film
    # A process that died may leave one behind, which the bucket's rule ends after a day.
    left = unfinished(photos.uploads, judged.upload_key) + unfinished(
        photos.documents, judged.video_key
    )
    assert len(left) <= 1


def keys(bucket: str, prefix: str) -> set[str]:
    found = client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return {item["Key"] for item in found.get("Contents", [])}


def unfinished(bucket: str, key: str) -> list[str]:
    answer = client("s3").list_multipart_uploads(Bucket=bucket)
    return [each["UploadId"] for each in answer.get("Uploads", []) if each["Key"] == key]


@pytest.mark.parametrize("site", SITES, ids=lambda site: f"{site[0]}-{site[1]}")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_at_any_one_write_of_a_video_costs_nothing_but_a_second_try(
    way: Way, site: tuple[str, int], fault: Fault
) -> None:
    step, write = site
    way.goes(step, fault, write)
    assert way.struck, f"{step} has no write {write}"
    way.screens()  # a queue may deliver twice
    check(way)


@pytest.mark.parametrize("step", STEPS)
def test_these_are_all_writes_of_a_video(way: Way, step: str) -> None:
    way.goes(step, Fault.UNSENT, STEPS[step] + 1)
    assert not way.struck, f"{step} has more writes than are tried"


@pytest.mark.parametrize("step", STEPS)
def test_two_browsers_or_two_workers_that_do_the_same_at_once_do_it_once(
    way: Way, step: str
) -> None:
    """The other one comes just before each request in turn, until there are no more."""
    struck = 0
    for request in range(1, MOST_REQUESTS + 1):
        draft = way.house.draft(way.house.delivered_order(), new_id("ret", NOON))
        one = Way(way.house, way.saboteur, (draft.email_key, draft.return_id))
        one.goes(step, Fault.RACED, request)
        if not one.struck:
            break
        struck += 1
        one.screens()
        check(one)
    assert struck >= STEPS[step]
