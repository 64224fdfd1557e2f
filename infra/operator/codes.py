"""Issues a batch of codes, and gives the operator a link to its file for the printer."""

import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from aftercare.authenticity.keys import parse
from aftercare.batches.model import Batch, Export, ExportStatus, count_of, first_export_id
from aftercare.batches.service import BatchService
from aftercare.batches.wiring import BatchesConfig, batch_service
from infra.local.settings import StackError
from infra.operator.asking import actor_of, confirm, first_of
from infra.operator.pictures import kept
from infra.operator.progress import Progress
from infra.operator.target import Target, target

STALLED_SECONDS = 120.0
_POLL_SECONDS = 0.5
_FETCH_SECONDS = 60


@dataclass(frozen=True)
class NewBatch:
    """The batch that the operator describes."""

    sku: str
    count: int
    product: str
    gtin: str
    batch_code: str
    factory: str


def issue(arguments: Namespace) -> None:
    """Issue the codes, wait for their file, print its one-time link or download it."""
    new = new_batch(arguments)
    free_path(arguments.out)
    stack = target(arguments)
    service = _batches(stack)
    skus = {batch.sku for batch in service.store.everything()}
    first = first_of("batch of SKU", new.sku, skus)
    confirm(arguments, stack, f"issue {new.count:,} codes for {new.sku}", unusual=first)
    batch = drafted(arguments, stack, new)
    _deliver(arguments, stack, batch, first_export_id(batch.batch_id))


def drafted(arguments: Namespace, stack: Target, new: NewBatch) -> Batch:
    """The batch, drafted with its picture: a picture that is refused leaves no batch behind.

    A copy whose batch was not drafted stays, and is the one of whoever gives the picture again.
    """
    service = _batches(stack)
    key_id = service.sound_key(parse(stack.secret("CodeKeysSecret")))
    picture = kept(arguments, stack)
    return service.draft(**asdict(new), key_id=key_id, picture=picture, actor=actor_of(arguments))


def file(arguments: Namespace) -> None:
    """Have the batch's file made again; print its one-time link or download it."""
    free_path(arguments.out)
    stack = target(arguments)
    service = _batches(stack)
    batch = service.get(arguments.batch.strip())
    confirm(arguments, stack, f"make the file of {batch.batch_id}, {batch.count:,} codes, again")
    export = service.request_export(batch.batch_id, actor=actor_of(arguments))
    _deliver(arguments, stack, batch, export.export_id)


def new_batch(arguments: Namespace) -> NewBatch:
    """The batch that the arguments describe.

    Raises:
        StackError: There is no SKU.
        BatchInvalidError: The count is not 1 to 10,000,000.
    """
    sku = arguments.sku.strip()
    if not sku:
        raise StackError("Name the product: SKU=…, or --sku.")
    return NewBatch(
        sku=sku,
        count=count_of(arguments.count.strip()),
        product=arguments.product.strip() or sku,
        gtin=arguments.gtin.strip(),
        batch_code=arguments.batch_code.strip(),
        factory=arguments.factory.strip(),
    )


def free_path(text: str) -> Path | None:
    """The path for the file, which must not exist yet; None without one.

    Raises:
        StackError: The path is taken, its folder is missing, or Git could take the file in.
    """
    if not text:
        return None
    path = Path(text)
    if (checkout := checkout_of(path)) and not _is_ignored(path, checkout):
        raise StackError(
            f"{path} would lie in the checkout {checkout}, where it could be committed, and anyone "
            f"who has it can print genuine codes: choose OUT=.local/{path.name}, or a folder "
            "outside."
        )
    if path.exists():
        raise StackError(f"{path} exists already: choose another OUT.")
    if not path.absolute().parent.is_dir():
        raise StackError(f"There is no folder {path.parent} for OUT={path}.")
    return path


def checkout_of(path: Path) -> Path | None:
    """The Git checkout that the path lies in, if it lies in one."""
    folders = path.resolve().parents
    return next((folder for folder in folders if (folder / ".git").exists()), None)


def _is_ignored(path: Path, checkout: Path) -> bool:
    command = ["git", "-C", str(checkout), "check-ignore", "--quiet", str(path.resolve())]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def wait(
    look: Callable[[], Export | None],
    progress: Callable[[int], None],
    pause: Callable[[float], None] = time.sleep,
    ticks: Callable[[], float] = time.monotonic,
) -> Export:
    """Watches the export until it is done; gives up when it makes no progress."""
    last, moved_at = -1, ticks()
    while (export := look()) is None or export.status is not ExportStatus.DONE:
        written = export.written if export else 0
        if written != last:
            last, moved_at = written, ticks()
            progress(written)
        if ticks() - moved_at > STALLED_SECONDS:
            raise StackError(
                f"The export has stalled at {written:,} codes. It is retried automatically "
                "within the hour; make codes BATCH=… starts another one now."
            )
        pause(_POLL_SECONDS)
    progress(export.written)
    return export


def fetch(link: str, out: Path, size: int) -> None:
    """Uses the link up and writes the whole file, readable by its owner alone, or none of it."""
    pending = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    request = urllib.request.Request(link, data=b"", method="POST")  # noqa: S310 - our own link
    try:
        with (
            urllib.request.urlopen(request, timeout=_FETCH_SECONDS) as answer,  # noqa: S310
            open(os.open(pending, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,  # noqa: PTH123
        ):
            shutil.copyfileobj(answer, file, 1024 * 1024)
        if pending.stat().st_size != size:
            raise StackError(
                f"Only a part of the file arrived: try again. ({out} was not written.)"
            )
        os.link(pending, out)  # unlike a rename, never over another batch's file
    except urllib.error.URLError as error:
        raise StackError(f"The file could not be downloaded: {error}.") from None
    finally:
        pending.unlink(missing_ok=True)


def _deliver(arguments: Namespace, stack: Target, batch: Batch, export_id: str) -> None:
    """Waits for the export; prints a link to its file, or downloads it."""
    service, portal_url = _batches(stack), stack.output("PortalUrl")
    _say(f"Batch {batch.batch_id}: {batch.count:,} codes for {batch.sku}, key {batch.key_id}")
    export = wait(lambda: service.export(export_id), Progress(sys.stderr, batch.count, "codes"))
    link = f"{portal_url}/codes/{service.offer_link(export_id, actor=actor_of(arguments))}"
    if arguments.out:
        out = Path(arguments.out)
        fetch(link, out, export.size)
        _say(f"{out}: {batch.count:,} codes, {export.size:,} bytes. The link is used up.")
    else:
        print(link)
        _say("Give this link to the printer. It works once, for a week. Anyone who has the file")
        _say(f"can print genuine codes. For another link: make codes BATCH={batch.batch_id}")


def _batches(stack: Target) -> BatchService:
    return batch_service(BatchesConfig(stack.output("BatchesTable")))


def _say(line: str) -> None:
    print(line, file=sys.stderr)
