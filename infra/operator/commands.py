"""The operators' command line: what each command takes, and which of them change something."""

import argparse
import importlib
from collections.abc import Callable, Sequence
from datetime import date

import argcomplete

from aftercare.batches.model import BatchStatus
from aftercare.clients.model import Kind, Scope

type Parser = argparse.ArgumentParser
type Command = Callable[[argparse.Namespace], None]

_STATUSES = [status.value for status in BatchStatus if status is not BatchStatus.DRAFT]
_KINDS = [kind.value for kind in Kind]
_SCOPES = ", ".join(Scope)
_STACK = "a deployed stack, such as aftercare-prod; the local stack by default"


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
    _mailbox(Group(groups, "mailbox", "Whether a mailbox gets mail"))
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
        return date.fromisoformat(text.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-21") from None


def _codes(codes: Group) -> None:
    issue = codes.writes("issue", "Issue a batch of codes; print the link to its file")
    issue.add_argument("--sku", required=True, help="the product's stock-keeping unit")
    issue.add_argument("--count", required=True, help="how many codes")
    issue.add_argument("--product", default="", help="the product's name; the SKU by default")
    issue.add_argument("--gtin", default="", help="8, 12, 13 or 14 digits, for GS1 Digital Links")
    issue.add_argument("--batch-code", default="", help="the factory's name for the batch")
    issue.add_argument("--factory", default="", help="where the batch is made")
    file = codes.writes("file", "Make the file of an existing batch again; print its link")
    file.add_argument("batch", metavar="BATCH", help="such as B00-0000000000")
    for each in (issue, file):
        each.add_argument("--out", default="", help="download the file here, instead of a link")


def _batch(batch: Group) -> None:
    show = batch.reads("show", "Show a batch")
    what = "Change what checks say of a batch: recall, block, restrict or release it"
    change = batch.writes("set", what, function="set_status")
    for each in (show, change):
        each.add_argument("batch", metavar="BATCH", help="such as B00-0000000000")
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
    revoke = client.writes("revoke", "Revoke a client: its key stops working")
    reissue = client.writes("reissue", "Give a client a new key and print it, once")
    for each in (revoke, reissue):
        each.add_argument("client", metavar="CLIENT", help="such as ac_25k4f8tr6z")


def _holds(holds: Group) -> None:
    show = holds.reads("show", "Show a member's holds")
    release = holds.writes("release", "Release a hold whose till or key is gone")
    for each in (show, release):
        each.add_argument("member", metavar="MEMBER", help="such as mem_01JHMMR0G0DEM0MEJ00000000A")
    release.add_argument("hold", metavar="HOLD", help="hold#<client>#<hold>")


def _mailbox(mailbox: Group) -> None:
    show = mailbox.reads("show", "Show whether mail goes to a mailbox, why not, and since when")
    lift = mailbox.writes("lift", "Let mail go to a mailbox again")
    for each in (show, lift):
        each.add_argument("email", metavar="EMAIL", help="such as mei@example.com")


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
