"""Staff at the console: the queue, a case's page, what they decide, and who comes second."""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from aftercare.evidence.model import Evidence, EvidenceKind, Likeness, Match
from aftercare.kernel.actor import CUSTOMER
from aftercare.returns.model import AgreedDeduction, IssuedLabel, Return, ReturnStatus
from tests.fakes.browser import Browser
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.house import WORKER, good_photo, put_upload
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE
from tests.fakes.reviews import AGENT, Desk
from tests.fakes.user_pool import UserPool
from tests.fakes.videos import mp4

pytestmark = pytest.mark.integration
HIGH = 100_001  # US dollars' cents: above the amount on which one person decides
KB = 1024

type SignIn = Callable[..., StaffBrowser]


@pytest.fixture
def signed_in(pool: UserPool) -> SignIn:
    """A browser of a colleague with that role."""

    def sign_in(role: str, name: str = "Ada Agent") -> StaffBrowser:
        return StaffBrowser().signs_in(pool, pool.add(role, name=name))

    return sign_in


def case_of(ret: Return) -> str:
    return f"/cases/{ret.return_id}"


def version_on(browser: StaffBrowser, ret: Return) -> str:
    return browser.get(case_of(ret)).hidden("version")


def accepts(browser: StaffBrowser, ret: Return, version: str = "", words: str = "") -> str:
    """Accepts the only line; returns where it leads."""
    version = version or version_on(browser, ret)
    form = {"accepted_1": "yes", "code_1": "as_asked", "words_1": words, "version": version}
    return browser.post(f"{case_of(ret)}/decision", **form).location


def test_the_queue_shows_why_a_case_waits_what_it_is_worth_and_who_is_at_it(
    desk: Desk, signed_in: SignIn
) -> None:
    ret, agent = desk.waiting(), signed_in("agent")
    text = agent.get("/queue").text
    assert ret.ticket in text
    assert "High value" in text
    assert "$30.00" in text
    agent.get(case_of(ret))
    agent.post(f"{case_of(ret)}/claim")
    assert "You · 10 min" in agent.get("/queue").text
    assert "Ada Agent · 10 min" in signed_in("qa", "Quin").get("/queue").text


def test_the_next_case_is_the_first_at_which_nobody_else_is(desk: Desk, signed_in: SignIn) -> None:
    first = desk.waiting()
    desk.house.clock.forward(seconds=1)
    second = desk.waiting()
    agent, other = signed_in("agent"), signed_in("qa", "Quin")
    assert agent.get("/queue/next").location == case_of(first)
    assert agent.get(f"/queue/next?but={first.return_id}").location == case_of(second)
    other.get(case_of(first))
    other.post(f"{case_of(first)}/claim")
    assert agent.get("/queue/next").location == case_of(second)
    assert other.get("/queue/next").location == case_of(first)


def test_a_case_shows_what_its_label_costs_and_what_its_customer_pays_of_that(
    desk: Desk, signed_in: SignIn
) -> None:
    ret = desk.waiting()
    label = IssuedLabel("lbl_1", "5061", "USPS", False, amount=593, currency="CAD")
    agreed = AgreedDeduction(795, "USD")
    priced = replace(desk.now(ret.return_id), label=label, agreed_deduction=agreed)
    desk.house.returns.store.save_claim(priced)
    told = signed_in("agent").get(case_of(ret)).text
    assert re.search(r"Label costs us\s*CA\$5\.93", told)
    assert re.search(r"Customer pays of that\s*\$7\.95 of the refund at most", told)


def test_a_case_shows_rules_sources_evidence_and_what_the_customer_would_read(
    desk: Desk, signed_in: SignIn
) -> None:
    ret = desk.waiting()
    page = signed_in("agent").get(case_of(ret))
    for words in (ret.ticket, EMAIL, FIGURE.name, "R-RET-01", "FAQ §2, §5", "Worth more than"):
        assert words in page.text
    assert r"Your photos don\u2019t show the problem that you describe." in page.body
    picture = re.search(rf'src="({case_of(ret)}/evidence/[^"]+)"', page.body)
    assert picture


def test_a_picture_is_a_link_that_is_signed_when_it_is_looked_at(
    desk: Desk, signed_in: SignIn
) -> None:
    ret = desk.waiting()
    photo = desk.opened(AGENT, ret.return_id).evidence[0]
    path = f"{case_of(ret)}/evidence/{photo.evidence_id}?size=photo"
    answer = signed_in("agent").get(path)
    assert answer.status == 302
    assert photo.photo_key in answer.location
    assert signed_in("warehouse", "Wanda").get(path).status == 403


def test_an_accepted_case_is_approved_and_leads_on(desk: Desk, signed_in: SignIn) -> None:
    ret, agent = desk.waiting(), signed_in("agent")
    leads_to = accepts(agent, ret, words="Sorry about that.")
    assert leads_to == f"{case_of(ret)}?done=approved"
    after = desk.now(ret.return_id)
    assert after.status is ReturnStatus.APPROVED
    judgement = after.lines[0].judgement
    assert judgement
    assert judgement.words == "Sorry about that."
    page = agent.get(leads_to)
    assert "Approved. The customer is told, and gets a label." in page.text
    assert f"/queue/next?but={ret.return_id}" in page.body


def test_a_declined_customer_reads_the_reason_in_their_language_and_the_words(
    desk: Desk, signed_in: SignIn
) -> None:
    ret, agent = desk.waiting(), signed_in("agent")
    form = {"accepted_1": "no", "code_1": "not_shown", "words_1": "Montrez le dos."}
    answer = agent.post(f"{case_of(ret)}/decision", version=version_on(agent, ret), **form)
    assert answer.location == f"{case_of(ret)}?done=declined"
    customer = Browser().sign_in(EMAIL)
    text = customer.get(f"/returns/{ret.return_id}?lang=fr").text
    sentence = "Vos photos ne montrent pas le problème que vous décrivez."
    assert f"{sentence} Montrez le dos." in text


def test_everything_wrong_with_a_decision_is_said_at_once_and_nothing_typed_is_lost(
    desk: Desk, signed_in: SignIn
) -> None:
    order = desk.house.delivered_order(FIGURE, BLIND_BOX)
    ret, agent = desk.waiting(order, {"1": 1, "2": 1}), signed_in("agent")
    words = "写" * 900
    page = agent.post(
        f"{case_of(ret)}/decision",
        version=version_on(agent, ret),
        accepted_1="yes",
        code_1="not_shown",
        words_1=words,
    )
    assert page.status == 422
    for error in ("That is no reason to accept it.", "Accept it or decline it.", "Choose a reason"):
        assert error in page.text
    assert words in page.text
    assert desk.now(ret.return_id).status is ReturnStatus.IN_REVIEW


def test_who_comes_second_sees_what_changed_and_keeps_what_they_typed(
    desk: Desk, signed_in: SignIn
) -> None:
    ret = desk.waiting()
    first, second = signed_in("agent"), signed_in("qa", "Quin")
    version = version_on(second, ret)
    accepts(first, ret)
    words = "写" * 1000
    form = {"accepted_1": "no", "code_1": "not_shown", "words_1": words, "version": version}
    page = second.post(f"{case_of(ret)}/decision", **form)
    assert page.status == 409
    assert "This return changed while you were at it" in page.text
    assert "Ada Agent · Approved" in page.text
    assert words in page.text
    assert desk.now(ret.return_id).status is ReturnStatus.APPROVED


def test_a_form_on_which_items_were_declined_may_be_sent_twice(
    desk: Desk, signed_in: SignIn
) -> None:
    order = desk.house.delivered_order(FIGURE, BLIND_BOX)
    ret, agent = desk.waiting(order, {"1": 1, "2": 1}), signed_in("agent")
    form = {"version": version_on(agent, ret), "line_1": "1", "line_2": "2"}
    form |= {"accepted_1": "no", "code_1": "not_covered", "accepted_2": "yes", "code_2": "as_asked"}
    page = agent.get(case_of(ret)).body
    assert all(f'name="line_{place}" value="{place}"' in page for place in (1, 2))
    answers = [agent.post(f"{case_of(ret)}/decision", **form) for _ in range(2)]
    assert [answer.location for answer in answers] == [f"{case_of(ret)}?done=approved"] * 2
    assert desk.steps(ret).count("return.approved") == 1


def test_a_change_that_leaves_the_case_open_leaves_its_form_filled_in(
    desk: Desk, signed_in: SignIn
) -> None:
    ret = desk.into_review(desk.waiting().return_id, HIGH, "USD", "US")
    first, second = signed_in("agent"), signed_in("qa", "Quin")
    version = version_on(second, ret)
    assert accepts(first, ret).endswith("?done=in_review")
    form = {"accepted_1": "no", "code_1": "not_shown", "words_1": "No.", "version": version}
    page = second.post(f"{case_of(ret)}/decision", **form)
    assert page.status == 409
    assert "Ada Agent · Decision proposed" in page.text
    assert ">No.</textarea>" in page.body
    again = form | {"version": page.hidden("version")}
    assert second.post(f"{case_of(ret)}/decision", **again).location.endswith("?done=in_review")


def test_above_a_markets_amount_a_lead_confirms(desk: Desk, signed_in: SignIn) -> None:
    ret = desk.into_review(desk.waiting().return_id, HIGH, "USD", "US")
    agent, lead = signed_in("agent"), signed_in("lead", "Lee")
    assert "a lead confirms it" in agent.get(case_of(ret)).text
    accepts(agent, ret)
    assert "Confirm it" not in agent.get(case_of(ret)).text
    page = lead.get(case_of(ret))
    assert "Proposed by Ada Agent" in page.text
    answer = lead.post(f"{case_of(ret)}/confirmation", version=page.hidden("version"))
    assert answer.location == f"{case_of(ret)}?done=approved"


def test_a_lead_hands_a_proposal_back_with_words(desk: Desk, signed_in: SignIn) -> None:
    ret = desk.into_review(desk.waiting().return_id, HIGH, "USD", "US")
    agent, lead = signed_in("agent"), signed_in("lead", "Lee")
    accepts(agent, ret)
    version = lead.get(case_of(ret)).hidden("version")
    answer = lead.post(f"{case_of(ret)}/hand-back", version=version, words="Look at the box.")
    assert answer.location == f"{case_of(ret)}?done=back"
    text = agent.get(case_of(ret)).text
    assert "Lee" in text
    assert "Look at the box." in text


def test_the_customer_is_asked_for_more(desk: Desk, signed_in: SignIn) -> None:
    ret, agent = desk.waiting(), signed_in("agent")
    version = version_on(agent, ret)
    typed = {"version": version, "words": "The back?", "form": "evidence-request"}
    answer = agent.post(f"{case_of(ret)}/evidence-request", **typed)
    refused = agent.follow(answer)
    assert "Please choose what the customer should show." in refused.text
    assert "The back?" in refused.body
    form = {"version": version, "kind_packaging": "1", "words": "The back, please."}
    answer = agent.post(f"{case_of(ret)}/evidence-request", **form)
    assert answer.location == f"{case_of(ret)}?done=needs_evidence"
    text = agent.get(answer.location).text
    assert "Asked the customer for more" in text
    assert "The back, please." in text


def test_a_request_is_taken_back_on_the_cases_page(desk: Desk, signed_in: SignIn) -> None:
    ret, agent = desk.waiting(), signed_in("agent")
    form = {"version": version_on(agent, ret), "kind_packaging": "1", "words": "The back?"}
    agent.post(f"{case_of(ret)}/evidence-request", **form)
    page = agent.get(case_of(ret))
    assert "Take the request back" in page.text
    assert "Take the request back" not in signed_in("auditor", "Audrey").get(case_of(ret)).text
    version = page.hidden("version")
    answer = agent.post(f"{case_of(ret)}/request-withdrawal", version=version)
    assert answer.location == f"{case_of(ret)}?done=withdrawn"
    after = agent.get(answer.location).text
    assert "The customer is not asked for anything any more." in after
    assert "Evidence request taken back" in after
    assert "Take the request back" not in after
    customer = Browser().sign_in(EMAIL).get(f"/returns/{ret.return_id}").text
    assert "The back?" not in customer
    assert "We don’t need anything more from you after all." in customer


def test_a_request_that_was_answered_meanwhile_is_shown_and_not_taken_back(
    desk: Desk, signed_in: SignIn
) -> None:
    ret, agent = desk.waiting(), signed_in("agent")
    form = {"version": version_on(agent, ret), "kind_packaging": "1"}
    agent.post(f"{case_of(ret)}/evidence-request", **form)
    version = version_on(agent, ret)
    desk.house.returns.answer_request(ret.email_key, ret.return_id, actor=CUSTOMER)
    page = agent.post(f"{case_of(ret)}/request-withdrawal", version=version)
    assert page.status == 409
    assert "The customer answered" in page.text
    assert "Answered" in agent.get("/queue").text


def test_evidence_that_came_since_the_screening_says_so(desk: Desk, signed_in: SignIn) -> None:
    ret, agent = desk.waiting(), signed_in("agent")
    form = {"version": version_on(agent, ret), "kind_packaging": "1"}
    returns = desk.house.returns
    for _ in range(2):
        agent.post(f"{case_of(ret)}/evidence-request", **form | {"version": version_on(agent, ret)})
        desk.house.add_good_photo(ret)
        returns.answer_request(ret.email_key, ret.return_id, actor=CUSTOMER)
        shown = agent.get(case_of(ret)).text
        returns.screen_further(ret.return_id, actor=WORKER)
        assert "Not screened yet" not in agent.get(case_of(ret)).text
    assert "Not screened yet" in shown
    assert "Added evidence screened · nothing new noticed" in agent.get(case_of(ret)).text


def test_a_note_is_for_staff(desk: Desk, signed_in: SignIn) -> None:
    ret, agent = desk.waiting(), signed_in("agent")
    agent.get(case_of(ret))
    agent.post(f"{case_of(ret)}/notes", text="Called\r\nthe store.")
    assert "Called the store." in signed_in("qa", "Quin").get(case_of(ret)).text
    refused = agent.post(f"{case_of(ret)}/notes", text=" ")
    assert "Please write something." in agent.follow(refused).text


def test_a_case_is_given_back(desk: Desk, signed_in: SignIn) -> None:
    ret, agent = desk.waiting(), signed_in("agent")
    agent.get(case_of(ret))
    agent.post(f"{case_of(ret)}/claim")
    assert "Yours for" in agent.get(case_of(ret)).text
    agent.post(f"{case_of(ret)}/release")
    assert "Nobody is at it" in agent.get(case_of(ret)).text


@pytest.mark.parametrize(
    ("role", "sees", "not_there"),
    [
        ("agent", ("Queue", EMAIL, "Save the decision", "Evidence", "Add the note"), ()),
        ("lead", ("Queue", EMAIL, "Save the decision", "Colleagues"), ()),
        ("qa", ("Queue", EMAIL, "Save the decision"), ()),
        ("warehouse", (FIGURE.name,), ("Next case", EMAIL, "Save the decision", "Evidence")),
        ("store", (FIGURE.name,), ("Next case", EMAIL, "Save the decision", "Evidence")),
        ("auditor", ("Queue", EMAIL, "Evidence", "Audit trail"), ("Save the decision", "Take it")),
    ],
)
def test_each_role_sees_what_it_may(
    desk: Desk, signed_in: SignIn, role: str, sees: tuple[str, ...], not_there: tuple[str, ...]
) -> None:
    ret, browser = desk.waiting(), signed_in(role)
    text = browser.get(case_of(ret)).text + browser.get("/").text
    assert [words for words in sees if words not in text] == []
    assert [words for words in not_there if words in text.replace("evidence that", "")] == []


@pytest.mark.parametrize(
    ("role", "start"), [("agent", "/queue"), ("auditor", "/queue"), ("store", "/dock")]
)
def test_the_start_is_where_somebodys_work_is(signed_in: SignIn, role: str, start: str) -> None:
    assert signed_in(role).get("/").location == start


def test_an_e_mail_address_breaks_before_its_sign(desk: Desk, signed_in: SignIn) -> None:
    page = signed_in("lead").get(case_of(desk.waiting()))
    assert EMAIL.replace("@", "<wbr>@") in page.body


def test_an_auditor_goes_from_a_case_to_who_read_it(desk: Desk, signed_in: SignIn) -> None:
    path = case_of(desk.waiting())
    trail = f"/audit?return={path.rpartition('/')[2]}"
    assert trail in signed_in("auditor").get(path).body
    assert trail not in signed_in("agent").get(path).body
    assert "read the case" in signed_in("auditor").get(trail).text


def test_a_verb_that_a_page_hides_is_refused_all_the_same(desk: Desk, signed_in: SignIn) -> None:
    ret, store = desk.waiting(), signed_in("store")
    store.get(case_of(ret))
    accepts(store, ret, version=str(desk.version(ret.return_id)))
    assert desk.now(ret.return_id).status is ReturnStatus.IN_REVIEW
    assert store.get("/queue").status == 403


def test_a_search_finds_a_return_and_says_by_what(desk: Desk, signed_in: SignIn) -> None:
    email = "finder@example.com"
    ret = desk.waiting(desk.house.delivered_order(FIGURE, email=email))
    agent = signed_in("agent")
    found_by = {ret.ticket: "Ticket", ret.order_number: "Order number", email: "E-mail address"}
    for text, why in found_by.items():
        page = agent.get(f"/search?{urlencode({'q': text})}")
        assert case_of(ret) in page.body
        assert why in page.text
    assert "Nothing found" in agent.get("/search?q=R-0000-0000-1").text


def test_a_page_weighs_at_most_sixty_kilobytes_with_all_that_it_loads(
    desk: Desk, signed_in: SignIn
) -> None:
    from console.site.pages import STATIC  # noqa: PLC0415

    ret, agent = desk.waiting(), signed_in("agent")
    for path in ("/queue", case_of(ret), "/search?q=x"):
        body = agent.get(path).body
        loaded = re.findall(r'(?:href|src)="/static/([^"]+)"', body)
        parts = [STATIC.asset(name) for name in loaded]
        assert len(body) + sum(len(part.body) for part in parts if part) <= 60 * KB
        assert all(parts)


def showing_a_video(desk: Desk, ret: Return) -> Evidence:
    evidence = desk.house.evidence
    slot = evidence.open_slot(
        ret.return_id, "video/mp4", EvidenceKind.UNPACKING_VIDEO, actor=CUSTOMER
    )
    put_upload(desk.house, slot.upload_key, mp4())
    judged = evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    assert judged
    return judged


def test_a_video_that_another_return_has_too_can_be_watched_beside_it(
    desk: Desk, signed_in: SignIn
) -> None:
    theirs, mine = (showing_a_video(desk, desk.waiting()) for _ in range(2))
    alike = (Match(theirs.return_id, theirs.evidence_id, Likeness.SAME_FILE),)
    desk.house.evidence.store.note(mine, replace(mine, matches=alike))
    agent = signed_in("agent")
    page = agent.get(f"/cases/{mine.return_id}")
    assert "The same file" in page.text
    for video, words in ((mine, "Watch the video (0:10)"), (theirs, "Watch that video (0:10)")):
        assert words in page.text
        path = f"/cases/{video.return_id}/evidence/{video.evidence_id}?size=video"
        assert f'href="{path}"' in page.body
        assert video.video_key in agent.get(path).location
