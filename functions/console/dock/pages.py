"""View models of a parcel at the dock; nothing in them is the customer's."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from aftercare.returns.arrivals import Condition, Disposition, Grade
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.parcel import INSPECT, RECEIVE, Parcel
from aftercare.words.model import LANGUAGES, language_of
from console import words
from console.cases.lines import code_groups
from console.dock import boxes
from console.dock.counting import Count, Counts, Told
from console.dock.inspecting import uninspected


class Tile(NamedTuple):
    """How many units of a line are in one condition."""

    condition: str
    name: str
    units: str


class CountCard(NamedTuple):
    """One expected line, and what was counted of it."""

    id: str
    place: int
    name: str
    sku: str
    units: int
    tiles: list[Tile]
    serials: str
    said: str
    tone: str
    error: str
    is_chosen: bool


class FindingCard(NamedTuple):
    """One line that came, and what was typed about its inspection."""

    id: str
    place: int
    name: str
    here: int
    units: int
    typed: Mapping[str, str]


class DoneCard(NamedTuple):
    """What was received and found of one line."""

    name: str
    came: str
    found: str
    tone: str
    words: str = ""


def parcel_page(
    parcel: Parcel,
    counts: Counts,
    typed: Mapping[str, str],
    *,
    here: Collection[int],
    errors: bool,
    told: Told | None,
) -> dict[str, object]:
    """Everything that parcel.html shows; `here` are those of several parcels that are ticked."""
    ret = parcel.ret
    status, tone = words.status(ret.status)
    receives, inspects = RECEIVE in parcel.may and bool(counts), INSPECT in parcel.may
    is_received, awaits = boxes.is_received(ret, here), boxes.may_await(ret, here)
    language = language_of(ret.language)
    return {
        "parcel": {
            "id": ret.return_id,
            "ticket": ret.ticket or ret.return_id,
            "status": status,
            "tone": tone,
            "version": ret.version or 0,
            "language": language,
            "language_name": LANGUAGES[language].name,
            "of": boxes.title(ret, here),
        },
        "boxes": boxes.boxes(ret, here),
        "awaits": awaits,
        "can_receive": receives,
        "is_received": is_received,
        "is_correcting": any(name.startswith("line_") for name in typed),
        "counts": _counts(counts, typed, awaits=awaits, shows_error=errors),
        "place": typed.get("place") or _place_of(ret),
        "findings": [_finding(place, line, typed) for place, line in enumerate(uninspected(ret), 1)]
        if inspects and (is_received or not receives)
        else [],
        "results": [done_card(line) for line in ret.lines if line.receipt],
        "grades": [(each, *words.GRADES[each]) for each in Grade],
        "dispositions": [(each, words.DISPOSITIONS[each]) for each in Disposition],
        "codes": code_groups(),
        "told": told,
        "scan": typed.get("scan", ""),
    }


def received_words(ret: Return) -> str:
    """What came, in one sentence."""
    parts = [
        f"{units} {words.CONDITIONS[condition].lower()}"
        for condition in Condition
        if (
            units := sum(line.receipt.units.get(condition, 0) for line in ret.lines if line.receipt)
        )
    ]
    return ", ".join(parts)


def _counts(
    counts: Counts, typed: Mapping[str, str], *, awaits: bool, shows_error: bool
) -> list[CountCard]:
    return [
        _count(place, each, typed, awaits=awaits, shows_error=shows_error)
        for place, each in enumerate(counts, 1)
    ]


def _count(
    place: int, count: Count, typed: Mapping[str, str], *, awaits: bool, shows_error: bool
) -> CountCard:
    said, tone = f"{count.counted} of {count.line.units} counted", "good"
    if count.error:
        said, tone = count.error, "bad" if count.left < 0 else "warn"
    return CountCard(
        id=count.line.line_id,
        place=place,
        name=count.line.name,
        sku=count.line.sku,
        units=count.line.units,
        tiles=[
            Tile(each, words.CONDITIONS[each], count.typed.get(each, "0"))
            for each in Condition
            if each is not Condition.AWAITED or awaits or count.units[each]
        ],
        serials="\n".join(count.serials),
        said=said,
        tone=tone,
        error=count.error if shows_error else "",
        is_chosen=typed.get("chosen") == str(place),
    )


def _finding(place: int, line: ReturnLine, typed: Mapping[str, str]) -> FindingCard:
    is_same = typed.get(f"found_{place}") == line.line_id
    fields = ("accepted", "grade", "disposition", "code", "words")
    kept = {name: typed.get(f"{name}_{place}", "") if is_same else "" for name in fields}
    return FindingCard(
        line.line_id,
        place,
        line.name,
        line.present,
        line.units,
        {**kept, "accepted": kept["accepted"] or str(line.present)},
    )


def done_card(line: ReturnLine) -> DoneCard:
    """What was received and found of a line, with the inspector's words."""
    units = line.receipt.units if line.receipt else {}
    came = ", ".join(
        f"{count} {words.CONDITIONS[each].lower()}" for each, count in units.items() if count
    )
    found = line.inspection
    if found is None:
        return DoneCard(line.name, came, "", "")
    said = (
        f"Grade {found.grade.upper()}, {words.DISPOSITIONS[found.disposition].lower()}: "
        f"{found.accepted} of {line.units} taken back"
    )
    tone = "good" if found.accepted == line.units else "warn"
    return DoneCard(line.name, came, said, tone, found.words)


def _place_of(ret: Return) -> str:
    return next((line.receipt.place for line in ret.lines if line.receipt), "")
