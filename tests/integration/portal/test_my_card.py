"""My card on the portal: its digits prove the member for minutes, and change."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.config import read
from aftercare.members.cards import CardService
from aftercare.members.errors import CardMismatchError
from aftercare.members.model import Member
from aftercare.members.wiring import MembersConfig, card_service
from tests.fakes import points_desk
from tests.fakes.actors import SOMEBODY
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.logs import logged
from tests.fakes.points_desk import fresh, joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
DIGITS = re.compile(r'<p class="digits">(.*?)</p>', re.DOTALL)


@pytest.fixture
def member(functions: None) -> Member:  # noqa: ARG001 - what it stands on
    return joined()


def cards(clock: Clock = utc_now) -> CardService:
    return card_service(read(MembersConfig), SIGNING_KEY.encode, clock=clock)


def found(digits: str) -> Member | None:
    return cards().reading(digits)()


def digits_on(body: str) -> str:
    found = DIGITS.search(body)
    assert found
    return "".join(re.findall(r"\d", found[1]))


def test_the_digits_on_the_page_find_the_member(portal: Browser, member: Member) -> None:
    page = portal.sign_in(member.email).get("/points/card")
    assert page.status == 200
    assert found(digits_on(page.body)) == member
    assert "Good for 5 minutes, until" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert 'href="/points/card"' in page.body


def test_my_points_lead_to_the_card(portal: Browser, member: Member) -> None:
    assert 'href="/points/card"' in portal.sign_in(member.email).get("/points").body


def test_who_is_no_member_has_no_card(portal: Browser) -> None:
    page = portal.sign_in(f"{fresh('stranger')}@example.com").get("/points/card")
    assert (page.status, page.location) == (303, "/points")
    page = Browser().get("/points/card")
    assert (page.status, page.location) == (303, "/points/sign-in")


def test_a_member_keeps_one_number_and_the_card_changes(member: Member) -> None:
    now = utc_now()
    first = cards(lambda: now).show(member.member_id).digits
    later = cards(lambda: now + timedelta(minutes=5)).show(member.member_id).digits
    assert first[:10] == later[:10]
    assert first != later
    assert cards(lambda: now + timedelta(minutes=9)).reading(first)() == member


def test_first_cards_asked_for_at_once_have_one_number(member: Member) -> None:
    with ThreadPoolExecutor(8) as crowd:
        shown = crowd.map(lambda _: cards().show(member.member_id).digits[:10], range(8))
        assert len(set(shown)) == 1


def test_a_number_that_somebody_has_is_not_given_again(member: Member) -> None:
    other = joined()
    numbers = iter([7, 7, 8])
    service = card_service(read(MembersConfig), SIGNING_KEY.encode, entropy=lambda _: next(numbers))
    assert service.show(member.member_id).digits[:10] == "0000000007"
    assert service.show(other.member_id).digits[:10] == "0000000008"


def test_a_member_who_left_is_not_found_and_the_number_stays_taken(
    member: Member, tables: dict[str, str]
) -> None:
    card = cards().show(member.member_id).digits
    points_desk.members().close(member.member_id, actor=SOMEBODY)
    assert found(card) is None
    key = {"member_id": {"S": f"CARD#{card[:10]}"}}
    item = boto3.client("dynamodb").get_item(TableName=tables["MembersTable"], Key=key)["Item"]
    assert item["owner"]["S"] == member.member_id
    assert "@" not in json.dumps(item)


def test_a_card_proves_its_own_member_alone(member: Member) -> None:
    card, now = cards().show(member.member_id).digits, utc_now()
    proof = cards().proof(member.member_id, card, required=True)
    assert proof
    assert proof(now) == proof(now)
    stolen = cards().proof(joined().member_id, card, required=True)
    assert stolen
    with pytest.raises(CardMismatchError):
        stolen(now)


def test_a_card_of_another_key_is_nobodys_and_is_not_looked_up(member: Member) -> None:
    forger = card_service(read(MembersConfig), lambda: b"another key")
    blind: Any = None  # a store that fails whoever asks it
    forged = forger.show(member.member_id).digits
    assert replace(cards(), store=blind).reading(forged)() is None


def test_no_log_line_has_the_digits(portal: Browser, member: Member) -> None:
    with logged() as log:
        page = portal.sign_in(member.email).get("/points/card")
    assert digits_on(page.body)[:10] not in json.dumps(log.lines)
