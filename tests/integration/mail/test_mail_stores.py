"""The mail store of the simulations holds to the same claims as the one in DynamoDB."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from aftercare.mail.errors import MailHeldError
from aftercare.mail.model import LEASE, POINTS_LAPSED, POINTS_REMINDER, Kind, Mail, Outcome
from aftercare.mail.store import MailStore
from tests.fakes.actors import MAILER
from tests.fakes.mails import MemoryMail
from tests.fakes.orders import NOON
from tests.fakes.points_desk import fresh

pytestmark = pytest.mark.integration
STORES: dict[str, Callable[[dict[str, str]], Any]] = {
    "in DynamoDB": lambda tables: MailStore(tables["MailTable"]),
    "in memory": lambda _: MemoryMail(),
}
AFTER = NOON + LEASE + timedelta(seconds=1)


@pytest.fixture(params=list(STORES.values()), ids=list(STORES))
def store(request: pytest.FixtureRequest, tables: dict[str, str]) -> Any:
    return request.param(tables)


def mail_of(kind: Kind) -> Mail:
    return Mail(kind, fresh("ent"), "mei@example.com", {})


def test_a_claim_for_good_is_given_once_and_again_after_its_release(store: Any) -> None:
    mail = mail_of(POINTS_REMINDER)
    claim = store.claim(mail, "clm_1", NOON, MAILER)
    assert claim
    assert store.claim(mail, "clm_2", AFTER, MAILER) is None
    store.release(claim)
    again = store.claim(mail, "clm_3", AFTER, MAILER)
    assert again
    store.release(claim)
    assert store.claim(mail, "clm_4", AFTER, MAILER) is None, "an old claim gives up nothing"


def test_a_lease_holds_until_it_ends(store: Any) -> None:
    mail = mail_of(POINTS_LAPSED)
    assert store.claim(mail, "clm_1", NOON, MAILER)
    with pytest.raises(MailHeldError):
        store.claim(mail, "clm_2", NOON + timedelta(seconds=1), MAILER)
    assert store.claim(mail, "clm_3", AFTER, MAILER)


@pytest.mark.parametrize("kind", [POINTS_REMINDER, POINTS_LAPSED], ids=lambda kind: kind.name)
def test_what_has_ended_is_claimed_by_nobody(store: Any, kind: Kind) -> None:
    mail = mail_of(kind)
    store.settle(store.claim(mail, "clm_1", NOON, MAILER), Outcome.SENT, NOON)
    assert store.claim(mail, "clm_2", AFTER, MAILER) is None
    assert store.suppression("nobody") is None
