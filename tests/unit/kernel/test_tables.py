"""A commit says why it failed, tries again where that helps, and asks no other client than ours."""

from typing import ClassVar

import pytest
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import BusyError, StaleWriteError
from aftercare.kernel.tables import CommitRefusedError, Transaction, bind
from tests.fakes.aws import Json, RefusalError, answering
from tests.fakes.refusals import refused

pytestmark = pytest.mark.usefixtures("account")
STALE = "Something changed in the meantime; nothing was written."


class Thing(Model):
    """A row of any table."""

    class Meta:
        table_name = "things"

    pk = UnicodeAttribute(hash_key=True)


class _ByName(GlobalSecondaryIndex["Counted"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_name"
        projection = AllProjection()

    name = UnicodeAttribute(hash_key=True)


class Counted(Model):
    """A row that an index finds, too."""

    class Meta:
        table_name = "counted"

    pk = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    by_name: ClassVar[_ByName] = _ByName()


class DynamoDB:
    """Cancels with the reasons it was given, one list a request, then agrees."""

    def __init__(self, *cancellations: list[str]) -> None:
        self.cancellations = list(cancellations)
        self.requests: list[Json] = []

    def __call__(self, requests: Json) -> Json:
        self.requests.append(requests)
        if not self.cancellations:
            return {}
        reasons = [{"Code": code} for code in self.cancellations.pop(0)]
        raise RefusalError("TransactionCanceledException", CancellationReasons=reasons)


def commit(dynamodb: DynamoDB) -> list[float]:
    """Three writes in one transaction; returns the pauses between attempts."""
    thing = bind(Thing, "things")
    pauses: list[float] = []
    with (
        answering("dynamodb", "TransactWriteItems", dynamodb),
        Transaction(thing, pause=pauses.append) as transaction,
    ):
        for name in ("one", "two", "three"):
            transaction.save(thing(name), thing.pk.does_not_exist())
    return pauses


def test_a_commit_is_one_request_with_all_of_its_writes() -> None:
    dynamodb = DynamoDB()
    assert commit(dynamodb) == []
    [requests] = dynamodb.requests
    names = [item["Put"]["Item"]["pk"]["S"] for item in requests["TransactItems"]]
    assert names == ["one", "two", "three"]
    assert requests["ClientRequestToken"]


def test_a_conflict_with_another_transaction_is_tried_again_after_a_growing_pause() -> None:
    conflict = ["None", "TransactionConflict", "None"]
    dynamodb = DynamoDB(conflict, conflict, conflict)
    pauses = commit(dynamodb)
    assert len(dynamodb.requests) == 4
    assert len(pauses) == 3
    assert all(0 <= pause <= 0.05 * 2**i for i, pause in enumerate(pauses))


def test_every_attempt_asks_for_the_same_writes() -> None:
    dynamodb = DynamoDB(["TransactionConflict", "None", "None"])
    commit(dynamodb)
    first, second = (requests["TransactItems"] for requests in dynamodb.requests)
    assert first == second


def test_a_commit_that_only_ever_conflicts_gives_up_as_busy() -> None:
    dynamodb = DynamoDB(*[["TransactionConflict", "None", "None"]] * 99)
    sentence = "Too many others are at this right now; nothing was written."
    with refused(BusyError, "busy", sentence):
        commit(dynamodb)
    assert len(dynamodb.requests) == 6


@pytest.mark.parametrize(
    ("reasons", "held"),
    [
        (["ConditionalCheckFailed", "None", "None"], (False, True, True)),
        (["None", "None", "ConditionalCheckFailed"], (True, True, False)),
        (["ConditionalCheckFailed", "None", "ConditionalCheckFailed"], (False, True, False)),
        (["None", "ConditionalCheckFailed", "TransactionConflict"], (True, False, True)),
    ],
)
def test_a_refused_commit_tells_write_by_write_whose_condition_held(
    reasons: list[str], held: tuple[bool, ...]
) -> None:
    dynamodb = DynamoDB(reasons)
    with refused(CommitRefusedError, "stale_write", STALE) as refusal:
        commit(dynamodb)
    assert refusal.value.held == held
    assert len(dynamodb.requests) == 1


def test_what_trying_again_does_not_mend_is_told_as_it_is() -> None:
    dynamodb = DynamoDB(["ValidationError", "None", "None"])
    with pytest.raises(TransactWriteError):
        commit(dynamodb)
    assert len(dynamodb.requests) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [("ConditionalCheckFailedException", StaleWriteError), ("ValidationException", PutError)],
)
def test_a_single_write_whose_condition_failed_is_stale_and_nothing_else_is(
    code: str, kind: type[Exception]
) -> None:
    thing = bind(Thing, "things")

    def refuse(_: Json) -> Json:
        raise RefusalError(code)

    with answering("dynamodb", "PutItem", refuse), pytest.raises(kind), conditional():
        thing("one").save(thing.pk.does_not_exist())


def test_two_stores_of_one_row_ask_each_its_own_table() -> None:
    first, second = bind(Counted, "first"), bind(Counted, "second")
    requests: list[Json] = []

    def answer(request: Json) -> Json:
        requests.append(request)
        return {"Items": [], "Count": 0, "ScannedCount": 0}

    with answering("dynamodb", "Query", answer):
        assert list(first.query("one")) == []
        assert list(second.by_name.query("one")) == []
        assert list(first.by_name.query("one")) == []
    assert [request["TableName"] for request in requests] == ["first", "second", "first"]


def test_a_missing_item_of_a_bound_row_is_missed_under_the_rows_own_name() -> None:
    thing = bind(Thing, "things")
    with answering("dynamodb", "GetItem", lambda _: {}), pytest.raises(Thing.DoesNotExist):
        thing.get("one")
