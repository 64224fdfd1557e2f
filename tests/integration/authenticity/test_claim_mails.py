"""Whoever leaves an address with their claim hears of it by mail: twice, and nothing of others."""

from datetime import timedelta

import pytest

from aftercare.authenticity.cases import MOST_IN_A_DAY, CaseState, ClaimKind, Received
from aftercare.authenticity.erasing import ClaimErasing
from aftercare.authenticity.errors import ClaimInvalidError, TooManyClaimsError
from aftercare.authenticity.store import CheckStore
from aftercare.mail.model import CLAIM_DECIDED, CLAIM_RECEIVED
from aftercare.orders.model import email_key_of
from tests.fakes.actors import LI
from tests.fakes.code_cases import CodeCases, code_cases_on
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration

MEI = "mei@example.com"
WORDS = "I am Mei. Call my aunt."


@pytest.fixture
def cases(tables: dict[str, str]) -> CodeCases:
    return code_cases_on(tables["AuthenticityTable"])


@pytest.fixture
def erasing(cases: CodeCases) -> ClaimErasing:
    return ClaimErasing(CheckStore(cases.table).cases)


def claimed(
    cases: CodeCases,
    symbols: str,
    visitor: str = "mei",
    kind: ClaimKind = ClaimKind.MINE,
    **facts: str,
) -> Received:
    """A claim with an address, unless the facts say another."""
    facts = {"email": MEI, "language": "fr"} | facts
    return cases.claim(symbols, visitor, kind, WORDS, **facts)


@pytest.mark.parametrize("state", [CaseState.CLEARED, CaseState.COPIED, CaseState.DISMISSED])
def test_who_leaves_an_address_hears_that_we_have_it_and_what_we_decided(
    cases: CodeCases, state: CaseState
) -> None:
    symbols = cases.desk.fresh_code()
    claimed(cases, symbols, email=" Mei@Example.com ")
    [mail] = cases.mails(symbols)
    [claim] = cases.file(symbols).claims
    assert (mail.kind, mail.to, mail.language) == (CLAIM_RECEIVED, MEI, "fr")
    assert mail.values == {"reference": claim.reference, "kind": "mine"}
    cases.decide(symbols, state)
    [mail] = cases.mails(symbols)
    assert (mail.kind, mail.to, mail.language) == (CLAIM_DECIDED, MEI, "fr")
    assert mail.values == {"reference": claim.reference, "kind": "mine", "decision": state}


def test_who_leaves_none_gets_no_mail(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    claimed(cases, symbols, email=" ")
    assert cases.mails(symbols) == []
    cases.decide(symbols, CaseState.COPIED)
    assert cases.mails(symbols) == []
    assert sorted(kind for kind, _ in cases.entries(symbols)) == [
        "authenticity.claimed",
        "authenticity.copies_confirmed",
    ]


def test_each_of_several_hears_of_their_own_claim_alone(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    claimed(cases, symbols)
    claimed(cases, symbols, "lou", email="lou@example.com", language="es")
    claimed(cases, symbols, "kim", email="")
    cases.decide(symbols, CaseState.DISMISSED)
    mails = cases.mails(symbols)
    assert sorted((mail.to, mail.language) for mail in mails) == [
        ("lou@example.com", "es"),
        (MEI, "fr"),
    ]
    assert len({mail.values["reference"] for mail in mails}) == 2
    assert len({mail.mail_id for mail in mails}) == 2


def test_no_mail_repeats_what_was_typed(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    claimed(cases, symbols)
    said = [repr(cases.mails(symbols))]
    cases.decide(symbols, CaseState.COPIED, "Two of them at S-0412")
    said += [repr(cases.mails(symbols)), repr(cases.entries(symbols)[:1])]
    assert not any("aunt" in each or "S-0412" in each for each in said)
    assert MEI not in repr(cases.entries(symbols))


def test_a_claim_that_is_changed_is_confirmed_again_only_at_another_address(
    cases: CodeCases,
) -> None:
    symbols = cases.desk.fresh_code()
    claimed(cases, symbols)
    cases.desk.clock.forward(minutes=1)
    claimed(cases, symbols, kind=ClaimKind.FAKE)
    cases.desk.clock.forward(minutes=1)
    mails = [data["mail"] for _, data in cases.entries(symbols)]
    assert mails == ["yes", "no"]
    claimed(cases, symbols, kind=ClaimKind.FAKE, email="mei@new.example")
    assert [mail.to for mail in cases.mails(symbols)][-1] == "mei@new.example"
    assert [data["mail"] for _, data in cases.entries(symbols)] == ["yes", "no", "yes"]


def test_a_decision_that_is_no_longer_so_is_told_to_nobody(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    claimed(cases, symbols)
    cases.decide(symbols, CaseState.COPIED)
    cases.desk.clock.forward(minutes=1)
    cases.desk.service.clear(symbols, actor=LI, why="It was another one")
    assert cases.mails(symbols) == []


@pytest.mark.parametrize("email", ["mei", "mei@", "mei@example", "@example.com"])
def test_what_is_no_address_is_refused_at_its_field(cases: CodeCases, email: str) -> None:
    symbols = cases.desk.fresh_code()
    sentence = "That doesn't look like an e-mail address."
    with refused(ClaimInvalidError, "claim_invalid", sentence) as error:
        claimed(cases, symbols, email=email)
    assert error.value.facts["field"] == "email"


def test_one_address_is_written_to_by_ten_claims_a_day_whatever_networks_they_come_from(
    cases: CodeCases,
) -> None:
    for number in range(MOST_IN_A_DAY):
        claimed(cases, cases.desk.fresh_code(), network=f"198.51.{number}", email="v@example.com")
    with pytest.raises(TooManyClaimsError):
        claimed(cases, cases.desk.fresh_code(), network="203.0.113", email="V@example.com")
    assert claimed(cases, cases.desk.fresh_code(), email="w@example.com") is Received.TAKEN


def test_an_erasure_removes_claims_with_the_address_and_what_was_typed(
    cases: CodeCases, erasing: ClaimErasing
) -> None:
    symbols, mail = cases.desk.fresh_code(), "gone@example.com"
    claimed(cases, symbols, email=mail)
    claimed(cases, symbols, "lou", email="lou@example.com")
    [held] = erasing.held(email_key_of(mail))
    assert (held.words, held.email) == (WORDS, mail)
    assert erasing.erase(email_key_of(mail), lambda _: True) == 1
    assert erasing.erase(email_key_of(mail), lambda _: True) == 0
    assert [claim.email for claim in cases.file(symbols).claims] == ["lou@example.com"]
    assert [mail.to for mail in cases.mails(symbols)] == ["lou@example.com"]
    cases.decide(symbols, CaseState.CLEARED)
    assert [mail.to for mail in cases.mails(symbols)] == ["lou@example.com"]


def test_an_erasure_leaves_what_was_claimed_after_it(
    cases: CodeCases, erasing: ClaimErasing
) -> None:
    symbols, mail = cases.desk.fresh_code(), "back@example.com"
    claimed(cases, symbols, email=mail)
    before = cases.desk.clock() - timedelta(days=1)
    assert erasing.erase(email_key_of(mail), lambda at: at is None or at <= before) == 0
    assert len(erasing.held(email_key_of(mail))) == 1


def test_a_claim_that_got_another_address_is_no_longer_the_first_ones(
    cases: CodeCases, erasing: ClaimErasing
) -> None:
    symbols, old = cases.desk.fresh_code(), "old@example.com"
    claimed(cases, symbols, email=old)
    [held] = erasing.held(email_key_of(old))
    claimed(cases, symbols, email="new@example.com")
    erasing.store.forget(held)
    assert erasing.held(email_key_of(old)) == ()
    assert [claim.email for claim in cases.file(symbols).claims] == ["new@example.com"]
