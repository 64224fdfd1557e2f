"""The week's full pass: a file of an export by the function, all of them by the operator."""

from collections.abc import Sequence
from pathlib import Path

import pytest

import ledger_audit.app
from aftercare.kernel.aws import client
from infra.operator.audit import Count, first_difference
from tests.fakes.aws import Json
from tests.fakes.events import CONTEXT, queue_event
from tests.fakes.exports import arrived, exported, file_of
from tests.fakes.logs import logged
from tests.fakes.night import BY_NIGHT, DAY, DUE, SCHEDULED, Night, fresh_night

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
KEY = "AWSDynamoDB/01795359600000-5f6d8c3e/data/{}.json.gz"
LATER = SCHEDULED + 100 * DAY


@pytest.fixture
def night(tables: dict[str, str]) -> Night:
    return fresh_night(tables)


def lines(tables: dict[str, str]) -> list[str]:
    return exported(client("dynamodb"), tables["PointsTable"])


def audit(buckets: dict[str, str], *files: Sequence[str]) -> Json:
    """Hands each file to the function; its answer to the last one."""
    answer: Json = {}
    for number, file in enumerate(files):
        key = KEY.format(number)
        client("s3").put_object(Bucket=buckets["LedgerExportsBucket"], Key=key, Body=file_of(file))
        answer = dict(ledger_audit.app.handler(queue_event(arrived(key)), CONTEXT))
    return answer


def set_lots(tables: dict[str, str], member_id: str, points: int) -> None:
    client("dynamodb").update_item(
        TableName=tables["PointsTable"],
        Key={"pk": {"S": f"M#{member_id}"}, "sk": {"S": "ACCOUNT"}},
        UpdateExpression="SET lots.#due = :points",
        ExpressionAttributeNames={"#due": LATER.isoformat()},
        ExpressionAttributeValues={":points": {"N": str(points)}},
    )


def test_sound_books_are_counted_and_nobody_is_accused(
    night: Night, tables: dict[str, str], buckets: dict[str, str]
) -> None:
    night.members(5, {DUE: 5, LATER: 2})
    night.run()
    every = lines(tables)
    with logged() as log:
        assert audit(buckets, every[0::2], every[1::2]) == {"batchItemFailures": []}
    told = [line for line in log.lines if line["message"] == "file audited"]
    assert sum(line["entries"] for line in told) == 10
    assert {line["faults"] for line in told} == {0}


def test_a_member_whose_books_are_wrong_is_told_as_the_alarm_counts_it(
    night: Night, tables: dict[str, str], buckets: dict[str, str]
) -> None:
    members = night.members(3, {LATER: 2})
    set_lots(tables, members[1], 3)
    with logged() as log:
        audit(buckets, lines(tables))
    told = [line for line in log.lines if line["message"] == "audit difference"]
    assert [line["sentence"] for line in told] == [f"the books of {members[1]} differ by -1"]
    assert told[0]["level"] == "ERROR"


def test_a_file_that_is_not_there_comes_again(buckets: dict[str, str]) -> None:
    assert buckets["LedgerExportsBucket"]
    event = queue_event(arrived(KEY.format("gone")))
    assert ledger_audit.app.handler(event, CONTEXT) == {
        "batchItemFailures": [{"itemIdentifier": "m-0"}]
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path


def difference(folder: Path, every: Sequence[str]) -> str:
    """What the operator's command finds in two files of these lines."""
    for number in range(2):
        (folder / "data" / f"{number}.json.gz").write_bytes(file_of(every[number::2]))
    return first_difference(folder, 3, SCHEDULED, Count())


def test_the_nights_and_the_accounts_tell_the_same_sums(
    night: Night, tables: dict[str, str], folder: Path
) -> None:
    night.members(4, {DUE: 5, DUE - DAY: 3, LATER: 2})
    night.run(preview="dry-1")
    night.run()
    night.at(SCHEDULED + DAY)
    night.run(SCHEDULED + DAY)
    assert difference(folder, lines(tables)) == ""


def test_a_night_that_told_too_much_is_found(
    night: Night, tables: dict[str, str], folder: Path
) -> None:
    night.members(1, {DUE: 5})
    night.run()
    [part] = [
        key
        for key in night.record().parts
        if night.service.store.parts(str(SCHEDULED))[key].tally.points
    ]
    client("dynamodb").update_item(
        TableName=tables["PointsTable"],
        Key={"pk": {"S": f"RUN#{SCHEDULED}"}, "sk": {"S": f"PART#{part}"}},
        UpdateExpression="ADD points :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    assert difference(folder, lines(tables)) == f"{DUE}: the nights have 6 points, the accounts 5"


def test_a_night_under_way_is_not_held_against_anybody(
    night: Night, tables: dict[str, str], folder: Path
) -> None:
    night.members(4, {DUE: 5})
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    night.service.work(night.tasks.pop(0), lambda: True, actor=BY_NIGHT)
    assert difference(folder, lines(tables)) == ""
