"""Which files of a mail may be photos: by how they begin, not by what the mail says of them."""

from aftercare.desk.incoming.model import Picture

MOST_PICTURES = 6
LEAST_BYTES = 20_000
"""A photo has more; a logo in a signature has less."""
MOST_BYTES = 15 * 2**20
_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
}


def picture_in(place: int, body: bytes) -> Picture | None:
    """The file in that place, if it may be a photo of somebody's."""
    if not LEAST_BYTES <= len(body) <= MOST_BYTES:
        return None
    media_type = _media_type(body[:16])
    return Picture(place, media_type, body) if media_type else None


def _media_type(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "")
    return next((kind for begin, kind in _BEGINNINGS.items() if head.startswith(begin)), "")
