"""The nightly run: whatever happens to it, the same accounts and the same record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from aftercare.kernel.aws import client
from aftercare.points.model import Marker
from aftercare.points.night.errors import MembersFailedError, RunNotFoundError, RunTooEarlyError
from aftercare.points.night.model import Chore, Run, Tally, Task
from aftercare.points.posting import LedgerEntry
from tests.fakes.night import BY_NIGHT, DAY, DUE, SCHEDULED, TILL, Night, fresh_night, plenty
from tests.fakes.points import BY_TILL, book, rules

pytestmark = pytest.mark.integration
LATER = SCHEDULED + 200 * DAY
ONE_SHARD = book(rules(peak_writes_per_second=1))


@pytest.fixture
def night(tables: dict[str, str]) -> Night:
    return fresh_night(tables)


def story(run: Run) -> tuple[Any, ...]:
    """A run's record, without its times."""
    return run.state, run.since, run.parts, run.done, run.expired, run.differences


def test_what_is_due_expires_and_the_record_tells_how_much(night: Night) -> None:
    members = night.members(8, {DUE: 5, LATER: 7})
    run = night.run()
    assert run.is_complete
    assert run.expired == Tally(8, 40, 0)
    assert run.audited_at
    assert not run.differences
    for member_id in members:
        account = night.accounts.account(member_id)
        assert (account.lots, account.expired) == ({LATER: 7}, {DUE: 5})


def test_points_are_good_through_the_end_of_their_due_day(night: Night) -> None:
    [member_id] = night.members(1, {SCHEDULED: 5})
    assert night.run().expired == Tally()
    assert night.accounts.account(member_id).lots == {SCHEDULED: 5}


def test_run_three_times_it_is_run_once(night: Night) -> None:
    members = night.members(7, {DUE: 5})
    first = night.run()
    books = night.books(members)
    for _ in range(2):
        assert story(night.run()) == story(first)
        assert night.books(members) == books


def test_planned_twice_before_any_work_it_is_done_once(night: Night) -> None:
    members = night.members(7, {DUE: 5})
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    night.drain()
    assert night.record().expired == Tally(7, 35, 0)
    assert night.books(members)["0"][1] == {DUE: 5}


def test_every_message_delivered_three_times_in_any_order_counts_once(night: Night) -> None:
    members = night.members(10, {DUE: 5, DUE - DAY: 2})
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    while night.tasks:
        task = night.tasks.pop()
        for _ in range(3):
            night.service.work(task, plenty, actor=BY_NIGHT)
    run = night.record()
    assert (run.is_complete, run.expired) == (True, Tally(20, 70, 0))
    assert not run.differences
    assert night.books(members)["9"][1] == {DUE - DAY: 2, DUE: 5}


def test_five_missed_nights_are_made_up_by_the_next(tables: dict[str, str]) -> None:
    night = fresh_night(tables, last=SCHEDULED - 6 * DAY)
    lots = {SCHEDULED - days * DAY: days for days in range(1, 7)}
    members = night.members(4, lots)
    run = night.run()
    assert run.since == SCHEDULED - 6 * DAY
    assert run.expired == Tally(24, 4 * 21, 0)
    assert night.books(members)["3"][:2] == ({}, dict(sorted(lots.items())))


def test_missed_or_not_the_accounts_end_up_the_same(tables: dict[str, str]) -> None:
    lots = {SCHEDULED - days * DAY: days for days in range(6)}
    books = []
    for nights in (range(5, -1, -1), (0,)):
        night = fresh_night(tables, last=SCHEDULED - 6 * DAY)
        members = night.members(4, lots)
        for days in nights:
            night.run(SCHEDULED - days * DAY)
        books.append(night.books(members))
    assert books[0] == books[1]


def test_a_night_that_was_missed_may_be_run_after_later_ones(night: Night) -> None:
    members = night.members(4, {DUE: 5, DUE - DAY: 2})
    night.run()
    books = night.books(members)
    late = night.run(SCHEDULED - DAY)
    assert late.expired == Tally(4, 8, 0)
    assert night.books(members) == books


def test_late_is_as_good_as_on_time(night: Night) -> None:
    members = night.members(4, {DUE: 5, SCHEDULED + DAY: 3})
    night.clock.forward(days=20)
    assert night.run().expired == Tally(4, 20, 0)
    assert night.books(members)["0"][:2] == ({SCHEDULED + DAY: 3}, {DUE: 5})


def test_a_day_that_has_not_begun_is_refused_and_can_be_previewed(night: Night) -> None:
    [member_id] = night.members(1, {SCHEDULED: 5})
    with pytest.raises(RunTooEarlyError) as refused:
        night.run(SCHEDULED + DAY)
    assert refused.value.code == "run_too_early"
    preview = night.run(SCHEDULED + DAY, preview="1")
    assert (preview.is_complete, preview.expired) == (True, Tally(1, 5, 0))
    assert night.accounts.account(member_id).lots == {SCHEDULED: 5}


def test_a_preview_years_ahead_counts_all_that_will_have_expired_by_then(night: Night) -> None:
    members = night.members(2, {DUE: 5, SCHEDULED + 30 * DAY: 7, SCHEDULED + 364 * DAY: 11})
    assert night.run(SCHEDULED + 1500 * DAY, preview="far").expired == Tally(6, 46, 0)
    assert night.run(SCHEDULED + 200 * DAY, preview="near").expired == Tally(4, 24, 0)
    assert night.run(preview="now").expired == Tally(2, 10, 0)
    assert [night.accounts.account(each).expired for each in members] == [{}, {}]


def test_a_preview_counts_and_writes_no_account(night: Night) -> None:
    members = night.members(7, {DUE: 5, SCHEDULED + DAY: 1})
    before = night.books(members)
    preview = night.run(preview="look")
    assert (preview.is_preview, preview.expired) == (True, Tally(7, 35, 0))
    assert preview.reminded == Tally(7, 7, 0)
    assert night.books(members) == before
    with pytest.raises(RunNotFoundError):
        night.record()
    assert night.run().since == preview.since


def test_a_preview_of_a_date_long_past_is_kept_a_week_from_now(
    night: Night, tables: dict[str, str]
) -> None:
    night.members(1, {DUE: 5})
    night.at(SCHEDULED + 20 * DAY)
    night.run(preview="look")
    items = client("dynamodb").scan(TableName=tables["PointsTable"])["Items"]
    kept = [
        int(item["expires_at"]["N"])
        for item in items
        if item["pk"]["S"].startswith(("PREVIEWS", "RUN#"))
    ]
    assert len(kept) > 1
    assert set(kept) == {int((night.clock.now + 7 * DAY).timestamp())}


def test_spent_lots_leave_stale_markers(night: Night) -> None:
    members = night.members(5, {DUE: 5})
    night.at(DUE)
    night.spends(members[0], 5)
    night.spends(members[1], 2)
    night.at(SCHEDULED)
    run = night.run()
    assert run.expired == Tally(4, 18, 1)
    assert not run.differences


def test_several_days_of_a_member_are_moved_by_one_write(night: Night) -> None:
    [member_id] = night.members(1, {DUE: 5, DUE - DAY: 2, LATER: 1})
    version = night.accounts.account(member_id).version
    night.run()
    assert night.accounts.account(member_id).version == (version or 0) + 1


def test_a_worker_that_runs_out_of_time_goes_on_in_a_fresh_message(night: Night) -> None:
    members = night.members(9, {DUE: 5})
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    night.drain(has_time=lambda: False)
    assert night.record().expired == Tally(9, 45, 0)
    assert night.books(members)["8"][1] == {DUE: 5}


def test_slices_of_any_size_tell_the_same(tables: dict[str, str]) -> None:
    told = set()
    for page in (1, 2, 5, 100):
        night = fresh_night(tables, page=page)
        night.members(10, {DUE: 5})
        told.add(night.run().expired)
    assert told == {Tally(10, 50, 0)}


def test_a_member_who_fails_keeps_the_run_open_and_nobody_else_waiting(
    night: Night, tables: dict[str, str]
) -> None:
    members = night.members(6, {DUE: 5})
    spoil(tables, members[2])
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    failed = deliver_all(night)
    assert failed == 1
    run = night.record()
    assert (run.is_complete, run.errors) == (False, 1)
    assert ("member failed", f"{SCHEDULED} {members[2]} ValueError") in night.reports
    books = [night.accounts.account(who).expired for who in members if who != members[2]]
    assert books == [{DUE: 5}] * 5
    mend(tables, members[2])
    assert night.run().expired == Tally(6, 30, 0)


def test_a_member_who_failed_before_the_time_ran_out_is_tried_again(
    night: Night, tables: dict[str, str]
) -> None:
    members = night.members(3, {DUE: 5})
    for spoiled in members[:2]:
        spoil(tables, spoiled)
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    left: list[Task] = []
    for _ in range(30):
        left = []
        while night.tasks:
            task = night.tasks.pop(0)
            try:
                night.service.work(task, lambda: False, actor=BY_NIGHT)
            except MembersFailedError:
                left.append(task)
        night.tasks[:] = left
    assert left, "the bad members keep their slice coming again"
    for mended in members[:2]:
        mend(tables, mended)
    night.drain(has_time=lambda: False)
    run = night.record()
    assert (run.is_complete, run.expired) == (True, Tally(3, 15, 0))
    assert night.books(members)["0"][1] == {DUE: 5}


def test_all_members_who_fail_in_one_slice_are_tried_again(tables: dict[str, str]) -> None:
    night = fresh_night(tables, rule_book=ONE_SHARD, page=10)
    members = sorted(night.members(4, {DUE: 5}))
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    [task] = [task for task in night.tasks if task.part.due == DUE]
    night.tasks.remove(task)
    for member_id in members[:2]:
        spoil(tables, member_id)
    time_left = iter([True, True, False])
    night.service.work(task, lambda: next(time_left), actor=BY_NIGHT)
    [rest] = [task for task in night.tasks if task.part.due == DUE]
    assert (rest.failed, rest.resume) == (tuple(members[:2]), members[2])
    night.tasks.remove(rest)
    with pytest.raises(MembersFailedError) as failure:
        night.service.work(rest, plenty, actor=BY_NIGHT)
    assert failure.value.facts["members"] == 2
    for member_id in members[:2]:
        mend(tables, member_id)
    night.tasks.append(rest)
    night.drain()
    assert night.record().expired == Tally(4, 20, 0)
    assert set(map(str, night.books(members).values())) == {str(({}, {DUE: 5}, {}, 0))}


def test_time_may_run_out_among_those_who_are_tried_again(tables: dict[str, str]) -> None:
    night = fresh_night(tables, rule_book=ONE_SHARD, page=10)
    members = sorted(night.members(3, {DUE: 5}))
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    [task] = [task for task in night.tasks if task.part.due == DUE]
    night.tasks.remove(task)
    late = replace(task, until=members[-1], resume=members[-1], failed=tuple(members), is_last=True)
    spoil(tables, members[1])
    night.service.work(late, lambda: False, actor=BY_NIGHT)
    [rest] = [task for task in night.tasks if task.part.due == DUE]
    assert (rest.failed, rest.tally) == ((members[1], members[2]), Tally(1, 5, 0))
    night.tasks.remove(rest)
    with pytest.raises(MembersFailedError):
        night.service.work(rest, lambda: False, actor=BY_NIGHT)
    mend(tables, members[1])
    night.tasks.append(rest)
    night.drain(has_time=lambda: False)
    assert night.record().expired == Tally(3, 15, 0)
    assert not night.record().differences


def test_an_audit_whose_end_was_lost_is_ended_when_the_night_is_asked_for_again(
    night: Night, tables: dict[str, str]
) -> None:
    night.members(2, {DUE: 5})
    night.run()
    client("dynamodb").update_item(
        TableName=tables["PointsTable"],
        Key={"pk": {"S": "RUNS"}, "sk": {"S": str(SCHEDULED)}},
        UpdateExpression="REMOVE audited_at",
    )
    assert not night.service.is_over(SCHEDULED)
    assert night.service.run(SCHEDULED, actor=BY_NIGHT).is_over
    assert night.tasks == []


def test_a_night_before_anything_could_expire_is_over_at_once(tables: dict[str, str]) -> None:
    young = book(rules(valid_from=SCHEDULED - DAY, reminder_days=()))
    night = fresh_night(tables, rule_book=young)
    run = night.service.run(SCHEDULED, actor=BY_NIGHT)
    assert (run.parts, run.is_over, night.tasks) == (frozenset(), True, [])


def test_a_late_nights_audit_is_of_the_day_that_it_is(night: Night) -> None:
    """A refund met a lot that was past by then, left a debt, and did not move the lot."""
    [member_id] = night.members(1, {LATER: 3})
    [bought] = night.accounts.entries(member_id)
    night.spends(member_id, 3)
    night.earns(member_id, SCHEDULED + DAY, 4)
    night.earns(member_id, DUE, 1)  # so that this night's audit looks at the member
    night.at(SCHEDULED + 3 * DAY)
    refund(night, member_id, 3, bought)
    account = night.accounts.account(member_id)
    assert (account.debt, account.expired) == (3, {DUE: 1, SCHEDULED + DAY: 4})
    night.accounts.replace(replace(account, lots={SCHEDULED + DAY: 4}, expired={DUE: 1}))
    run = night.run()
    assert (run.expired, bool(run.audited_at)) == (Tally(1, 1, 0), True)
    assert not run.differences


def deliver_all(night: Night) -> int:
    """Each message once; returns how many failed."""
    failed = 0
    while night.tasks:
        try:
            night.service.work(night.tasks.pop(0), plenty, actor=BY_NIGHT)
        except MembersFailedError:
            failed += 1
    return failed


def spoil(tables: dict[str, str], member_id: str) -> None:
    set_lots(tables, member_id, {"no day": {"N": "5"}})


def mend(tables: dict[str, str], member_id: str) -> None:
    set_lots(tables, member_id, {DUE.isoformat(): {"N": "5"}})


def set_lots(tables: dict[str, str], member_id: str, lots: dict[str, Any]) -> None:
    client("dynamodb").update_item(
        TableName=tables["PointsTable"],
        Key={"pk": {"S": f"M#{member_id}"}, "sk": {"S": "ACCOUNT"}},
        UpdateExpression="SET lots = :lots",
        ExpressionAttributeValues={":lots": {"M": lots}},
    )


def test_the_audit_finds_points_that_nobody_earned(night: Night, tables: dict[str, str]) -> None:
    members = night.members(3, {DUE: 5, LATER: 1})
    set_lots(tables, members[1], {DUE.isoformat(): {"N": "5"}, LATER.isoformat(): {"N": "3"}})
    run = night.run()
    assert run.is_complete
    assert run.differences == {f"the books of {members[1]} differ by -2"}
    assert ("audit difference", f"the books of {members[1]} differ by -2") in night.reports
    assert night.run().differences == run.differences
    night.spends(members[1], 3)


def test_the_audit_finds_a_record_that_the_accounts_do_not_bear_out(
    night: Night, tables: dict[str, str]
) -> None:
    night.members(3, {DUE: 5})
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    while night.tasks[0].part.chore is not Chore.AUDIT:
        night.service.work(night.tasks.pop(0), plenty, actor=BY_NIGHT)
    [part] = {task.part.shard for task in night.tasks if task.part.due == DUE} & {0} or {1}
    client("dynamodb").update_item(
        TableName=tables["PointsTable"],
        Key={"pk": {"S": f"RUN#{SCHEDULED}"}, "sk": {"S": f"PART#expire#{DUE}#{part}"}},
        UpdateExpression="ADD points :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    night.drain()
    assert len(night.record().differences) == 2
    assert {what for what, _ in night.reports} == {"audit difference"}


def test_points_taken_back_after_they_expired_are_no_difference(night: Night) -> None:
    [member_id] = night.members(1, {DUE: 5})
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    while night.tasks[0].part.chore is not Chore.AUDIT:
        night.service.work(night.tasks.pop(0), plenty, actor=BY_NIGHT)
    refund(night, member_id, 3)
    night.drain()
    assert night.accounts.account(member_id).lost == {DUE: 2}
    assert not night.record().differences


def test_points_taken_back_between_a_workers_death_and_its_successor_are_no_difference(
    night: Night,
) -> None:
    [member_id] = night.members(1, {DUE: 5})
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    swept = night.accounts.account(member_id).expire(SCHEDULED)
    night.accounts.replace(swept)  # and the worker died before it had counted
    refund(night, member_id, 3)
    night.drain()
    run = night.record()
    assert (run.expired, run.differences) == (Tally(1, 5, 0), frozenset())


def refund(night: Night, member_id: str, points: int, bought: LedgerEntry | None = None) -> None:
    """A refund of a purchase: of the member's only one, unless one is named."""
    entry = bought or next(iter(night.accounts.entries(member_id)))
    night.earning.refund(
        member_id,
        TILL,
        store_id="S-1",
        receipt_number=entry.operation_id.rpartition("#")[2],
        refund_id="1",
        amount=100 * points,
        actor=BY_TILL,
    )


def test_a_night_without_anybody_is_complete(night: Night) -> None:
    run = night.run()
    assert (run.is_complete, run.expired) == (True, Tally())
    assert night.service.is_over(SCHEDULED)
    assert not night.service.is_over(SCHEDULED + DAY)


def test_only_markers_are_read_to_find_who_is_due(night: Night) -> None:
    night.members(5, {LATER: 5})
    [due] = night.members(1, {DUE: 5})
    reads = night.accounts.account
    seen = reading(night.run)
    assert seen == {due}
    assert reads(due).expired == {DUE: 5}


def reading(act: Callable[[], object]) -> set[str]:
    """Whose accounts were read."""
    seen: set[str] = set()
    events = client("dynamodb").meta.events

    def note(params: dict[str, Any], **_: Any) -> None:
        body = params["body"]
        text = body if isinstance(body, str) else body.decode()
        seen.update(word for word in text.split('"') if word.startswith("M#"))

    events.register("before-call.dynamodb.GetItem", note, unique_id="reading")
    act()
    events.unregister("before-call.dynamodb.GetItem", unique_id="reading")
    return {key.removeprefix("M#") for key in seen}


def test_what_no_plan_looks_for_any_more_goes_with_the_members_next_night(night: Night) -> None:
    night.run()
    [member_id] = night.members(1, {DUE: 5})
    night.at(SCHEDULED + DAY)
    assert night.run(SCHEDULED + DAY).expired == Tally()
    assert night.points.balance(member_id).available == 0
    night.earns(member_id, SCHEDULED + DAY, 3)
    night.at(SCHEDULED + 2 * DAY)
    assert night.run(SCHEDULED + 2 * DAY).expired == Tally(1, 3, 0)
    assert night.accounts.account(member_id).expired == {DUE: 5, SCHEDULED + DAY: 3}


def test_a_marker_of_nobody_is_stale(night: Night, tables: dict[str, str]) -> None:
    marker = Marker(night.member(), date(2026, 6, 9), 0)
    client("dynamodb").put_item(
        TableName=tables["PointsTable"],
        Item={"pk": {"S": f"DUE#{marker.due}#0"}, "sk": {"S": marker.member_id}},
    )
    run = night.run()
    assert run.expired == Tally(0, 0, 1)
    assert night.accounts.account(marker.member_id).version is None
