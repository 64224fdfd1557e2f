"""Whatever goes wrong is noticed: by an alarm that tells somebody, who finds out what to do."""

import re
from typing import Any

import pytest

from tests.fakes.template import ROOT, resources, template

ALARMS = resources("AWS::CloudWatch::Alarm")
FUNCTIONS = resources("AWS::Serverless::Function")
QUEUES = resources("AWS::SQS::Queue")
SOURCES = {name for name, queue in QUEUES.items() if "RedrivePolicy" in queue}
TABLES = set(resources("AWS::DynamoDB::Table"))
BEHIND_THE_API = {
    permission["FunctionName"]["Ref"]
    for permission in resources("AWS::Lambda::Permission").values()
} | {"ClientAuthorizerFunction"}
# SES reviews an account with more bounces or complaints than this, and pauses it at about twice.
UNDER_REVIEW = {"Reputation.BounceRate": 0.05, "Reputation.ComplaintRate": 0.001}


def watched(metric: str) -> dict[str, dict[str, Any]]:
    """Logical id of what an alarm on that metric watches → the alarm."""
    found = [alarm for alarm in ALARMS.values() if alarm.get("MetricName") == metric]
    return {_of(alarm["Dimensions"][0]["Value"]): alarm for alarm in found}


def _of(value: dict[str, Any]) -> str:
    named = value.get("Ref") or value["Fn::GetAtt"]
    return str(named if isinstance(named, str) else named[0]).partition(".")[0]


def rows() -> dict[str, list[str]]:
    """The runbook's table of alarms: alarm → what it means, what to do."""
    text = (ROOT / "docs" / "runbook.md").read_text()
    section = text.partition("\n## What each alarm means\n")[2].partition("\n## ")[0]
    found: dict[str, list[str]] = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for alarm in re.findall(r"`(\w+Alarm)`", cells[0]):
            assert alarm not in found, f"{alarm} has two rows"
            found[alarm] = cells[1:]
    return found


def test_every_alarm_has_a_row_in_the_runbook_and_the_reverse() -> None:
    assert set(rows()) == set(ALARMS)


@pytest.mark.parametrize("alarm", ALARMS)
def test_a_row_says_what_the_alarm_means_and_what_to_do(alarm: str) -> None:
    means, do = rows()[alarm]
    assert len(means.split()) > 3
    assert re.search(r"\]\(#[\w-]+\)", do), "a link to the section that says what to do"


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_tells_the_topic_and_names_the_runbook(alarm: str) -> None:
    assert ALARMS[alarm]["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert ALARMS[alarm]["AlarmDescription"].endswith("See docs/runbook.md.")


def test_who_gives_an_address_is_told() -> None:
    subscription = resources("AWS::SNS::Subscription")["AlarmSubscription"]
    assert subscription == {
        "TopicArn": {"Ref": "AlarmTopic"},
        "Protocol": "email",
        "Endpoint": {"Ref": "AlarmEmail"},
    }
    assert template()["Resources"]["AlarmSubscription"]["Condition"] == "HasAlarmEmail"


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_function_that_fails_or_is_throttled_is_noticed(metric: str) -> None:
    assert set(watched(metric)) == set(FUNCTIONS)


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_what_people_wait_for_is_noticed_within_five_minutes(metric: str) -> None:
    for function in BEHIND_THE_API:
        alarm = watched(metric)[function]
        assert alarm["Period"] * alarm["EvaluationPeriods"] == 300
        assert alarm["Threshold"] <= 5


def test_a_single_failure_of_what_runs_once_a_day_is_noticed() -> None:
    schedules = resources("AWS::Scheduler::Schedule").values()
    daily = [body for body in schedules if body["ScheduleExpression"].startswith("cron(")]
    targets = [body["Target"]["Arn"] for body in daily]
    scheduled = {_of(target) for target in targets if "Fn::GetAtt" in target}
    assert scheduled == {"PointsExpiryFunction", "DeskWorkerFunction"}
    assert all(watched("Errors")[function]["Threshold"] == 0 for function in scheduled)


def test_what_is_due_and_late_is_noticed_and_so_is_a_sweeper_that_says_nothing() -> None:
    alarm = ALARMS["DueLateAlarm"]
    [counted] = [
        body
        for body in resources("AWS::Logs::MetricFilter").values()
        if body["MetricTransformations"][0]["MetricName"] == alarm["MetricName"]
    ]
    assert counted["LogGroupName"] == {"Ref": "DueSweeperLogs"}
    assert counted["MetricTransformations"][0]["MetricValue"] == "$.late_seconds"
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 300


def test_every_queue_whose_work_waits_too_long_is_noticed() -> None:
    assert set(watched("ApproximateAgeOfOldestMessage")) == SOURCES


@pytest.mark.parametrize("queue", sorted(SOURCES))
def test_one_failed_try_is_no_alarm_and_a_message_is_not_lost_before_one(queue: str) -> None:
    threshold = watched("ApproximateAgeOfOldestMessage")[queue]["Threshold"]
    kept = QUEUES[queue].get("MessageRetentionPeriod", 345_600)
    assert QUEUES[queue]["VisibilityTimeout"] < threshold <= kept / 4


def test_a_code_that_waits_is_noticed_while_it_lives() -> None:
    alarm = watched("ApproximateAgeOfOldestMessage")["CodesQueue"]
    assert alarm["Threshold"] + alarm["Period"] * alarm["EvaluationPeriods"] <= 300


def test_every_table_that_throttles_is_noticed() -> None:
    found = set()
    for name, alarm in ALARMS.items():
        if "Metrics" in alarm and name != "OrderTroublesAlarm":
            assert template()["Resources"][name]["Condition"] == "IsOnAws"
            sums = [part["MetricStat"]["Metric"] for part in alarm["Metrics"][1:]]
            assert {each["MetricName"] for each in sums} == {
                "ReadThrottleEvents",
                "WriteThrottleEvents",
            }
            found |= {_of(each["Dimensions"][0]["Value"]) for each in sums}
    assert found == TABLES


@pytest.mark.parametrize("metric", UNDER_REVIEW)
def test_bounces_and_complaints_are_noticed_before_ses_looks_into_them(metric: str) -> None:
    [alarm] = [alarm for alarm in ALARMS.values() if alarm.get("MetricName") == metric]
    assert alarm["Namespace"] == "AWS/SES"
    assert "Dimensions" not in alarm, "SES judges the account"
    assert UNDER_REVIEW[metric] / 2 < alarm["Threshold"] < UNDER_REVIEW[metric]


def test_a_firewall_that_blocks_many_is_noticed() -> None:
    [alarm] = [alarm for alarm in ALARMS.values() if alarm.get("Namespace") == "AWS/WAFV2"]
    firewall = resources("AWS::WAFv2::WebACL")["Firewall"]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert dimensions == {
        "WebACL": firewall["VisibilityConfig"]["MetricName"],
        "Region": {"Ref": "AWS::Region"},
        "Rule": "ALL",
    }
    assert alarm["MetricName"] == "BlockedRequests"
