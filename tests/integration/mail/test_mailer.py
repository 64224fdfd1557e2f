"""What the mailer sends for which event: to whom, in which words, how often."""

import json
import re

import boto3
import pytest

from aftercare.access.model import CODE_LIFETIME
from aftercare.access.service import CODE_REQUESTED
from aftercare.kernel.actor import client, operator
from aftercare.kernel.clock import utc_now
from aftercare.kernel.errors import ConfigurationError
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import Reason
from aftercare.mail.wiring import PacingConfig, mail_pacing
from aftercare.points.ledger import LAPSED_ON_RETURN
from aftercare.points.night.service import REMINDER_DUE
from mailer.app import handler
from mailer.mails import MAILS
from tests.fakes import points_desk
from tests.fakes.actors import SOMEBODY
from tests.fakes.aws import Json, RefusalError, answering
from tests.fakes.callers import code_request, person
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import House
from tests.fakes.logs import logged
from tests.fakes.mails import Posted, mailboxes_on, posted, posting
from tests.fakes.orders import NOON
from tests.fakes.points_desk import NOBODY, joined
from tests.fakes.template import ROOT, resources, template

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
ALL_WELL: Json = {"batchItemFailures": []}
FAILED: Json = {"batchItemFailures": [{"itemIdentifier": "m-0"}]}


def lapse(member_id: str, points: int = 20) -> Json:
    """The message about a member's returned points that had expired."""
    data = {"points": str(points), "operation_id": "return#spend#ac_1#s#k"}
    entry = Entry(f"ent_{member_id}", LAPSED_ON_RETURN, member_id, NOON, data, actor=SOMEBODY)
    return queue_event(bus_event(entry))


def received(message: Json, queue: str, receives: int = 1) -> Json:
    """The message as its queue delivers it for the first time, or again."""
    for record in message["Records"]:
        record["eventSourceARN"] = f"arn:aws:sqs:us-west-2:123456789012:{queue}"
        record["attributes"] = {"ApproximateReceiveCount": str(receives)}
    return message


def mailed(message: Json) -> tuple[Json, list[Posted]]:
    """The mailer's answer to a message, and the mails it sent."""
    with posting() as sent:
        return dict(handler(message, CONTEXT)), sent


def refused(member_id: str, code: str, status: int = 400) -> Json:
    """The worker's answer when SES answers so."""

    def refuse(_: Json) -> Json:
        raise RefusalError(code, status)

    with answering("ses", "SendRawEmail", refuse, once=True):
        return dict(handler(lapse(member_id), CONTEXT))


def test_every_entry_that_is_routed_to_the_mailer_has_a_mail_and_the_reverse() -> None:
    rows = template()["Mappings"]["Queues"].values()
    routed = {kind for row in rows if row.get("Workers") == ["Mailer"] for kind in row["Events"]}
    assert routed == MAILS.keys()
    assert {CODE_REQUESTED, REMINDER_DUE, LAPSED_ON_RETURN} < MAILS.keys()


@pytest.mark.parametrize(
    ("language", "points", "subject"),
    [
        ("en", 1, "One returned point had already expired"),
        ("en", 1200, "1,200 returned points had already expired"),
        ("fr", 20, "20 points restitués avaient déjà expiré"),
        ("zh-Hans", 1200, "有 1,200 积分退回时已过期"),
    ],
)
def test_a_member_is_told_in_their_language_how_many(
    language: str, points: int, subject: str
) -> None:
    member = joined(language=language)
    answer, [mail] = mailed(lapse(member.member_id, points))
    assert answer == ALL_WELL
    assert mail.to == [member.email]
    assert mail.subject == subject
    assert "http://localhost:8787/points" in mail.text
    assert f'<html lang="{language}">' in mail.html
    assert subject in mail.text
    assert subject in mail.html


def test_who_wants_no_reminders_is_told_all_the_same() -> None:
    _, sent = mailed(lapse(joined(reminders=False).member_id))
    assert len(sent) == 1


def test_who_closed_their_account_gets_no_mail() -> None:
    member = joined()
    points_desk.members().close(member.member_id, actor=client("ac_1"))
    assert mailed(lapse(member.member_id)) == (ALL_WELL, [])


def test_a_member_that_is_not_known_comes_again() -> None:
    assert mailed(lapse(NOBODY)) == (FAILED, [])


def test_a_mail_that_ses_does_not_take_now_comes_again_and_names_nobody_in_the_log() -> None:
    member_id = joined().member_id
    with logged() as log:
        assert refused(member_id, "Throttling") == FAILED
    [failed] = [line for line in log.lines if line["message"] == "mail not sent"]
    assert failed["reason"] == "Throttling"
    assert "example.com" not in log.getvalue()
    answer, sent = mailed(lapse(member_id))
    assert (answer, len(sent)) == (ALL_WELL, 1)


@pytest.mark.parametrize(
    ("code", "status", "longest"),
    [("Throttling", 400, 20), ("AccountSendingPausedException", 400, 20), ("Internal", 500, 30)],
)
def test_a_mail_that_was_not_sent_is_hidden_by_its_urgency_and_why(
    code: str, status: int, longest: int
) -> None:
    message, hidden = received(lapse(joined().member_id), "Lapses"), []

    def refuse(_: Json) -> Json:
        raise RefusalError(code, status)

    def hide(request: Json) -> Json:
        hidden.append(request["VisibilityTimeout"])
        return {}

    with (
        answering("ses", "SendRawEmail", refuse, once=True),
        answering("sqs", "GetQueueUrl", lambda _: {"QueueUrl": "https://sqs.example/Lapses"}),
        answering("sqs", "ChangeMessageVisibility", hide),
        logged() as log,
    ):
        assert handler(message, CONTEXT) == FAILED
    [seconds] = hidden
    assert longest / 2 <= seconds <= longest
    [postponed] = [line for line in log.lines if line["message"] == "mail postponed"]
    assert (postponed["mail"], postponed["urgency"], postponed["receives"]) == (
        "points_lapsed",
        "soon",
        1,
    )


@pytest.mark.parametrize("value", ["", "x", "0", "-1", "nan", "inf"])
def test_a_pace_that_is_no_number_above_zero_names_its_setting(value: str) -> None:
    with pytest.raises(ConfigurationError, match="MAIL_RATE"):
        mail_pacing(PacingConfig(value, "2"))


def test_a_mail_that_ses_refuses_for_good_is_not_tried_again_and_pages_nobody() -> None:
    """Alarms stand on dead letters: a message that was answered never gets there."""
    member_id = joined().member_id
    with logged() as log:
        assert refused(member_id, "MessageRejected") == ALL_WELL
    assert {line["level"] for line in log.lines} == {"INFO"}
    assert [line["outcome"] for line in log.lines if line["message"] == "mail"] == ["refused"]
    assert "example.com" not in log.getvalue()
    assert mailed(lapse(member_id)) == (ALL_WELL, [])


def test_a_message_that_comes_again_brings_no_second_mail() -> None:
    member_id = joined().member_id
    assert len(mailed(lapse(member_id))[1]) == 1
    assert mailed(lapse(member_id)) == (ALL_WELL, [])


def test_what_a_member_must_know_is_sent_again_where_ses_does_not_say_whether_it_went() -> None:
    member_id = joined().member_id
    assert refused(member_id, "InternalFailure", 500) == FAILED
    answer, sent = mailed(lapse(member_id))
    assert (answer, len(sent)) == (ALL_WELL, 1)


def test_a_mail_that_was_claimed_in_the_points_table_is_not_sent_again(
    tables: dict[str, str],
) -> None:
    """As the mailer did before mails had a table: its messages may come again after a deploy."""
    member_id = joined().member_id
    item = {
        "pk": {"S": f"MAIL#ent_{member_id}"},
        "sk": {"S": "MAIL"},
        "sent_at": {"S": "2026-11-27T10:00:00.000000+00:00"},
        "expires_at": {"N": "1800000000"},
    }
    boto3.client("dynamodb").put_item(TableName=tables["PointsTable"], Item=item)
    assert mailed(lapse(member_id)) == (ALL_WELL, [])


# ---------------------------------------------------------------- one-time codes


def code_requested(request_id: str) -> Json:
    return queue_event(bus_event(Entry("ent_1", CODE_REQUESTED, request_id, NOON, actor=SOMEBODY)))


def test_a_code_goes_out_once_however_often_its_message_comes(house: House) -> None:
    house.clock.now = utc_now()
    request_id = code_request(house, email := person())
    answer, [mail] = mailed(code_requested(request_id))
    assert answer == ALL_WELL
    assert mail.to == [email]
    assert mail.subject.endswith(" is your code for the returns page")
    assert mailed(code_requested(request_id)) == (ALL_WELL, [])


def test_a_code_that_ses_did_not_confirm_is_sent_again_the_same(house: House) -> None:
    house.clock.now = utc_now()
    request_id = code_request(house, person())
    subjects: list[str] = []

    def fail(request: Json) -> Json:
        subjects.append(posted(request).subject)
        raise RefusalError("InternalFailure", 500)

    with answering("ses", "SendRawEmail", fail, once=True):
        assert handler(code_requested(request_id), CONTEXT) == FAILED
    _, [mail] = mailed(code_requested(request_id))
    assert [mail.subject] == subjects


@pytest.mark.parametrize(("receives", "is_counted"), [(1, False), (3, False), (4, True)])
def test_a_code_that_ses_keeps_refusing_is_counted_by_its_alarm(
    house: House, receives: int, *, is_counted: bool
) -> None:
    """Its queue's age and dead letters would not show it: see the template."""
    house.clock.now = utc_now()
    message = received(code_requested(code_request(house, person())), "Codes", receives)

    def refuse(_: Json) -> Json:
        raise RefusalError("Throttling")

    with answering("ses", "SendRawEmail", refuse, once=True), logged() as log:
        assert handler(message, CONTEXT) == FAILED
    [line] = [line for line in log.lines if line["message"] == "mail postponed"]
    pattern = resources("AWS::Logs::MetricFilter")["PostponedCodes"]["FilterPattern"]
    texts = dict(re.findall(r'\$\.(\w+) = "([^"]+)"', pattern))
    assert texts == {name: line[name] for name in ("message", "urgency")}
    [(name, least)] = re.findall(r"\$\.(\w+) >= (\d+)", pattern)
    assert (line[name] >= int(least)) is is_counted


def test_a_code_that_has_expired_is_not_sent(house: House) -> None:
    house.clock.now = utc_now() - CODE_LIFETIME
    request_id = code_request(house, person())
    assert mailed(code_requested(request_id)) == (ALL_WELL, [])


# ---------------------------------------------------------------- what comes back


def sample(name: str) -> Json:
    loaded: Json = json.loads((ROOT / "events" / "mailer" / f"{name}.json").read_text())
    return loaded


@pytest.mark.parametrize(
    ("name", "email", "suppressed"),
    [
        ("bounced", "gone@example.com", (Reason.BOUNCE, "General")),
        ("complained", "angry@example.com", (Reason.COMPLAINT, "abuse")),
        ("bounced_transiently", "full@example.com", None),
        ("not_spam", "happy@example.com", None),
    ],
)
def test_a_permanent_bounce_or_a_complaint_ends_mail_to_the_mailbox(
    tables: dict[str, str], name: str, email: str, suppressed: tuple[Reason, str] | None
) -> None:
    with logged() as log:
        assert handler(sample(name), CONTEXT) == ALL_WELL
    assert "example.com" not in log.getvalue()
    stored = mailboxes_on(tables, utc_now).suppression(email)
    assert (stored and (stored.reason, stored.detail)) == suppressed
    member = joined(email)
    assert len(mailed(lapse(member.member_id))[1]) == (0 if suppressed else 1)


def test_a_suppressed_mail_has_ended_and_pages_nobody(tables: dict[str, str]) -> None:
    handler(sample("bounced"), CONTEXT)
    member_id = joined("Gone@Example.com").member_id
    with logged() as log:
        assert mailed(lapse(member_id)) == (ALL_WELL, [])
    assert [line["outcome"] for line in log.lines if line["message"] == "mail"] == ["suppressed"]
    mailboxes_on(tables, utc_now).lift("gone@example.com", actor=operator("mei"))
    assert mailed(lapse(member_id)) == (ALL_WELL, []), "it ended; the next mail goes out"
    later = Entry("ent_later", LAPSED_ON_RETURN, member_id, NOON, {"points": "5"}, actor=SOMEBODY)
    assert len(mailed(queue_event(bus_event(later)))[1]) == 1


def test_feedback_that_cannot_be_read_comes_again() -> None:
    message = queue_event({"detail-type": "Email Bounced", "source": "aws.ses", "detail": {}})
    assert handler(message, CONTEXT) == FAILED
