"""Builds the labels room from its configuration."""

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.labels.carriers.accounts import account_key, secret_for, sellers_in, shippo_at
from aftercare.labels.carriers.carrier import Carrier
from aftercare.labels.carriers.house import HouseCarrier
from aftercare.labels.centres import return_centres
from aftercare.labels.model import EASYPOST, HOUSE_CARRIER
from aftercare.labels.service import LabelService
from aftercare.labels.store import LabelBucket, LabelStore

if TYPE_CHECKING:
    from aftercare.kernel.due.store import DueStore
    from aftercare.kernel.rulebook import RuleBook
    from aftercare.labels.contracts import Contracts
    from aftercare.labels.erasing import LabelErasing


class LabelsConfig(NamedTuple):
    """What the room needs of a deployment.

    `carriers` names who sells labels beside the built-in carrier, and where, with commas between:
    easypost=https://api.easypost.com/v2,shippo=https://api.goshippo.com. Empty, the built-in
    carrier sells all. `easypost_secret` and `shippo_secret` are the secrets with the accounts'
    keys. Who has labels voided needs the `due_table`.
    """

    labels_table: str
    documents_bucket: str
    carriers: str = ""
    easypost_secret: str = ""
    shippo_secret: str = ""
    due_table: str = ""


def label_service(
    config: LabelsConfig,
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> LabelService:
    """Labels in the configured table and bucket, new ones from the markets' carriers.

    Raises:
        ConfigurationError: CARRIERS can't be read, or its secret is missing.
    """
    carriers: dict[str, Carrier] = {HOUSE_CARRIER: HouseCarrier(config.labels_table, entropy)}
    contracts = None
    if config.carriers:
        from aftercare.labels.contracts import published  # noqa: PLC0415 - demos have no contracts

        contracts = published()
        carriers |= _sellers(config, contracts)
    return LabelService(
        store=LabelStore(config.labels_table, _due(config.due_table)),
        bucket=LabelBucket(config.documents_bucket),
        carriers=carriers,
        carrier=HOUSE_CARRIER,
        centres=return_centres(),
        clock=clock,
        entropy=entropy,
        contracts=contracts,
    )


def _due(table: str) -> "DueStore | None":
    if not table:
        return None
    from aftercare.kernel.due.wiring import DueConfig, due_store  # noqa: PLC0415 - who voids does

    return due_store(DueConfig(table))


def _sellers(
    config: LabelsConfig, contracts: "RuleBook[Contracts]"
) -> Iterator[tuple[str, Carrier]]:
    """Each seller that the setting names, by its code."""
    for code, url in sellers_in(config.carriers).items():
        if code == EASYPOST:
            yield code, _easypost(url, secret_for(code, config.easypost_secret), contracts)
        else:
            yield code, shippo_at(url, secret_for(code, config.shippo_secret))


def _easypost(url: str, secret: str, contracts: "RuleBook[Contracts]") -> Carrier:
    from aftercare.labels.carriers.easypost import EasyPostCarrier  # noqa: PLC0415
    from aftercare.labels.carriers.easypost_api import EasyPostApi, client_at  # noqa: PLC0415

    return EasyPostCarrier(EasyPostApi(lambda: client_at(url, account_key(secret))), contracts)


def label_erasing(config: LabelsConfig) -> "LabelErasing":
    """What forgets the senders of labels in the configured table and bucket."""
    from aftercare.labels.erasing import LabelErasing  # noqa: PLC0415 - few functions erase

    return LabelErasing(LabelStore(config.labels_table), LabelBucket(config.documents_bucket))
