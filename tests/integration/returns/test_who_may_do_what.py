"""Every verb of staff, by every role, on a return in every state: who may, and what happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import pytest

from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.aws import client
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from aftercare.returns.case_file import Size
from aftercare.returns.judgement import Judgement, JudgementCode, Proposal, Review
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.moves import MOVES
from aftercare.returns.queueing import QueueOrder
from aftercare.staff import matrix
from aftercare.staff.model import Handed, Member, Role
from tests.fakes.house import House
from tests.fakes.orders import NOON
from tests.fakes.points_desk import fresh
from tests.fakes.reviews import NO, Desk, build_desk, member

pytestmark = pytest.mark.integration
S, R = ReturnStatus, Role
EVERYBODY, NOBODY = frozenset(Role), frozenset[Role]()
DESK = frozenset({R.AGENT, R.LEAD, R.QA})
READERS = DESK | {R.AUDITOR}
COUNTERS = frozenset({R.STORE})
ANY_STATE = frozenset(ReturnStatus)
OPEN = frozenset({S.IN_REVIEW, S.NEEDS_EVIDENCE})
WAITING = frozenset({S.IN_REVIEW})


class TableDesk(Desk):
    """A desk with one return of which each cell gets a copy of its own."""

    base: Return
    evidence_id: str


class Rule(NamedTuple):
    """Who may call a verb, and of a return of which states; from any other it is `refused`."""

    act: Callable[[TableDesk, Member, Return], object]
    roles: frozenset[Role]
    states: frozenset[ReturnStatus] = ANY_STATE
    refused: str = "not_in_review"


def version(ret: Return) -> int:
    return 1 if ret.version is None else ret.version


def decide(desk: Desk, who: Member, ret: Return) -> object:
    return desk.reviews.decide(who, ret.return_id, version(ret), {"1": NO})


def confirm(desk: Desk, who: Member, ret: Return) -> object:
    return desk.reviews.confirm(who, ret.return_id, version(ret))


def hand_back(desk: Desk, who: Member, ret: Return) -> object:
    return desk.reviews.hand_back(who, ret.return_id, version(ret), "Look again.")


def ask(desk: Desk, who: Member, ret: Return) -> object:
    kinds = [EvidenceKind.RECEIPT]
    return desk.reviews.ask_for_evidence(who, ret.return_id, version(ret), kinds)


def withdraw(desk: Desk, who: Member, ret: Return) -> object:
    return desk.reviews.withdraw_request(who, ret.return_id, version(ret))


def look(desk: TableDesk, who: Member, _: Return) -> object:
    base = desk.base.return_id
    return desk.reviews.evidence_url(who, base, desk.evidence_id, Size.THUMBNAIL)


def to(who: Member, ret: Return) -> Handed:
    return Handed(who.actor, ret.return_id)


def look_at_the_counter(desk: TableDesk, who: Member, _: Return) -> object:
    return desk.reviews.handed_over_url(who, to(who, desk.base), desk.evidence_id, Size.THUMBNAIL)


RULES = {
    "queue": Rule(lambda desk, who, _: desk.reviews.queue(who, QueueOrder.AGE), READERS),
    "search": Rule(lambda desk, who, ret: desk.reviews.search(who, ret.ticket), EVERYBODY),
    "open_case": Rule(lambda desk, who, ret: desk.opened(who, ret.return_id), EVERYBODY),
    "evidence_url": Rule(look, READERS),
    "shown_of": Rule(lambda desk, who, ret: desk.reviews.shown_of(who, ret.return_id), READERS),
    "handed_over": Rule(
        lambda desk, who, ret: desk.reviews.handed_over(who, to(who, ret)), COUNTERS
    ),
    "handed_over_url": Rule(look_at_the_counter, COUNTERS),
    "note": Rule(lambda desk, who, ret: desk.reviews.note(who, ret.return_id, "Seen."), DESK),
    "claim": Rule(lambda desk, who, ret: desk.reviews.claim(who, ret.return_id), DESK, OPEN),
    "release": Rule(lambda desk, who, ret: desk.reviews.release(who, ret.return_id), DESK),
    "decide": Rule(decide, DESK, WAITING),
    "confirm": Rule(confirm, frozenset({R.LEAD}), WAITING),
    "hand_back": Rule(hand_back, frozenset({R.LEAD}), WAITING),
    "ask_for_evidence": Rule(ask, DESK, WAITING),
    "withdraw_request": Rule(withdraw, DESK, OPEN - WAITING),
}
CELLS = [
    pytest.param(verb, role, id=f"{verb}-{role or 'no_role'}")
    for verb in RULES
    for role in (*Role, None)
]


@pytest.fixture
def desk(house: House, tables: dict[str, str]) -> TableDesk:
    built = build_desk(house, tables)
    desk = TableDesk(built.house, built.reviews, built.trail)
    # A customer who has begun no other return today.
    desk.base = desk.waiting(house.delivered_order(email=f"{fresh('mei')}@example.com"))
    desk.evidence_id = house.evidence.of_return(desk.base.return_id)[0].evidence_id
    key = {"pk": {"S": f"ORDER#{desk.base.order_number}"}, "sk": {"S": "LINE#1"}}
    units = {":units": {"N": "1000"}}  # what the copies hold together
    client("dynamodb").update_item(
        TableName=tables["ReturnsTable"],
        Key=key,
        UpdateExpression="SET units = :units",
        ExpressionAttributeValues=units,
    )
    return desk


def copy(desk: TableDesk, status: ReturnStatus) -> Return:
    """The return in that state, with a decision that somebody else proposed."""
    judgement = Judgement(False, JudgementCode.NOT_SHOWN, "", member("else").actor, NOON)
    proposal = Proposal({"1": judgement}, judgement.by, NOON)
    made = replace(
        desk.base,
        return_id=new_id("ret", NOON),
        status=status,
        review=Review(NOON, proposal=proposal),
        version=None,
    )
    desk.house.returns.store.save_claim(made)
    return made


@contextmanager
def requests() -> Iterator[list[str]]:
    """The requests to tables and buckets made inside."""
    seen: list[str] = []
    sites = [client(name).meta.events for name in ("dynamodb", "s3")]
    for site in sites:
        site.register_first("before-call", lambda model, **_: seen.append(model.name), "seen")
    try:
        yield seen
    finally:
        for site in sites:
            site.unregister("before-call", unique_id="seen")


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except AftercareError as error:
        return error.code
    return "done"


def document(tables: dict[str, str], ret: Return) -> Any:
    key = {"pk": {"S": ret.return_id}, "sk": {"S": "RETURN"}}
    return client("dynamodb").get_item(TableName=tables["ReturnsTable"], Key=key).get("Item")


@pytest.mark.parametrize(("verb", "role"), CELLS)
def test_a_verb_is_done_by_who_may_do_it_in_the_states_that_allow_it(
    desk: TableDesk, tables: dict[str, str], verb: str, role: Role | None
) -> None:
    rule, who = RULES[verb], member("who", *([role] if role else []))
    for status in ReturnStatus:
        ret = copy(desk, status)
        before = document(tables, ret)
        with requests() as made:
            found = outcome(partial(rule.act, desk, who, ret))
        if role not in rule.roles:
            assert (found, made) == ("not_permitted", []), f"{status}: nothing is read for them"
        else:
            expected = "done" if status in rule.states else rule.refused
            assert found == expected, status
        if found != "done":
            assert document(tables, ret) == before, status


def test_the_table_has_every_verb_of_the_matrix_and_every_public_verb_of_the_service() -> None:
    public = {name for name in dir(Desk.__annotations__["reviews"]) if name[0] != "_"}
    fields = {"cases", "clock", "entropy", "evidence", "labels", "orders", "policies", "recalls"}
    shared = {"owned", "photos", "remedies", "screener", "store", "trail"}
    assert public - fields - shared == set(RULES)
    of_reviews = {
        "returns.ask_evidence",
        "returns.claim",
        "returns.confirm",
        "returns.decide",
        "returns.note",
        "returns.queue",
        "returns.read",
        "returns.read_evidence",
        "returns.search",
        "returns.withdraw_request",
    }
    named = {name for name in matrix.published() if name.startswith("returns.")}
    assert of_reviews <= named
    # What follows the arrival has tables of its own.
    assert named - of_reviews <= {move.permission for move in MOVES}


def test_who_holds_several_roles_may_do_what_any_of_them_may(desk: TableDesk) -> None:
    both = member("both", R.STORE, R.LEAD)
    ret = copy(desk, S.IN_REVIEW)
    assert confirm(desk, both, ret)


@pytest.mark.parametrize("role", [R.WAREHOUSE, R.STORE])
def test_a_store_or_warehouse_sees_neither_evidence_nor_the_customers_address(
    desk: TableDesk, role: Role
) -> None:
    desk.reviews.note(member("lee", R.LEAD), desk.base.return_id, "For us.")
    seen = desk.opened(member("who", role), desk.base.return_id)
    assert seen.order.purchase
    assert (seen.order.purchase.email, seen.evidence, seen.notes) == ("", (), ())
    assert seen.may == {"returns.read"}


def test_what_the_file_says_one_may_do_is_what_one_may_do(desk: TableDesk) -> None:
    verbs = {
        "returns.claim": ["claim"],
        "returns.decide": ["decide"],
        "returns.confirm": ["confirm", "hand_back"],
        "returns.ask_evidence": ["ask_for_evidence"],
        "returns.withdraw_request": ["withdraw_request"],
        "returns.note": ["note"],
        "returns.read_evidence": ["evidence_url"],
    }
    for role in Role:
        for status in ReturnStatus:
            may = desk.opened(member("who", role), copy(desk, status).return_id).may
            for name, acts in verbs.items():
                for act in acts:
                    rule = RULES[act]
                    assert (name in may) == (role in rule.roles and status in rule.states)
