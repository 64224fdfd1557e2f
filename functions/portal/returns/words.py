"""Sentences of orders and returns that depend on more than a code."""

from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.evidence.verdict import RefusalReason
from aftercare.returns.model import Return
from aftercare.returns.policy import Decision, Rule
from aftercare.words.service import Words


def outlook(w: Words, decision: Decision) -> str:
    """What a decision means before a return is submitted: until when, who pays, which photos."""
    if decision.refusals:
        return refusal(w, decision)
    until = w.text("returns.outlook.until", day=_last_day(w, decision)) if decision.last_day else ""
    payer = w.text(f"returns.payer_sentence.{decision.payer}") if decision.payer else ""
    photos = w.count("returns.photos_needed", decision.photos_needed)
    return w.sentences([until, payer, photos])


def refusal(w: Words, decision: Decision) -> str:
    """Why not, in one sentence: the first rule that was broken."""
    broken = (verdict.rule for verdict in decision.refusals if isinstance(verdict.rule, Rule))
    rule = next(broken, None)
    if rule is None:  # only a newer version has words for it
        return w.text("returns.explanation.declined")
    return w.text(f"returns.refusal.{rule}", day=_last_day(w, decision))


def photo(w: Words, slot: Evidence) -> str:
    """What became of a photo, to follow its name."""
    if slot.state is EvidenceState.REFUSED and slot.refusal in set(RefusalReason):
        return w.text(f"returns.photo_refusal.{slot.refusal}")
    return w.text(f"returns.photo.{slot.state}")


def submit_hint(w: Words, missing: int, ret: Return) -> str:
    """What to expect of the button that submits; empty once it was used."""
    if not ret.is_draft:
        return ""
    return w.text("returns.draft.missing" if missing else "returns.draft.ready")


def _last_day(w: Words, decision: Decision) -> str:
    return w.day(decision.last_day) if decision.last_day else ""
