"""The desk's figures: every closed ticket counts once, on the day on which it closed."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from aftercare.desk.figures import Spread, figures_of, together
from aftercare.desk.model import Channel
from aftercare.desk.moves import Verb
from aftercare.desk.reporting import ServiceReport
from aftercare.desk.wiring import service_report
from tests.fakes.service_desk import ServiceDesk, service_desk

pytestmark = pytest.mark.integration
HOUR = 60


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


@pytest.fixture
def report(desk: ServiceDesk, tables: dict[str, str]) -> ServiceReport:
    return service_report(tables["TicketsTable"], clock=desk.clock)


def served(desk: ServiceDesk, hours: float) -> None:
    """A ticket that is answered after so many hours, solved an hour later, and closed."""
    number = desk.ask().ticket.number
    desk.clock.forward(hours=hours)
    desk.act(number, Verb.REPLY)
    desk.clock.forward(hours=1)
    desk.act(number, Verb.RESOLVE)


def test_nothing_is_said_before_the_first_night(report: ServiceReport) -> None:
    assert report.latest() is None


def test_a_night_folds_the_days_that_are_over(desk: ServiceDesk, report: ServiceReport) -> None:
    for hours in (1, 2, 3):
        served(desk, hours)
    desk.clock.forward(days=15)
    desk.work()
    assert report.fold().figures == {}  # they closed today
    desk.clock.forward(days=1)
    first = report.fold()
    assert report.latest() == first == report.fold()
    figures = first.figures[Channel.WEB]
    assert figures.tickets == 3
    assert figures.first_response == Spread({1 * HOUR: 1, 2 * HOUR: 1, 3 * HOUR: 1}, 3)
    assert figures.resolution.within(50) == 3 * HOUR
    desk.clock.forward(days=29)
    assert report.fold().figures == first.figures
    desk.clock.forward(days=1)
    assert report.fold().figures == {}


def test_nights_that_were_missed_are_made_up_for(desk: ServiceDesk, report: ServiceReport) -> None:
    served(desk, 1)
    desk.clock.forward(days=15)
    desk.work()
    desk.clock.forward(days=4)
    assert report.fold().figures[Channel.WEB].tickets == 1


def test_days_folded_one_by_one_are_as_all_at_once(desk: ServiceDesk) -> None:
    for hours in (1, 5, 30):
        served(desk, hours)
        desk.clock.forward(days=2)
    desk.clock.forward(days=15)
    desk.work()
    store = service_report(desk.tables["TicketsTable"], clock=desk.clock).store
    today = desk.clock().date()
    days = [list(store.facts(today - timedelta(days=ago))) for ago in range(40)]
    facts = [fact for day in days for fact in day]
    assert len(facts) == 3
    assert together(map(figures_of, days)) == figures_of(facts)


def test_so_many_of_a_hundred_are_served_within_the_minutes_that_are_shown() -> None:
    dice = random.Random(1)  # noqa: S311
    for count in (1, 2, 3, 10, 99, 100):
        minutes = [dice.randrange(500) for _ in range(count)]
        spread = Spread(dict(Counter(minutes)))
        for percent in (50, 90):
            shown = spread.within(percent)
            assert sum(each <= shown for each in minutes) >= count * percent / 100
            assert sum(each < shown for each in minutes) < count * percent / 100
    assert Spread().within(90) == 0
