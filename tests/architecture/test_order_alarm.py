"""What orders_ingest logs of an odd event is what the alarm counts."""

import re

import pytest

from tests.fakes.template import ROOT, resources

FILTERS = ["OrderPartsUnread", "OrderEventsQuarantined", "OrdersInconsistent"]


def messages() -> list[str]:
    source = ROOT / "layers" / "aftercare" / "aftercare" / "orders" / "findings.py"
    return re.findall(r'Trouble\("([a-z ]+)"', source.read_text())


def test_each_message_of_a_trouble_is_counted() -> None:
    filters = resources("AWS::Logs::MetricFilter")
    patterns = " ".join(filters[name]["FilterPattern"] for name in FILTERS)
    found = messages()
    assert len(found) == len(FILTERS)
    assert all(f'$.message = "{message}"' in patterns for message in found)


@pytest.mark.parametrize("name", FILTERS)
def test_the_alarm_adds_up_each_of_them(name: str) -> None:
    alarm = resources("AWS::CloudWatch::Alarm")["OrderTroublesAlarm"]
    [summed] = [each for each in alarm["Metrics"] if "Expression" in each]
    [counted] = [
        each["Id"]
        for each in alarm["Metrics"]
        if "MetricStat" in each and each["MetricStat"]["Metric"]["MetricName"] == name
    ]
    assert f"FILL({counted}, 0)" in summed["Expression"].split(" + ")
