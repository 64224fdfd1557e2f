"""The command line: every command exists, those that write ask, and make hands on what is typed."""

import argparse
import inspect
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.operator.commands import command_of, parser
from tests.fakes.template import ROOT

# What the shell may export by accident, and what it once changed.
EXPORTED = {
    "CLEAR": "by accident",
    "WHY": "by accident",
    "LEAKED": "0",
    "KEY": "0",
    "STATUS": "blocked",
    "ISSUE": "issue.toml",
    "REVOKE": "ac_1",
    "REISSUE": "ac_1",
    "CLIENT": "ac_1",
    "NUMBER": "PM-2026-10001",
    "RELEASE": "hold#a#b",
    "HOLD": "hold#a#b",
    "BATCH": "B00-0000000000",
    "DRY_RUN": "1",
    "YES": "1",
    "WHO": "mei",
    "STACK": "aftercare-prod",
}
READS = {
    "history": ("CODE", "history show"),
    "batch": ("BATCH", "batch show"),
    "holds": ("MEMBER", "holds show"),
    "mailbox": ("EMAIL", "mailbox show"),
    "order": ("NUMBER", "order show"),
    "carrier": ("NUMBER", "carrier show"),
    "audit": ("EXPORT", "audit"),
    "explain": ("ORDER", "policy explain"),
    "policy-diff": ("OLD", "policy diff"),
    "screening-diff": ("OLD", "screening diff"),
    "export": ("EMAIL", "customer export"),
}
WRITES = {
    "clear": ("CODE", "history clear"),
    "mark": ("STATUS", "batch set"),
    "picture": ("PICTURE", "batch picture"),
    "key": ("YES", "key add"),
    "leaked": ("KEY", "key leaked"),
    "client": ("STORE", "client issue"),
    "revoke": ("CLIENT", "client revoke"),
    "reissue": ("CLIENT", "client reissue"),
    "release": ("HOLD", "holds release"),
    "date-holds": ("EXPORT", "holds date"),
    "codes": ("SKU", "codes issue"),
    "expiry": ("DATE", "expiry run"),
    "unsuppress": ("EMAIL", "mailbox lift"),
    "scan": ("KIND", "scan report"),
    "mail": ("FILE", "mail receive"),
    "wechat": ("TEXT", "wechat write"),
    "erase": ("EMAIL", "customer erase"),
}


def verbs(of: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    groups = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield of
    for each in (verb for group in groups for verb in group.choices.values()):
        yield from verbs(each)


COMMANDS = {verb.prog: verb for verb in verbs(parser())}


def made(target: str, **given: str) -> str:
    """The command that `make <target> NAME=value …` runs, with all of EXPORTED in its shell."""
    return recipe(target, **given).partition("infra.operator ")[2]


def refusal(target: str, **given: str) -> str:
    """What `make <target> NAME=value …` refuses before any command runs; empty if nothing."""
    said, is_refused, _ = recipe(target, **given).partition(" >&2; exit 2;")
    return said.removeprefix('echo "error: make ').partition(". ")[0] if is_refused else ""


def recipe(target: str, **given: str) -> str:
    tools = (
        ROOT / ".venv" / ".ready",
        *(ROOT / ".tools").glob("*/.ready"),
        ROOT / ".tools/mutmut/.ready",  # which nothing but `make mutants` installs
        ROOT / ".tools/uv/bin/uv",
    )
    old = [word for tool in tools for word in ("-o", str(tool.relative_to(ROOT)))]
    shell = {"PATH": os.environ["PATH"]} | EXPORTED
    words = [f"{name}={value}" for name, value in given.items()]
    run = subprocess.run(
        ["make", "--dry-run", "--silent", *old, target, *words],
        cwd=ROOT,
        env=shell,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return " ".join(run.stdout.replace("\\\n", " ").split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_function(name: str) -> None:
    function = command_of(argparse.Namespace(command=COMMANDS[name].get_default("command")))
    assert inspect.getdoc(function), name


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_writes_asks_first_and_no_other_does(name: str) -> None:
    verb = COMMANDS[name]
    function = command_of(argparse.Namespace(command=verb.get_default("command")))
    asks = "confirm(" in inspect.getsource(function)
    takes_yes = "--yes" in verb.format_help()
    assert asks == takes_yes == verb.get_default("writes")


@pytest.mark.parametrize("target", READS)
def test_what_reads_writes_nothing_whatever_the_shell_exports(target: str) -> None:
    name, command = READS[target]
    assert made(target, **{name: "X", "YES": "1"}) == f'{command} "${name}"'


@pytest.mark.parametrize("target", WRITES)
def test_what_writes_takes_only_what_is_typed(target: str) -> None:
    name, command = WRITES[target]
    run = made(target, **{name: "X"})
    assert run.startswith(command)
    # In the test's shell all the others are exported.
    others = {other for other in EXPORTED if f'"${other}"' in run and other != name}
    assert not others
    assert "--yes" not in run


def test_a_typed_yes_is_handed_on_and_so_is_everything_else_in_quotes() -> None:
    typed = {"CODE": "X", "WHY": 'it\'s "fine"; rm -rf', "WHO": "mei", "STACK": "prod", "YES": "1"}
    assert made("clear", **typed) == (
        'history clear --why="$WHY" --stack="$STACK" --who="$WHO" --yes "$CODE"'
    )
    assert "--yes" not in made("clear", CODE="X", WHY="fine", YES="0")


def test_holds_are_those_of_all_members_unless_one_is_typed() -> None:
    assert made("holds") == "holds list"
    assert made("holds", STACK="prod") == 'holds list --stack="$STACK"'


def test_only_a_typed_dry_run_is_a_preview() -> None:
    assert made("erase", EMAIL="a@b.example") == 'customer erase "$EMAIL"'
    assert made("erase", EMAIL="a@b.example", DRY_RUN="1") == 'customer preview "$EMAIL"'
    assert made("expiry", DATE="2026-11-21") == 'expiry run "$DATE"'
    assert made("expiry", DATE="2026-11-21", DRY_RUN="0") == 'expiry run "$DATE"'
    assert made("expiry", DATE="2026-11-21", DRY_RUN="1") == 'expiry preview "$DATE"'


@pytest.mark.parametrize(
    ("target", "given", "message"),
    [
        ("release", {"HOLD": "hold#a#b"}, "release needs MEMBER=…"),
        ("release", {"MEMBER": "mem_1"}, "release needs HOLD=…"),
        ("release", {"MEMBER": "mem_1", "HOLD": "hold#a#b", "STACK": "prod", "YES": "1"}, ""),
        ("holds", {"MEMBER": "mem_1", "RELEASE": "hold#a#b"}, "holds does not take RELEASE"),
        ("mark", {"STATUS": "recalled"}, "mark needs BATCH=…"),
        ("codes", {"COUNT": "3"}, "codes needs SKU=…"),
        ("codes", {"SKU": " ", "COUNT": "3"}, "codes needs SKU=…"),
        ("codes", {"SKU": "F", "COUNT": "3", "CUONT": "4"}, "codes does not take CUONT"),
        ("codes", {"BATCH": "B00", "COUNT": "3"}, "codes does not take COUNT"),
        ("codes", {"BATCH": "B00", "OUT": "f.csv"}, ""),
        ("client", {"SCOPES": "points:read"}, "client needs STORE=…"),
        ("expiry", {"DRY_RUN": "1"}, "expiry needs DATE=…"),
        ("key", {}, ""),
        ("erase", {"DRY_RUN": "1"}, "erase needs EMAIL=…"),
        ("export", {"EMAIL": "a@b.example"}, "export needs OUT=…"),
        ("run", {"PROT": "8788"}, "run does not take PROT"),
        ("run", {"PORT": "8788"}, ""),
        ("test", {"PYTEST_ARG": "-k label"}, "test does not take PYTEST_ARG"),
        ("bench", {"BENCH_ARGS": "cold"}, ""),
        ("mutants", {"ROM": "returns"}, "mutants does not take ROM"),
        ("mutants", {"ROOM": "returns", "SAMPLE": "10", "SEED": "3"}, ""),
        ("invoke", {}, ""),
        ("invoke", {"CASE": "paid"}, "invoke needs FUNCTION=…"),
    ],
)
def test_make_refuses_what_is_missing_or_misspelled_and_names_it(
    target: str, given: dict[str, str], message: str
) -> None:
    assert refusal(target, **given) == message


@pytest.mark.parametrize(
    "target",
    sorted({"history", "batch", "mailbox", "audit", "explain", "policy-diff"} | WRITES.keys()),
)
def test_every_target_that_needs_a_variable_says_which(target: str) -> None:
    needed = refusal(target)
    assert needed.startswith(f"{target} needs ") or target == "key"


def test_a_first_batch_or_client_is_new_only_if_that_is_typed() -> None:
    known = {"SKU": "F", "COUNT": "3", "YES": "1"}
    assert "--new" not in made("codes", **known)
    assert "--new" in made("codes", **known, NEW="1")
    assert "--new" in made("client", STORE="S-1", SCOPES="points:read", NEW="1")


def test_the_file_of_a_batch_is_made_again_for_a_typed_batch() -> None:
    assert made("codes", BATCH="B00-0000000000", OUT="f.csv") == 'codes file --out="$OUT" "$BATCH"'


def test_every_operators_target_is_tried_here() -> None:
    text = Path(ROOT / "Makefile").read_text()
    rules = re.findall(r"^([\w-]+): \$\(TOOLS\).*\n((?:\t.*\n)+)", text, re.MULTILINE)
    targets = {target for target, recipe in rules if "$(AFTERCARE)" in recipe}
    assert targets == READS.keys() | WRITES.keys()
