"""Which of SES's reports end mail to a mailbox."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from aftercare.mail.errors import MailFeedbackInvalidError
from aftercare.mail.feedback import BOUNCED, COMPLAINED, feedback_in
from aftercare.mail.model import Feedback, Reason
from tests.fakes.template import ROOT

type Json = dict[str, Any]
AT = "2026-11-21T20:00:02.731Z"
REPORTED = "2026-11-21T20:00:03Z"
MOMENT = datetime(2026, 11, 21, 20, 0, 3, tzinfo=UTC)


def event(event_type: str, detail: Json, time: str = REPORTED) -> Json:
    return {"source": "aws.ses", "detail-type": event_type, "time": time, "detail": detail}


def bounce(kind: str = "Permanent", **changes: Any) -> Json:
    report = {
        "bounceType": kind,
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": "mei@example.com", "action": "failed"}],
        "timestamp": AT,
    }
    return event(BOUNCED, {"eventType": "Bounce", "bounce": report | changes, "mail": {}})


def complaint(kind: str | None = "abuse") -> Json:
    report: Json = {
        "complainedRecipients": [{"emailAddress": "mei@example.com"}],
        "timestamp": AT,
        "complaintFeedbackType": kind,
    }
    return event(COMPLAINED, {"eventType": "Complaint", "complaint": report, "mail": {}})


def test_a_permanent_bounce_ends_mail_to_each_recipient() -> None:
    both = [{"emailAddress": "Mei <mei@example.com>"}, {"emailAddress": "luc@example.ca"}]
    assert feedback_in(bounce(bouncedRecipients=both)) == Feedback(
        ("mei@example.com", "luc@example.ca"), Reason.BOUNCE, "General", MOMENT
    )


def test_an_addressee_that_is_no_address_names_no_mailbox() -> None:
    strange = [{"emailAddress": "<>@<>"}, {"emailAddress": "luc@example.ca"}]
    feedback = feedback_in(bounce(bouncedRecipients=strange))
    assert feedback
    assert feedback.emails == ("luc@example.ca",)


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_a_bounce_that_may_pass_does_not(kind: str) -> None:
    assert feedback_in(bounce(kind)) is None


@pytest.mark.parametrize("kind", ["abuse", "fraud", None])
def test_a_complaint_of_any_kind_does(kind: str | None) -> None:
    feedback = feedback_in(complaint(kind))
    assert feedback == Feedback(("mei@example.com",), Reason.COMPLAINT, kind or "", MOMENT)


def test_a_report_of_no_spam_does_not() -> None:
    assert feedback_in(complaint("not-spam")) is None


@pytest.mark.parametrize("stated", ["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "yesterday", 5])
def test_feedback_counts_from_when_ses_reported_it_whatever_the_mail_server_says(
    stated: object,
) -> None:
    """The server's clock may be wrong: a bounce of 1970 would be older than any lifting."""
    feedback = feedback_in(bounce(timestamp=stated))
    assert feedback
    assert feedback.occurred_at == MOMENT


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"bounceType": 5}, "bounce.bounceType"),
        ({"bouncedRecipients": []}, "bounce.bouncedRecipients"),
        ({"bouncedRecipients": [{}]}, "bounce.bouncedRecipients[0].emailAddress"),
    ],
)
def test_a_report_with_a_wrong_field_is_refused_by_its_name(changes: Json, field: str) -> None:
    with pytest.raises(MailFeedbackInvalidError) as refusal:
        feedback_in(bounce(**changes))
    assert field in refusal.value.detail


@pytest.mark.parametrize("time", ["yesterday", "", "0001-01-01T00:00:00Z"])
def test_a_report_of_an_impossible_time_is_refused(time: str) -> None:
    with pytest.raises(MailFeedbackInvalidError) as refusal:
        feedback_in(bounce() | {"time": time})
    assert refusal.value.detail.startswith("time must be ")


def test_the_samples_are_of_the_shape_that_ses_sends() -> None:
    for path in sorted((ROOT / "events" / "mailer").glob("*.json")):
        report = json.loads(json.loads(path.read_text())["Records"][0]["body"])
        if report["source"] == "aws.ses":
            assert report["detail"]["mail"]["tags"]["ses:configuration-set"] == ["aftercare-local"]
            feedback_in(report)
