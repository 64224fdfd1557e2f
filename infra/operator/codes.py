"""Issues a batch of codes and hands its file to the printer: `make codes SKU=… COUNT=…`."""

import os
import secrets
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aftercare.authenticity.keys import parse
from aftercare.batches.model import Batch, Export, ExportStatus, count_of, first_export_id
from aftercare.batches.service import BatchService
from aftercare.batches.wiring import BatchesConfig, batch_service
from infra.local.settings import StackError
from infra.operator.progress import Progress
from infra.operator.target import target, tell

USAGE = (
    "Say what the codes are for: make codes SKU=… COUNT=… [PRODUCT=… GTIN=… BATCH_CODE=… FACTORY=… "
    "OUT=file.csv], or make codes BATCH=… for the file of a batch that is there."
)
STALLED_SECONDS = 120.0
_POLL_SECONDS = 0.5
_FETCH_SECONDS = 60


@dataclass(frozen=True)
class Order:
    """What the operator asks for: a new batch, or the file of one that is there."""

    batch_id: str
    sku: str
    count: int
    product: str
    gtin: str
    batch_code: str
    factory: str
    out: Path | None


def order(settings: Mapping[str, str]) -> Order:
    """The order in the settings, refused while nothing has happened yet."""
    said = {name: settings.get(name.upper(), "").strip() for name in ("batch", "sku", "count")}
    if not said["batch"] and not (said["sku"] and said["count"]):
        raise StackError(USAGE)
    if said["batch"] and (said["sku"] or said["count"]):
        raise StackError("BATCH is a batch that is there: leave out SKU and COUNT.")
    return Order(
        batch_id=said["batch"],
        sku=said["sku"],
        count=0 if said["batch"] else count_of(said["count"]),
        product=settings.get("PRODUCT", "").strip() or said["sku"],
        gtin=settings.get("GTIN", "").strip(),
        batch_code=settings.get("BATCH_CODE", "").strip(),
        factory=settings.get("FACTORY", "").strip(),
        out=_free_path(settings.get("OUT", "")),
    )


def codes(settings: Mapping[str, str]) -> None:
    """Issue the codes, wait for their file, print its one-time link or fetch it into OUT."""
    wanted = order(settings)
    stack = target(settings)
    service = batch_service(BatchesConfig(stack.output("BatchesTable")))
    portal_url = stack.output("PortalUrl")
    batch, export_id = _begin(service, wanted, lambda: stack.secret("CodeKeysSecret"))
    _say(f"Batch {batch.batch_id}: {batch.count:,} codes for {batch.sku}, key {batch.key_id}")
    export = wait(lambda: service.export(export_id), Progress(sys.stderr, batch.count, "codes"))
    link = f"{portal_url}/codes/{service.offer_link(export_id)}"
    if wanted.out:
        fetch(link, wanted.out, export.size)
        _say(f"{wanted.out}: {batch.count:,} codes, {export.size:,} bytes. The link is used up.")
    else:
        print(link)
        _say("Give the printer this link. It works once, for a week. Whoever has the file can")
        _say(f"print genuine codes. Again: make codes BATCH={batch.batch_id}")


def wait(
    look: Callable[[], Export | None],
    progress: Callable[[int], None],
    pause: Callable[[float], None] = time.sleep,
    ticks: Callable[[], float] = time.monotonic,
) -> Export:
    """Watches the export until it is done; gives up when it stands still."""
    last, moved_at = -1, ticks()
    while (export := look()) is None or export.status is not ExportStatus.DONE:
        written = export.written if export else 0
        if written != last:
            last, moved_at = written, ticks()
            progress(written)
        if ticks() - moved_at > STALLED_SECONDS:
            raise StackError(
                f"The export stands still at {written:,} codes. It is tried again by itself within "
                "the hour; make codes BATCH=… asks for another at once."
            )
        pause(_POLL_SECONDS)
    progress(export.written)
    return export


def fetch(link: str, out: Path, size: int) -> None:
    """Uses the link up; the file is there whole, readable by its owner alone, or not at all."""
    pending = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    request = urllib.request.Request(link, data=b"", method="POST")  # noqa: S310 - our own link
    try:
        with (
            urllib.request.urlopen(request, timeout=_FETCH_SECONDS) as answer,  # noqa: S310
            open(os.open(pending, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,  # noqa: PTH123
        ):
            shutil.copyfileobj(answer, file, 1024 * 1024)
        if pending.stat().st_size != size:
            raise StackError(f"Only a part of the file came: ask again. ({out} was not written.)")
        os.link(pending, out)  # unlike a rename, never over another batch's file
    except urllib.error.URLError as error:
        raise StackError(f"The file could not be fetched: {error}.") from None
    finally:
        pending.unlink(missing_ok=True)


def _begin(service: BatchService, wanted: Order, keys: Callable[[], str]) -> tuple[Batch, str]:
    if wanted.batch_id:
        batch = service.get(wanted.batch_id)
        return batch, service.request_export(batch.batch_id).export_id
    batch = service.draft(
        sku=wanted.sku,
        product=wanted.product,
        gtin=wanted.gtin,
        batch_code=wanted.batch_code,
        factory=wanted.factory,
        key_id=service.sound_key(parse(keys())),
        count=wanted.count,
    )
    return batch, first_export_id(batch.batch_id)


def _free_path(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text)
    if path.exists():
        raise StackError(f"{path} is there already: choose another OUT.")
    if not path.absolute().parent.is_dir():
        raise StackError(f"There is no folder {path.parent} for OUT={path}.")
    return path


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    tell(codes)
