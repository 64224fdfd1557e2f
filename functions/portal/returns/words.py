"""Sentences of orders and returns that depend on more than a code."""

from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.evidence.verdict import RefusalReason
from aftercare.kernel.clock import zone_named
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import parcel_in
from aftercare.returns import events
from aftercare.returns.model import (
    EvidenceKind,
    Reason,
    Return,
    ReturnLine,
    ReturnStatus,
    Wanted,
)
from aftercare.returns.outlook import LineOutlook
from aftercare.returns.policy import LineDecision, Recall, Remedy, Rule
from aftercare.returns.reasons import Cause, photos_of
from aftercare.returns.settlement import SettlementState, in_credit
from aftercare.words.service import Words
from portal.returns import days


def outlook(w: Words, reason: Reason, decision: LineDecision, line: LineOutlook) -> str:
    """What a decision means before a return is submitted: until when, who pays, which photos."""
    if decision.refusals:
        return refusal(w, decision)
    until = _until(w, reason, decision, line)
    payer = w.text(f"returns.payer_sentence.{decision.payer}") if decision.payer else ""
    photos = photos_needed(w, photos_of(decision.evidence))
    in_store = w.text("choosing.outlook.in_store") if decision.in_store else ""
    return w.sentences([until, remedies(w, decision), payer, in_store, photos])


def best_outlook(w: Words, line: LineOutlook) -> str:
    """Until when some of the line may come back, or why none of it may."""
    allowed = [decision for decision in line.decisions.values() if not decision.refusals]
    ends = [decision for decision in allowed if decision.last_day]
    if len(ends) < len(allowed):
        return w.text("choosing.page.any_time")
    if ends:
        latest = max(ends, key=lambda decision: decision.last_day or decision.as_of.date())
        return w.text("choosing.page.until", last_day=last_day(w, latest))
    refused = next(iter(line.decisions.values()), None)
    return refusal(w, refused) if refused else ""


def photos_needed(w: Words, needed: int) -> str:
    """How many photos a return needs; empty if none."""
    return w.count("return_page.photos_needed", needed) if needed else ""


def wanted(w: Words, each: Wanted) -> str:
    """What photos must show, and how many of them."""
    return w.count(f"return_page.wanted.{each.kind}", each.at_least)


def kind(w: Words, shown: EvidenceKind) -> tuple[str, str]:
    """What such a photo shows, and how to take it."""
    return w.text(f"return_page.kind.{shown}.title"), w.text(f"return_page.kind.{shown}.how")


def video_tip(w: Words, evidence: tuple[Wanted, ...]) -> str:
    """What to do with a video, where the policy takes one in place of photos."""
    takes = any(EvidenceKind.UNPACKING_VIDEO in each.instead for each in evidence)
    return w.text("return_page.video.tip") if takes else ""


def _until(w: Words, reason: Reason, decision: LineDecision, line: LineOutlook) -> str:
    if reason.cause is Cause.RECALL:
        recalled = line.recall is Recall.RECALLED
        return w.text("choosing.outlook.recalled" if recalled else "choosing.outlook.affected")
    ends = [window for window in line.windows.get(reason, ()) if window.last_day]
    if len(ends) > 1:
        zone = zone_named(decision.zone)
        each = [
            w.text(
                "choosing.outlook.window",
                quantity=w.number(units),
                last_day=w.last_day(last, zone),
            )
            for units, last in ends
            if last
        ]
        return w.text("choosing.outlook.until_each", windows=w.list(each))
    if not decision.last_day:
        return ""
    return w.text("choosing.outlook.until", last_day=last_day(w, decision))


def refusal(w: Words, decision: LineDecision) -> str:
    """Why not, in one sentence: the first rule that was broken."""
    broken = (verdict.rule for verdict in decision.refusals if isinstance(verdict.rule, Rule))
    rule = next(broken, None)
    if rule is None:  # only a newer version has words for it
        return w.text("returns.explanation.declined")
    return w.text(f"returns.refusal.{rule}", day=last_day(w, decision))


def why_not(w: Words, line: ReturnLine) -> str:
    """Why a line does not come back: what somebody decided, or else the rule that it breaks."""
    if line.judgement and not line.judgement.accepted:
        return w.text(f"judgement.{line.judgement.sentence}")
    return refusal(w, line.decision) if line.decision else ""


def own_words(line: ReturnLine) -> str:
    """What somebody of ours added to why they declined a line, in the return's language."""
    if line.judgement is None or line.judgement.accepted:
        return ""
    return " ".join(line.judgement.words.split())


def last_day(w: Words, decision: LineDecision) -> str:
    """The end of a decision's last day, with its clock; empty if there is none."""
    if decision.last_day is None:
        return ""
    if not decision.zone:  # of an earlier version
        return w.day(decision.last_day)
    return w.last_day(decision.last_day, zone_named(decision.zone))


def ending(ret: Return) -> str:
    """What the return has come to for its customer: the money is there, or all that they get.

    Empty while something is still to come, and where they get nothing; of what a store has taken,
    that it did.
    """
    if ret.status is ReturnStatus.RESOLVING:
        return ""
    done = any(each.state is SettlementState.SETTLED for each in ret.settlements)
    if ret.repayment:
        return "credited" if in_credit(ret.settlements) else "refunded"
    if done and ret.status is ReturnStatus.CLOSED:
        return "exchanged" if any(each.handed_over for each in ret.settlements) else "settled"
    return "handed_in" if ret.was_handed_in and ret.status is ReturnStatus.ARRIVED else ""


def status(w: Words, ret: Return) -> str:
    """How far the return has come, in a word or two."""
    end = ending(ret)
    return w.text(f"returns.{end}.status" if end else f"returns.status.{ret.status}")


def headline(w: Words, ret: Return) -> str:
    """What matters most about a return now: its refund as soon as there is one."""
    end, repaid = ending(ret), ret.repayment
    amount = w.money(repaid.amount, repaid.currency) if repaid else ""
    return w.text(
        f"returns.{end}.headline" if end else f"returns.headline.{ret.status}", amount=amount
    )


def explanation(w: Words, ret: Return) -> str:
    """The sentence below the headline."""
    if end := ending(ret):
        day = days.day_of_return(w, ret, ret.repayment.repaid_at) if ret.repayment else ""
        return w.text(f"returns.{end}.explanation", day=day)
    if judged := judged_lines(ret):
        return why_not(w, judged[0]) if len(judged) == 1 else w.text("return_page.left_out.text")
    if not ret.is_draft and ret.refused and ret.refused.decision:
        return refusal(w, ret.refused.decision)
    look_by = w.day(ret.review.look_by) if ret.review and ret.review.look_by else ""
    return w.text(f"returns.explanation.{ret.status}", day=look_by)


def judged_lines(ret: Return) -> list[ReturnLine]:
    """The lines of a declined return on which somebody of ours decided."""
    is_declined = ret.status is ReturnStatus.DECLINED and not ret.repayment
    return [line for line in ret.lines if line.judgement] if is_declined else []


def remedies(w: Words, decision: LineDecision) -> str:
    """What the customer gets for what comes back; empty where the policy does not say."""
    names = [w.text(f"returns.remedy.{remedy}") for remedy in decision.remedies]
    return w.text("choosing.outlook.remedies", remedies=w.list(names, "or")) if names else ""


def step(w: Words, ret: Return, entry: Entry) -> str:
    """One entry of a return's timeline."""
    if entry.entry_type == events.REPLACED:
        return w.text(f"returns.sent.{_remedy_of(ret, entry)}")
    if entry.entry_type != events.REFUNDED:
        if entry.data.get("handed_over"):
            return w.text("returns.exchanged.step")
        number = w.number(parcel_in(entry))
        step = entry.entry_type.removeprefix("return.")
        return w.text(f"returns.timeline.{step}", number=number)
    amount = w.money(int(entry.data["amount"]), entry.data["currency"])
    return w.text("returns.refunded.step", amount=amount)


def _remedy_of(ret: Return, entry: Entry) -> Remedy:
    """What was sent, by the request that the entry names; of an earlier entry a replacement."""
    named = entry.data.get("settlement_id", "")
    asked = {each.settlement_id: each.remedy for each in ret.settlements if each.brings_goods}
    return asked.get(named, Remedy.REPLACEMENT)


def photo_name(w: Words, number: int) -> str:
    return w.text("return_page.photos.name", number=number)


def photo(w: Words, slot: Evidence, number: int) -> str:
    """What became of the photo with that number."""
    name = photo_name(w, number)
    if slot.state is EvidenceState.REFUSED and slot.refusal in set(RefusalReason):
        return w.text(f"return_page.photo_refusal.{slot.refusal}", photo=name)
    return w.text(f"return_page.photo.{slot.state}", photo=name)
