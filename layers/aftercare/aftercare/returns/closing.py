"""How a return ends: which of its units stay with us, and which are free again."""

from collections import Counter
from dataclasses import replace

from aftercare.returns.model import Return
from aftercare.returns.moves import ReturnStatus, Verb
from aftercare.returns.requests import open_units
from aftercare.returns.settlement import SettlementState


def is_done(ret: Return) -> bool:
    """Whether its customer has everything: no unit and no request is open."""
    return not open_units(ret) and not any(each.is_open for each in ret.settlements)


def closed(ret: Return, verb: Verb) -> Return:
    """The return closed by that verb. It goes on holding the units for which something was given.

    The others go back to the customer, or never came: they are free (R-RET-66).
    """
    given = Counter[str]()
    for each in ret.settlements:
        if each.state is not SettlementState.FAILED:
            given.update({line_id: line.units for line_id, line in each.lines.items()})
    lines = tuple(replace(line, kept=min(line.units, given[line.line_id])) for line in ret.lines)
    return replace(ret.moved(verb, ReturnStatus.CLOSED), lines=lines, attention=None)
