"""Builds the authenticity room; loads its store, and with it the SDK, only once it is needed."""

import secrets
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.authenticity.keys import KeyRing
from aftercare.authenticity.service import AuthenticityService
from aftercare.batches.wiring import BatchesConfig, batch_book
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.kernel.secret import read_secret

if TYPE_CHECKING:
    from aftercare.authenticity.case_desk import CodeCaseDesk
    from aftercare.authenticity.claiming import CodeClaims
    from aftercare.authenticity.erasing import ClaimErasing
    from aftercare.authenticity.history_store import HistoryStore
    from aftercare.authenticity.naming import CodeNames
    from aftercare.authenticity.notices import ClaimNoticeService
    from aftercare.authenticity.store import CheckStore
    from aftercare.staff.model import ReadTrail


class AuthenticityConfig(NamedTuple):
    """Where codes' histories and batches are stored, and the secret that holds the code keys."""

    authenticity_table: str
    batches_table: str
    code_keys_secret: str


def authenticity_service(
    config: AuthenticityConfig,
    *,
    read_keys: Callable[[str], str] = read_secret,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> AuthenticityService:
    """The service. Keys are read at the first code, and again when a key id is new."""

    @cache
    def store() -> "CheckStore":
        from aftercare.authenticity.store import CheckStore  # noqa: PLC0415 - as in batches/wiring

        return CheckStore(config.authenticity_table)

    @cache
    def histories() -> "HistoryStore":
        from aftercare.authenticity.history_store import HistoryStore  # noqa: PLC0415 - as above

        return HistoryStore(config.authenticity_table)

    return AuthenticityService(
        ring=KeyRing(lambda: read_keys(config.code_keys_secret), clock),
        book=batch_book(BatchesConfig(config.batches_table), clock=clock),
        store=store,
        clock=clock,
        entropy=entropy,
        histories=histories,
    )


def code_names(
    code_keys_secret: str,
    *,
    read_keys: Callable[[str], str] = read_secret,
    clock: Clock = utc_now,
) -> "CodeNames":
    """What reads named codes; keys are read at the first one."""
    from aftercare.authenticity.naming import CodeNames  # noqa: PLC0415 - few messages name one

    return CodeNames(KeyRing(lambda: read_keys(code_keys_secret), clock))


class ClaimsConfig(NamedTuple):
    """Where claims about codes are stored."""

    authenticity_table: str


def claim_notices(config: ClaimsConfig) -> "ClaimNoticeService":
    """Mails to whoever left an address with their claim."""
    from aftercare.authenticity.notices import ClaimNoticeService  # noqa: PLC0415 - as the store
    from aftercare.authenticity.store import CheckStore  # noqa: PLC0415

    return ClaimNoticeService(CheckStore(config.authenticity_table))


def claim_erasing(config: ClaimsConfig) -> "ClaimErasing":
    """What forgets claims in the configured table."""
    from aftercare.authenticity.case_store import CaseStore  # noqa: PLC0415 - as the store
    from aftercare.authenticity.erasing import ClaimErasing  # noqa: PLC0415

    return ClaimErasing(CaseStore(config.authenticity_table))


class CodeCasesConfig(NamedTuple):
    """Where codes' histories, their cases and batches are stored: staff need no keys."""

    authenticity_table: str
    batches_table: str


def code_claims(
    config: AuthenticityConfig,
    *,
    read_keys: Callable[[str], str] = read_secret,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "CodeClaims":
    """Claims of people who have checked a code."""
    from aftercare.authenticity.claiming import CodeClaims  # noqa: PLC0415 - few who check claim

    service = authenticity_service(config, read_keys=read_keys, clock=clock, entropy=entropy)
    return CodeClaims(service.ring, service.book, service.store, clock, entropy)


def code_case_desk(
    config: CodeCasesConfig,
    trail: "ReadTrail",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "CodeCaseDesk":
    """What staff do with cases about codes."""
    from aftercare.authenticity.case_desk import CodeCaseDesk  # noqa: PLC0415 - as the store
    from aftercare.authenticity.store import CheckStore  # noqa: PLC0415

    store = CheckStore(config.authenticity_table)
    book = batch_book(BatchesConfig(config.batches_table), clock=clock)
    return CodeCaseDesk(book, lambda: store, trail, clock, entropy)
