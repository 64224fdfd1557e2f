"""Looks verification codes up that come with returns; few do, so the room loads at the first."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.config import read
from aftercare.returns.screener import Codes, KnownCode

if TYPE_CHECKING:
    from collections.abc import Set

    from aftercare.authenticity.model import Signal
    from aftercare.authenticity.service import AuthenticityService
    from aftercare.batches.model import Batch


class CodesConfig(NamedTuple):
    """What looking a code up needs of a deployment, beside what returns need."""

    authenticity_table: str
    batches_table: str
    code_keys_secret: str


_CONFIG = read(CodesConfig)


def checked_batch(reference: str) -> "Batch | None":
    """The batch of the code whose check has that reference."""
    from aftercare.authenticity.errors import ReferenceNotFoundError  # noqa: PLC0415

    try:
        return _authenticity().look_up(reference).batch
    except ReferenceNotFoundError:
        return None


def _shown(text: str) -> KnownCode | None:
    """The code on a label, or what somebody typed; a text that cannot be a code says nothing."""
    from aftercare.authenticity.codes import MistypedError, normalise  # noqa: PLC0415
    from aftercare.authenticity.errors import NotOurCodeError  # noqa: PLC0415

    try:
        symbols = normalise(text)
    except MistypedError:
        return None
    try:
        batch, history = _authenticity().history_of(symbols)
    except NotOurCodeError:
        return KnownCode(symbols)
    return _known(symbols, batch, _authenticity().signals(batch, history))


def _checked(reference: str) -> KnownCode | None:
    """The code behind the reference of a check."""
    from aftercare.authenticity.errors import ReferenceNotFoundError  # noqa: PLC0415
    from aftercare.authenticity.model import Verdict  # noqa: PLC0415

    try:
        record = _authenticity().look_up(reference)
    except ReferenceNotFoundError:
        return None
    if record.batch is None:
        return KnownCode("") if record.verdict == Verdict.NOT_ISSUED else None
    return _known("", record.batch, record.signals)


def _known(symbols: str, batch: "Batch", doubts: "Set[Signal]") -> KnownCode:
    from aftercare.authenticity.model import Strength  # noqa: PLC0415
    from aftercare.authenticity.policy import is_issued  # noqa: PLC0415
    from aftercare.batches.model import BatchStatus  # noqa: PLC0415

    if not is_issued(batch):
        return KnownCode(symbols)
    # A weak sign is no reason to look at somebody's return.
    is_strong = _authenticity().strength(batch, doubts) is Strength.STRONG
    is_suspect = is_strong or batch.status is BatchStatus.BLOCKED
    return KnownCode(symbols, batch.sku, is_suspect)


@cache
def _authenticity() -> "AuthenticityService":
    from aftercare.authenticity.wiring import (  # noqa: PLC0415
        AuthenticityConfig,
        authenticity_service,
    )

    return authenticity_service(AuthenticityConfig(**_CONFIG._asdict()))


CODES = Codes(_shown, _checked)
