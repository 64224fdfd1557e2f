"""The public page of what the desk promises and keeps."""

from datetime import date

import pytest

from aftercare.desk.figures import Report, Served, Spread
from aftercare.desk.model import Channel
from aftercare.desk.targets import Measure, targets_on
from aftercare.desk.wiring import service_report
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from portal.about.service_page import service_page
from tests.fakes.browser import Browser

pytestmark = pytest.mark.integration
TODAY = date(2026, 12, 1)
EN = words("en")


def test_the_page_says_what_was_kept(portal: Browser, tables: dict[str, str]) -> None:
    assert "The first numbers appear here" in portal.get("/service").body
    served = Served(Spread({30: 1, 90: 8, 200: 1}, 9), Spread({1_500: 9, 9_000: 1}, 10))
    store = service_report(tables["TicketsTable"]).store
    store.put_latest(Report(TODAY, {Channel.WEB: served, Channel.PARTNER: served}))
    page = portal.get("/service").body
    assert "up to December 1, 2026" in page
    assert "Half within 90 minutes" in page
    assert "9 of 10 within 25 hours" in page
    assert page.count("<dt>Conversations</dt>") == 1  # the website's; partners see their own


def test_the_page_says_within_which_time_each_tier_decides(portal: Browser) -> None:
    page = portal.get("/service").text
    assert "Our quality team has decided Everybody within 2 days, on business days" in page
    assert "Our legal team has decided Everybody within 5 days, on business days" in page


def test_times_are_shown_in_the_unit_that_is_read() -> None:
    def half(minutes: int) -> str:
        served = Served(Spread({minutes: 1}, 1), Spread({minutes: 1}, 1))
        report = Report(TODAY, {Channel.WEB: served})
        return service_page(EN, targets_on(TODAY), report).kept[0].answered

    shown = [half(minutes) for minutes in (0, 1, 120, 121, 2_880, 2_881)]
    assert shown == ["0 minutes", "1 minute", "120 minutes", "3 hours", "48 hours", "3 days"]


@pytest.mark.parametrize("tag", sorted(LANGUAGES))
def test_every_promise_of_the_data_is_on_the_page(portal: Browser, tag: str) -> None:
    targets = targets_on(TODAY)
    promised = portal.get(f"/service?lang={tag}").body.partition('id="kept"')[0]
    shown = service_page(words(tag), targets, None).promises
    assert sum(len(promises.rows) for promises in shown) == len(targets.targets)
    assert len(shown) == len(Measure)
    assert promised.count("<dt>") == len(targets.targets)
