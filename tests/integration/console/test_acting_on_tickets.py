"""What staff do to a ticket at the console, once each, and who comes second; macros."""

from collections.abc import Callable

import pytest

from aftercare.desk.agents import verbs_for
from aftercare.desk.macros import published
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import About
from aftercare.desk.ticket import MOST_WORDS, Topic
from aftercare.staff.model import Role
from console.tickets.names import OFFERS
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.orders import NUMBER
from tests.fakes.reviews import LEAD, member
from tests.fakes.service_desk import HELLO, ServiceDesk
from tests.fakes.ticket_pages import acts, at, box, brought_to, form_on, words_of
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration
V, S = Verb, TicketState

STAFF_WHO_READ = ("agent", "lead", "qa", "auditor")

type SignIn = Callable[..., StaffBrowser]


@pytest.fixture
def signed_in(tickets: ServiceDesk, pool: UserPool) -> SignIn:  # noqa: ARG001 - it empties tables
    """A browser of a colleague with that role."""

    def sign_in(role: str, name: str = "Ada Agent") -> StaffBrowser:
        return StaffBrowser().signs_in(pool, pool.add(role, name=name))

    return sign_in


@pytest.mark.parametrize("state", [state for state in S if state not in {S.CLOSED, S.MERGED}])
@pytest.mark.parametrize("role", STAFF_WHO_READ)
def test_a_page_offers_what_the_matrix_allows_and_refuses_the_rest(
    tickets: ServiceDesk, signed_in: SignIn, role: str, state: TicketState
) -> None:
    thread, browser = brought_to(tickets, state), signed_in(role)
    page = browser.get(at(thread))
    allowed = set(verbs_for(member("x", Role(role)), state))
    offered = {verb for verb in Verb if f'name="verb" value="{verb}"' in page.body}
    assert offered == allowed
    form = {"entries": str(thread.ticket.entries), "words": "Hello."}
    for verb in set(Verb) - allowed:
        browser.post(f"{at(thread)}/act", verb=verb, sent_as="a", **form)
    assert len(words_of(tickets, thread)) == len(thread.messages)
    if role == "auditor":
        browser.post(f"{at(thread)}/claim", wanted="yes")
        assert tickets.thread(thread.ticket.number).ticket.claim == thread.ticket.claim


@pytest.mark.parametrize("verb", OFFERS)
def test_each_button_does_what_it_says(tickets: ServiceDesk, signed_in: SignIn, verb: Verb) -> None:
    state = next(state for state in S if verb in verbs_for(LEAD, state))
    thread, lead = brought_to(tickets, state), signed_in("lead")
    answer = acts(lead, at(thread), verb)
    assert answer.location == f"{at(thread)}?done={verb}"
    assert OFFERS[verb].done in lead.follow(answer).text
    last = tickets.thread(thread.ticket.number).messages[-1]
    assert last.entry.verb is verb


def test_what_the_customer_sees_is_apart_from_what_staff_see(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    body = signed_in("agent").get(at(tickets.ask())).body
    public, _, inside = body.partition('aria-labelledby="inside"')
    assert "The customer sees this" in public
    assert "Staff only" in inside
    for verb in (V.REPLY, V.ASK, V.RESOLVE):
        assert f'value="{verb}"' in public
        assert f'value="{verb}"' not in inside
    for verb in (V.NOTE, V.ESCALATE, V.AWAIT_THIRD, V.TAKE):
        assert f'value="{verb}"' in inside
        assert f'value="{verb}"' not in public


def test_a_double_click_sends_one_answer(tickets: ServiceDesk, signed_in: SignIn) -> None:
    thread, agent = tickets.ask(), signed_in("agent")
    form = form_on(agent.get(at(thread)), verb=V.REPLY, words="Sorry\r\nfor that.")
    sent = [agent.post(f"{at(thread)}/act", **form) for _ in range(3)]
    assert {answer.location for answer in sent} == {f"{at(thread)}?done=reply"}
    assert words_of(tickets, thread) == [HELLO, "Sorry\nfor that."]


def test_other_words_from_a_page_that_was_sent_are_not_swallowed(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    """Who goes back in the browser and writes something else is told that it was not sent."""
    thread, agent = tickets.ask(), signed_in("agent")
    form = form_on(agent.get(at(thread)), verb=V.REPLY, form="answer")
    agent.post(f"{at(thread)}/act", words="Sorry!", **form)
    page = agent.post(f"{at(thread)}/act", words="One more thing.", **form)
    assert page.status == 409
    assert box(page, "words") == "One more thing."
    assert words_of(tickets, thread) == [HELLO, "Sorry!"]


def test_of_two_agents_at_once_the_second_reads_what_is_new_and_loses_nothing(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    thread = tickets.ask()
    first, second = signed_in("agent"), signed_in("qa", "Quin")
    old = form_on(second.get(at(thread)), verb=V.ASK, form="answer", words="日本語 " * 900)
    acts(first, at(thread), V.REPLY, "We are on it.")
    tickets.write(thread.ticket.number, "It got worse.")
    page = second.post(f"{at(thread)}/act", **old)
    assert page.status == 409
    assert "Nothing of yours was sent." in page.text
    news, _, _ = page.body.partition('<div class="case">')
    assert "Ada Agent" in news
    assert "Customer" in news
    assert "Opened the ticket" not in news
    assert "It got worse." in page.text
    assert box(page, "words") == "日本語 " * 899 + "日本語 "
    assert len(words_of(tickets, thread)) == 3
    again = {**old, **form_on(page)}
    assert second.post(f"{at(thread)}/act", **again).location == f"{at(thread)}?done=ask"
    assert len(words_of(tickets, thread)) == 4


def test_what_was_typed_into_a_form_that_is_gone_is_shown(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    """A ticket that is closed takes no answer any more."""
    thread, agent = brought_to(tickets, S.RESOLVED), signed_in("agent")
    old = form_on(agent.get(at(thread)), verb=V.REPLY, form="answer", words="By the way …")
    tickets.clock.forward(days=15)
    tickets.work()
    assert tickets.thread(thread.ticket.number).ticket.state is S.CLOSED
    page = agent.post(f"{at(thread)}/act", **old)
    assert page.status == 409
    assert "What you typed is kept here" in page.text
    assert "By the way …" in page.text


@pytest.mark.parametrize("name", ["words", "note"])
def test_words_that_are_too_long_are_kept(
    tickets: ServiceDesk, signed_in: SignIn, name: str
) -> None:
    thread, agent = tickets.ask(), signed_in("agent")
    kind, verb = {"words": ("answer", V.REPLY), "note": ("inside", V.NOTE)}[name]
    typed = "あ" * (MOST_WORDS + 1)
    form = form_on(agent.get(at(thread)), verb=verb, form=kind, words=typed)
    page = agent.post(f"{at(thread)}/act", **form)
    assert page.status == 422
    assert "Write between 1 and 4,000 characters." in page.text
    assert box(page, name) == typed
    assert box(page, "note" if name == "words" else "words") == ""
    assert agent.post(f"{at(thread)}/act", **{**form, "words": " "}).status == 422
    assert words_of(tickets, thread) == [HELLO]


@pytest.mark.parametrize("verb", ["", "dance", "write", "close", "open", "acknowledge"])
def test_what_is_no_verb_of_staff_leads_back_with_the_words(
    tickets: ServiceDesk, signed_in: SignIn, verb: str
) -> None:
    thread, agent = tickets.ask(), signed_in("agent")
    form = form_on(agent.get(at(thread)), verb=verb, form="answer", words="Half a page.")
    answer = agent.post(f"{at(thread)}/act", **form)
    assert (answer.status, answer.location) == (303, at(thread))
    page = agent.get(at(thread))
    assert "Choose what to do with the ticket." in page.text
    assert box(page, "words") == "Half a page."
    assert words_of(tickets, thread) == [HELLO]


def test_who_may_no_longer_act_keeps_the_words(tickets: ServiceDesk, signed_in: SignIn) -> None:
    thread, agent = tickets.ask(), signed_in("agent")
    form = form_on(agent.get(at(thread)), verb=V.ESCALATE_FURTHER, form="inside", words="Why?")
    answer = agent.post(f"{at(thread)}/act", **form)
    assert (answer.status, answer.location) == (303, at(thread))
    page = agent.get(at(thread))
    assert "Your role does not allow this." in page.text
    assert box(page, "note") == "Why?"


def test_a_ticket_is_taken_and_let_go(tickets: ServiceDesk, signed_in: SignIn) -> None:
    thread, agent, lead = tickets.ask(), signed_in("agent"), signed_in("lead", "Lee Lead")
    assert "Nobody is at it" in agent.get(at(thread)).text
    assert agent.post(f"{at(thread)}/claim", wanted="yes").location == at(thread)
    assert "Yours for 29 min Let it go" in agent.get(at(thread)).text
    assert "Ada Agent is at it, 29 min left Take it over" in lead.get(at(thread)).text
    agent.post(f"{at(thread)}/claim", wanted="no")
    assert "Nobody is at it" in lead.get(at(thread)).text
    assert words_of(tickets, thread) == [HELLO]


def test_a_macro_fills_the_box_by_a_reload(tickets: ServiceDesk, signed_in: SignIn) -> None:
    thread, agent = tickets.ask(), signed_in("agent")
    page = agent.get(f"{at(thread)}?macro=refund-timing")
    assert box(page, "words") == published()["refund-timing"].filled(thread.ticket)
    assert thread.ticket.number in box(page, "words")
    assert box(agent.get(f"{at(thread)}?macro=nothing"), "words") == ""
    assert words_of(tickets, thread) == [HELLO]


@pytest.mark.parametrize("language", ["en", "zh-Hans", "fr", "es", "ja"])
def test_a_macro_comes_behind_what_was_typed_in_the_customers_language(
    tickets: ServiceDesk, signed_in: SignIn, language: str
) -> None:
    sent = tickets.sent()._replace(language=language)
    about = About(Topic.ORDER, NUMBER)
    thread = tickets.tickets.ask(tickets.ask().ticket.email_key, about, sent)
    agent = signed_in("agent")
    form = form_on(agent.get(at(thread)), words="Hello Mei,", macro="damage-photos")
    page = agent.post(f"{at(thread)}/macro", **form)
    text = published()["damage-photos"].filled(thread.ticket)
    assert page.status == 200
    assert NUMBER in text
    assert box(page, "words") == f"Hello Mei,\n\n{text}"
    assert f'lang="{language}"' in page.body
    sent_on = form_on(page, verb=V.ASK, words=box(page, "words").replace("\n", "\r\n"))
    agent.post(f"{at(thread)}/act", **sent_on)
    assert words_of(tickets, thread)[-1] == f"Hello Mei,\n\n{text}"


def test_a_macro_about_an_order_is_offered_with_an_order(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    agent = signed_in("agent")
    assert 'value="damage-photos"' in agent.get(at(tickets.ask())).body
    assert 'value="damage-photos"' not in agent.get(at(tickets.ask(About(Topic.OTHER)))).body
