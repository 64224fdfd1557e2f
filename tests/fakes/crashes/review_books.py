"""What must hold of a return that people reviewed, whatever failed and whoever came in between."""

from typing import Any

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.due.model import timer_of
from aftercare.kernel.tables import entry_from
from aftercare.kernel.timeline import Entry
from aftercare.returns import events
from aftercare.returns.judging import judgements_in
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.screening import SignalCode
from tests.fakes.crashes.review_world import ReviewWorld
from tests.fakes.house import WORKER
from tests.fakes.screening import RULES

S = ReturnStatus
MOVES: dict[str, dict[ReturnStatus, ReturnStatus]] = {
    events.PROPOSED: {S.IN_REVIEW: S.IN_REVIEW},
    events.HANDED_BACK: {S.IN_REVIEW: S.IN_REVIEW},
    events.EVIDENCE_WANTED: {S.IN_REVIEW: S.NEEDS_EVIDENCE},
    events.EVIDENCE_ANSWERED: {S.NEEDS_EVIDENCE: S.IN_REVIEW},
    events.EVIDENCE_OVERDUE: {S.NEEDS_EVIDENCE: S.IN_REVIEW},
    events.REQUEST_WITHDRAWN: {S.NEEDS_EVIDENCE: S.IN_REVIEW},
    events.SCREENED_FURTHER: {S.IN_REVIEW: S.IN_REVIEW},
    events.APPROVED: {S.IN_REVIEW: S.APPROVED},
    events.DECLINED: {S.IN_REVIEW: S.DECLINED},
    events.CANCELLED: dict.fromkeys((S.IN_REVIEW, S.NEEDS_EVIDENCE, S.APPROVED), S.CANCELLED),
}
# Which forms lead to which entry.
FORMS = {
    events.PROPOSED: {"approve", "decline"},
    events.HANDED_BACK: {"hand_back"},
    events.EVIDENCE_WANTED: {"ask"},
    events.REQUEST_WITHDRAWN: {"withdraw"},
    events.APPROVED: {"approve", "confirm"},
    events.DECLINED: {"decline", "confirm"},
}
DECIDED = {events.APPROVED, events.DECLINED}

type Step = tuple[int, Entry]


def check_review(world: ReviewWorld) -> list[str]:
    """Checks the return's books; returns the types of its steps."""
    check_screening(world)
    ret, steps = world.desk.now(world.ret.return_id), steps_of(world)
    status = S.IN_REVIEW
    for _, entry in steps:
        status = MOVES[entry.entry_type][status]
    assert status is ret.status
    held = 1 if ret.holds_units else 0
    claimed = world.desk.house.returns.store.claimed_units(ret.order_number)
    assert claimed["1"] == held, "units are free once, and only once"
    check_pages(world, steps)
    check_second_person(world, ret, steps)
    check_beside(world, ret, steps)
    return [entry.entry_type for _, entry in steps]


def check_screening(world: ReviewWorld) -> None:
    """Whatever was shown is screened once, and what was noticed before is still there."""
    returns, return_id = world.desk.house.returns, world.ret.return_id
    if world.desk.now(return_id).status is S.IN_REVIEW:
        # The queue delivers until it is done, and sometimes once more.
        returns.screen_further(return_id, actor=WORKER)
        screened = world.desk.version(return_id)
        returns.screen_further(return_id, actor=WORKER)
        assert world.desk.version(return_id) == screened, "screened twice"
    ret = world.desk.now(return_id)
    assert ret.screening
    assert world.ret.screening
    signals = {signal.code: signal for signal in ret.screening.signals}
    for before in world.ret.screening.signals:
        assert signals[before.code] == before
    noticed = signals.get(SignalCode.BEFORE_DELIVERY)
    accepted = {each.evidence_id for each in returns.photos(ret) if each.before_delivery}
    assert set(noticed.references if noticed else ()) <= accepted
    if ret.status is S.IN_REVIEW:
        assert set(noticed.references if noticed else ()) == accepted
        added = RULES.weights[SignalCode.BEFORE_DELIVERY] if noticed else 0
        assert ret.screening.score == world.ret.screening.score + added


def steps_of(world: ReviewWorld) -> list[Step]:
    """The steps since the review began, each with the version that it made."""
    items = client("dynamodb").query(
        TableName=world.tables["ReturnsTable"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :entry)",
        ExpressionAttributeValues={
            ":pk": {"S": world.ret.return_id},
            ":entry": {"S": "ENTRY#"},
        },
        ConsistentRead=True,
    )["Items"]
    entries = [(int(item["sk"]["S"].partition("#")[2]), entry_from(_plain(item))) for item in items]
    return [step for step in entries if step[0] > world.first]


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    return {name: next(iter(value.values())) for name, value in item.items()}


def check_pages(world: ReviewWorld, steps: list[Step]) -> None:
    """Nothing was overwritten: each step was taken on a page that showed the step before it."""
    before = world.first
    for version, entry in steps:
        if entry.actor.startswith("staff:"):
            sent = [
                attempt
                for attempt in world.attempts
                if attempt.actor == entry.actor
                and attempt.verb in FORMS[entry.entry_type]
                and before <= attempt.version < version
            ]
            assert sent, f"{entry.entry_type} rests on an older page"
        before = version


def check_second_person(world: ReviewWorld, ret: Return, steps: list[Step]) -> None:
    """Above the amount two people decided, and below it one did, in that one's words."""
    taken = [step for step in steps if step[1].entry_type != events.SCREENED_FURTHER]
    types = [entry.entry_type for _, entry in taken]
    decided = [entry for _, entry in steps if entry.entry_type in DECIDED]
    assert len(decided) <= 1, "decided twice"
    assert world.is_high or events.PROPOSED not in types
    judgements = judgements_in(ret)
    assert bool(judgements) == bool(decided)
    for entry in decided:
        judgement = judgements["1"]
        assert judgement.accepted == (entry.entry_type == events.APPROVED)
        assert (judgement.by == entry.actor) == (not world.is_high)
        at = types.index(entry.entry_type)
        first = taken[at - 1] if world.is_high else taken[at]
        assert first[1].actor == judgement.by
        shown = [version for version, _ in steps if version < first[0]] or [world.first]
        assert int(judgement.words.removeprefix("page ")) >= shown[-1]
    proposal = ret.review.proposal if ret.review else None
    if ret.status is S.IN_REVIEW:
        assert (proposal is not None) == (types[-1:] == [events.PROPOSED])


def check_beside(world: ReviewWorld, ret: Return, steps: list[Step]) -> None:
    """What is written with a step is there: the timer, the note, the place in the queue."""
    house = world.desk.house
    wanted = [entry for _, entry in steps if entry.entry_type == events.EVIDENCE_WANTED]
    items = client("dynamodb").scan(TableName=house.due_table)["Items"]
    timers = [timer_of(item["sk"]["S"]) for item in items]
    due = [
        timer
        for timer in timers
        if (timer.subject, timer.event) == (ret.return_id, events.EVIDENCE_REQUEST_DUE)
    ]
    assert len({timer.due_at for timer in due}) == len({e.data["due_at"] for e in wanted})
    handed_back = [entry for _, entry in steps if entry.entry_type == events.HANDED_BACK]
    notes = [note for note in world.desk.reviews.cases.notes(ret.return_id) if note.text != "seen"]
    assert [note.by for note in notes] == [entry.actor for entry in handed_back]
    left = [note.note_id for note in world.desk.reviews.cases.notes(ret.return_id)]
    for name in world.notes.values():
        assert sum(note_id.startswith(name) for note_id in left) <= 1, "a note is left twice"
    key = {"pk": {"S": ret.return_id}, "sk": {"S": "RETURN"}}
    row = client("dynamodb").get_item(TableName=world.tables["ReturnsTable"], Key=key)["Item"]
    assert ("queue" in row) == (ret.status is S.IN_REVIEW)
    assert all(e.actor == CUSTOMER for _, e in steps if e.entry_type == events.CANCELLED)
