"""Searches among tickets: what an address asks for, the form of it, and those that are kept."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from aftercare.desk.search import MINE, MOST_DAYS, NOBODYS, Kept, Search
from aftercare.kernel.typed import whole_number
from aftercare.words.model import LANGUAGES
from console.tickets import names
from console.tickets.listing import PATH, queue_in

_WHO = {MINE: "Mine", NOBODYS: "Nobody’s"}
_LANGUAGES = {tag: language.name for tag, language in LANGUAGES.items()}


class Option(NamedTuple):
    """One choice of a list."""

    value: str
    text: str
    is_chosen: bool


class Choice(NamedTuple):
    """One list of the form; its first choice asks for nothing."""

    name: str
    label: str
    options: list[Option]


class SearchForm(NamedTuple):
    """The form as the search fills it. `asked` says what is asked for, in words."""

    queue: str
    choices: list[Choice]
    is_overdue: bool
    days: int
    asked: str


class KeptRow(NamedTuple):
    """A search that its owner kept."""

    name: str
    href: str
    asked: str


def search_in(typed: Mapping[str, str]) -> Search:
    """What an address or a form asks for; what it names and nobody knows asks for nothing."""
    return Search(
        queue=queue_in(typed.get("queue", "")),
        state=_known(typed, "state", names.STATES),
        topic=_known(typed, "topic", names.TOPICS),
        channel=_known(typed, "channel", names.CHANNELS),
        language=_known(typed, "language", _LANGUAGES),
        who=_known(typed, "who", _WHO),
        is_overdue=typed.get("overdue", "") == "yes",
        days=whole_number(typed.get("days", ""), MOST_DAYS) or 0,
    )


def href(search: Search, after: str = "") -> str:
    asked = _fields(search) | ({"after": after} if after else {})
    return f"{PATH}?{urlencode(asked)}"


def search_form(search: Search) -> SearchForm:
    states = {state: name for state, (name, _) in names.STATES.items()}
    return SearchForm(
        queue=search.queue,
        choices=[
            _choice("state", "State", states, search.state),
            _choice("topic", "About", names.TOPICS, search.topic),
            _choice("channel", "Channel", names.CHANNELS, search.channel),
            _choice("language", "Language", _LANGUAGES, search.language),
            _choice("who", "Who", _WHO, search.who),
        ],
        is_overdue=search.is_overdue,
        days=search.days,
        asked=asked_for(search),
    )


def asked_for(search: Search) -> str:
    """What a search looks for, in words."""
    state = names.STATES[search.state][0] if search.state in names.STATES else ""
    parts = [
        names.QUEUES[search.queue],
        state,
        names.TOPICS.get(search.topic, ""),
        names.CHANNELS.get(search.channel, ""),
        _LANGUAGES.get(search.language, ""),
        _WHO.get(search.who, ""),
        "overdue" if search.is_overdue else "",
        f"open for {search.days} d or longer" if search.days else "",
    ]
    return " · ".join(filter(None, parts))


def kept_rows(kept: Iterable[Kept]) -> list[KeptRow]:
    return [KeptRow(each.name, href(each.search), asked_for(each.search)) for each in kept]


def hidden(search: Search) -> dict[str, str]:
    """The search as the fields of a form."""
    return _fields(search)


def _fields(search: Search) -> dict[str, str]:
    fields = {
        "queue": search.queue,
        "state": search.state,
        "topic": search.topic,
        "channel": search.channel,
        "language": search.language,
        "who": search.who,
        "overdue": "yes" if search.is_overdue else "",
        "days": str(search.days or ""),
    }
    return {name: str(value) for name, value in fields.items() if value}


def _known(typed: Mapping[str, str], field: str, values: Mapping[str, object]) -> str:
    value = typed.get(field, "")
    return value if value in values else ""


def _choice(name: str, label: str, texts: Mapping[str, str], chosen: str) -> Choice:
    options = [Option(value, text, value == chosen) for value, text in texts.items()]
    return Choice(name, label, [Option("", "Any", not chosen), *options])
