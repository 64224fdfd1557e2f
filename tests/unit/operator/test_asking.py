"""A command that changes something says what it will do, and asks."""

import getpass
from argparse import Namespace

import boto3
import pytest

from infra.local.settings import StackError
from infra.operator.asking import actor_of, confirm, first_of
from infra.operator.target import Target

CHANGE = "revoke the client ac_1, for good"
QUESTION = "This will revoke the client ac_1, for good (the stack prod)."


@pytest.fixture
def stack() -> Target:
    return Target("the stack prod", {}, boto3.session.Session())


@pytest.mark.parametrize("answer", ["yes", "y", "Yes ", "YES"])
def test_a_yes_goes_on(stack: Target, answer: str) -> None:
    confirm(Namespace(yes=False), stack, CHANGE, lambda _: answer)


@pytest.mark.parametrize("answer", ["", "n", "no", "1"])
def test_anything_else_changes_nothing(stack: Target, answer: str) -> None:
    with pytest.raises(StackError, match=r"Nothing was changed\."):
        confirm(Namespace(yes=False), stack, CHANGE, lambda _: answer)


def test_the_question_says_what_will_change_and_where(stack: Target) -> None:
    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        return "yes"

    confirm(Namespace(yes=False), stack, CHANGE, ask)
    assert questions == [f"{QUESTION} Type yes: "]


def test_a_script_says_yes_beforehand_and_learns_how_where_there_is_no_terminal(
    stack: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    confirm(Namespace(yes=True), stack, CHANGE)
    with pytest.raises(StackError) as refused:
        confirm(Namespace(yes=False), stack, CHANGE)
    assert str(refused.value).startswith(QUESTION)
    assert "add --yes, or YES=1 after make" in str(refused.value)


def test_the_actor_is_the_operator_who_is_named_or_whose_account_it_is() -> None:
    assert actor_of(Namespace(who=" mei ")) == "operator:mei"
    assert actor_of(Namespace(who="")) == f"operator:{getpass.getuser()}"


def test_a_name_that_nothing_has_yet_is_asked_about_even_with_yes(stack: Target) -> None:
    first = first_of("client of a store", "S-0421", ["S-0412", "S-0007"])
    assert first == "There is no client of a store S-0421 yet. Did you mean S-0412?"
    with pytest.raises(StackError, match=r"Did you mean S-0412\? If it is new, add --new"):
        confirm(Namespace(yes=True, new=False), stack, CHANGE, unusual=first)
    confirm(Namespace(yes=True, new=True), stack, CHANGE, unusual=first)
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "yes"

    confirm(Namespace(yes=False, new=False), stack, CHANGE, ask, unusual=first)
    assert asked[0].startswith(f"{first} This will ")


def test_a_name_that_is_there_is_nothing_unusual() -> None:
    assert first_of("client of a store", "S-0412", ["S-0412"]) == ""
    assert first_of("batch of SKU", "FIG-1", []) == "There is no batch of SKU FIG-1 yet."
