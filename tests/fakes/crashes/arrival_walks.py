"""Ways of returns from the submission to their end, drawn through each other with faults."""

import random
from collections import Counter
from collections.abc import Sequence

from tests.fakes.crashes.arrival_books import check_books
from tests.fakes.crashes.arrival_verbs import VERBS
from tests.fakes.crashes.arrival_world import Act, Crew, arrival_world
from tests.fakes.crashes.schedules import Step, disturbed, walk_of

_SENT = "begin1 submit work work work"
_HERE = f"{_SENT} arrive receive inspect"
_REFUNDED = f"{_SENT} transit arrive receive inspect work"
# Most schedules are made of these, so that they get somewhere; each is walked undisturbed, too.
WALKS: tuple[list[Act], ...] = tuple(
    map(
        walk_of,
        (
            f"{_REFUNDED} pay work",
            f"{_REFUNDED} pay1 pay1 work pay2 pay2 work work2",
            f"{_REFUNDED} fail work look resolve pay1 fail look1 resolve1 pay work",
            f"{_REFUNDED} wait wait1 sweep work2 wait1 sweep work1 pay work",
            f"{_SENT} receive1 receive receive4 receive5 inspect5 inspect1 work look resolve2 pay "
            "pay1 work",
            f"{_SENT} receive4 inspect2 work other:begin1 other:submit",
            f"{_SENT} arrive wait receive3 inspect work look close",
            f"{_SENT} arrive receive2 inspect2 work2 other:begin3 other:submit other:work",
            "begin3 submit work work work transit receive inspect work pay send work1 send pay1 "
            "work",
            "begin2 submit work decide work work work receive inspect work pay work other:begin "
            "other:submit",
            "begin2 submit work decide4 look1 decide1",
            f"{_SENT} wait2 sweep work wait1 sweep work2 work1",
            f"{_SENT} wait3 sweep work receive inspect work pay work",
            f"{_SENT} wait3 sweep work1 arrive receive inspect work pay",
            f"{_SENT} wait3 sweep work other:begin2 other:submit other:work receive work2",
            f"{_SENT} cancel work other:begin1 other:submit other:work cancel other:work transit "
            "work2",
            "begin2 submit work decide work work work cancel other:begin2 other:submit other:work "
            "other:decide receive other:work other:receive inspect work look resolve",
            "begin2 submit work decide work work work cancel other:begin2 other:submit transit "
            "arrive receive inspect look resolve pay other:cancel",
            f"{_SENT} transit look lose work other:begin1 other:submit other:work receive inspect "
            "work look resolve pay",
            f"{_SENT} transit look1 lose1 work arrive work2 look unreceived pay",
            f"{_SENT} transit look unreceived pay work arrive receive",
            f"{_SENT} transit arrive look unreceived work look4 close fail look close4 work",
            f"{_REFUNDED} refund_outside other:begin other:submit other:work other:work "
            "other:receive other:inspect other:work pay other:pay",
            f"refund_outside {_REFUNDED} pay refund_outside work",
            # More is paid than the order has left, and then told again.
            f"{_REFUNDED} pay work other:begin other:submit other:work other:work other:receive "
            "other:inspect other:work other:pay refund_outside refund_outside1 wait pay work",
            "refund_outside1 begin3 submit work work receive inspect work other:begin other:submit "
            "other:work other:work other:receive other:inspect other:work pay other:pay work",
            f"{_SENT} refund_early receive inspect work refund_early1 pay work refund_early",
            f"{_SENT} arrive receive1 inspect3 inspect work receive1 receive pay cancel",
            f"{_SENT} receive7 receive inspect6 receive1 inspect1 look1 look2 inspect5 close2 "
            "close1",
            f"{_SENT} arrive wait3 sweep work2 wait1 sweep work look resolve close",
            # What ended is taken up again.
            f"{_SENT} cancel work look reopen reopen look decide work receive inspect work pay "
            "work",
            f"{_SENT} cancel other:begin1 other:submit work look reopen other:cancel look1 reopen1 "
            "reopen",
            f"{_REFUNDED} pay work look reopen look1 decide1 work receive inspect work work",
            f"{_SENT} arrive receive inspect1 look resolve pay work look reopen look decide work "
            "receive inspect work look1 resolve1 pay1 work",
            "begin2 submit work decide4 look reopen look decide work work receive inspect work pay",
            f"{_SENT} wait3 sweep work look reopen look1 decide1 work2 receive inspect work1 pay",
            f"{_SENT} transit look lose work look reopen look decide5 arrive work",
            f"{_REFUNDED} pay wait3 sweep work look reopen look decide work receive wait1 sweep "
            "work inspect work",
            # What staff choose in the place of the money.
            f"{_HERE} look exchange work pay send work",
            f"{_HERE} look1 exchange1 work2 send1 work1 hand_over1 other:begin1 other:submit",
            f"{_HERE} look5 exchange5 look exchange work send pay1 work send2 pay4",
            f"{_HERE} look exchange fail send work look1 credit1 pay1 send1 work",
            f"{_HERE} look repair work send1 fail work hand_over other:begin1 other:submit",
            f"{_HERE} look credit pay1 work pay2 work2 look reopen",
            f"{_HERE} look credit fail work look resolve4 pay send work",
            f"{_HERE} look credit4 look repair4 look exchange4 work send1 pay send3 send5 work",
            f"{_REFUNDED} fail work look5 resolve5 pay work send work look resolve",
            "begin3 submit work work work receive inspect look5 resolve5 send1 look resolve4 send1 "
            "send3 work",
        ),
    )
)
MANY = 8
_LOOSE = [*VERBS] * 2 + ["work", "receive", "inspect", "pay", "resolve", "transit", "cancel"]


def drawn(dice: random.Random) -> list[Step]:
    """A walk or two through each other, with strays strewn over them, and with faults."""
    mine, theirs = dice.choice(WALKS), dice.choice([(), *WALKS])
    flipped = [(verb, 1 - which, how) for verb, which, how in theirs]
    return disturbed(dice, _shuffled(dice, mine, flipped), _stray, _rival)


def _shuffled(dice: random.Random, mine: Sequence[Act], theirs: Sequence[Act]) -> list[Act]:
    turns = [0] * len(mine) + [1] * len(theirs)
    dice.shuffle(turns)
    walks = (iter(mine), iter(theirs))
    return [next(walks[turn]) for turn in turns]


def _stray(dice: random.Random) -> Act:
    return dice.choice(_LOOSE), dice.randrange(2), dice.randrange(MANY)


def _rival(dice: random.Random, act: Act) -> Act:
    """Mostly somebody who does something to the same return."""
    verb, which, how = _stray(dice)
    return verb, act[1] if dice.random() < 0.7 else which, how


def play(crew: Crew, steps: Sequence[Step]) -> Counter[str]:
    """Plays one schedule and checks its books; returns what it met."""
    with arrival_world(crew, VERBS) as world:
        for act, fault, write, rival in steps:
            world.play(act, fault, write, rival)
        world.recover()
        return world.met + check_books(world)
