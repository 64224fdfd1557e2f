"""A batch's picture: copied once from an operator's file or an address, or refused."""

import io
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from PIL import Image

from aftercare.batches.errors import BatchInvalidError
from aftercare.batches.service import BatchService
from aftercare.batches.wiring import BatchesConfig, batch_service
from aftercare.evidence.screening import small_copy_in_child
from aftercare.kernel.aws import client
from aftercare.pictures.errors import PictureRefusedError
from aftercare.pictures.model import BATCH_SIDE, MOST_BYTES, is_of_batch
from aftercare.pictures.service import PictureService
from aftercare.pictures.wiring import PicturesConfig, picture_service
from infra.local.settings import StackError
from infra.operator import batch as batch_commands
from infra.operator.codes import drafted, new_batch
from infra.operator.commands import parser
from infra.operator.pictures import kept
from infra.operator.target import Target
from tests.fakes import hostile_photos as hostile
from tests.fakes import photos
from tests.fakes.actors import LI
from tests.fakes.batches import active
from tests.fakes.codes import KEYS_TEXT
from tests.fakes.origins import Origins, answer

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
URL = "https://cdn.example/box.jpg"
NO_PICTURES = [
    hostile.lying_avif(),
    hostile.cropped_heic(),
    photos.bomb_png(8000),
    photos.SVG,
    photos.HTML,
    photos.animated("WEBP"),
    b"",
    b"GIF89a",
]


@pytest.fixture
def pictures(buckets: dict[str, str]) -> Iterator[PictureService]:
    bucket = buckets["DocumentsBucket"]
    yield picture_service(PicturesConfig(bucket))
    for key in stored(bucket):
        client("s3").delete_object(Bucket=bucket, Key=key)


@pytest.fixture
def batches(tables: dict[str, str]) -> BatchService:
    return batch_service(BatchesConfig(tables["BatchesTable"]))


class Stack(Target):
    """A stack whose secret is the tests'."""

    def secret(self, name: str) -> str:
        assert name == "CodeKeysSecret"
        return KEYS_TEXT


@pytest.fixture
def stack(tables: dict[str, str], buckets: dict[str, str]) -> Stack:
    return Stack("the tests' stack", tables | buckets, boto3.session.Session())


def stored(bucket: str) -> list[str]:
    found = client("s3").list_objects_v2(Bucket=bucket, Prefix="batch-pictures/")
    return [each["Key"] for each in found.get("Contents", [])]


def named(picture: str | Path) -> Namespace:
    return Namespace(picture=str(picture), who="Li")


def ordered(picture: Path, product: str = "Tiny Tide") -> Namespace:
    words = ["--sku", "BB-7", "--count", "10", "--product", product, "--who", "Li", "--yes"]
    return parser().parse_args(["codes", "issue", *words, "--picture", str(picture)])


def in_a_file(folder: Path, content: bytes) -> Path:
    path = folder / "box"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "builder",
    [photos.jpeg, photos.transparent_png, photos.webp, photos.heic, photos.avif, photos.tiny_jpeg],
)
def test_a_batchs_picture_is_kept_as_a_webp_without_metadata(
    pictures: PictureService, builder: object
) -> None:
    assert callable(builder)
    key = pictures.keep(builder(), small_copy_in_child, actor=LI)
    assert is_of_batch(key)
    image = Image.open(io.BytesIO(pictures.copy(key) or b""), formats=["WEBP"])
    assert max(image.size) <= BATCH_SIDE
    assert not image.getexif()


@pytest.mark.parametrize("file", NO_PICTURES, ids=range(len(NO_PICTURES)))
def test_what_is_no_picture_is_refused_and_not_kept(
    pictures: PictureService, buckets: dict[str, str], file: bytes
) -> None:
    with pytest.raises(PictureRefusedError):
        pictures.keep(file, small_copy_in_child, actor=LI)
    assert stored(buckets["DocumentsBucket"]) == []


def test_a_picture_of_5_mb_is_read_and_one_byte_more_is_not(pictures: PictureService) -> None:
    whole = photos.jpeg().ljust(MOST_BYTES, b"\0")
    assert pictures.keep(whole, small_copy_in_child, actor=LI)
    with pytest.raises(PictureRefusedError, match="larger than 5 MB"):
        pictures.keep(whole + b"\0", small_copy_in_child, actor=LI)


def test_one_picture_of_many_batches_is_kept_once_and_away_from_those_that_expire(
    pictures: PictureService, buckets: dict[str, str]
) -> None:
    keys = {pictures.keep(photos.jpeg(), small_copy_in_child, actor=LI) for _ in range(2)}
    keys.add(pictures.keep(photos.webp(), small_copy_in_child, actor=LI))
    assert len(keys) == 2
    places = [f"batch-pictures/{key}.webp" for key in sorted(keys)]
    assert stored(buckets["DocumentsBucket"]) == places


# ---------------------------------------------------------------- operators' commands


def test_an_operator_names_a_file_or_an_address(
    pictures: PictureService, stack: Stack, tmp_path: Path
) -> None:
    origins = Origins({"cdn.example": answer(photos.jpeg())})
    by_file = kept(named(in_a_file(tmp_path, photos.jpeg())), stack)
    assert kept(named(URL), stack, origins.downloads()) == by_file
    assert pictures.copy(by_file)
    assert kept(named(" "), stack) == ""


@pytest.mark.parametrize(
    ("url", "sent", "reason"),
    [
        (URL, photos.SVG, "format"),
        (URL, b"x" * (MOST_BYTES + 1), "size"),
        ("http://cdn.example/box.jpg", photos.jpeg(), "url"),
        ("file:///etc/passwd", photos.jpeg(), "url"),
        ("https://lan.example/box.jpg", photos.jpeg(), "address"),
    ],
)
def test_an_address_without_a_picture_is_refused_with_the_reason(
    stack: Stack, url: str, sent: bytes, reason: str
) -> None:
    hosts = {"cdn.example": answer(sent), "lan.example": answer(sent)}
    origins = Origins(hosts, {"lan.example": [["192.168.1.7"]]})
    with pytest.raises(StackError, match=rf"PICTURE={url}: .*\({reason}\) It must be a JPEG"):
        kept(named(url), stack, origins.downloads())
    assert stored(stack.output("DocumentsBucket")) == []


@pytest.mark.parametrize("name", ["nowhere.png", "."])
def test_a_file_that_is_not_there_is_named(stack: Stack, tmp_path: Path, name: str) -> None:
    with pytest.raises(StackError, match="There is no file"):
        kept(named(tmp_path / name), stack)


def test_a_batch_is_drafted_with_its_picture(
    pictures: PictureService, stack: Stack, batches: BatchService, tmp_path: Path
) -> None:
    arguments = ordered(in_a_file(tmp_path, photos.jpeg()))
    batch = drafted(arguments, stack, new_batch(arguments))
    assert pictures.copy(batch.picture)
    assert batches.get(batch.batch_id).picture == batch.picture


def test_a_picture_that_is_refused_leaves_no_batch_behind(
    stack: Stack, batches: BatchService, tmp_path: Path
) -> None:
    before = batches.store.everything()
    arguments = ordered(in_a_file(tmp_path, photos.SVG))
    with pytest.raises(StackError, match="format"):
        drafted(arguments, stack, new_batch(arguments))
    assert batches.store.everything() == before


def test_what_ends_between_the_copy_and_the_batch_is_done_again_with_the_same_copy(
    pictures: PictureService, stack: Stack, batches: BatchService, tmp_path: Path
) -> None:
    file, before = in_a_file(tmp_path, photos.jpeg()), batches.store.everything()
    wrong = ordered(file, product="=1+1")
    with pytest.raises(BatchInvalidError):
        drafted(wrong, stack, new_batch(wrong))
    [copy] = stored(stack.output("DocumentsBucket"))
    assert batches.store.everything() == before
    right = ordered(file)
    batch = drafted(right, stack, new_batch(right))
    assert stored(stack.output("DocumentsBucket")) == [copy]
    assert pictures.copy(batch.picture)


def test_a_batch_of_before_gets_a_picture_and_another_one(
    pictures: PictureService,
    stack: Stack,
    batches: BatchService,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = active(batches)
    monkeypatch.setattr(batch_commands, "target", lambda _: stack)
    for content in (photos.jpeg(), photos.webp()):
        path = str(in_a_file(tmp_path, content))
        words = ["batch", "picture", batch.batch_id, path, "--who", "Li", "--yes"]
        batch_commands.set_picture(parser().parse_args(words))
        after = batches.get(batch.batch_id)
        assert after.picture == pictures.keep(content, small_copy_in_child, actor=LI)
        assert (after.status, after.changed_by) == (batch.status, LI)


def test_a_picture_that_is_refused_leaves_the_batchs_own(
    stack: Stack, batches: BatchService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = active(batches)
    monkeypatch.setattr(batch_commands, "target", lambda _: stack)
    for picture in (str(in_a_file(tmp_path, photos.HTML)), " "):
        words = ["batch", "picture", before.batch_id, picture, "--who", "Li", "--yes"]
        with pytest.raises(StackError):
            batch_commands.set_picture(parser().parse_args(words))
        assert batches.get(before.batch_id) == before
