"""One-time codes: short-lived, few tries, single use; they never reveal what exists."""

import re
from dataclasses import replace
from typing import Any

import pytest

from aftercare.access.errors import (
    CodeExpiredError,
    CodeWrongError,
    FindOrderInvalidError,
)
from aftercare.access.store import AccessStore
from aftercare.kernel.actor import CUSTOMER, Actor
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.typed import email_of
from aftercare.orders.model import email_key_of
from tests.fakes.actors import MAILER
from tests.fakes.aws import counted
from tests.fakes.callers import (
    code_request,
    order_of,
    person,
    proved,
    refusal_of,
    sent,
    source,
    wrong,
)
from tests.fakes.house import House
from tests.fakes.mails import Mailbox
from tests.fakes.orders import full_width
from tests.fakes.outbox import committed_entries
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
STALE = "Something changed in the meantime; nothing was written."
CANT_BE_USED = "That code can't be used any more. Ask for a new one."
USED = "That code was used already. Ask for a new one."
USED_UP = "That code was tried 5 times. Ask for a new one."
TOO_OLD = "That code is too old. Ask for a new one."
LAST_TRY = "That was the last try for this code. Ask for a new one."


# ---------------------------------------------------------------- the code


def test_the_right_code_proves_the_mailbox(house: House) -> None:
    request = code_request(house, email := person())
    assert proved(house, request, sent(house, request)) == email_key_of(email)


def test_a_request_and_its_entry_have_ids_that_say_what_they_are(
    house: House, tables: dict[str, str]
) -> None:
    request = code_request(house, person())
    assert re.fullmatch(r"sgn_[0-9A-HJKMNP-TV-Z]{26}", request)
    entries = committed_entries(tables["AccessTable"])
    [entry] = [entry for entry in entries if entry.subject == request]
    assert re.fullmatch(r"ent_[0-9A-HJKMNP-TV-Z]{26}", entry.entry_id)


def test_a_code_may_be_typed_in_groups(house: House) -> None:
    request = code_request(house, email := person())
    code = sent(house, request)
    assert proved(house, request, f" {code[:3]} {code[3:]} ") == email_key_of(email)


def test_the_code_goes_to_the_buyers_address_alone(house: House) -> None:
    request, mailbox = code_request(house, email := person()), Mailbox()
    assert house.access.send_code(request, mailbox, actor=MAILER)
    [(to, code)] = mailbox.sent
    assert to == email
    assert len(code) == 6
    assert code.isdigit()


def test_a_repeated_message_sends_the_same_code_and_leaves_the_tries_spent(house: House) -> None:
    request = code_request(house, person())
    code = sent(house, request)
    refusal_of(house, request, wrong(code))
    assert sent(house, request) == code
    assert (
        refusal_of(house, request, wrong(code))[1] == "That's not the code we sent. Tries left: 3."
    )


def test_a_code_sent_again_after_it_was_used_works_no_second_time(house: House) -> None:
    request = code_request(house, person())
    proved(house, request, sent(house, request))
    with refused(CodeExpiredError, "code_expired", USED):
        proved(house, request, sent(house, request))


def test_two_requests_have_codes_of_their_own(house: House) -> None:
    email = person()
    number = order_of(house, email)
    requests = [code_request(house, email, number) for _ in range(6)]
    assert len({sent(house, request) for request in requests}) > 1


def test_a_code_works_until_just_before_ten_minutes_are_over(house: House) -> None:
    request = code_request(house, email := person())
    code = sent(house, request)
    house.clock.forward(minutes=10, microseconds=-1000)
    assert proved(house, request, code) == email_key_of(email)


def test_a_code_is_dead_after_ten_minutes(house: House) -> None:
    request = code_request(house, person())
    code = sent(house, request)
    house.clock.forward(minutes=10)
    with refused(CodeExpiredError, "code_expired", TOO_OLD):
        proved(house, request, code)


def test_a_code_is_not_sent_when_it_would_be_dead_on_arrival(house: House) -> None:
    request, mailbox = code_request(house, person()), Mailbox()
    house.clock.forward(minutes=10)
    assert not house.access.send_code(request, mailbox, actor=MAILER)
    assert mailbox.sent == []


def test_five_tries_and_the_right_code_is_refused_too(house: House) -> None:
    request = code_request(house, person())
    code = sent(house, request)
    for left in (4, 3, 2, 1):
        sentence = f"That's not the code we sent. Tries left: {left}."
        with refused(CodeWrongError, "code_wrong", sentence) as refusal:
            proved(house, request, wrong(code))
        assert refusal.value.facts == {"field": "code", "tries_left": left}
    with refused(CodeExpiredError, "code_expired", LAST_TRY):
        proved(house, request, wrong(code))
    with refused(CodeExpiredError, "code_expired", USED_UP):
        proved(house, request, code)


def test_the_fifth_try_may_be_the_right_one(house: House) -> None:
    request = code_request(house, email := person())
    code = sent(house, request)
    for _ in range(4):
        refusal_of(house, request, wrong(code))
    assert proved(house, request, code) == email_key_of(email)


@pytest.mark.parametrize("typed", ["", "abcdef", "12345", "1234567", "0" * 10**5, "\x00"])
def test_what_is_no_code_costs_no_try(house: House, typed: str) -> None:
    request = code_request(house, person())
    code = sent(house, request)
    with counted("dynamodb") as calls:
        assert refusal_of(house, request, typed)[0] == "code_unreadable"
    assert calls == []
    assert (
        refusal_of(house, request, wrong(code))[1] == "That's not the code we sent. Tries left: 4."
    )


def test_a_code_proves_one_time_only(house: House) -> None:
    request = code_request(house, person())
    code = sent(house, request)
    proved(house, request, code)
    with refused(CodeExpiredError, "code_expired", USED):
        proved(house, request, code)


class LateStore(AccessStore):
    """A store to which another browser's use arrives between our try and our use."""

    def use(self, request_id: str, use_id: str, actor: Actor) -> None:
        super().use(request_id, "use_of_another", actor)
        super().use(request_id, use_id, actor)


def test_a_use_whose_answer_was_lost_is_sent_again_and_holds(house: House) -> None:
    request = code_request(house, person())
    sent(house, request)
    house.access.store.use(request, "use_1", CUSTOMER)
    house.access.store.use(request, "use_1", CUSTOMER)
    with refused(StaleWriteError, "stale_write", STALE):
        house.access.store.use(request, "use_2", CUSTOMER)


@pytest.mark.parametrize("typed", ["{0}-{1}", " {0} {1}\u00a0", "{0}\u2009{1}"])
def test_whatever_separates_a_codes_groups_is_passed_over(house: House, typed: str) -> None:
    request = code_request(house, person())
    code = sent(house, request)
    assert proved(house, request, typed.format(code[:3], code[3:]))


def test_a_code_in_full_width_digits_is_the_same_code(house: House) -> None:
    request = code_request(house, person())
    assert proved(house, request, full_width(sent(house, request)))


def test_a_wrong_code_costs_a_try_of_each_request_of_the_browser(house: House) -> None:
    number = order_of(house, email := person())
    requests = [code_request(house, email, number) for _ in range(2)]
    codes = [sent(house, request) for request in requests]
    for left in (4, 3, 2, 1):
        assert f"Tries left: {left}." in refusal_of(house, " ".join(requests), wrong(codes[0]))[1]
    refusal_of(house, " ".join(requests), wrong(codes[0]))
    for request, code in zip(requests, codes, strict=True):
        assert refusal_of(house, request, code)[0] == "code_expired"


def test_a_request_that_has_ended_leaves_the_others_of_its_browser_their_tries(
    house: House,
) -> None:
    number = order_of(house, email := person())
    old = code_request(house, email, number)
    for _ in range(5):
        refusal_of(house, old, wrong(sent(house, old)))
    new = code_request(house, email, number)
    code = sent(house, new)
    assert "Tries left: 4." in refusal_of(house, f"{new} {old}", wrong(code))[1]
    assert proved(house, f"{old} {new}", code) == email_key_of(email)


def test_two_browsers_with_the_right_code_at_once_are_one_and_a_refusal(
    house: House, tables: dict[str, str]
) -> None:
    request = code_request(house, person())
    code = sent(house, request)
    late = replace(house.access, store=LateStore(tables["AccessTable"]))
    sentence = "That code was used already. Ask for a new one."
    with refused(CodeExpiredError, "code_expired", sentence):
        late.prove([request], code, source(), actor=CUSTOMER)


@pytest.mark.parametrize("bought_as", ["jose@exämple.com", "JOSE@XN--EXMPLE-CUA.com"])
@pytest.mark.parametrize("typed_as", ["Jose@EXÄMPLE.com", "jose@exa\u0308mple.com"])
def test_a_mailbox_of_an_international_domain_gets_its_code_in_every_spelling(
    house: House, bought_as: str, typed_as: str
) -> None:
    number = order_of(house, email_of(bought_as))
    request, mailbox = code_request(house, typed_as, number), Mailbox()
    assert house.access.send_code(request, mailbox, actor=MAILER)
    [(to, code)] = mailbox.sent
    assert to == "jose@xn--exmple-cua.com"
    assert proved(house, request, code) == email_key_of(bought_as)


# ---------------------------------------------------------------- what is never revealed


def test_an_order_of_somebody_else_looks_like_one_of_yours_to_every_try(house: House) -> None:
    mine = code_request(house, person())
    theirs = code_request(house, person(), order_of(house, person()))
    nobodys = code_request(house, person(), "PM-DOES-NOT-EXIST")
    code = sent(house, mine)
    for _ in range(7):
        answers = {refusal_of(house, request, wrong(code)) for request in (mine, theirs, nobodys)}
        assert len(answers) == 1


def test_a_request_that_has_ended_says_why_whether_the_order_matches_or_not(house: House) -> None:
    mine, nobodys = code_request(house, person()), code_request(house, person(), "PM-NOBODYS")
    sent(house, mine)
    for request in (mine, nobodys):
        for _ in range(5):
            refusal_of(house, request, "000000")
    answers = {refusal_of(house, request, "000000") for request in (mine, nobodys)}
    assert answers == {("code_expired", USED_UP)}
    old, nobodys = code_request(house, person()), code_request(house, person(), "PM-NOBODYS")
    sent(house, old)
    house.clock.forward(minutes=11)
    answers = {refusal_of(house, request, "000000") for request in (old, nobodys)}
    assert answers == {("code_expired", TOO_OLD)}


@pytest.mark.parametrize("unknown", ["", "sgn_unknown", "x" * 300])
def test_an_unknown_request_says_that_it_has_ended(house: House, unknown: str) -> None:
    assert refusal_of(house, unknown, "000000") == ("code_expired", CANT_BE_USED)


@pytest.mark.parametrize("number", [None, "PM-DOES-NOT-EXIST"])
def test_nothing_is_sent_for_an_order_that_is_not_the_mailboxs(
    house: House, number: str | None
) -> None:
    request = code_request(house, person(), number or order_of(house, person()))
    mailbox = Mailbox()
    assert not house.access.send_code(request, mailbox, actor=MAILER)
    assert mailbox.sent == []


def test_nothing_is_sent_for_a_request_nobody_made(house: House) -> None:
    mailbox = Mailbox()
    assert not house.access.send_code("sgn_unknown", mailbox, actor=MAILER)
    assert mailbox.sent == []


def test_asking_does_the_same_work_whether_the_order_is_yours_or_nobodys(house: House) -> None:
    number = order_of(house, email := person())
    with counted("dynamodb") as mine:
        code_request(house, email, number)
    with counted("dynamodb") as nobodys:
        code_request(house, person(), "PM-DOES-NOT-EXIST")
    assert mine == nobodys == ["UpdateItem"] * 2 + ["PutItem"]


def test_trying_does_the_same_work_whether_there_is_a_code_or_none(house: House) -> None:
    mine, nobodys = (
        code_request(house, person()),
        code_request(house, person(), "PM-DOES-NOT-EXIST"),
    )
    code = sent(house, mine)
    with counted("dynamodb") as with_code:
        refusal_of(house, mine, wrong(code))
    with counted("dynamodb") as without:
        refusal_of(house, nobodys, wrong(code))
    assert with_code == without == ["UpdateItem"] * 2


@pytest.mark.parametrize("spell", [str.upper, full_width, lambda text: f"  {text}\t"])
def test_order_number_and_address_may_be_spelled_oddly(house: House, spell: Any) -> None:
    number = order_of(house, email := person())
    request = house.access.request_code(spell(number), spell(email), source(), actor=CUSTOMER)
    assert proved(house, request, sent(house, request)) == email_key_of(email)


@pytest.mark.parametrize(
    "number", ["", "   ", "PM", "PM202610001", "100", "x-" * 41, "PM-\x00123", "../../x"]
)
def test_what_can_not_be_an_order_number_is_refused_at_its_field(house: House, number: str) -> None:
    sentence = "That doesn't look like an order number."
    with refused(FindOrderInvalidError, "find_order_invalid", sentence) as refusal:
        house.access.request_code(number, person(), source(), actor=CUSTOMER)
    assert refusal.value.field == "order_number"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "mei",
        "mei@",
        "@example.com",
        "mei@example",
        "a b@example.com",
        "mei@ex\x00.com",
        "a@b@c.d",
        "x" * 65 + "@example.com",
        "mei@" + "x" * 190 + ".com",
        "mei@example.com\nbcc: x@y.z",
    ],
)
def test_what_can_not_be_an_address_is_refused_at_its_field(house: House, email: str) -> None:
    sentence = "That doesn't look like an e-mail address."
    with refused(FindOrderInvalidError, "find_order_invalid", sentence) as refusal:
        house.access.request_code("PM-2026-10001", email, source(), actor=CUSTOMER)
    assert refusal.value.field == "email"
