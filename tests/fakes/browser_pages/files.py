"""The files that customers pick, as their phones name them."""

from tests.fakes import photos as builders
from tests.fakes.browser_pages.customer import File

PHONE_PHOTO = File("IMG_2041.JPG", "image/jpeg", builders.phone_jpeg())
# Most browsers don't know the type of a HEIC file and send none.
HEIC_PHOTO = File("IMG_2042.HEIC", "", builders.heic())
SMALL_PHOTO = File("IMG_2043.jpg", "image/jpeg", builders.jpeg())
TOO_SMALL = File("thumb.jpg", "image/jpeg", builders.tiny_jpeg())
NOT_A_PHOTO = File("IMG_2044.jpg", "image/jpeg", builders.HTML)
A_DOCUMENT = File("receipt.pdf", "application/pdf", builders.PDF)


def own_photo(owner: str) -> File:
    """A photo that nobody else has sent; a copy of another customer's waits for a person."""
    return File("IMG_2045.JPG", "image/jpeg", builders.phone_jpeg(owner))


def own_heic_photo(owner: str) -> File:
    return File("IMG_2046.HEIC", "", builders.own_heic(f"{owner} again"))
