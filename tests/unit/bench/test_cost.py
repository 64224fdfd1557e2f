"""A bill adds up what was asked of AWS, by its list prices."""

from collections import Counter

import pytest

from tests.bench.cost import GB, KEPT_MONTHS, PLATFORM_LOG_BYTES, Journey, bill, listed
from tests.bench.meter import Step
from tests.bench.world import PUBLISHER, Invocation

PRICES = dict.fromkeys(listed()["aws"], 0.0)
PAGE = Invocation("PortalFunction", "GET /", Step(Counter(), 3, 2))
NEWS = Invocation(PUBLISHER, "an entry", Step(Counter({"events.PutEvents": 1})))
MAIL = Invocation("MailerFunction", "return.created", Step(Counter({"ses.SendRawEmail": 1}), 1, 2))
PHOTO = Invocation(
    "EvidenceIntakeFunction", "a photo", Step(Counter({"s3.PutObject": 2, "s3.GetObject": 1}))
)
EVERY = [PAGE, NEWS, MAIL, PHOTO]


@pytest.mark.parametrize(
    ("price", "service", "times"),
    [
        ("dynamodb_read_unit", "DynamoDB", 4),
        ("dynamodb_write_unit", "DynamoDB", 4),
        ("lambda_request", "Lambda", 4),
        ("api_request", "API Gateway", 1),
        ("sqs_request", "SQS", 2 * 3),
        ("event", "EventBridge", 1),
        ("mail", "SES", 1),
        ("s3_write", "S3", 2 + 1),
        ("s3_read", "S3", 1),
        ("s3_gb_month", "S3", KEPT_MONTHS),
        ("log_gb", "CloudWatch logs", 1 + 4 * PLATFORM_LOG_BYTES / GB),
    ],
)
def test_each_price_is_paid_as_often_as_it_is_due(price: str, service: str, times: float) -> None:
    dollars = bill(Journey(1, EVERY, GB, GB), {**PRICES, price: 1.0})
    assert dollars[service] == pytest.approx(times)
    assert sum(dollars.values()) == dollars[service], "and for nothing else"


def test_time_is_paid_by_the_memory_of_the_function() -> None:
    prices = {**PRICES, "lambda_gb_second": 1.0}
    assert bill(Journey(1, [PAGE], 0, 0), prices)["Lambda"] == pytest.approx(0.042)
    assert bill(Journey(1, [MAIL], 0, 0), prices)["Lambda"] == pytest.approx(0.2 * 0.5)
    assert bill(Journey(1, [], 0, 0, more_seconds=2), prices)["Lambda"] == 2


def test_a_journey_of_many_is_shared_among_them() -> None:
    prices = listed()["aws"]
    one, ten = (sum(bill(Journey(of, EVERY, 0, 0), prices).values()) for of in (1, 10))
    assert ten == pytest.approx(one / 10)
