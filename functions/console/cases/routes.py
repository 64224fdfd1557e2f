"""A case's page, its evidence, and what staff do with the case."""

from collections.abc import Mapping
from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.kernel.clock import utc_now
from aftercare.kernel.timeline import Entry
from aftercare.returns.case_file import CaseFile, Size
from aftercare.returns.model import ReturnStatus
from aftercare.returns.review_errors import StaleCaseError
from aftercare.staff.model import Member
from aftercare.staff.policy import verbs_of
from aftercare.web.forms import CONTENT_TYPES
from aftercare.words.model import language_of
from aftercare.words.service import words as words_of
from console import rooms
from console.cases.forms import decision_in, kinds_in, text_in, version_in
from console.cases.lines import Reading
from console.cases.pages import case_page, changed
from console.cases.parcels import another, numbers_in, parcel_cards
from console.cases.settling import settling
from console.edge import Visit, members_page

routes = Blueprint(__name__)

_DONE = {
    ReturnStatus.APPROVED: "Approved. The customer is told, and gets a label.",
    ReturnStatus.DECLINED: "Declined. The customer is told why.",
    ReturnStatus.IN_REVIEW: "Proposed. It waits for a lead to confirm it.",
    ReturnStatus.NEEDS_EVIDENCE: "Asked. It comes back with an answer, or in 14 days.",
}
_BACK, _WITHDRAWN = "back", "withdrawn"
_ALSO_DONE = {
    _BACK: "Handed back, with your words as a note.",
    _WITHDRAWN: "Taken back. The customer is not asked for anything any more.",
    "resolved": "Asked for. The shop answers, and the return closes by itself.",
    "ended": "Closed.",
    "declared_lost": "Declared lost. The customer is told.",
    "parcel_added": "Asked for. The customer is told when the label is ready.",
    "reopened": "Taken up again. It is in review.",
}


@routes.route("/cases/{return_id}", methods=["GET"])
@members_page(routes)
def case(visit: Visit, member: Member, return_id: str) -> Response:
    file = rooms.reviews().open_case(member, return_id)
    done = visit.request.query("done")
    said = _ALSO_DONE.get(done, "")
    if done == file.ret.status:
        said = _DONE.get(file.ret.status, "")
    return _page(visit, member, file, typed=visit.flash.typed or visit.kept, done=said)


@routes.route("/cases/{return_id}/evidence/{evidence_id}", methods=["GET"])
@members_page(routes)
def evidence(visit: Visit, member: Member, return_id: str, evidence_id: str) -> Response:
    """To a short-lived link: a page that was open for long still shows its pictures."""
    asked = visit.request.query("size")
    size = Size(asked) if asked in set(Size) else Size.PHOTO
    url = rooms.reviews().evidence_url(member, return_id, evidence_id, size)
    return Response("", {"Location": url}, HTTPStatus.FOUND)


@routes.route("/cases/{return_id}/claim", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def claim(visit: Visit, member: Member, return_id: str) -> Response:
    rooms.reviews().claim(member, return_id)
    return visit.go(f"/cases/{return_id}")


@routes.route("/cases/{return_id}/release", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def release(visit: Visit, member: Member, return_id: str) -> Response:
    rooms.reviews().release(member, return_id)
    return visit.go(f"/cases/{return_id}")


@routes.route("/cases/{return_id}/notes", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def note(visit: Visit, member: Member, return_id: str) -> Response:
    form = visit.form
    rooms.reviews().note(member, return_id, text_in(form, "text"), form.get("name", ""))
    return visit.go(f"/cases/{return_id}#notes")


@routes.route("/cases/{return_id}/preview", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def preview(visit: Visit, member: Member, return_id: str) -> Response:
    """The page with what the customer would read, for browsers without scripts; saves nothing."""
    file = rooms.reviews().open_case(member, return_id)
    return _page(visit, member, file, typed=visit.form, status=HTTPStatus.OK)


@routes.route("/cases/{return_id}/decision", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def decide(visit: Visit, member: Member, return_id: str) -> Response:
    file = rooms.reviews().open_case(member, return_id)
    decision = decision_in(visit.form, file.ret.lines)
    if decision.errors:
        return _page(
            visit,
            member,
            file,
            typed=visit.form,
            errors=decision.errors,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    try:
        ret = rooms.reviews().decide(member, return_id, version_in(visit.form), decision.said)
    except StaleCaseError as error:
        return stale(visit, member, return_id, error.entries)
    return visit.go(f"/cases/{return_id}?done={ret.status}")


@routes.route("/cases/{return_id}/confirmation", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def confirm(visit: Visit, member: Member, return_id: str) -> Response:
    try:
        ret = rooms.reviews().confirm(member, return_id, version_in(visit.form))
    except StaleCaseError as error:
        return stale(visit, member, return_id, error.entries)
    return visit.go(f"/cases/{return_id}?done={ret.status}")


@routes.route("/cases/{return_id}/hand-back", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def hand_back(visit: Visit, member: Member, return_id: str) -> Response:
    said = text_in(visit.form, "words")
    try:
        rooms.reviews().hand_back(member, return_id, version_in(visit.form), said)
    except StaleCaseError as error:
        return stale(visit, member, return_id, error.entries)
    return visit.go(f"/cases/{return_id}?done={_BACK}")


@routes.route("/cases/{return_id}/evidence-request", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def ask(visit: Visit, member: Member, return_id: str) -> Response:
    kinds, said = kinds_in(visit.form), text_in(visit.form, "words")
    version = version_in(visit.form)
    try:
        ret = rooms.reviews().ask_for_evidence(member, return_id, version, kinds, said)
    except StaleCaseError as error:
        return stale(visit, member, return_id, error.entries)
    return visit.go(f"/cases/{return_id}?done={ret.status}")


@routes.route(
    "/cases/{return_id}/request-withdrawal", methods=["POST"], content_types=CONTENT_TYPES
)
@members_page(routes)
def withdraw(visit: Visit, member: Member, return_id: str) -> Response:
    try:
        rooms.reviews().withdraw_request(member, return_id, version_in(visit.form))
    except StaleCaseError as error:
        return stale(visit, member, return_id, error.entries)
    return visit.go(f"/cases/{return_id}?done={_WITHDRAWN}")


def stale(visit: Visit, member: Member, return_id: str, entries: tuple[Entry, ...]) -> Response:
    """The case as it is now, what happened meanwhile, and everything that was typed.

    It answers the form itself: a cookie would not hold all of it, and sending it again is refused
    again (decision 0088).
    """
    file = rooms.reviews().open_case(member, return_id)
    news = changed(_reading(visit, member, file, visit.form), entries, file)
    return _page(visit, member, file, typed=visit.form, status=HTTPStatus.CONFLICT, news=news)


def _page(
    visit: Visit,
    member: Member,
    file: CaseFile,
    *,
    typed: Mapping[str, str],
    status: HTTPStatus = HTTPStatus.OK,
    errors: Mapping[str, str] | None = None,
    done: str = "",
    news: Mapping[str, object] | None = None,
) -> Response:
    def address(return_id: str, evidence_id: str, size: Size) -> str:
        return f"{visit.request.base}/cases/{return_id}/evidence/{evidence_id}?size={size}"

    reading = _reading(visit, member, file, typed)
    page = case_page(reading, file, address)
    carried = rooms.parcels().of_numbers(numbers_in(file.ret, file.order))
    return visit.show(
        "case.html",
        status,
        errors=errors,
        typed=typed,
        typed_form=typed.get("form", ""),
        done=done,
        parcels=parcel_cards(file.ret, file.order, carried, reading.now),
        another=another(file.ret, verbs_of(member)),
        **page,
        **settling(reading, file.ret, verbs_of(member)),
        **(news or {"changes": [], "orphans": [], "keeps_form": True}),
    )


def _reading(visit: Visit, member: Member, file: CaseFile, typed: Mapping[str, str]) -> Reading:
    return Reading(
        w=visit.words,
        customer=words_of(language_of(file.ret.language), typeset=True),
        me=member.actor,
        names=rooms.staff().names(),
        now=utc_now(),
        typed=typed,
    )
