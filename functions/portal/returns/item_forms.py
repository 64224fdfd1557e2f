"""View models of one item of an order: how many come back, and the reasons that it allows."""

from collections.abc import Mapping
from typing import NamedTuple

from aftercare.orders.model import OrderLine
from aftercare.returns.choice import choices_of
from aftercare.returns.model import ChosenLine, Reason
from aftercare.returns.outlook import LineOutlook
from aftercare.returns.policy import Recall
from aftercare.returns.reasons import Cause
from aftercare.words.service import Words
from portal.returns import forms, words
from portal.returns.items import Place, facts_of
from portal.returns.pictures import picture_of

# Quantities in one list; of more, the customer types the number.
_MOST_LISTED = 20
# One heading for what the customer is not to blame for.
_FAULTS = {Cause.DEFECT, Cause.DAMAGED, Cause.WRONG_ITEM}


class Quantity(NamedTuple):
    """One quantity to choose."""

    value: int
    label: str
    selected: bool


class ReasonChoice(NamedTuple):
    """One reason to tick."""

    value: str
    label: str
    selected: bool
    asks_opened: bool


class RemedyChoice(NamedTuple):
    """One remedy to tick."""

    value: str
    label: str
    selected: bool


class Group(NamedTuple):
    """Reasons for which the policy grants the same, and what that is."""

    title: str
    grants: str
    reasons: list[ReasonChoice]


class ItemForm(NamedTuple):
    """One item, on the page where its reason is chosen."""

    line_id: str
    name: str
    kind: str
    picture: str
    facts: str
    order_number: str
    back: str
    action: str
    return_id: str
    available: int
    units: int
    quantities: list[Quantity]
    asks_opened: bool
    opened: str
    remedies: list[RemedyChoice]
    grants: str
    groups: list[Group]
    not_offered: list[str]
    asks_check: bool
    check_reference: str
    note: str
    in_return: bool
    kept: bool


def most_units(place: Place, outlook: LineOutlook) -> int:
    """The units that may be chosen: what may come back now, or is in the draft and still free."""
    stored = place.draft.choice.get(outlook.line_id) if place.draft else None
    return max(outlook.returnable, min(stored.units, outlook.available) if stored else 0)


def item_form(
    w: Words,
    place: Place,
    line: OrderLine,
    outlook: LineOutlook,
    typed: Mapping[str, str],
    *,
    kept: bool = False,
) -> ItemForm:
    """The form of one item: with what was typed, else with what the draft has of it.

    `kept` says that it was typed before the session ended, and is saved nowhere yet.
    """
    stored = place.draft.choice.get(line.line_id) if place.draft else None
    said = typed or _as_typed(place, stored)
    most = most_units(place, outlook)
    groups = _groups(w, outlook, forms.reason_in(said))
    same = len(groups) > 1 and len({group.grants for group in groups}) == 1
    return ItemForm(
        line_id=line.line_id,
        name=line.name,
        kind=line.kind,
        picture=picture_of(line),
        facts=facts_of(w, place.order, line, outlook),
        order_number=place.order.order_number,
        back=f"{place.base}{place.path()}",
        action=f"{place.base}{place.path(line.line_id)}",
        return_id=place.return_id,
        available=most,
        units=forms.number_in(said.get("units", "")) or 1,
        quantities=_quantities(w, line, most, said.get("units", "")),
        asks_opened=any(decision.asks_opened for decision in outlook.decisions.values()),
        opened=said.get("opened", ""),
        remedies=_remedies(w, outlook, said),
        grants=groups[0].grants if same else "",
        groups=[group._replace(grants="") for group in groups] if same else groups,
        not_offered=_not_offered(w, outlook),
        asks_check=outlook.recall is Recall.AFFECTED,
        check_reference=said.get("check_reference", ""),
        note=said.get("note", ""),
        in_return=stored is not None,
        kept=kept,
    )


def _as_typed(place: Place, stored: ChosenLine | None) -> Mapping[str, str]:
    if stored is None:
        recalled = {"check_reference": place.check, "reason": Reason.RECALLED}
        return {**recalled, "units": "1"} if place.check else {"units": "1"}
    return {
        "units": str(stored.units),
        "reason": stored.reason or "",
        "note": stored.note,
        "opened": stored.opened,
        "remedy": stored.remedy or "",
        "check_reference": stored.check_reference,
    }


def _quantities(w: Words, line: OrderLine, most: int, said: str) -> list[Quantity]:
    if most > _MOST_LISTED:
        return []
    everything = w.text("choosing.item.all", quantity=w.number(line.quantity))
    return [
        Quantity(
            count,
            everything if count == line.quantity else w.number(count),
            str(count) == said,
        )
        for count in range(1, most + 1)
    ]


def _groups(w: Words, outlook: LineOutlook, selected: Reason | None) -> list[Group]:
    """The reasons that are allowed, and one that was chosen before; by what is granted."""
    groups: dict[tuple[str, str], list[Reason]] = {}
    for reason, decision in outlook.decisions.items():
        if not decision.refusals or reason is selected:
            cause = "defect" if reason.cause in _FAULTS else reason.cause
            key = (cause, words.outlook(w, reason, decision, outlook))
            groups.setdefault(key, []).append(reason)
    return [
        Group(
            w.text(f"returns.reason_group.{cause}"),
            grants,
            [
                ReasonChoice(
                    reason,
                    w.text(f"returns.reason.{reason}"),
                    reason is selected,
                    outlook.decisions[reason].asks_opened,
                )
                for reason in reasons
            ],
        )
        for (cause, grants), reasons in groups.items()
    ]


def _remedies(w: Words, outlook: LineOutlook, said: Mapping[str, str]) -> list[RemedyChoice]:
    """What a customer may prefer for a reason that leaves a choice; the first until they say."""
    allowed = [each for each in outlook.decisions.values() if not each.refusals]
    choices = dict.fromkeys(remedy for decision in allowed for remedy in choices_of(decision))
    preferred = said.get("remedy", "")
    selected = preferred if preferred in choices else next(iter(choices), "")
    return [
        RemedyChoice(remedy, w.text(f"choosing.remedy.{remedy}"), remedy == selected)
        for remedy in choices
    ]


def _not_offered(w: Words, outlook: LineOutlook) -> list[str]:
    """The reasons that are refused, with why; those with the same answer together."""
    refused: dict[str, list[str]] = {}
    for reason, decision in outlook.decisions.items():
        if decision.refusals:
            why = words.refusal(w, decision)
            refused.setdefault(why, []).append(w.text(f"returns.reason.{reason}"))
    return [
        w.text("choosing.item.not_offered_because", reasons=w.list(reasons), why=why)
        for why, reasons in refused.items()
    ]
