"""The printer's CSV, made row by row while it is read, in constant memory."""

import io
from collections.abc import Callable, Iterator
from itertools import islice

from aftercare.authenticity.codes import Code, KeyPair, issue, shown
from aftercare.batches.model import Batch

HEADER = "code,digital_link\r\n"
_ROWS_AT_ONCE = 2_000


def rows(batch: Batch, keys: KeyPair, origin: str) -> Iterator[str]:
    """A row for each code, in the order of serials; the range and the keys determine them."""
    before = f"{origin}/01/{batch.gtin}/21/" if batch.gtin else f"{origin}/authenticity?code="
    for serial in range(batch.first_serial, batch.end):
        symbols = issue(Code(batch.key_id, serial), keys)
        yield f"{shown(symbols)},{before}{symbols}\r\n"


class Sheet(io.RawIOBase):
    """The header and the rows as a file to be read once; reports the number of rows read."""

    def __init__(self, lines: Iterator[str], report: Callable[[int], None]) -> None:
        super().__init__()
        self._lines = lines
        self._report = report
        self._kept = bytearray(HEADER.encode())
        self._written = 0
        self.size = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """That many bytes, fewer only at the end; all the rest when it is negative."""
        while (size < 0 or len(self._kept) < size) and (some := self._some()):
            self._kept += some
        wanted = len(self._kept) if size < 0 else size
        part = bytes(self._kept[:wanted])
        del self._kept[:wanted]
        self.size += len(part)
        return part

    def _some(self) -> bytes:
        lines = list(islice(self._lines, _ROWS_AT_ONCE))
        self._written += len(lines)
        if lines:
            self._report(self._written)
        return "".join(lines).encode()
