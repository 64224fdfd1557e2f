"""Mails that confirm evidence list what was shown and marked; none says what was noticed."""

from dataclasses import replace
from datetime import date

import pytest

from aftercare.evidence.model import Evidence, EvidenceKind, EvidenceState, Mark
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import Mail, Shown
from aftercare.mail.rendering import Renderer
from aftercare.returns import events
from aftercare.returns.judgement import Review
from aftercare.returns.model import IssuedLabel, Return, ReturnStatus
from aftercare.returns.notices import ReturnNoticeService
from aftercare.returns.wiring import ReturnMailsConfig, return_notices
from tests.fakes.actors import SOMEBODY
from tests.fakes.house import House
from tests.fakes.mails import Mailbox
from tests.fakes.orders import NOON

pytestmark = pytest.mark.integration
LABEL = IssuedLabel("lbl_1", "00340434161094042557", "House Carrier", sample=True)


@pytest.fixture
def notices(house: House, tables: dict[str, str]) -> ReturnNoticeService:
    names = ("ReturnsTable", "OrdersTable", "EvidenceTable")
    return return_notices(ReturnMailsConfig(*(tables[name] for name in names)), clock=house.clock)


def in_status(house: House, status: ReturnStatus) -> Return:
    """A French customer's return as it is then."""
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    label = LABEL if status is ReturnStatus.LABEL_READY else None
    review = Review(house.clock(), look_by=date(2026, 6, 15))
    return stored(house, draft, status=status, label=label, review=review, language="fr")


def stored(house: House, ret: Return, **changes: object) -> Return:
    current = house.returns.store.get(ret.return_id)
    assert current
    after = replace(current, **changes)  # type: ignore[arg-type]
    house.returns.store.save_claim(after)
    return after


def told(ret: Return, event: str) -> Entry:
    data = {"ticket": ret.ticket, "signals": "reused_photo suspect_code"}
    return Entry(f"ent_{ret.return_id}", event, ret.return_id, NOON, data, actor=SOMEBODY)


def notified(notices: ReturnNoticeService, ret: Return, event: str) -> Mail:
    mailbox = Mailbox()
    notices.notify(told(ret, event), mailbox)
    [mail] = mailbox.mails
    return mail


def showing(house: House, ret: Return, kind: EvidenceKind, *marks: str) -> Evidence:
    """One more accepted photo of the return, marked with these words."""
    at = [Mark(place, place, text) for place, text in enumerate(marks)]
    slot = house.evidence.open_slot(ret.return_id, "image/jpeg", kind, actor=CUSTOMER)
    shown = replace(slot, state=EvidenceState.ACCEPTED, marks=tuple(at))
    house.evidence.store.settle(shown)
    return shown


def test_whoever_waits_for_a_person_is_told_until_when_and_what_they_showed(
    house: House, notices: ReturnNoticeService
) -> None:
    ret = in_status(house, ReturnStatus.IN_REVIEW)
    first = showing(house, ret, EvidenceKind.CLOSE_UP, "an ear\n is off", "<b>scratch</b>")
    second = showing(house, ret, EvidenceKind.WHOLE_PRODUCT)
    gone = showing(house, ret, EvidenceKind.PHOTO)
    house.evidence.open_slot(ret.return_id, "image/jpeg", actor=CUSTOMER)
    order = (second.evidence_id, first.evidence_id)
    ret = stored(house, ret, photo_order=order, removed_photos=(gone.evidence_id,))
    mail = notified(notices, ret, events.IN_REVIEW)
    assert mail.values["look_by"] == date(2026, 6, 15)
    assert mail.values["shown"] == (
        Shown(1, "whole_product"),
        Shown(2, "close_up", ("an ear is off", "<b>scratch</b>")),
    )
    letter = Renderer("https://returns.example.com/")(mail)
    for text in ("15 juin", "Repère 1\xa0: an ear is off", "le défaut, en gros plan"):
        assert text in letter.text
        assert text in letter.html
    assert "Repère 2\xa0: &lt;b&gt;scratch&lt;/b&gt;" in letter.html


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (events.LABEL_READY, ReturnStatus.LABEL_READY),
        (events.CREATED, ReturnStatus.SUBMITTED),
        (events.IN_REVIEW, ReturnStatus.IN_REVIEW),
    ],
)
def test_a_mail_that_confirms_evidence_lists_its_marks(
    house: House, notices: ReturnNoticeService, event: str, status: ReturnStatus
) -> None:
    ret = in_status(house, status)
    showing(house, ret, EvidenceKind.CLOSE_UP, "an ear is off")
    mail = notified(notices, ret, event)
    assert mail.values["shown"] == (Shown(1, "close_up", ("an ear is off",)),)


def test_what_was_noticed_is_not_told(house: House, notices: ReturnNoticeService) -> None:
    mail = notified(notices, in_status(house, ReturnStatus.IN_REVIEW), events.IN_REVIEW)
    letter = Renderer("https://returns.example.com/")(mail)
    told_of = (letter.text + letter.html).lower()
    assert "suspect" not in told_of
    assert "reused" not in told_of
