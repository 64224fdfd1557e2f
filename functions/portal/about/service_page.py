"""View models of the page about the desk: what it promises, and what it has kept (R-DSK-28)."""

from collections.abc import Iterator
from typing import NamedTuple

from aftercare.desk.figures import Figures, Report, Spread
from aftercare.desk.model import Channel, Lane
from aftercare.desk.targets import Measure, Target, Targets
from aftercare.words.service import Words

_HOUR, _DAY = 60, 24 * 60
# In the order in which a customer meets them. What partners' systems send is theirs to see.
_CHANNELS = (Channel.WEB, Channel.MAIL, Channel.CHAT, Channel.WECHAT, Channel.COUNTER)
_MEASURES = (
    Measure.ACKNOWLEDGEMENT,
    Measure.FIRST_RESPONSE,
    Measure.NEXT_RESPONSE,
    Measure.RESOLUTION,
    Measure.TIER2_QA,
    Measure.LEGAL,
)


class Promise(NamedTuple):
    """One target: for whom, and within which time."""

    who: str
    within: str


class Promises(NamedTuple):
    """The targets of one thing that the desk does."""

    what: str
    rows: list[Promise]


class Kept(NamedTuple):
    """How one channel was served: half within the first time, nine of ten within the other."""

    channel: str
    tickets: str
    answered: str
    mostly_answered: str
    solved: str
    mostly_solved: str


class ServicePage(NamedTuple):
    """The page; `since` is empty as long as there are no figures."""

    promises: list[Promises]
    kept: list[Kept]
    since: str


def service_page(w: Words, targets: Targets, report: Report | None) -> ServicePage:
    """The targets of today, and the figures of the last night."""
    promises = [
        Promises(w.text(f"service.measure.{measure}"), list(_promises(w, targets, measure)))
        for measure in _MEASURES
    ]
    kept = list(_kept(w, report.figures)) if report else []
    since = w.text("service.since", day=w.day(report.until)) if report and kept else ""
    return ServicePage(promises, kept, since)


def _promises(w: Words, targets: Targets, measure: Measure) -> Iterator[Promise]:
    for target in targets.targets:
        if target.measure is measure:
            within = w.count(f"service.within.{target.unit}", target.at_most)
            counted = w.text(f"service.counted.{target.counted}", within=within)
            yield Promise(_who(w, target), counted)


def _who(w: Words, target: Target) -> str:
    if target.lanes:
        return w.list([w.text(f"service.lane.{lane}") for lane in Lane if lane in target.lanes])
    named = [channel for channel in _CHANNELS if channel in target.channels]
    if not named:
        return w.text("service.everybody")
    return w.list([w.text(f"service.channel.{channel}") for channel in named])


def _kept(w: Words, figures: Figures) -> Iterator[Kept]:
    for channel in _CHANNELS:
        served = figures.get(channel)
        if served and served.tickets:
            yield Kept(
                w.text(f"service.channel.{channel}"),
                w.number(served.tickets),
                *_times(w, served.first_response),
                *_times(w, served.resolution),
            )


def _times(w: Words, spread: Spread) -> tuple[str, str]:
    return _time(w, spread.within(50)), _time(w, spread.within(90))


def _time(w: Words, minutes: int) -> str:
    """Minutes up to two hours, hours up to two days, else days, begun ones in full."""
    if minutes <= 2 * _HOUR:
        return w.count("service.took.minutes", minutes)
    if minutes <= 2 * _DAY:
        return w.count("service.took.hours", -(-minutes // _HOUR))
    return w.count("service.took.days", -(-minutes // _DAY))
