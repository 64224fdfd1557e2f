"""Sessions of staff on the server: how long they last, and by which roles they are judged."""

from collections.abc import Iterator

import pytest

from aftercare.kernel.errors import UnavailableError
from aftercare.staff.errors import NotPermittedError, SessionEndedError, SignInFailedError
from aftercare.staff.model import Member, Role
from aftercare.staff.session import SessionKey
from tests.fakes.staff_desk import BROWSER, Desk, desk_on


@pytest.fixture
def desk(tables: dict[str, str]) -> Iterator[Desk]:
    with desk_on(tables) as desk:
        yield desk


def lead() -> Member:
    return Member("staff-lead", "Lee", "lee@example.com", frozenset({Role.LEAD}))


def test_who_signed_in_has_the_roles_of_their_groups(desk: Desk) -> None:
    account = desk.pool.add("agent", "qa", "chess club")
    member = desk.service.member(desk.signs_in(account))
    assert member == Member(
        account.staff_id, account.name, account.email, frozenset({Role.AGENT, Role.QA})
    )
    assert member.actor == f"staff:{account.staff_id}"


def test_a_sign_in_that_takes_longer_than_ten_minutes_begins_anew(desk: Desk) -> None:
    page = desk.service.begin_sign_in(BROWSER, "/")
    desk.clock.forward(minutes=10)
    with pytest.raises(SignInFailedError) as refused:
        desk.service.complete_sign_in(BROWSER, *desk.pool.sign_in(page, desk.pool.add("agent")))
    assert refused.value.code == "sign_in_failed"
    assert "token" not in desk.pool.asked


def test_a_session_ends_after_half_an_hour_without_use(desk: Desk) -> None:
    key = desk.signs_in(desk.pool.add("agent"))
    desk.clock.forward(minutes=29, seconds=59)
    assert desk.service.member(key)
    desk.clock.forward(minutes=30)
    with pytest.raises(SessionEndedError, match="signed out"):
        desk.service.member(key)


def test_a_session_ends_after_eight_hours_however_much_it_is_used(desk: Desk) -> None:
    key = desk.signs_in(desk.pool.add("agent"))
    for _ in range(23):
        desk.clock.forward(minutes=20)
        assert desk.service.member(key)
    desk.clock.forward(minutes=20)
    with pytest.raises(SessionEndedError):
        desk.service.member(key)


def test_a_role_that_is_taken_away_counts_within_a_minute(desk: Desk) -> None:
    account = desk.pool.add("agent", "lead")
    key = desk.signs_in(account)
    account.groups.remove("lead")
    desk.clock.forward(seconds=60)
    assert desk.service.member(key).roles == {Role.AGENT}


def test_a_role_that_is_given_counts_within_a_minute(desk: Desk) -> None:
    account = desk.pool.add()
    key = desk.signs_in(account)
    assert desk.service.member(key).roles == frozenset()
    account.groups.append("store")
    desk.clock.forward(seconds=60)
    assert desk.service.member(key).roles == {Role.STORE}


def test_the_last_role_can_be_taken_away(desk: Desk) -> None:
    account = desk.pool.add("agent")
    key = desk.signs_in(account)
    account.groups.clear()
    desk.clock.forward(seconds=60)
    assert desk.service.member(key).roles == frozenset()
    assert desk.service.member(key).roles == frozenset()


def test_the_user_pool_is_asked_once_a_minute_at_most(desk: Desk) -> None:
    key = desk.signs_in(desk.pool.add("agent"))
    before = len(desk.pool.asked)
    for _ in range(6):
        desk.clock.forward(seconds=20)
        desk.service.member(key)
    assert desk.pool.asked[before:] == ["AdminGetUser", "AdminListGroupsForUser"] * 2


@pytest.mark.parametrize("fate", ["locked out", "deleted"])
def test_who_is_locked_out_or_deleted_is_out_within_a_minute_and_stays_out(
    desk: Desk, fate: str
) -> None:
    account = desk.pool.add("agent")
    key = desk.signs_in(account)
    account.enabled = False
    if fate == "deleted":
        del desk.pool.accounts[account.username]
    desk.clock.forward(seconds=60)
    with pytest.raises(SessionEndedError):
        desk.service.member(key)
    account.enabled = True
    desk.pool.accounts[account.username] = account
    with pytest.raises(SessionEndedError):
        desk.service.member(key)


def test_without_the_user_pools_word_nobody_gets_in_and_the_session_goes_on_after_it(
    desk: Desk,
) -> None:
    key = desk.signs_in(desk.pool.add("agent"))
    desk.clock.forward(seconds=60)
    desk.pool.is_silent = True
    with pytest.raises(UnavailableError, match="not available"):
        desk.service.member(key)
    desk.pool.is_silent = False
    assert desk.service.member(key)


def test_a_session_that_was_signed_out_while_it_is_checked_stays_ended(desk: Desk) -> None:
    account = desk.pool.add("agent")
    key = desk.signs_in(account)
    store = desk.service.store
    [session] = store.sessions(account.staff_id)
    desk.service.sign_out(key)
    desk.clock.forward(seconds=60)
    with pytest.raises(SessionEndedError):
        desk.service._checked(session)
    assert store.sessions(account.staff_id) == ()


def test_of_two_requests_that_check_at_once_the_later_ones_roles_stay(desk: Desk) -> None:
    account = desk.pool.add("agent", "lead")
    key = desk.signs_in(account)
    [read_before] = desk.service.store.sessions(account.staff_id)
    account.groups.remove("lead")
    desk.clock.forward(minutes=2)
    assert desk.service.member(key).roles == {Role.AGENT}
    account.groups.append("lead")
    desk.clock.now -= (desk.clock.now - read_before.checked_at) / 2
    assert desk.service._checked(read_before).member.roles == {Role.AGENT}


def test_signing_out_is_safe_to_repeat(desk: Desk) -> None:
    key = desk.signs_in(desk.pool.add("agent"))
    assert desk.service.sign_out(key) == desk.service.sign_out(key)
    with pytest.raises(SessionEndedError):
        desk.service.member(key)


def test_the_table_has_no_secret_of_a_session(desk: Desk) -> None:
    account = desk.pool.add("agent")
    key = desk.signs_in(account)
    [session] = desk.service.store.sessions(account.staff_id)
    assert key.token not in str(session)
    stranger = SessionKey(account.staff_id, session.session_id)
    with pytest.raises(SessionEndedError):
        desk.service.member(stranger)


def test_the_secret_of_one_member_opens_nothing_under_anothers_name(desk: Desk) -> None:
    mine, theirs = desk.signs_in(desk.pool.add("agent")), desk.signs_in(desk.pool.add("lead"))
    with pytest.raises(SessionEndedError):
        desk.service.member(SessionKey(theirs.staff_id, mine.token))


def test_only_a_lead_ends_the_sessions_of_colleagues(desk: Desk) -> None:
    account = desk.pool.add("agent")
    keys = [desk.signs_in(account) for _ in range(3)]
    with pytest.raises(NotPermittedError) as refused:
        desk.service.revoke(desk.service.member(keys[0]), account.staff_id)
    assert refused.value.facts == {"verb": "staff.revoke"}
    assert desk.service.revoke(lead(), account.staff_id) == 3
    assert desk.service.revoke(lead(), account.staff_id) == 0
    for key in keys:
        with pytest.raises(SessionEndedError):
            desk.service.member(key)
