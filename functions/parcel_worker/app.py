"""Works carriers' webhooks off, asks who sends none, and learns whose parcel a number is."""

import json
import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.secret import read_secret
from aftercare.kernel.timeline import Entry
from aftercare.kernel.typed import tracking_number_of
from aftercare.kernel.worker import Event, consume, entry_in, verb_in
from aftercare.labels import events as label_events
from aftercare.labels.carriers.accounts import TrackersConfig, trackers
from aftercare.labels.events import LabelReleased, LabelScanned
from aftercare.labels.scans import SOURCE as CARRIERS
from aftercare.orders.service import CHANGED as ORDER_CHANGED
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.parcels import easypost, shippo
from aftercare.parcels.awaiting import is_awaited
from aftercare.parcels.events import SILENCE_DUE
from aftercare.parcels.model import Direction, Owner, Scan
from aftercare.parcels.polls import POLL_DUE
from aftercare.parcels.service import News
from aftercare.parcels.silence import is_silent
from aftercare.parcels.vocabulary import vocabularies
from aftercare.parcels.webhooks import WebhookRefusedError, secret_of, webhook_in
from aftercare.parcels.wiring import ParcelsConfig, parcel_service, poll_service
from parcel_worker.polling import Polling

_ACTOR = system("parcel_worker")
# A secret that was replaced is read anew after this time.
_SECRET_SECONDS = 300


class Config(NamedTuple):
    """The secret with which each carrier signs its webhooks, by the carrier's code."""

    hooks_secret: str


_config = read(Config)
_parcels = parcel_service(read(ParcelsConfig))
_orders = order_service(read(OrdersConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _act)


def _act(event: Event) -> None:
    if "detail-type" in event:
        entry = entry_in(event)
        verb_in(_VERBS, entry)(entry)
    else:
        _take(event)


def _take(message: Event) -> None:
    """A refused webhook is done with: it is counted, and comes no other way by trying again."""
    webhook = webhook_in(message)
    try:
        secret = secret_of(webhook.source, _secrets())
        news = _READERS[webhook.source](webhook, secret)
    except WebhookRefusedError as refused:
        facts = {"carrier": webhook.source, "reason": refused.reason}
        logger.warning("webhook refused", extra=facts)
        return
    if news is not None:
        _record(news, webhook.source)


def _note_scan(entry: Entry) -> None:
    """A scan that came over the bus and found its label."""
    said = LabelScanned.of(entry)
    status = vocabularies()[CARRIERS].status_of(said.kind)
    scans = (Scan(status, said.scanned_at, CARRIERS, said.kind),)
    _record(News(said.tracking_number, scans), CARRIERS)


def _record(news: News, source: str) -> None:
    noted = _parcels.record(news, actor=_ACTOR)
    facts = {"source": source, "outcome": noted.outcome, "added": noted.added}
    logger.info("parcel news", extra={**facts, "implausible": noted.implausible})


def _follow_label(entry: Entry) -> None:
    label = LabelReleased.of(entry)
    owner = Owner(Direction.INBOUND, label.return_id, label.carrier, label.tracking_number)
    _parcels.follow(owner, actor=_ACTOR)
    _polling.follow(label)


def _follow_order(entry: Entry) -> None:
    for owner in _owners(entry.subject):
        _parcels.follow(owner, actor=_ACTOR)


def _tell_silence(entry: Entry) -> None:
    """A moment has come at which the parcel may be silent."""
    parcel = _parcels.tell_silence(entry.subject, _awaits, actor=_ACTOR, due_at=entry.occurred_at)
    facts = {"silent": is_silent(parcel), "owners": len(parcel.owners)}
    logger.info("silence looked at", extra=facts)


def _awaits(owner: Owner) -> bool:
    return is_awaited(_orders.get(owner.subject), owner.tracking_number)


def _owners(order_number: str) -> Iterator[Owner]:
    """The order, for each tracking number of its parcels."""
    parcels = _orders.get(order_number).parcels.values()
    # The shop's own parcel, which may name its carrier, comes after what only a scan told.
    for parcel in sorted(parcels, key=lambda parcel: (bool(parcel.parcel_id), parcel.carrier)):
        if tracking_number_of(parcel.tracking_number):
            yield Owner(Direction.OUTBOUND, order_number, parcel.carrier, parcel.tracking_number)


def _secrets() -> Mapping[str, str]:
    return _secrets_at(int(time.monotonic() // _SECRET_SECONDS))


@lru_cache(maxsize=1)
def _secrets_at(_: int) -> Mapping[str, str]:
    read_text: Mapping[str, str] = json.loads(read_secret(_config.hooks_secret))
    return read_text


_polling = Polling(
    poll_service(read(ParcelsConfig), _parcels),
    trackers(read(TrackersConfig)),
    lambda carrier: bool(_secrets().get(carrier)),
    _record,
)
_READERS = {easypost.SOURCE: easypost.news_in, shippo.SOURCE: shippo.news_in}
_VERBS = {
    label_events.RELEASED: _follow_label,
    label_events.SCANNED: _note_scan,
    ORDER_CHANGED: _follow_order,
    POLL_DUE: _polling.ask,
    SILENCE_DUE: _tell_silence,
}
