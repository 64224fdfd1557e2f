"""Shows a batch, or changes what checks say of it: `make batch BATCH=… STATUS=recalled`."""

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from aftercare.batches.model import Batch, BatchStatus
from aftercare.batches.wiring import BatchesConfig, batch_service
from infra.local.settings import StackError
from infra.operator.target import target, tell

type Texts = Mapping[str, str]

STATUSES = [status.value for status in BatchStatus if status is not BatchStatus.DRAFT]
_SHAPE = '[known_issue] and [remedy], each with a text per language: en = "…"'


def batch(settings: Mapping[str, str]) -> None:
    """Set the status that is given, with its texts; then show the batch."""
    batch_id, status = settings.get("BATCH", "").strip(), settings.get("STATUS", "").strip()
    issue = settings.get("ISSUE", "").strip()
    if not batch_id:
        raise StackError("Say which: make batch BATCH=B00-0000000000 [STATUS=… ISSUE=file.toml].")
    if status and status not in STATUSES:
        raise StackError(f"STATUS={status}: choose from {', '.join(STATUSES)}.")
    if issue and not status:
        raise StackError("ISSUE goes with a STATUS.")
    known_issue, remedy = texts(Path(issue)) if issue else (None, None)
    service = batch_service(BatchesConfig(target(settings).output("BatchesTable")))
    if status:
        service.set_status(batch_id, BatchStatus(status), known_issue, remedy)
        print("Checks say so everywhere within 60 seconds.", file=sys.stderr)
    print(shown(service.get(batch_id)))


def texts(path: Path) -> tuple[Texts | None, Texts | None]:
    """The known issue and what to do, by language; None for what the file does not have."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StackError(f"There is no file {path}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StackError(f"{path} is no TOML: {error}.") from None
    strange = sorted(document.keys() - {"known_issue", "remedy"})
    parts = [document.get(name) for name in ("known_issue", "remedy")]
    if strange or not any(parts) or not all(map(_is_texts, parts)):
        raise StackError(f"{path} shall hold {_SHAPE}.")
    return parts[0], parts[1]


def shown(found: Batch) -> str:
    """The batch, a line for each thing said of it."""
    facts = {
        "Batch": found.batch_id,
        "Status": found.status,
        "SKU": found.sku,
        "Product": found.product,
        "GTIN": found.gtin,
        "Batch code": found.batch_code,
        "Factory": found.factory,
        "Codes": f"{found.count:,}",
        "Key": str(found.key_id),
        "Changed": f"{found.changed_at:%Y-%m-%d %H:%M} UTC",
    }
    facts |= {f"Issue ({language})": text for language, text in found.known_issue.items()}
    facts |= {f"Remedy ({language})": text for language, text in found.remedy.items()}
    return "\n".join(f"{name:12}  {value}" for name, value in facts.items() if value)


def _is_texts(part: object) -> bool:
    if part is None:
        return True
    return isinstance(part, dict) and all(isinstance(text, str) for text in part.values())


if __name__ == "__main__":
    tell(batch)
