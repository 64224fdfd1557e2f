"""Members are told of points that came back too late: who, in which words, and who not."""

import pytest

from aftercare import points_assembly
from aftercare.kernel.actor import client
from aftercare.kernel.timeline import Entry
from aftercare.points.ledger import LAPSED_ON_RETURN
from points_mailer.app import _mail, handler
from tests.fakes.aws import Json, RefusalError, answering
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.logs import logged
from tests.fakes.orders import NOON
from tests.fakes.points_desk import NOBODY, joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
ALL_WELL: Json = {"batchItemFailures": []}
FAILED: Json = {"batchItemFailures": [{"itemIdentifier": "m-0"}]}


def lapse(member_id: str, points: int = 20) -> Json:
    """The worker's message: the first that this member is told."""
    data = {"points": str(points), "operation_id": "return#spend#ac_1#s#k"}
    entry = Entry(f"ent_{member_id}", LAPSED_ON_RETURN, member_id, NOON, data)
    return queue_event(bus_event(entry))


def told(member_id: str, points: int = 20) -> tuple[Json, list[Json]]:
    """The worker's answer, and the mails it sent."""
    sent: list[Json] = []

    def send(asked: Json) -> Json:
        sent.append(asked)
        return {"MessageId": "x"}

    _mail.cache_clear()
    with answering("ses", "SendEmail", send, once=True):
        return dict(handler(lapse(member_id, points), CONTEXT)), sent


def refused(member_id: str, code: str, status: int = 400) -> Json:
    """The worker's answer when SES answers so."""

    def refuse(_: Json) -> Json:
        raise RefusalError(code, status)

    _mail.cache_clear()
    with answering("ses", "SendEmail", refuse, once=True):
        return dict(handler(lapse(member_id), CONTEXT))


@pytest.mark.parametrize(
    ("language", "points", "subject"),
    [
        ("en", 1, "One point came back to you too late"),
        ("en", 1200, "1,200 points came back to you too late"),
        ("fr", 20, "20 points vous sont revenus trop tard"),
        ("zh", 1200, "有1,200积分退回时已过期"),
    ],
)
def test_a_member_is_told_in_their_language_how_many(
    language: str, points: int, subject: str
) -> None:
    member = joined(language=language)
    answer, [mail] = told(member.member_id, points)
    assert answer == ALL_WELL
    assert mail["Destination.ToAddresses.member.1"] == member.email
    assert mail["Message.Subject.Data"] == subject
    text, html = mail["Message.Body.Text.Data"], mail["Message.Body.Html.Data"]
    assert "http://localhost:8787/points" in text
    assert f'<html lang="{language}">' in html
    assert subject in text
    assert subject in html


def test_who_wants_no_reminders_is_told_all_the_same() -> None:
    _, sent = told(joined(reminders=False).member_id)
    assert len(sent) == 1


def test_who_closed_their_account_gets_no_mail() -> None:
    member = joined()
    points_assembly.members().close(member.member_id, actor=client("ac_1"))
    assert told(member.member_id) == (ALL_WELL, [])


def test_a_member_that_is_not_known_comes_again() -> None:
    assert told(NOBODY) == (FAILED, [])


def test_a_mail_that_is_refused_comes_again_and_names_nobody_in_the_log() -> None:
    member_id = joined().member_id
    with logged() as log:
        assert refused(member_id, "MessageRejected") == FAILED
    assert "example.com" not in log.getvalue()
    answer, sent = told(member_id)
    assert (answer, len(sent)) == (ALL_WELL, 1)


def test_a_message_that_comes_again_brings_no_second_mail() -> None:
    member_id = joined().member_id
    assert len(told(member_id)[1]) == 1
    assert told(member_id) == (ALL_WELL, [])


def test_a_mail_of_which_ses_does_not_say_whether_it_went_is_not_sent_again() -> None:
    member_id = joined().member_id
    assert refused(member_id, "InternalFailure", 500) == FAILED
    assert told(member_id) == (ALL_WELL, [])
