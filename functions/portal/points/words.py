"""Sentences of points that depend on more than a code."""

from zoneinfo import ZoneInfo

from aftercare.kernel.clock import local_day
from aftercare.points.posting import Kind
from aftercare.points.statement import Movement
from aftercare.words.service import Words

MINUS = "\N{MINUS SIGN}"


def points(w: Words, count: int) -> str:
    return w.count("points.sum", count)


def change(w: Words, count: int) -> str:
    """A number with its sign, as on a statement."""
    sign = "+" if count > 0 else MINUS if count < 0 else ""
    return f"{sign}{w.number(abs(count))}"


def place(w: Words, movement: Movement) -> str:
    """The purchase that a movement is about; empty if there is none."""
    match movement.operation_id.split("#"):
        case ["earn", order] | ["review" | "clawback" | "edit", order, _]:
            return w.text("points.place.order", order=order)
        case ["earn", store, receipt]:
            return w.text("points.place.store", store=store, receipt=receipt)
        case ["hold" | "extend", *_]:
            return w.text("points.place.pending")
        case _:
            return ""


def detail(w: Words, movement: Movement, zone: ZoneInfo) -> str:
    """What else a movement says, beside its title, its place and its points."""
    if movement.kind is Kind.CAPTURE and movement.change:
        return w.text("points.detail.captured", points=points(w, movement.points))
    if movement.until:
        return w.text("points.detail.until", day=w.day(local_day(movement.until, zone)))
    if movement.lapsed:
        return w.text("points.detail.lapsed", points=points(w, movement.lapsed))
    if movement.due and movement.kind is not Kind.EXPIRED:
        return w.text("points.detail.through", day=w.day(movement.due))
    return movement.why
