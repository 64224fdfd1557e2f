"""What leads do with the week's sample, and what they may not."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from aftercare.kernel.actor import Actor
from aftercare.kernel.timeline import Entry
from aftercare.staff.errors import (
    NotPermittedError,
    OwnDecisionError,
    SampleNotFoundError,
    SampleTakenError,
    SampleWordsError,
)
from aftercare.staff.model import Role
from aftercare.staff.samples import Drawn, Finding
from aftercare.staff.sampling import AuditSample, Sampling, week_of
from aftercare.staff.store import StaffStore
from aftercare.staff.wiring import AuditConfig, audit_sample, sampling
from tests.fakes.house import SetClock
from tests.fakes.orders import NOON
from tests.fakes.reviews import AGENT, AUDITOR, LEAD, member

pytestmark = pytest.mark.integration
OTHER_LEAD = member("lin", Role.LEAD)
WEEK = week_of(NOON)


@dataclass
class Sample:
    """The sample of one stack, whose clock is the test's."""

    sampling: Sampling
    leads: AuditSample
    traces: Callable[[], int]

    def drawn(self, name: str, by: Actor = AGENT.actor) -> Drawn:
        """A decision that chance has drawn."""
        for number in range(10_000):
            entry_id = f"ent_{name}-{number}"
            entry = Entry(entry_id, "return.declined", f"ret_{name}", NOON, actor=by)
            if self.sampling.consider(entry):
                found = self.sampling.store.get(WEEK, self.sampling.draw.place(entry))
                assert found
                return found
        raise AssertionError("nothing was drawn")


@pytest.fixture
def sample(tables: dict[str, str]) -> Sample:
    config, store = AuditConfig(tables["StaffTable"]), StaffStore(tables["StaffTable"])
    return Sample(
        sampling(config, lambda: b"a key"),
        audit_sample(config, clock=SetClock()),
        lambda: len(store.traces(f"sample:{WEEK}")),
    )


def test_a_week_shows_its_decisions_in_the_order_of_chance_and_leaves_a_trace(
    sample: Sample,
) -> None:
    expected = {sample.drawn(name).place for name in ("a", "b", "c")}
    before = sample.traces()
    week, found = sample.leads.of_week(LEAD)
    assert week == WEEK
    assert expected <= {each.place for each in found}
    assert [each.place for each in found] == sorted(each.place for each in found)
    assert sample.traces() == before + 1
    assert sample.leads.of_week(LEAD, "2026-W01") == ("2026-W01", ())
    assert sample.leads.of_week(LEAD, "nonsense")[0] == WEEK


def test_a_decision_that_is_published_twice_is_there_once_and_stays_marked(
    sample: Sample,
) -> None:
    drawn = sample.drawn("twice")
    marked = sample.leads.mark(LEAD, WEEK, drawn.place, Finding.AGREED)
    entry_id = drawn.place.partition("#")[2]
    entry = Entry(entry_id, drawn.step, drawn.return_id, NOON, actor=drawn.decided_by)
    assert sample.sampling.consider(entry)
    assert sample.sampling.store.get(WEEK, drawn.place) == marked


def test_a_lead_marks_it_and_may_say_something_else_later(sample: Sample) -> None:
    drawn = sample.drawn("mark")
    sample.leads.mark(LEAD, WEEK, drawn.place, Finding.AGREED)
    after = sample.leads.mark(LEAD, WEEK, drawn.place, Finding.QUESTIONED, " The photo shows it. ")
    assert (after.finding, after.words, after.looked_by) == (
        Finding.QUESTIONED,
        "The photo shows it.",
        LEAD.actor,
    )
    assert sample.sampling.store.get(WEEK, drawn.place) == after


def test_another_lead_does_not_mark_what_one_has_looked_at(sample: Sample) -> None:
    drawn = sample.drawn("taken")
    sample.leads.mark(LEAD, WEEK, drawn.place, Finding.AGREED)
    with pytest.raises(SampleTakenError):
        sample.leads.mark(OTHER_LEAD, WEEK, drawn.place, Finding.AGREED)


def test_nobody_looks_at_their_own_decision(sample: Sample) -> None:
    drawn = sample.drawn("own", by=LEAD.actor)
    with pytest.raises(OwnDecisionError):
        sample.leads.mark(LEAD, WEEK, drawn.place, Finding.AGREED)
    assert sample.leads.mark(OTHER_LEAD, WEEK, drawn.place, Finding.AGREED).looked_by


@pytest.mark.parametrize("words", ["", "  ", "x" * 1_001])
def test_a_question_needs_words_and_not_too_many(sample: Sample, words: str) -> None:
    drawn = sample.drawn("words")
    with pytest.raises(SampleWordsError):
        sample.leads.mark(LEAD, WEEK, drawn.place, Finding.QUESTIONED, words)


def test_what_was_not_drawn_can_not_be_chosen(sample: Sample) -> None:
    with pytest.raises(SampleNotFoundError):
        sample.leads.mark(LEAD, WEEK, "0000000000000000#ent_mine", Finding.AGREED)


@pytest.mark.parametrize("who", [AGENT, AUDITOR])
def test_the_sample_is_the_leads(sample: Sample, who: object) -> None:
    drawn = sample.drawn("theirs")
    with pytest.raises(NotPermittedError):
        sample.leads.of_week(who)  # type: ignore[arg-type]
    with pytest.raises(NotPermittedError):
        sample.leads.mark(who, WEEK, drawn.place, Finding.AGREED)  # type: ignore[arg-type]
