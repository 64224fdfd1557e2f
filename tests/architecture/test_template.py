"""template.yaml keeps its promises: routes, roles, logs, queues, tables, buckets, permissions."""

import importlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from aftercare.batches.model import LINK_LIFETIME
from aftercare.evidence import budget
from aftercare.evidence.screening import MOST_PIXELS
from aftercare.labels.service import CLAIM
from aftercare.mail.feedback import BOUNCED, COMPLAINED
from aftercare.mail.model import LEASE
from aftercare.points.rules import published
from aftercare.web.application import Application
from tests.fakes.template import ROOT, function_of, paths, resources, template

FUNCTIONS = resources("AWS::Serverless::Function")
QUEUES = resources("AWS::SQS::Queue")
GLOBALS = template()["Globals"]["Function"]
# What AWS gives an account in a region before anybody asks for more.
ACCOUNTS_CONCURRENCY = 1000
# What it fails to do it does a minute later, so nothing is kept for it and nothing repeated.
EVERY_MINUTE = "DueSweeperFunction"
APPS = {
    "PortalFunction": ("portal.app", "app"),
    "CheckPageFunction": ("check_page.app", "app"),
    "CodesDownloadFunction": ("codes_download.app", "app"),
    "AuthenticityApiFunction": ("authenticity_api.app", "app"),
    "PointsApiFunction": ("points_api.app", "app"),
    "ReturnsApiFunction": ("returns_api.app", "app"),
    "TicketsApiFunction": ("tickets_api.app", "app"),
    "ConsoleFunction": ("console.app", "app"),
    "HooksFunction": ("hooks.app", "app"),
    "WechatFunction": ("wechat.app", "app"),
}
APIS = ("Api", "ConsoleApi")


def ref(value: Any) -> str:
    """The logical id behind a Ref or a GetAtt."""
    target = value.get("Ref") or value.get("Fn::GetAtt")
    return (target if isinstance(target, str) else ".".join(target)).partition(".")[0]


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in resources("AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement
    for name, policy in resources("AWS::IAM::ManagedPolicy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            yield name, statement


def events_of(function: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = function.get("Events", {}).values()
    return [event["Properties"] for event in found if event["Type"] == kind]


def sources_of(logical_id: str, attribute: str) -> list[dict[str, Any]]:
    """The mappings, outside of the function, from a queue (Arn) or a table's stream (StreamArn)."""
    return [
        source
        for source in resources("AWS::Lambda::EventSourceMapping").values()
        if ref(source["FunctionName"]) == logical_id
        and source["EventSourceArn"]["Fn::GetAtt"][1] == attribute
    ]


def queues_of(logical_id: str) -> list[str]:
    """Every queue that fills the function."""
    own = [source["Queue"] for source in events_of(FUNCTIONS[logical_id], "SQS")]
    mapped = [source["EventSourceArn"] for source in sources_of(logical_id, "Arn")]
    return [ref(queue) for queue in own + mapped]


@pytest.mark.parametrize("logical_id", APPS)
def test_every_path_of_the_app_leads_to_it_and_the_reverse(logical_id: str) -> None:
    module, name = APPS[logical_id]
    app = getattr(importlib.import_module(module), name)
    behind = {
        path
        for api in APIS
        for path, every in paths(api).items()
        if {function_of(each) for each in every.values()} == {logical_id}
    }
    routes = app.whole().routes if isinstance(app, Application) else app.routes
    assert behind == set(routes)


def test_every_path_leads_to_an_app_whose_paths_are_compared() -> None:
    every = [operations for api in APIS for operations in paths(api).values()]
    assert {function_of(each) for operations in every for each in operations.values()} == set(APPS)


def test_customers_and_staff_share_no_api() -> None:
    """An API is an origin, and an origin has its own cookies."""
    behind = {api: {function_of(each["get"]) for each in paths(api).values()} for api in APIS}
    assert behind["ConsoleApi"] == {"ConsoleFunction"}
    assert "ConsoleFunction" not in behind["Api"]


@pytest.mark.parametrize("logical_id", FUNCTIONS)
def test_every_function_has_a_role_and_a_log_group_of_its_own(logical_id: str) -> None:
    function = FUNCTIONS[logical_id]
    others = [body for name, body in FUNCTIONS.items() if name != logical_id]
    role, logs = ref(function["Role"]), ref(function["LoggingConfig"]["LogGroup"])
    assert role not in {ref(other["Role"]) for other in others}
    assert logs not in {ref(other["LoggingConfig"]["LogGroup"]) for other in others}
    assert resources("AWS::Logs::LogGroup")[logs]["RetentionInDays"] <= 90


@pytest.mark.parametrize("logical_id", FUNCTIONS)
def test_every_function_has_an_event_sample_and_a_handler(logical_id: str) -> None:
    module, _, name = FUNCTIONS[logical_id]["Handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))
    folder = module.partition(".")[0]
    samples = list((ROOT / "events" / folder).glob("*.json"))
    assert samples
    assert all(json.loads(sample.read_text()) for sample in samples)


def test_every_event_sample_belongs_to_a_function() -> None:
    folders = {body["Handler"].partition(".")[0] for body in FUNCTIONS.values()}
    assert {path.name for path in (ROOT / "events").iterdir()} == folders


def test_no_statement_allows_every_action() -> None:
    for name, statement in statements():
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert "*" not in action, f"{name} allows {action}"


def test_every_resource_is_where_aws_offers_nothing_finer() -> None:
    unbounded = {
        (
            name,
            tuple(
                [statement["Action"]]
                if isinstance(statement["Action"], str)
                else statement["Action"]
            ),
        )
        for name, statement in statements()
        if '"*"' in json.dumps(statement["Resource"])
    }
    assert unbounded == {
        ("EventPublisherRole", ("dynamodb:ListStreams",)),
        ("TracingPolicy", ("xray:PutTraceSegments", "xray:PutTelemetryRecords")),
        ("MailerRole", ("ses:SendRawEmail",)),  # on the local stack only: see the template
        ("MailerRole", ("ses:GetSendQuota",)),
    }


def test_every_queue_has_dead_letters_with_an_alarm() -> None:
    targets = {
        ref(queue["RedrivePolicy"]["deadLetterTargetArn"])
        for queue in QUEUES.values()
        if "RedrivePolicy" in queue
    } | {
        ref(function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"])
        for name, function in FUNCTIONS.items()
        if "EventInvokeConfig" in function and name != EVERY_MINUTE
    }
    dead_letters = {name for name, queue in QUEUES.items() if "RedrivePolicy" not in queue}
    assert targets == dead_letters
    alarmed = {
        ref(alarm["Dimensions"][0]["Value"])
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible" and alarm["AlarmActions"]
    }
    assert alarmed == dead_letters


@pytest.mark.parametrize("logical_id", FUNCTIONS)
def test_a_message_stays_hidden_six_times_as_long_as_its_worker_may_run(logical_id: str) -> None:
    function = FUNCTIONS[logical_id]
    timeout = function.get("Timeout", GLOBALS["Timeout"])
    for queue in queues_of(logical_id):
        assert QUEUES[queue]["VisibilityTimeout"] >= 6 * timeout


@pytest.mark.parametrize("logical_id", FUNCTIONS)
def test_queues_and_streams_report_partial_failures(logical_id: str) -> None:
    streams = sources_of(logical_id, "StreamArn")
    for source in events_of(FUNCTIONS[logical_id], "SQS") + sources_of(logical_id, "Arn") + streams:
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    for stream in streams:
        assert ref(stream["DestinationConfig"]["OnFailure"]["Destination"]) in QUEUES


def test_every_queue_but_dead_letters_has_a_worker() -> None:
    emptied = {queue for name in FUNCTIONS for queue in queues_of(name)}
    assert emptied == {name for name, queue in QUEUES.items() if "RedrivePolicy" in queue}


def test_every_table_with_a_stream_is_published() -> None:
    tables = resources("AWS::DynamoDB::Table").items()
    streams = sources_of("EventPublisherFunction", "StreamArn")
    assert {ref(stream["EventSourceArn"]) for stream in streams} == {
        name for name, table in tables if "StreamSpecification" in table
    }


def test_the_publisher_may_read_the_streams_that_it_is_given_and_no_others() -> None:
    streams = sources_of("EventPublisherFunction", "StreamArn")
    [read] = [
        statement
        for name, statement in statements()
        if name == "EventPublisherRole" and "dynamodb:GetRecords" in statement["Action"]
    ]
    tables = sorted(ref(stream["EventSourceArn"]) for stream in streams)
    assert sorted(map(ref, read["Resource"])) == tables


def test_every_queue_that_a_rule_fills_may_be_filled_by_rules() -> None:
    policy = resources("AWS::SQS::QueuePolicy")["QueuesPolicy"]
    rules = resources("AWS::Events::Rule").values()
    targets = [target for rule in rules for target in rule["Targets"]]
    filled = {ref(target["Arn"]) for target in targets}
    filled |= {ref(target["DeadLetterConfig"]["Arn"]) for target in targets}
    assert {ref(queue) for queue in policy["Queues"]} == filled


def test_only_ses_tells_of_mails_and_only_our_account_has_it_store_them() -> None:
    """Whoever could fill that queue would say that a mail is proved."""
    [queue] = resources("AWS::SQS::QueuePolicy")["MailsQueuePolicy"]["PolicyDocument"]["Statement"]
    assert queue["Principal"] == {"Service": "sns.amazonaws.com"}
    assert queue["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "MailsTopic"}}}
    [topic] = resources("AWS::SNS::TopicPolicy")["MailsTopicPolicy"]["PolicyDocument"]["Statement"]
    own = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    bucket = resources("AWS::S3::BucketPolicy")["MailsBucketPolicy"]["PolicyDocument"]["Statement"]
    for statement in (topic, bucket[1]):
        assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
        assert statement["Condition"] == own
    [rule] = resources("AWS::SES::ReceiptRule").values()
    assert rule["Rule"]["ScanEnabled"] is True


def test_every_rule_has_a_place_for_what_it_cannot_deliver() -> None:
    for rule in resources("AWS::Events::Rule").values():
        for target in rule["Targets"]:
            assert ref(target["DeadLetterConfig"]["Arn"]) in QUEUES


def test_every_schedule_is_of_the_programs_zone_and_keeps_what_it_cannot_deliver() -> None:
    schedules = dict(resources("AWS::Scheduler::Schedule"))
    schedules.pop("DueSchedule")
    assert {body["ScheduleExpression"] for body in schedules.values()} == {
        "cron(30 3 * * ? *)",
        "cron(0 6 * * ? *)",
        "cron(0 7 ? * SUN *)",
        "cron(0 4 * * ? *)",
    }
    for schedule in schedules.values():
        assert schedule["ScheduleExpressionTimezone"] == published().zone.key
        assert ref(schedule["Target"]["DeadLetterConfig"]["Arn"]) in QUEUES
    for name in ("ExpirySchedule", "ExpiryCheckSchedule", "DeskNightSchedule"):
        assert json.loads(schedules[name]["Target"]["Input"])["scheduled"]


def test_a_sweep_comes_every_minute_and_is_over_before_the_next_one() -> None:
    schedule = resources("AWS::Scheduler::Schedule")["DueSchedule"]
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert ref(schedule["Target"]["Arn"]) == EVERY_MINUTE
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 0
    assert FUNCTIONS[EVERY_MINUTE]["EventInvokeConfig"]["MaximumRetryAttempts"] == 0
    assert FUNCTIONS[EVERY_MINUTE]["Timeout"] < 60


def test_a_night_that_is_not_planned_or_not_looked_at_is_noticed() -> None:
    planner = FUNCTIONS["PointsExpiryFunction"]
    kept = ref(planner["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"])
    schedules = resources("AWS::Scheduler::Schedule")
    for name in ("ExpirySchedule", "ExpiryCheckSchedule"):
        assert ref(schedules[name]["Target"]["DeadLetterConfig"]["Arn"]) == kept
    # It has no parts of a night: they must not be redriven together.
    assert kept != ref(QUEUES["ExpiryQueue"]["RedrivePolicy"]["deadLetterTargetArn"])


def test_a_day_without_a_complete_night_pages_on_that_day_and_a_longer_day_does_not() -> None:
    """Hourly: with a period of a day, CloudWatch repeats the last value for days."""
    unseen = resources("AWS::CloudWatch::Alarm")["NightUnseenAlarm"]
    assert (unseen["ComparisonOperator"], unseen["TreatMissingData"]) == (
        "LessThanThreshold",
        "breaching",
    )
    # The day on which summer time ends has 25 hours.
    assert (unseen["Period"], unseen["EvaluationPeriods"]) == (3600, 26)
    assert "DatapointsToAlarm" not in unseen


def test_the_weekly_export_is_of_the_points_and_its_files_are_audited() -> None:
    target = resources("AWS::Scheduler::Schedule")["LedgerExportSchedule"]["Target"]
    assert target["Arn"]["Fn::Sub"].endswith(":aws-sdk:dynamodb:exportTableToPointInTime")
    asked = json.loads(target["Input"]["Fn::Sub"])
    assert (asked["TableArn"], asked["S3Bucket"]) == (
        "${PointsTable.Arn}",
        "${LedgerExportsBucket}",
    )
    bucket = resources("AWS::S3::Bucket")["LedgerExportsBucket"]
    assert bucket["NotificationConfiguration"]["EventBridgeConfiguration"]["EventBridgeEnabled"]
    rule = resources("AWS::Events::Rule")["ExportedRule"]
    assert ref(rule["EventPattern"]["detail"]["bucket"]["name"][0]) == "LedgerExportsBucket"
    [files] = events_of(FUNCTIONS["LedgerAuditFunction"], "SQS")
    assert ref(files["Queue"]) == ref(rule["Targets"][0]["Arn"])


def test_what_the_night_complains_of_is_counted_and_alarmed() -> None:
    filters = resources("AWS::Logs::MetricFilter").values()
    counted = {
        body["FilterPattern"]: body["MetricTransformations"][0]["MetricName"] for body in filters
    }
    told = [body for body in filters if "audit difference" in body["FilterPattern"]]
    assert {ref(body["LogGroupName"]) for body in told} == {"ExpiryWorkerLogs", "LedgerAuditLogs"}
    assert len({body["MetricTransformations"][0]["MetricName"] for body in told}) == 1
    alarmed = [body.get("MetricName") for body in resources("AWS::CloudWatch::Alarm").values()]
    for message in ("run incomplete", "run complete", "audit difference"):
        assert counted[f'{{ $.message = "{message}" }}'] in alarmed


def test_every_table_is_backed_up_except_the_one_whose_addresses_expire_within_a_day() -> None:
    backed_up = {
        name: table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        for name, table in resources("AWS::DynamoDB::Table").items()
    }
    assert {name for name, is_backed_up in backed_up.items() if not is_backed_up} == {"AccessTable"}
    expiry = resources("AWS::DynamoDB::Table")["AccessTable"]["TimeToLiveSpecification"]
    assert expiry == {"AttributeName": "expires_at", "Enabled": True}


def test_no_table_can_be_dropped_or_read_unencrypted() -> None:
    for name, table in resources("AWS::DynamoDB::Table").items():
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["DeletionProtectionEnabled"] is True
        assert template()["Resources"][name]["DeletionPolicy"] == "Retain"


def test_every_bucket_is_private_encrypted_tls_only_and_tidied() -> None:
    policies = {ref(body["Bucket"]): body for body in resources("AWS::S3::BucketPolicy").values()}
    for name, bucket in resources("AWS::S3::Bucket").items():
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        assert bucket["BucketEncryption"]
        assert bucket["LifecycleConfiguration"]["Rules"]
        statement, *allowed = policies[name]["PolicyDocument"]["Statement"]
        assert len(allowed) == (name == "MailsBucket")  # SES puts mails there
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_files_of_codes_are_encrypted_with_a_key_of_their_own_and_gone_within_a_week() -> None:
    bucket = resources("AWS::S3::Bucket")["CodesBucket"]
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    key = ref(rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"])
    assert resources("AWS::KMS::Key")[key]["EnableKeyRotation"] is True
    [kept] = bucket["LifecycleConfiguration"]["Rules"]
    assert timedelta(days=kept["ExpirationInDays"]) == LINK_LIFETIME
    assert "VersioningConfiguration" not in bucket


def test_every_queue_is_encrypted() -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in QUEUES.values())


def test_a_mails_lease_outlives_the_mailer_and_ends_before_its_message_comes_again() -> None:
    assert LEASE.total_seconds() > FUNCTIONS["MailerFunction"]["Timeout"]
    rows = template()["Mappings"]["Queues"].items()
    queues = [QUEUES[f"{name}Queue"] for name, row in rows if row.get("Workers") == ["Mailer"]]
    assert len(queues) == 4
    assert all(LEASE.total_seconds() < queue["VisibilityTimeout"] for queue in queues)


def test_reminders_leave_the_other_mails_their_workers() -> None:
    rows = template()["Mappings"]["Queues"]
    assert rows["Reminders"]["MaximumConcurrency"] <= 10
    assert "MaximumConcurrency" not in rows["Codes"]


def test_settings_are_text() -> None:
    """AWS makes text of a number; the local stack hands it over, and the function cannot start."""
    for name, function in FUNCTIONS.items():
        for setting, value in function.get("Environment", {}).get("Variables", {}).items():
            if isinstance(value, dict) and "Fn::FindInMap" in value:
                mapping, row, column = value["Fn::FindInMap"][:3]
                value = template()["Mappings"][mapping][row][column]  # noqa: PLW2901
            assert not isinstance(value, int | float), f"{name}: {setting}"


def test_a_flood_of_uploads_leaves_the_portal_its_share() -> None:
    function = FUNCTIONS["EvidenceIntakeFunction"]
    [source] = events_of(function, "SQS")
    assert source["ScalingConfig"]["MaximumConcurrency"] <= 20
    assert "ReservedConcurrentExecutions" not in function, "throttled photos use up their receives"


def test_floods_of_all_queues_at_once_leave_the_portal_and_the_apis_a_third() -> None:
    own = [event for function in FUNCTIONS.values() for event in events_of(function, "SQS")]
    mapped = [source for name in FUNCTIONS for source in sources_of(name, "Arn")]
    workers = [source.get("ScalingConfig", {}).get("MaximumConcurrency") for source in own + mapped]
    assert None not in workers
    assert sum(workers) <= ACCOUNTS_CONCURRENCY * 2 / 3


def test_the_largest_photo_fits_into_the_memory_and_time_of_its_function() -> None:
    function = FUNCTIONS["EvidenceIntakeFunction"]
    largest = budget.FIXED_BYTES + budget.BYTES_PER_PIXEL * MOST_PIXELS
    assert largest / 1024**2 + 400 < function["MemorySize"]
    assert function.get("Timeout", GLOBALS["Timeout"]) > budget.CPU_SECONDS


def test_what_comes_back_of_our_mails_reaches_the_mailer() -> None:
    rule = resources("AWS::Events::Rule")["MailFeedbackRule"]
    assert "EventBusName" not in rule, "SES reports to the default bus alone"
    assert rule["EventPattern"]["detail-type"] == [BOUNCED, COMPLAINED]
    [configuration_set] = rule["EventPattern"]["detail"]["mail"]["tags"]["ses:configuration-set"]
    sends_by = FUNCTIONS["MailerFunction"]["Environment"]["Variables"]["MAIL_CONFIGURATION_SET"]
    [destination] = resources("AWS::SES::ConfigurationSetEventDestination").values()
    assert configuration_set == sends_by == destination["ConfigurationSetName"]
    assert destination["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint"]


def test_a_label_claim_outlives_its_worker() -> None:
    worker = FUNCTIONS["LabelWorkerFunction"].get("Timeout", GLOBALS["Timeout"])
    assert CLAIM.total_seconds() > worker
