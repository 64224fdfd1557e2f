"""Fetches products' pictures once, and gives out the copies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.pictures.errors import PictureRefusedError
from aftercare.pictures.model import (
    BATCH_SIDE,
    MOST_AT_ONCE,
    MOST_BYTES,
    SIDE,
    TRIED_AGAIN_AFTER,
    batch_picture_key,
    is_fetched,
    is_picture_key,
    picture_key,
)

if TYPE_CHECKING:
    from aftercare.pictures.store import PictureBucket

type Download = Callable[[str], bytes]
type Shrink = Callable[[bytes, int], bytes | None]


@dataclass(frozen=True, slots=True)
class PictureService:
    """Copies of pictures, by the key of their address. A picture that fails is no error."""

    store: "PictureBucket"
    clock: Clock

    def fetch(
        self, urls: Iterable[str], download: Download, shrink: Shrink, *, actor: Actor
    ) -> int:
        """Fetches each picture that we don't have, and keeps a small copy; counts the new copies.

        `shrink` makes a WebP of so many pixels of a file that nobody trusts, or none. What cannot
        be fetched is noted, and tried again after a day (R-PIC-02). Safe to repeat.

        Raises nothing about a picture; at most 20 are fetched at once.
        """
        addresses = sorted({url for url in urls if is_fetched(url)})[:MOST_AT_ONCE]
        return sum(self._fetch(url, download, shrink, actor) for url in addresses)

    def keep(self, file: bytes, shrink: Shrink, *, actor: Actor) -> str:
        """Keeps a copy of a batch's picture; returns its key (R-PIC-04).

        Only what was decoded is kept, without metadata. Safe to repeat: one picture has one key.

        Raises:
            PictureRefusedError: The file is no still picture, or is larger than 5 MB.
        """
        if len(file) > MOST_BYTES:
            raise PictureRefusedError("The picture is larger than 5 MB.", reason="size")
        copy = shrink(file, BATCH_SIDE)
        if not copy:
            raise PictureRefusedError("The file is no picture that we can show.", reason="format")
        key = batch_picture_key(copy)
        self.store.put(key, copy, actor)
        return key

    def copy(self, key: str) -> bytes | None:
        """The copy with that key, a WebP; none if there is none."""
        return (self.store.get(key) or None) if is_picture_key(key) else None

    def _fetch(self, url: str, download: Download, shrink: Shrink, actor: Actor) -> bool:
        key = picture_key(url)
        if not self.store.is_open(key, failed_before=self.clock() - TRIED_AGAIN_AFTER):
            return False
        try:
            copy = shrink(download(url), SIDE)
        except PictureRefusedError:
            copy = None
        self.store.put(key, copy or b"", actor)
        return copy is not None
