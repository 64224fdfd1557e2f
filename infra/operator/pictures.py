"""Keeps a copy of a product's picture, which an operator names by a file or an address."""

from argparse import Namespace
from pathlib import Path

from aftercare.evidence.screening import small_copy_in_child
from aftercare.pictures.download import Downloads
from aftercare.pictures.errors import PictureRefusedError
from aftercare.pictures.model import MOST_BYTES
from aftercare.pictures.wiring import PicturesConfig, picture_service
from infra.local.settings import StackError
from infra.operator.asking import actor_of
from infra.operator.target import Target


def kept(arguments: Namespace, stack: Target, downloads: Downloads | None = None) -> str:
    """The key of our copy of the picture that the arguments name; empty if they name none.

    Raises:
        StackError: There is no picture, or none that we can show.
    """
    source = arguments.picture.strip()
    if not source:
        return ""
    pictures = picture_service(PicturesConfig(stack.output("DocumentsBucket")))
    try:
        file = _read(source, downloads or Downloads())
        return pictures.keep(file, small_copy_in_child, actor=actor_of(arguments))
    except PictureRefusedError as error:
        raise StackError(
            f"PICTURE={source}: {error.detail} ({error.facts['reason']}) It must be a JPEG, PNG, "
            "WebP, HEIC or AVIF of at most 5 MB: a file here, or at a public https address."
        ) from None


def _read(source: str, downloads: Downloads) -> bytes:
    if "://" in source:
        return downloads.get(source)
    path = Path(source)
    if not path.is_file():
        raise StackError(f"There is no file {path}.")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
