"""What the forms of a ticket's page say, and those of a counter's."""

from collections.abc import Mapping

from aftercare.desk.agents import Done
from aftercare.desk.moves import Verb
from aftercare.kernel.typed import whole_number
from console.cases.forms import text_in

_MOST_ENTRIES = 10**6


def done_in(form: Mapping[str, str]) -> Done:
    """What the form asks for. Other words, or another verb, of the same page are another act."""
    verb, words = Verb(form["verb"]), text_in(form, "words")
    sent_as = f"{form.get('sent_as', '')} {verb} {words}"
    return Done(verb, entries_in(form, "entries"), words, sent_as)


def entries_in(form: Mapping[str, str], name: str) -> int:
    """How many entries a ticket had when its page was shown; 0 for what is no number."""
    return whole_number(form.get(name, ""), _MOST_ENTRIES) or 0
