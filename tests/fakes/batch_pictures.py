"""The picture of a batch's product, kept as an operator's command keeps it."""

from aftercare.evidence.screening import small_copy_in_child
from aftercare.kernel.config import read
from aftercare.pictures.wiring import PicturesConfig, picture_service
from infra.seeds.codes import PICTURE
from tests.fakes.actors import LI


def kept_picture(file: bytes | None = None) -> str:
    """The key of our copy of that file, or of the demo's picture."""
    pictures = picture_service(read(PicturesConfig))
    return pictures.keep(file or PICTURE.read_bytes(), small_copy_in_child, actor=LI)
