"""Shows a batch, or changes what checks say of it."""

import sys
import tomllib
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from aftercare.batches.model import Batch, BatchStatus
from aftercare.batches.service import BatchService
from aftercare.batches.wiring import BatchesConfig, batch_service
from infra.local.settings import StackError
from infra.operator.asking import actor_of, confirm
from infra.operator.pictures import kept
from infra.operator.target import Target, target

type Texts = Mapping[str, str]

_SHAPE = '[known_issue] and [remedy], each with a text per language: en = "…"'


def show(arguments: Namespace) -> None:
    """Print the batch as checks read it."""
    print(shown(_batches(target(arguments)).get(arguments.batch)))


def set_status(arguments: Namespace) -> None:
    """Set the status and the texts that are given, then print the batch."""
    status, issue = BatchStatus(arguments.status), arguments.issue.strip()
    known_issue, remedy = texts(Path(issue)) if issue else (None, None)
    stack = target(arguments)
    service = _batches(stack)
    batch = service.get(arguments.batch)
    change = f"set the batch {batch.batch_id} of {batch.count:,} codes from {batch.status}"
    confirm(arguments, stack, f"{change} to {status}")
    service.set_status(batch.batch_id, status, known_issue, remedy, actor=actor_of(arguments))
    print("Checks say so everywhere within 60 seconds.", file=sys.stderr)
    print(shown(service.get(batch.batch_id)))


def set_picture(arguments: Namespace) -> None:
    """Give the batch the product's picture, then print the batch."""
    if not arguments.picture.strip():
        raise StackError("Name the picture: a file, or a public https address.")
    stack = target(arguments)
    service = _batches(stack)
    batch = service.get(arguments.batch)
    confirm(arguments, stack, f"give the batch {batch.batch_id} of {batch.product} that picture")
    service.set_picture(batch.batch_id, kept(arguments, stack), actor=actor_of(arguments))
    print("The check page shows it within 60 seconds.", file=sys.stderr)
    print(shown(service.get(batch.batch_id)))


def _batches(stack: Target) -> BatchService:
    return batch_service(BatchesConfig(stack.output("BatchesTable")))


def texts(path: Path) -> tuple[Texts | None, Texts | None]:
    """The known issue and the remedy, by language; None for the one that the file lacks."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StackError(f"There is no file {path}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StackError(f"{path} is not valid TOML: {error}.") from None
    unknown = document.keys() - {"known_issue", "remedy"}
    parts = [document.get(name) for name in ("known_issue", "remedy")]
    if unknown or not any(parts) or not all(map(_is_texts, parts)):
        raise StackError(f"{path} must have {_SHAPE}.")
    return parts[0], parts[1]


def shown(batch: Batch) -> str:
    """The batch, a line per fact."""
    facts = {
        "Batch": batch.batch_id,
        "Status": batch.status,
        "SKU": batch.sku,
        "Product": batch.product,
        "GTIN": batch.gtin,
        "Batch code": batch.batch_code,
        "Factory": batch.factory,
        "Picture": batch.picture,
        "Codes": f"{batch.count:,}",
        "Key": str(batch.key_id),
        "Changed": f"{batch.changed_at:%Y-%m-%d %H:%M} UTC by {batch.changed_by}",
    }
    facts |= {f"Issue ({language})": text for language, text in batch.known_issue.items()}
    facts |= {f"Remedy ({language})": text for language, text in batch.remedy.items()}
    return "\n".join(f"{name:12}  {value}" for name, value in facts.items() if value)


def _is_texts(part: object) -> bool:
    if part is None:
        return True
    return isinstance(part, dict) and all(isinstance(text, str) for text in part.values())
