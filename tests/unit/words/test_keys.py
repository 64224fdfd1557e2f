"""Code, templates and the catalogue agree: no key is missing, and none is unused."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module

import pytest

from aftercare.authenticity.cases import DECISIONS, ClaimKind, Received
from aftercare.authenticity.codes import Slip
from aftercare.authenticity.model import Signal, Verdict
from aftercare.desk.appeals import APPEALS
from aftercare.desk.model import Channel, Lane
from aftercare.desk.moves import MERGING, MOVES, Party, TicketState
from aftercare.desk.targets import Counting, Measure, Unit
from aftercare.desk.ticket import Topic
from aftercare.evidence.containers.refusal import VideoRefusal
from aftercare.evidence.marks import Area
from aftercare.evidence.model import Advice, EvidenceState
from aftercare.evidence.verdict import RefusalReason
from aftercare.kernel.errors import AftercareError
from aftercare.labels.model import LabelFormat, Paper
from aftercare.labels.papers.customs import CATEGORIES
from aftercare.orders.facts import OVER_THE_COUNTER
from aftercare.orders.model import OrderStatus, ProductKind
from aftercare.parcels.recognising import Evidence
from aftercare.parcels.silence import Progress
from aftercare.points.posting import Kind
from aftercare.returns import events
from aftercare.returns.arrivals import Condition
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.judging import ACCEPTING
from aftercare.returns.model import ParcelWay, Reason, ReturnStatus
from aftercare.returns.policy import Payer, Remedy, Rule, Seller, Start
from aftercare.returns.reasons import Cause, EvidenceKind
from aftercare.returns.settlement import SettlementState
from aftercare.web.problems import _STATUSES
from portal.about import kept
from portal.about.page_errors import STEPS
from portal.site.shop_errors import GROUPS, SHOP_ERRORS
from tests.fakes.template import ROOT
from tests.fakes.words import catalogue, keys_in_use

# The families of refusals; `fault` is an unexpected error.
FAMILIES = {family.code for family in _STATUSES} | {"fault"}
# The refusals of the portal's rooms; a suffix tells apart those with the same code.
CODES = {
    "choice_invalid.not_in_order",
    "choice_invalid.note",
    "choice_invalid.nothing_chosen",
    "choice_invalid.quantity",
    "choice_invalid.opened",
    "choice_invalid.reason",
    "choice_invalid.reference",
    "code_expired.ended",
    "code_expired.last_try",
    "code_expired.too_old",
    "code_expired.used",
    "code_expired.used_up",
    "code_unreadable",
    "code_wrong",
    "too_many_codes",
    "deduction_not_shown",
    "evidence_missing",
    "find_order_invalid.email",
    "find_order_invalid.order_number",
    "form_too_large",
    "form_invalid.unreadable",
    "mark_invalid.long",
    "mark_invalid.place",
    "mark_invalid.text",
    "no_policy.distributor",
    "no_policy.marketplace",
    "no_policy.unknown",
    "nobody_to_answer",
    "appeal_refused",
    "order_not_found",
    "page_too_old.cookies",
    "page_too_old.form",
    "page_too_old.page",
    "photo_not_found",
    "photo_type",
    "points_invalid.cursor",
    "return_closed",
    "return_ended",
    "return_lapsed",
    "return_on_its_way",
    "parcel_refused",
    "return_not_found",
    "return_refused",
    "serial_invalid",
    "ticket_not_found",
    "sign_in_needed",
    "too_many_drafts",
    "too_many_marks",
    "too_many_hand_overs",
    "too_many_tries",
    "paper_code_refused",
    "too_many_messages",
    "too_many_pictures",
    "pictures_too_late",
    "too_many_photos",
    "too_many_videos",
    "units_taken",
    "video_incomplete",
    "video_not_found",
    "video_too_large",
    "video_type",
    "wechat_link_invalid",
    "words_invalid.empty",
    "words_invalid.long",
}
# Problems that no view has met: Chalice's own, and an address that is none of ours.
OF_NO_VIEW = {"method_not_allowed", "unsupported_media_type", "no_such_page"}
PORTAL_ROOMS = ("access", "orders", "returns", "evidence", "web")
# What the steps of a refund and of a parcel say depends on more; what staff say to each other is
# theirs.
OF_NO_STEP = {
    events.REFUNDED,
    events.REPLACED,
    events.PROPOSED,
    events.HANDED_BACK,
    events.SCREENED_FURTHER,
    events.LINE_INSPECTED,
    events.PROMISE_AT_RISK,
    events.PROMISE_BROKEN,
    events.ERASED,
    events.VOIDED_LABEL_SCANNED,
}
ENDINGS = {"refunded", "credited", "settled", "handed_in", "exchanged"}
# What the shop sends.
SENT: set[str] = {Remedy.REPLACEMENT, Remedy.EXCHANGE, Remedy.REPAIR}
# What a ticket's customer sees: also of the desk's acts those that may come without words, that
# tickets are merged, and a wish for which they gave no reason.
WORDLESS = APPEALS | {
    move.verb
    for move in MOVES
    if move.is_public and (Party.SYSTEM in move.by or move.verb in MERGING)
}
# Keys that are built at run time, with the values that stand for each `*`.
BUILT: dict[str, set[str]] = {
    "pages.problem_title.*": {*FAMILIES, *OF_NO_VIEW},
    "problems.*": {*FAMILIES, *CODES, *OF_NO_VIEW},
    "points.movement.*": {*Kind},
    "check.claim.*.title": {*ClaimKind, *Received},
    "check.claim.*.text": {*Received},
    "check.claim.*.lede": {*ClaimKind},
    "check.claim.*.words": {*ClaimKind},
    "claim_received.said.*": {*ClaimKind},
    "messages.topic.*": {*Topic},
    "page_errors.group.*": {*GROUPS},
    "page_errors.next.*": {*GROUPS},
    "page_errors.message.*": {*SHOP_ERRORS},
    "page_errors.step.*": {*STEPS},
    "page_errors.how.*": {*STEPS},
    "messages.state.*": {*TicketState},
    "messages.means.*": {
        *("until", "late", "open", "waiting_customer", "waiting_third", "specialists"),
        *("resolved", "closed", "reviewed", "silence"),
    },
    "messages.appeal.means.*": {*APPEALS},
    "messages.event.*": {*WORDLESS},
    "messages.by.*": {"you", "us", "partner"},
    "claim_decided.decision.*": {*DECISIONS},
    "claim_decided.next.*": {f"{state}_{kind}" for state in DECISIONS for kind in ClaimKind},
    "ticket_answered.next.*": {"reply", "ask", "resolve", "silence"},
    "ticket_answered.next_by_mail.*": {"reply", "ask", "resolve", "silence"},
    "check.claim.*_wrong": {"words", "email", "limit", "reference"},
    "track.standing.*.text": {*Progress},
    "track.standing.*.title": {*Progress},
    "track.state.*.text": {"unreadable", "nothing", "waiting", "overdue"},
    "track.state.*.title": {"unreadable", "nothing", "waiting", "overdue"},
    "track.ready.problem.*": {
        *("moving", "quiet", "delivered", "announced", "in_transit", "stuck"),
    },
    "track.why.*": {*Evidence},
    "points.within.*": {"1", "7", "30"},
    "return_page.ask.*": {
        f"{what}_{part}"
        for what in ("discard", "cancel")
        for part in ("title", "text", "yes", "no")
    },
    "return_inspected.because.*": {*JudgementCode} - ACCEPTING | {"declined"},
    "outcome.amount.*": {"shipping", "deduction", "paid_before"},
    "outcome.came.*": {*Condition} - {Condition.RECEIVED},
    "outcome.given.*": {*Remedy},
    "outcome.settled.*": {*Remedy},
    "outcome.state.*": {SettlementState.REQUESTED, SettlementState.FAILED},
    "returns.*.status": ENDINGS,
    "returns.*.headline": ENDINGS,
    "returns.*.explanation": ENDINGS,
    "returns.sent.*": SENT,
    "return_replaced.subject.*": SENT,
    "return_replaced.next.*": SENT,
    "return_replaced.window.*": SENT,
    "marks.area.*": {*Area},
    "return_page.advice.*": {*Advice},
    "return_page.format.*": {*LabelFormat},
    "return_page.paper.*": {*Paper},
    "papers.category.*": {*CATEGORIES},
    "outcome.parcels.way.*": {
        "unused",
        *(way for way in ParcelWay if way is not ParcelWay.OPENED),
    },
    "return_page.kind.*.title": {*EvidenceKind},
    "return_page.kind.*.how": {*EvidenceKind},
    "return_page.wanted.*": {*EvidenceKind},
    "mails.shown.*": {*EvidenceKind},
    "returns.explanation.*": {*ReturnStatus},
    "returns.headline.*": {*ReturnStatus},
    "orders.kind.*": {*ProductKind},
    "orders.bought.*": {*OVER_THE_COUNTER},
    "orders.status.*": {*OrderStatus},
    "returns.payer.*": {*Payer},
    "returns.payer_sentence.*": {*Payer},
    "return_page.photo.*": {*EvidenceState},
    "return_page.photo_refusal.*": {*RefusalReason},
    "video.refusal.*": {*VideoRefusal},
    "video.state.*": {*EvidenceState},
    "returns.reason.*": {*Reason},
    "returns.reason_group.*": {*Cause},
    "returns.refusal.*": {*Rule} - {Rule.EVIDENCE_GIVEN},  # never a refusal
    "returns.remedy.*": {*Remedy},
    "choosing.remedy.*": {*Remedy},
    "returns.status.*": {*ReturnStatus},
    "returns.timeline.*": {
        kind.removeprefix("return.")
        for name, kind in vars(events).items()
        if name.isupper() and kind.startswith("return.") and kind not in OF_NO_STEP
    },
    "judgement.*": {*JudgementCode, "accepted", "declined"},
    "label_ready.postage.*": {*Payer},
    "policy.channel.*": {
        "online",
        "verified_marketplace",
        "store",
        "vending",
        "distributor",
        "marketplace",
    },
    "policy.seller.*": {Seller.DISTRIBUTOR, Seller.MARKETPLACE},
    "policy.cause.*": {*Cause},
    "policy.payer.*": {*Payer},
    "policy.remedy.*": {*Remedy},
    "policy.evidence.*": {*EvidenceKind},
    "policy.window.*": {*Start},
    "policy.business_window.*": {*Start},
    "policy.kind.*": {*ProductKind} - {ProductKind.UNKNOWN},
    "policy.never.*": {"opened_online", "personal", "personal_opened"},
    "about.kept.*.what": {thing.what for thing in (*kept.RECORDS, *kept.COOKIES)},
    "about.kept.*.until": {thing.what for thing in kept.RECORDS if not thing.unit},
    "about.lasts.*": {"days", "minutes"},
    "service.measure.*": set(Measure),
    "service.channel.*": {*Channel} - {Channel.PARTNER},
    "service.lane.*": set(Lane),
    "service.within.*": set(Unit),
    "service.counted.*": set(Counting),
    "wechat.reply.*": {"hello", "link", "nobody_to_answer", "too_many_messages"},
    "language.moment.*": {"long", "short"},
    "language.moment_there.*": {"long", "short"},
    "verdicts.*.title": {*Verdict, "suspect_weak"},
    "verdicts.*.text": {*Verdict, "suspect_weak"},
    "verdicts.*.advice": {*Verdict, "suspect_weak"},
    "verdicts.reason.*": {*Signal, *Slip},
    "verdicts.slip.*": {*Slip, "nothing"},
}


def expanded(key: str) -> set[str]:
    return {key.replace("*", value) for value in BUILT.get(key, set())} or {key}


def test_every_key_in_use_has_words() -> None:
    missing = {
        key: files
        for pattern, files in keys_in_use().items()
        for key in expanded(pattern)
        if key not in catalogue("en")
    }
    assert not missing


def test_every_key_that_is_built_is_declared_with_its_values() -> None:
    assert {key for key in keys_in_use() if "*" in key} == BUILT.keys()


def test_every_key_of_the_catalogue_is_used() -> None:
    used = {key for pattern in keys_in_use() for key in expanded(pattern)}
    assert sorted(catalogue("en").keys() - used) == []


@pytest.mark.parametrize("pattern", BUILT)
def test_an_enumeration_has_words_for_its_own_values_only(pattern: str) -> None:
    form = re.compile(
        re.escape(pattern).replace(
            r"\*", r"([a-z0-9_.]+)" if pattern == "problems.*" else r"([a-z0-9_]+)"
        )
    )
    spoken = {match[1] for key in catalogue("en") if (match := form.fullmatch(key))}
    assert spoken == BUILT[pattern]


def raised(room: str) -> Iterator[tuple[str, ast.Call]]:
    """Each error of the room's own that any code makes, by its code."""
    codes = {
        name: error.code
        for name, error in vars(import_module(f"aftercare.{room}.errors")).items()
        if isinstance(error, type) and issubclass(error, AftercareError)
    }
    yield from ((codes[name], call) for name, call in calls() if name in codes)


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Every call in our code, by what is called."""
    sources = [*(ROOT / "layers/aftercare").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    return [
        (ast.unparse(node.func), node)
        for path in sources
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]


def reasons(call: ast.Call) -> set[str]:
    """What of an error may choose its sentence: `why`, or a field's name."""
    values = [*call.args, *(each.value for each in call.keywords if each.arg == "why")]
    said = {str(each.value) for each in values if isinstance(each, ast.Constant)}
    return said & {key.partition(".")[2] for key in CODES}


@pytest.mark.parametrize("room", PORTAL_ROOMS)
def test_a_refusal_with_several_sentences_says_which(room: str) -> None:
    several = {key.partition(".")[0] for key in CODES if "." in key}
    silent = [
        ast.unparse(call) for code, call in raised(room) if code in several and not reasons(call)
    ]
    assert not silent


@pytest.mark.parametrize("room", PORTAL_ROOMS)
def test_every_refusal_of_the_portals_rooms_has_a_sentence(room: str) -> None:
    module = import_module(f"aftercare.{room}.errors")
    codes = {
        error.code
        for error in vars(module).values()
        if isinstance(error, type) and issubclass(error, AftercareError)
    }
    # An event of the shop's has no page, and nobody erases themselves.
    shown = codes - {"order_event_invalid", "return_open"} - FAMILIES - OF_NO_VIEW
    assert shown <= {key.partition(".")[0] for key in CODES}
