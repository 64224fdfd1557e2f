"""The environment that template.yaml gives the functions, on the tests' tables and buckets.

It is set before any function is imported, since a function reads it at its start.
"""

import os
from collections.abc import Mapping

from tests.fakes.template import table_names

# Each pytest-xdist worker has its own tables, also on a real endpoint.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

TABLES: Mapping[str, str] = table_names(f"test-{_WORKER}-")
BUCKETS: Mapping[str, str] = {
    "UploadsBucket": "test-uploads",
    "DocumentsBucket": "test-documents",
    "CodesBucket": "test-codes",
    "MailsBucket": "test-mails",
    "LedgerExportsBucket": "test-ledger-exports",
}
CODE_KEYS = "test-code-keys"
SIGNING_SECRET = "test-signing"
CONSOLE_SECRET = "test-console"
CAPTURE_SECRET = "test-capture"
ERASURE_SECRET = "test-erasure"
CARD_SECRET = "test-card"
DESK_SECRET = "test-desk"
DESK_MAILBOX = "care@shop.example"
_QUEUES = "https://sqs.us-west-2.amazonaws.com/123456789012"
EXPIRY_QUEUE = "test-expiry"
HOOKS_QUEUE = "test-hooks"
HOOKS_SECRET = "test-hooks-secret"
WECHAT_SECRET = "test-wechat"
WECHAT_APP_SECRET = "test-wechat-app"

SETTINGS: Mapping[str, str] = {
    "ORDERS_TABLE": TABLES["OrdersTable"],
    "ACCESS_TABLE": TABLES["AccessTable"],
    "RETURNS_TABLE": TABLES["ReturnsTable"],
    "EVIDENCE_TABLE": TABLES["EvidenceTable"],
    "LABELS_TABLE": TABLES["LabelsTable"],
    "PARCELS_TABLE": TABLES["ParcelsTable"],
    "CLIENTS_TABLE": TABLES["ClientsTable"],
    "AUTHENTICITY_TABLE": TABLES["AuthenticityTable"],
    "BATCHES_TABLE": TABLES["BatchesTable"],
    "POINTS_TABLE": TABLES["PointsTable"],
    "MEMBERS_TABLE": TABLES["MembersTable"],
    "TICKETS_TABLE": TABLES["TicketsTable"],
    "UPLOADS_BUCKET": BUCKETS["UploadsBucket"],
    "DOCUMENTS_BUCKET": BUCKETS["DocumentsBucket"],
    "CODES_BUCKET": BUCKETS["CodesBucket"],
    "MAILS_BUCKET": BUCKETS["MailsBucket"],
    "LEDGER_EXPORTS_BUCKET": BUCKETS["LedgerExportsBucket"],
    "CODE_KEYS_SECRET": CODE_KEYS,
    "SIGNING_SECRET": SIGNING_SECRET,
    "CAPTURE_SECRET": CAPTURE_SECRET,
    "EXPIRY_QUEUE": f"{_QUEUES}/{EXPIRY_QUEUE}",
    "HOOKS_QUEUE": f"{_QUEUES}/{HOOKS_QUEUE}",
    "HOOKS_SECRET": HOOKS_SECRET,
    "WECHAT_SECRET": WECHAT_SECRET,
    "WECHAT_APP_ID": "wx1234567890abcdef",
    "WECHAT_APP_SECRET": WECHAT_APP_SECRET,
    "WECHAT_URL": "http://127.0.0.1:9",
    "STAFF_TABLE": TABLES["StaffTable"],
    "USER_POOL": "us-west-2_Test",
    "USER_POOL_CLIENT": "test-client",
    "SIGN_IN_URL": "http://127.0.0.1:9",
    "CONSOLE_URL": "http://console.localhost:8787",
    "CONSOLE_SECRET": CONSOLE_SECRET,
    "STAGE": "local",
    "PORTAL_URL": "http://localhost:8787",
    "EVENT_BUS": "aftercare-test",
    "RETRY_QUEUE": f"{_QUEUES}/retries",
    "DUE_TABLE": TABLES["DueTable"],
    "ERASURES_TABLE": TABLES["ErasuresTable"],
    "ERASURE_SECRET": ERASURE_SECRET,
    "CARD_SECRET": CARD_SECRET,
    "DESK_SECRET": DESK_SECRET,
    "DESK_MAILBOX": DESK_MAILBOX,
    "MAIL_TABLE": TABLES["MailTable"],
    "MAIL_SENDER": "returns@aftercare.example",
    "MAIL_CONFIGURATION_SET": "aftercare-test",
    "MAIL_RATE": "1000000",  # no turn to wait for
    "MAIL_WORKERS": "2",
}


def set_up() -> None:
    os.environ.update(SETTINGS)
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-west-2")  # which Lambda sets


def without_settings() -> dict[str, str]:
    """The environment for another process, without the functions' settings.

    A make that runs these tests hands its own words down, which another target would refuse.
    """
    kept = os.environ.keys() - SETTINGS.keys() - {"MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL"}
    return {name: os.environ[name] for name in kept}
