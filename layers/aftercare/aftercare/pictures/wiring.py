"""Builds the room of pictures from its configuration."""

from typing import NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.pictures.service import PictureService
from aftercare.pictures.store import PictureBucket


class PicturesConfig(NamedTuple):
    """What the room needs of a deployment."""

    documents_bucket: str


def picture_service(config: PicturesConfig, *, clock: Clock = utc_now) -> PictureService:
    """Pictures in the configured bucket."""
    return PictureService(PictureBucket(config.documents_bucket), clock)
