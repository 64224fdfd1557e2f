"""Pages that everybody may read, signed in or not."""

from chalice.app import Blueprint, Response

from aftercare.kernel.clock import utc_now
from aftercare.web import languages
from portal.about import kept
from portal.edge import Visit, edge

routes = Blueprint(__name__)

# Where POP MART answers; the same in every language.
_WEBSITE = "popmart.com"
_MAIL = "na.support@popmart.com"


@routes.route("/contact", methods=["GET"])
@edge.page(routes)
def contact(visit: Visit) -> Response:
    return visit.show(
        "contact.html", website=f"https://www.{_WEBSITE}/", website_name=_WEBSITE, mail=_MAIL
    )


@routes.route("/privacy", methods=["GET"])
@edge.page(routes)
def privacy(visit: Visit) -> Response:
    return visit.show(
        "privacy.html",
        records=kept.lines(visit.words, kept.RECORDS),
        cookies=kept.lines(visit.words, kept.COOKIES),
    )


@routes.route("/accessibility", methods=["GET"])
@edge.page(routes)
def accessibility(visit: Visit) -> Response:
    return visit.show("accessibility.html")


@routes.route("/unboxing", methods=["GET"])
@edge.page(routes)
def unboxing(visit: Visit) -> Response:
    return visit.show("unboxing.html")


@routes.route("/page-errors", methods=["GET"])
@edge.page(routes)
def page_errors(visit: Visit) -> Response:
    from portal.about.page_errors import groups  # noqa: PLC0415 - as of the policies

    return visit.show("page_errors.html", groups=groups(visit.words))


@routes.route("/service", methods=["GET"])
@edge.page(routes)
def service(visit: Visit) -> Response:
    from aftercare.desk.targets import targets_on  # noqa: PLC0415 - as of the policies
    from portal import rooms  # noqa: PLC0415
    from portal.about.service_page import service_page  # noqa: PLC0415

    targets, report = targets_on(utc_now().date()), rooms.service_report().latest()
    return visit.show("service.html", service=service_page(visit.words, targets, report))


@routes.route("/policy", methods=["GET"])
@edge.page(routes)
def policy(visit: Visit) -> Response:
    # Other pages need neither the policies nor the reader of their data.
    from aftercare.returns.policies import published  # noqa: PLC0415
    from portal.about.policy_page import policy_cards  # noqa: PLC0415

    country = visit.request.country or languages.country_of(visit.request.raw)
    cards = policy_cards(visit.words, published().policies, utc_now().date(), country)
    return visit.show("policy.html", cards=cards)
