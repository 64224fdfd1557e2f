"""A function loads only the rooms that it uses; others would slow its cold starts."""

from tests.fakes.artifact import Artifact

# The rooms in memory after each function's handler is imported. The portal and the console load a
# page's feature at its first request, the mailer a mail's rooms at the first mail of that kind.
ROOMS: dict[str, set[str]] = {
    "PortalFunction": {"web", "words"},
    "CheckPageFunction": {"authenticity", "batches", "web", "words"},
    "ConsoleFunction": {"staff", "web", "words"},
    "ClientAuthorizerFunction": {"clients"},
    "EvidenceIntakeFunction": {"evidence"},
    "ProductPicturesFunction": {"evidence", "orders", "pictures"},
    "DueSweeperFunction": set(),
    "OversightWorkerFunction": {"erasure"},
    "DeskWorkerFunction": {"calendars", "desk"},
    "WechatFunction": {"calendars", "desk", "members", "orders", "web", "words"},
    "MailIntakeFunction": {"calendars", "desk", "members", "orders", "words"},
    "EventPublisherFunction": set(),
    "MailerFunction": {"erasure", "mail", "orders", "words"},
    "ReturnsWorkerFunction": {
        "addresses",
        "batches",
        "evidence",
        "labels",
        "orders",
        "returns",
    },
    "LabelWorkerFunction": {"addresses", "evidence", "labels", "orders", "parcels", "returns"},
    "HooksFunction": {"parcels", "web"},
    "ParcelWorkerFunction": {"calendars", "labels", "orders", "parcels"},
    "OrdersIngestFunction": {"erasure", "orders", "parcels"},
    "AuthenticityApiFunction": {"authenticity", "batches", "clients", "web", "words"},
    "SalesIngestFunction": {"authenticity", "batches"},
    "ReturnsApiFunction": {
        "addresses",
        "batches",
        "calendars",
        "clients",
        "evidence",
        "labels",
        "orders",
        "returns",
        "web",
        "words",
    },
    "TicketsApiFunction": {"calendars", "clients", "desk", "orders", "web", "words"},
    "PointsApiFunction": {"clients", "members", "orders", "points", "web", "words"},
    "MembersIngestFunction": {"erasure", "members", "orders", "words"},
    "PointsIngestFunction": {"members", "orders", "points", "words"},
    "PointsExpiryFunction": {"points"},
    "ExpiryWorkerFunction": {"points"},
    "LedgerAuditFunction": {"points"},
    "CodesExportFunction": {"authenticity", "batches"},
    "CodesDownloadFunction": {"batches", "web", "words"},
}


def test_a_function_loads_no_other_rooms(artifact: Artifact) -> None:
    loaded = {
        name: _rooms(function.load().origins) for name, function in artifact.functions.items()
    }
    assert loaded == ROOMS


def _rooms(modules: dict[str, str | None]) -> set[str]:
    parts = (name.split(".") for name in modules)
    return {name[1] for name in parts if name[0] == "aftercare" and len(name) > 1} - {"kernel"}
