"""What the mailer sends for which event: to whom, in which words, how often."""

import json

import boto3
import pytest

from aftercare.access.model import CODE_LIFETIME
from aftercare.access.service import CODE_REQUESTED
from aftercare.kernel.actor import client, operator
from aftercare.kernel.clock import utc_now
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import Reason
from aftercare.points.ledger import LAPSED_ON_RETURN
from aftercare.points.night.service import REMINDER_DUE
from aftercare.returns.events import DECLINED, LABEL_READY
from mailer.app import MAILS, handler
from tests.fakes import points_desk
from tests.fakes.actors import SOMEBODY
from tests.fakes.aws import Json, RefusalError, answering
from tests.fakes.callers import code_request, person
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import House
from tests.fakes.logs import logged
from tests.fakes.mails import mailboxes_on
from tests.fakes.orders import NOON
from tests.fakes.points_desk import NOBODY, joined
from tests.fakes.template import ROOT, template

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
ALL_WELL: Json = {"batchItemFailures": []}
FAILED: Json = {"batchItemFailures": [{"itemIdentifier": "m-0"}]}


def lapse(member_id: str, points: int = 20) -> Json:
    """The message about a member's returned points that had expired."""
    data = {"points": str(points), "operation_id": "return#spend#ac_1#s#k"}
    entry = Entry(f"ent_{member_id}", LAPSED_ON_RETURN, member_id, NOON, data, actor=SOMEBODY)
    return queue_event(bus_event(entry))


def mailed(message: Json) -> tuple[Json, list[Json]]:
    """The mailer's answer to a message, and the mails it sent."""
    sent: list[Json] = []

    def send(request: Json) -> Json:
        sent.append(request)
        return {"MessageId": "x"}

    with answering("ses", "SendEmail", send, once=True):
        return dict(handler(message, CONTEXT)), sent


def refused(member_id: str, code: str, status: int = 400) -> Json:
    """The worker's answer when SES answers so."""

    def refuse(_: Json) -> Json:
        raise RefusalError(code, status)

    with answering("ses", "SendEmail", refuse, once=True):
        return dict(handler(lapse(member_id), CONTEXT))


def test_every_entry_that_is_routed_to_the_mailer_has_a_mail_and_the_reverse() -> None:
    rows = template()["Mappings"]["Queues"].values()
    routed = {kind for row in rows if row.get("Workers") == ["Mailer"] for kind in row["Events"]}
    known = {CODE_REQUESTED, REMINDER_DUE, LAPSED_ON_RETURN, LABEL_READY, DECLINED}
    assert routed == MAILS.keys() == known


@pytest.mark.parametrize(
    ("language", "points", "subject"),
    [
        ("en", 1, "One returned point had already expired"),
        ("en", 1200, "1,200 returned points had already expired"),
        ("fr", 20, "20 points restitués avaient déjà expiré"),
        ("zh", 1200, "有1,200积分退回时已过期"),
    ],
)
def test_a_member_is_told_in_their_language_how_many(
    language: str, points: int, subject: str
) -> None:
    member = joined(language=language)
    answer, [mail] = mailed(lapse(member.member_id, points))
    assert answer == ALL_WELL
    assert mail["Destination.ToAddresses.member.1"] == member.email
    assert mail["Message.Subject.Data"] == subject
    text, html = mail["Message.Body.Text.Data"], mail["Message.Body.Html.Data"]
    assert "http://localhost:8787/points" in text
    assert f'<html lang="{language}">' in html
    assert subject in text
    assert subject in html


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
    assert mail["Destination.ToAddresses.member.1"] == email
    assert mail["Message.Subject.Data"].endswith(" is your code for the returns page")
    assert mailed(code_requested(request_id)) == (ALL_WELL, [])


def test_a_code_that_ses_did_not_confirm_is_sent_again_the_same(house: House) -> None:
    house.clock.now = utc_now()
    request_id = code_request(house, person())
    subjects: list[str] = []

    def fail(request: Json) -> Json:
        subjects.append(request["Message.Subject.Data"])
        raise RefusalError("InternalFailure", 500)

    with answering("ses", "SendEmail", fail, once=True):
        assert handler(code_requested(request_id), CONTEXT) == FAILED
    _, [mail] = mailed(code_requested(request_id))
    assert [mail["Message.Subject.Data"]] == subjects


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
