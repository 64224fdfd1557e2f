"""A link in a reminder ends reminders: by one click, without a sign-in, for good."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from aftercare.mail.message import message_of
from aftercare.mail.model import POINTS_REMINDER, Letter, Mail
from aftercare.mail.rendering import Renderer
from aftercare.members.model import Member, MemberEvent
from aftercare.points.unsubscribing import member_in, path_of
from tests.fakes import points_desk
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.points import MEMBERS_INGEST
from tests.fakes.points_desk import NOBODY, joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
KEY = SIGNING_KEY.encode()


@pytest.fixture
def member(functions: None) -> Member:  # noqa: ARG001 - what it stands on
    return joined()


def wants(member: Member) -> bool:
    return points_desk.members().get(member.member_id).wants_reminders


def test_one_click_of_a_mail_provider_ends_the_reminders(member: Member) -> None:
    """RFC 8058: a post without cookies or tokens, answered without a redirect; again and again."""
    for _ in range(2):
        provider = Browser()
        answer = provider.post(
            path_of(KEY, member.member_id), csrf="", **{"List-Unsubscribe": "One-Click"}
        )
        assert answer.status == 200
        assert "You won’t get any more emails before your points expire" in answer.text
        assert not wants(member)


def test_to_open_the_link_changes_nothing(member: Member) -> None:
    page = Browser().get(path_of(KEY, member.member_id))
    assert (page.status, wants(member)) == (200, True)
    assert "You’ll get an email before your points expire" in page.text


def test_the_page_ends_reminders_and_brings_them_back(member: Member) -> None:
    browser, path = Browser(), path_of(KEY, member.member_id)
    browser.get(path)
    assert browser.post(path, reminders="off").location == path
    assert not wants(member)
    assert "Remind me again" in browser.get(path).text
    assert browser.post(path, reminders="on").location == path
    assert wants(member)


def test_what_the_shop_says_later_does_not_bring_them_back(member: Member) -> None:
    Browser().post(path_of(KEY, member.member_id), csrf="")
    event = MemberEvent(member.member_id, datetime.now(UTC), member.email, "fr", True)
    after = points_desk.members().record(event, actor=MEMBERS_INGEST)
    assert (after.language, after.reminders, after.wants_reminders) == ("fr", True, False)


@pytest.mark.parametrize("token", ["", "x", ".", f"{NOBODY}.", f"{NOBODY}.{'0' * 32}", "é.é"])
def test_a_link_that_is_not_ours_opens_nothing(token: str, member: Member) -> None:
    assert member_in(KEY, token) == ""
    mine = path_of(KEY, member.member_id).rpartition("/")[2]
    assert member_in(b"another key", mine) == ""
    assert member_in(KEY, mine) == member.member_id
    if token.isascii() and token:
        assert Browser().get(f"/points/reminders/{token}").status == 404


def test_another_site_ends_nothing(member: Member) -> None:
    browser = replace(Browser(), headers={"origin": "https://evil.example"})
    browser.post(path_of(KEY, member.member_id), csrf="")
    assert wants(member)


def test_a_reminder_names_the_link_in_its_headers_whole_and_in_its_text(member: Member) -> None:
    path = path_of(KEY, member.member_id)
    values = {"points": 5, "days": [(datetime.now(UTC).date(), 5)]}
    mail = Mail(POINTS_REMINDER, "rem_1", member.email, values, "en", unsubscribe=path)
    letter = Renderer("https://returns.example.com/a-rather-long-stage")(mail)
    raw = message_of("care@aftercare.example", member.email, letter)
    address = f"https://returns.example.com/a-rather-long-stage{path}"
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    link = f"{address}?{urlencode({'lang': 'en'})}"
    assert link in letter.text
    assert link in letter.html


def test_other_mails_cannot_be_ended(member: Member) -> None:
    raw = message_of("care@aftercare.example", member.email, Letter("One", "One", ""))
    assert b"List-Unsubscribe" not in raw
