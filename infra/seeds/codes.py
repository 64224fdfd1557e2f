"""Seeds the demo batches, and a code for each verdict with its history."""

import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3

from aftercare.authenticity.asked import key_of
from aftercare.authenticity.codes import Code, issue, shown
from aftercare.authenticity.keys import parse
from aftercare.authenticity.model import Audience, Verdict
from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.batches.model import Batch, BatchStatus
from aftercare.batches.service import BatchService
from aftercare.batches.wiring import BatchesConfig, batch_service
from aftercare.evidence.screening import small_copy_in_child
from aftercare.kernel.actor import CUSTOMER, operator
from aftercare.kernel.symbols import sealed
from aftercare.pictures.wiring import PicturesConfig, picture_service

_ACTOR = operator("seed")
_COUNT = 10_000
_PRODUCT = "Moonlit Menagerie blind box"
_GTIN = "06941234567898"
PICTURE = Path(__file__).with_name("moonlit-menagerie.webp")
_RECALL = Path(__file__).with_name("recall.toml")
# The status of each demo batch.
_STATUSES = {
    "MM-2026-A": BatchStatus.ACTIVE,
    "MM-2026-R": BatchStatus.RECALLED,
    "MM-2026-L": BatchStatus.RESTRICTED,
    "MM-2026-B": BatchStatus.BLOCKED,
}


def seed(outputs: Mapping[str, str], secret_name: str) -> dict[str, str]:
    """Seeds the demo batches once. Returns a new code for each verdict, by verdict."""
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=secret_name)["SecretString"]
    config = AuthenticityConfig(outputs["AuthenticityTable"], outputs["BatchesTable"], secret_name)
    current = authenticity_service(config, read_keys=lambda _: secret)
    batch_desk = batch_service(BatchesConfig(outputs["BatchesTable"]))
    pictures = picture_service(PicturesConfig(outputs["DocumentsBucket"]))
    picture = pictures.keep(PICTURE.read_bytes(), small_copy_in_child, actor=_ACTOR)
    batches = _batches(batch_desk, batch_desk.sound_key(parse(secret)), picture)
    fresh = {name: _fresh_code(current, batch) for name, batch in batches.items()}
    checked_before, suspect = (_fresh_code(current, batches["MM-2026-A"]) for _ in range(2))

    def check(code: str, visitor: str, country: str, ago: timedelta) -> None:
        checked_at = datetime.now(UTC) - ago
        service = replace(current, clock=lambda: checked_at)
        service.check(
            code, visitor=visitor, audience=Audience.CUSTOMER, country=country, actor=CUSTOMER
        )

    check(checked_before, "demo-1", "US", timedelta(days=92))
    check(checked_before, "demo-2", "US", timedelta(days=17))
    for hours, country in ((20, "US"), (14, "FR"), (13, "CN"), (6, "US")):
        check(suspect, f"demo-{hours}", country, timedelta(hours=hours))
    return {
        Verdict.GENUINE_FIRST_CHECK: fresh["MM-2026-A"],
        Verdict.GENUINE_CHECKED_BEFORE: checked_before,
        Verdict.SUSPECT: suspect,
        Verdict.RECALLED: fresh["MM-2026-R"],
        Verdict.RESTRICTED: fresh["MM-2026-L"],
        Verdict.BLOCKED: fresh["MM-2026-B"],
        Verdict.NOT_ISSUED: shown(sealed(secrets.randbits(70))),
        Verdict.MISTYPED: _one_symbol_off(fresh["MM-2026-A"]),
    }


def _batches(service: BatchService, key_id: int, picture: str) -> dict[str, Batch]:
    stored = service.store.everything()
    seeded = {batch.batch_code: batch for batch in stored if batch.key_id == key_id}
    batches = {name: seeded.get(name) or _draft(service, name, key_id) for name in _STATUSES}
    for name, batch in batches.items():
        if batch.picture != picture:
            batches[name] = service.set_picture(batch.batch_id, picture, actor=_ACTOR)
    for name, status in _STATUSES.items():
        if batches[name].status is not status:
            batches[name] = _with_status(service, batches[name], status)
    return batches


def _draft(service: BatchService, name: str, key_id: int) -> Batch:
    return service.draft(
        sku="MM-BB-01",
        product=_PRODUCT,
        gtin=_GTIN,
        batch_code=name,
        factory="Dongguan 2",
        key_id=key_id,
        count=_COUNT,
        actor=_ACTOR,
    )


def _with_status(service: BatchService, batch: Batch, status: BatchStatus) -> Batch:
    texts = tomllib.loads(_RECALL.read_text(encoding="utf-8"))
    recall = texts if status is BatchStatus.RECALLED else {}
    service.activate(batch.batch_id, actor=_ACTOR)
    return service.set_status(
        batch.batch_id, status, recall.get("known_issue"), recall.get("remedy"), actor=_ACTOR
    )


def _fresh_code(service: AuthenticityService, batch: Batch) -> str:
    """An unchecked code of the batch."""
    keys = service.ring.get(batch.key_id)
    if keys is None:
        raise LookupError(f"key id {batch.key_id} of batch {batch.batch_id} has no keys")
    code = Code(batch.key_id, batch.first_serial + secrets.randbelow(batch.count))
    while service.store().get(key_of(code)):
        code = Code(batch.key_id, batch.first_serial + secrets.randbelow(batch.count))
    return shown(issue(code, keys))


def _one_symbol_off(code: str) -> str:
    return code[:-1] + ("A" if code[-1] != "A" else "B")
