"""Writes the requested file of a batch, every code of its range, and stores its progress."""

from functools import partial
from typing import NamedTuple

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.authenticity.codes import KeyPair
from aftercare.authenticity.keys import parse
from aftercare.batches.wiring import BatchesConfig, batch_service
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.errors import ConfigurationError
from aftercare.kernel.ids import key_part
from aftercare.kernel.observe import logger
from aftercare.kernel.secret import read_secret
from aftercare.kernel.worker import Event, consume, entry_in
from codes_export.bucket import upload
from codes_export.progress import Progress
from codes_export.sheet import Sheet, rows


class Config(NamedTuple):
    """Where batches, their files and the code keys are, and where a code's link leads."""

    batches_table: str
    codes_bucket: str
    code_keys_secret: str
    portal_url: str


_ACTOR = system("codes_export")
_config = read(Config)
_batches = batch_service(BatchesConfig(_config.batches_table))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _export)


def _export(event: Event) -> None:
    entry = entry_in(event)
    batch, export = _batches.begin_export(
        entry.subject, entry.fact("batch_id", key_part), actor=_ACTOR
    )
    keys = _keys(batch.key_id)
    progress = Progress(partial(_store_progress, export.export_id), batch.count)
    sheet = Sheet(rows(batch, keys, _config.portal_url), progress)
    upload(_config.codes_bucket, export.object_key, sheet)
    done = _batches.finish_export(export.export_id, sheet.size, actor=_ACTOR)
    facts = {"export_id": done.export_id, "batch_id": batch.batch_id, "codes": batch.count}
    logger.info("exported", extra=facts | {"bytes": done.size})


def _store_progress(export_id: str, written: int) -> None:
    _batches.progress(export_id, written, actor=_ACTOR)


def _keys(key_id: int) -> KeyPair:
    """Read each time: the batch may be the first one of a key that was added just now."""
    keys = parse(read_secret(_config.code_keys_secret)).get(key_id)
    if keys is None:
        raise ConfigurationError(f"The secret has no code key {key_id}.", key_id=key_id)
    return keys
