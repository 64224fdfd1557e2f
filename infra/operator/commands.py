"""The operators' command line: what each command takes, and which of them change something."""

import argparse
import importlib
import re
from collections.abc import Callable, Sequence
from datetime import date

import argcomplete

from aftercare.batches.model import BatchStatus
from aftercare.clients.model import Kind, Scope
from aftercare.erasure.model import Why
from aftercare.kernel.typed import folded, id_of
from aftercare.labels.model import HOUSE_CARRIER, ScanKind
from aftercare.returns.reasons import Reason

type Parser = argparse.ArgumentParser
type Command = Callable[[argparse.Namespace], None]

_PICTURE = "the product's picture: a file, or a public https address"
_STATUSES = [status.value for status in BatchStatus if status is not BatchStatus.DRAFT]
_KINDS = [kind.value for kind in Kind]
_SCOPES = ", ".join(Scope)
_STACK = "a deployed stack, such as aftercare-prod; the local stack by default"
# As batches.model.batch_id_of writes it.
_BATCH = re.compile(r"(?<![A-Z0-9])B\d{2}-\d{10}(?!\d)", re.ASCII)
# As clients.model.new_client_id writes it.
_CLIENT = re.compile(r"(?<![a-z0-9])ac_[0-9a-z]{10}(?![0-9a-z])", re.ASCII)


class Group:
    """Commands about one thing, a verb each."""

    def __init__(self, groups: "argparse._SubParsersAction[Parser]", noun: str, what: str) -> None:
        group = groups.add_parser(noun, help=what, description=f"{what}.", allow_abbrev=False)
        self._noun = noun
        self._verbs = group.add_subparsers(title="verbs", metavar="<verb>", required=True)

    def reads(self, verb: str, what: str, function: str = "") -> Parser:
        """A verb that changes nothing; the function of that name in the noun's module runs it."""
        parser = self._verbs.add_parser(verb, help=what, description=f"{what}.", allow_abbrev=False)
        parser.add_argument("--stack", default="", help=_STACK)
        parser.set_defaults(command=f"{self._noun}.{function or verb}", writes=False)
        return parser

    def writes(self, verb: str, what: str, function: str = "") -> Parser:
        """A verb that changes something: it names its operator and asks first."""
        parser = self.reads(verb, what, function)
        parser.set_defaults(writes=True)
        parser.add_argument(
            "--who", default="", help="the operator to record; your account by default"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")
        return parser


def parser() -> Parser:
    """The whole command line."""
    whole = argparse.ArgumentParser(
        prog="aftercare",
        description="Operator commands for a stack that is running. A command that changes "
        "something says what it will do and asks first.",
        allow_abbrev=False,
    )
    groups = whole.add_subparsers(title="commands", metavar="<command>", required=True)
    _codes(Group(groups, "codes", "Verification codes for the printer"))
    _batch(Group(groups, "batch", "A batch of codes, and what checks say of it"))
    _history(Group(groups, "history", "A code's checks, sales and signals"))
    _key(Group(groups, "key", "The keys that sign codes"))
    _client(Group(groups, "client", "Keys of stores' and partners' systems"))
    _holds(Group(groups, "holds", "Points that are set aside for purchases"))
    _customer(
        Group(groups, "customer", "What is kept of a person: to give it to them, or erase it")
    )
    _order(Group(groups, "order", "An order, as the shop's events describe it"))
    _policy(Group(groups, "policy", "What the return policies say"))
    _screening(Group(groups, "screening", "What is noticed of returns"))
    _mailbox(Group(groups, "mailbox", "Whether a mailbox gets mail"))
    _mail(Group(groups, "mail", "Mails to the service desk"))
    _wechat(Group(groups, "wechat", "Messages to the WeChat service account"))
    _scan(Group(groups, "scan", "A carrier's scan of a parcel"))
    _carrier(Group(groups, "carrier", "Who carries a parcel"))
    _expiry(Group(groups, "expiry", "The nightly run that expires points"))
    _audit(groups)
    return whole


def main(argv: Sequence[str] | None = None) -> None:
    """Carries out one command line; a failure is one line and exit code 1."""
    whole = parser()
    argcomplete.autocomplete(whole)
    arguments = whole.parse_args(argv)
    # Imported now, so that completion and help are quick: it loads the SDK.
    from infra.operator.target import run  # noqa: PLC0415

    run(command_of(arguments), arguments)


def command_of(arguments: argparse.Namespace) -> Command:
    """The function that carries the command out; imported only now, for the same reason."""
    module, verb = arguments.command.split(".")
    command: Command = getattr(importlib.import_module(f"infra.operator.{module}"), verb)
    return command


def a_date(text: str) -> date:
    """A date as operators write it.

    Raises:
        ArgumentTypeError: It is not one.
    """
    try:
        return date.fromisoformat(folded(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-21") from None


def a_batch(text: str) -> str:
    """A batch's id, as it was typed or pasted from what we print."""
    plain = folded(text).upper()
    found = _BATCH.search(plain)
    return found[0] if found else plain


def a_client(text: str) -> str:
    """A client's id, as it was typed or pasted; of a whole key, the id that it starts with."""
    plain = folded(text).lower().replace("-", "_")
    found = _CLIENT.search(plain)
    return found[0] if found else plain


def _codes(codes: Group) -> None:
    issue = codes.writes("issue", "Issue a batch of codes; print the link to its file")
    issue.add_argument("--sku", required=True, help="the product's stock-keeping unit")
    issue.add_argument("--count", required=True, help="how many codes")
    issue.add_argument("--product", default="", help="the product's name; the SKU by default")
    issue.add_argument("--gtin", default="", help="8, 12, 13 or 14 digits, for GS1 Digital Links")
    issue.add_argument("--batch-code", default="", help="the factory's name for the batch")
    issue.add_argument("--factory", default="", help="where the batch is made")
    issue.add_argument("--picture", default="", help=_PICTURE)
    issue.add_argument("--new", action="store_true", help="it is the first batch of this SKU")
    file = codes.writes("file", "Make the file of an existing batch again; print its link")
    file.add_argument("batch", metavar="BATCH", type=a_batch, help="such as B00-0000000000")
    for each in (issue, file):
        each.add_argument("--out", default="", help="download the file here, instead of a link")


def _batch(batch: Group) -> None:
    show = batch.reads("show", "Show a batch")
    what = "Change what checks say of a batch: recall, block, restrict or release it"
    change = batch.writes("set", what, function="set_status")
    picture = batch.writes(
        "picture", "Show the product's picture to who checks a code", function="set_picture"
    )
    for each in (show, change, picture):
        each.add_argument("batch", metavar="BATCH", type=a_batch, help="such as B00-0000000000")
    picture.add_argument("picture", metavar="PICTURE", help=_PICTURE)
    change.add_argument("status", metavar="STATUS", choices=_STATUSES, help=", ".join(_STATUSES))
    change.add_argument("--issue", default="", help="a TOML file with [known_issue] and [remedy]")


def _history(history: Group) -> None:
    show = history.reads("show", "Show a code's checks, sales and signals")
    clear = history.writes("clear", "Withdraw the suspicion about a code that you have examined")
    for each in (show, clear):
        each.add_argument("code", metavar="CODE", help="such as XXXX-XXXX-XXXX-XXXX")
    clear.add_argument("--why", required=True, help="the reason, at most 200 characters")


def _key(key: Group) -> None:
    key.writes("add", "Add a key; new batches use it")
    leaked = key.writes("leaked", "Mark a key as leaked: its active batches become restricted")
    leaked.add_argument("key", metavar="KEY", help="its id, such as 0")


def _client(client: Group) -> None:
    issue = client.writes("issue", "Create a client and print its key, once")
    issue.add_argument("store", metavar="STORE", help="such as S-0412")
    issue.add_argument("--scopes", required=True, help=_SCOPES)
    issue.add_argument("--kind", default=Kind.STORE.value, choices=_KINDS, help="store by default")
    issue.add_argument("--country", default="", help="such as US")
    issue.add_argument("--new", action="store_true", help="it is the first client of this store")
    revoke = client.writes("revoke", "Revoke a client: its key stops working")
    reissue = client.writes("reissue", "Give a client a new key and print it, once")
    for each in (revoke, reissue):
        each.add_argument("client", metavar="CLIENT", type=a_client, help="such as ac_25k4f8tr6z")


def _holds(holds: Group) -> None:
    show = holds.reads("show", "Show a member's holds")
    release = holds.writes("release", "Release a hold whose till or key is gone")
    for each in (show, release):
        each.add_argument(
            "member", metavar="MEMBER", type=id_of, help="such as mem_01JHMMR0G0DEM0MEJ00000000A"
        )
    release.add_argument("hold", metavar="HOLD", help="hold#<client>#<hold>")
    holds.reads("list", "Show the holds of all members, the oldest first", function="every")
    date = holds.writes("date", "Give an end to holds of earlier versions, which have none")
    date.add_argument("export", metavar="FOLDER", help="what DynamoDB exported to S3")


def _mailbox(mailbox: Group) -> None:
    show = mailbox.reads("show", "Show whether mail goes to a mailbox, why not, and since when")
    lift = mailbox.writes("lift", "Let mail go to a mailbox again")
    for each in (show, lift):
        each.add_argument("email", metavar="EMAIL", help="such as mei@example.com")


def _customer(customer: Group) -> None:
    preview = customer.reads("preview", "Show what an erasure would remove, keep and wait for")
    erase = customer.writes("erase", "Show the same, ask, and erase the person with that address")
    reasons = [why.value for why in Why]
    erase.add_argument(
        "--why", default=Why.CUSTOMER.value, choices=reasons, help=", ".join(reasons)
    )
    export = customer.reads("export", "Write everything that is kept of a person into one ZIP file")
    export.add_argument("--out", required=True, help="the file to write, such as export.zip")
    for each in (preview, erase, export):
        each.add_argument("email", metavar="EMAIL", help="such as mei@example.com")


def _order(order: Group) -> None:
    what = "Show everything that is known of an order, and from which event"
    show = order.reads("show", what)
    show.add_argument("number", metavar="NUMBER", help="such as PM-2026-10001")


def _policy(policy: Group) -> None:
    what = "Explain an order: every rule's verdict on each line for each reason, with its source"
    explain = policy.reads("explain", what)
    explain.add_argument("order", metavar="ORDER", help="such as PM-2026-10001")
    explain.add_argument("--line", default="", help="only this line of the order")
    reasons = [reason.value for reason in Reason]
    explain.add_argument("--reason", choices=reasons, help=", ".join(reasons))
    explain.add_argument("--on", type=a_date, help="as if asked on this day; now by default")
    what = "Replay stored decisions of one version under another; show whose answer changes"
    diff = policy.reads("diff", what)
    for side in ("old", "new"):
        diff.add_argument(side, metavar=side.upper(), help="na_online/2025-01-06, or a document")
    diff.add_argument("--export", default="", help="a folder that DynamoDB exported to S3")


def _screening(screening: Group) -> None:
    what = "Replay stored screenings of one version under another; show whom a person would see"
    diff = screening.reads("diff", what)
    for side in ("old", "new"):
        diff.add_argument(side, metavar=side.upper(), help="2026-11-28, or a document")
    diff.add_argument("--export", default="", help="a folder that DynamoDB exported to S3")


def _mail(mail: Group) -> None:
    receive = mail.writes("receive", "Have the local stack receive a mail to the service desk")
    receive.add_argument("file", metavar="FILE", help="headers, an empty line, words")
    receive.add_argument("--forged", action="store_true", help="nothing proves who sent it")


def _wechat(wechat: Group) -> None:
    write = wechat.writes("write", "Have the local stack receive a message by WeChat")
    write.add_argument("text", metavar="TEXT", help="what somebody writes")
    somebody = "oLPjZjsXuQPJoV0HlruZkNzKc91E"
    write.add_argument("--openid", default=somebody, help="who they are to the account")
    write.add_argument("--id", default="", help="of a message that came; another one by default")


def _scan(scan: Group) -> None:
    report = scan.writes("report", "Report that a carrier scanned a parcel of a return")
    report.add_argument("tracking", metavar="TRACKING", help="the number on its label")
    kinds = [kind.value for kind in ScanKind]
    report.add_argument("kind", metavar="KIND", choices=kinds, help=", ".join(kinds))
    report.add_argument("--carrier", default=HOUSE_CARRIER, help="its code; house by default")


def _carrier(carrier: Group) -> None:
    show = carrier.reads("show", "Name the likeliest carrier of a tracking number, and the others")
    show.add_argument("number", metavar="NUMBER", help="as it was typed, pasted or scanned")


def _expiry(expiry: Group) -> None:
    night = expiry.writes("run", "Run the night of a date; a repeat changes nothing")
    preview = expiry.reads("preview", "Run it without changing any account")
    for each in (night, preview):
        each.add_argument("date", metavar="DATE", type=a_date, help="such as 2026-11-21")


def _audit(groups: "argparse._SubParsersAction[Parser]") -> None:
    what = "Check every member's ledger in an export of the points table"
    audit = groups.add_parser("audit", help=what, description=f"{what}.", allow_abbrev=False)
    audit.add_argument("export", metavar="FOLDER", help="what DynamoDB exported to S3")
    audit.add_argument("--slices", default="16", help="how many passes; more need less memory")
    audit.add_argument("--date", type=a_date, default=None, help="of the export; today by default")
    audit.set_defaults(command="audit.audit", writes=False)
