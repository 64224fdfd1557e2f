"""A ticket from the question to its end: what the cost of a ticket is calculated from."""

from tests.bench.walks import returning
from tests.bench.walks.callers import Colleague
from tests.bench.walks.console import signs_in
from tests.bench.world import World


def ready(world: World) -> Colleague:
    """An order, and an agent at work."""
    returning.sells(world)
    return signs_in(world, "agent")


def asked(world: World, agent: Colleague) -> None:
    """A customer asks about an order, is answered, writes again, and the ticket is resolved."""
    customer = returning.signs_in(world)
    customer.get("/messages/new")
    form = {"topic": "delivery", "order": returning.ORDER.number}
    page = customer.post("/messages/new", **form, words="When will it be here?", sent_as="bench 1")
    world.settle()
    path = page.location.partition("#")[0]
    customer.get(path)
    _answers(world, agent, path, "reply", "It left us today.")
    customer.get(path)
    customer.post(path, words="Thank you!", sent_as="bench 2")
    world.settle()
    _answers(world, agent, path, "resolve", "Have fun with it.")
    customer.get(path)


def _answers(world: World, agent: Colleague, path: str, verb: str, words: str) -> None:
    agent.get("/queue/tickets")
    agent.get("/queue/tickets/next")
    place = f"/tickets/{path.rpartition('/')[2]}"
    page = agent.get(place)
    form = {"entries": page.hidden("entries"), "sent_as": page.hidden("sent_as")}
    assert agent.post(f"{place}/act", verb=verb, words=words, **form).status == 303
    world.settle()
