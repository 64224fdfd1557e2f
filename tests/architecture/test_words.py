"""Customers' sentences are in the catalogue: none in a template, none in the Python of pages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.fakes.template import ROOT

PACKAGE = ROOT / "layers" / "aftercare" / "aftercare"
FUNCTIONS = ROOT / "functions"
TEMPLATES = sorted(
    path
    for folder in (PACKAGE, FUNCTIONS)
    for path in folder.rglob("*.*")
    if path.parent.name == "templates" or path.parent.parent.name == "templates"
    # Staff read one language; what they write to customers comes from the catalogue.
    if "console" not in path.parts
)
# What renders pages and mails for customers, and puts answers into words.
SPEAKING_FOLDERS = (
    FUNCTIONS / "portal",
    FUNCTIONS / "check_page",
    FUNCTIONS / "codes_download",
    FUNCTIONS / "mailer",
    PACKAGE / "mail",
    PACKAGE / "words",
)
SPEAKING = [
    *sorted(path for folder in SPEAKING_FOLDERS for path in folder.rglob("*.py")),
    PACKAGE / "authenticity" / "wording.py",
    PACKAGE / "web" / "refusals.py",
    PACKAGE / "web" / "sentences.py",
]
SCRIPTS = sorted(
    path
    for folder in (PACKAGE, FUNCTIONS)
    for path in folder.rglob("*.js")
    if "console" not in path.parts
)
# The product's name, and the code in the picture that shows where a code is.
NAMES = {"Aftercare", "· Aftercare", "7K4M 2P9D XW3R B6TN"}
# What SES calls its events.
EVENTS = {"Email Bounced", "Email Complaint Received"}
# Blocks of class names and attributes.
MARKUP_BLOCKS = {"width", "main_attributes"}
SHOWN_ATTRIBUTES = re.compile(r'\b(?:alt|aria-label|title|placeholder|data-say)="([^"]*)"')
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"(\w{2,}[,;:’']* ){2}\w{2,}|\w{2,} \w{2,}[.!?…]")
MARKUP = re.compile(r'="|^/|^data-')


def bare_text(source: str) -> list[str]:
    """A template's own text: between tags, and in attributes that people read or hear."""
    tree = Environment(autoescape=True).parse(source)
    blocks = [block for block in tree.find_all(nodes.Block) if block.name in MARKUP_BLOCKS]
    skipped = {id(output) for block in blocks for output in block.find_all(nodes.Output)}
    data = "\N{NULL}".join(
        part.data if isinstance(part, nodes.TemplateData) else ""
        for output in tree.find_all(nodes.Output)
        if id(output) not in skipped
        for part in output.nodes
    )
    shown = SHOWN_ATTRIBUTES.findall(data)
    between = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", data, flags=re.DOTALL)
    # An expression may cut a tag in two; neither half is text.
    between = re.sub(r"<[^<>]*>|<[^<>]*$|^[^<>]*>", "", between)
    pieces = [piece.strip() for piece in re.split(r"[\n\N{NULL}]", between)]
    constants = [each.value for each in tree.find_all(nodes.Const) if isinstance(each.value, str)]
    found = [text for text in [*shown, *pieces] if WORD.search(text) and not MARKUP.search(text)]
    return [*found, *(text for text in constants if " " in text.strip() and WORD.search(text))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_says_nothing_by_itself(path: Path) -> None:
    assert set(bare_text(path.read_text("utf-8"))) <= NAMES


@pytest.mark.parametrize(
    "template",
    [
        "<p>Your return</p>",
        '<img alt="A box">',
        '<a aria-label="{{ w.text("a.b") }} now">{{ x }}</a>',
        "<b>{{ 'All set' if done else w.text('a.b') }}</b>",
        "Return {{ ticket }}",
        "{% if x %}Yes{% endif %}",
    ],
)
def test_bare_text_is_found(template: str) -> None:
    assert bare_text(template)


def sentences(source: str) -> Iterator[str]:
    """Texts of several words that are not docstrings, errors' details or markup."""
    tree = ast.parse(source)
    skipped = {id(inner) for node in ast.walk(tree) for inner in _not_shown(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = re.sub(r"<code>.*?</code>|<[^>]*>|\([^)]*\)|{[^}]*}", "", node.value)
            if id(node) not in skipped and text not in EVENTS and SENTENCE.search(text):
                yield node.value


def _not_shown(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings; what errors say to programs, and logs to engineers."""
    if isinstance(node, ast.Raise):
        yield from ast.walk(node)
    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("logger."):
        yield from ast.walk(node)
    if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        first = node.body[0] if node.body else None
        if isinstance(first, ast.Expr):
            yield from ast.walk(first)


@pytest.mark.parametrize(
    "source",
    [
        'REASONS = {"a": "It arrived damaged"}',
        'def hint(): return f"Return it until {day}."',
        'errors = {"form": "Please try again."}',
    ],
)
def test_a_sentence_in_python_is_found(source: str) -> None:
    assert list(sentences(source))


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_for_customers_is_in_python(path: Path) -> None:
    assert list(sentences(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_is_in_a_script(path: Path) -> None:
    code = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    literals = re.findall(r"'[^'\n]*'|`[^`]*`", code)
    assert [text for text in literals if SENTENCE.search(text) and text[1].isupper()] == []


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_shows_what_an_error_says_to_programs(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    read = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not read & {"error.detail", "problem.detail", "error.title", "problem.title"}


def joints(source: str) -> Iterator[str]:
    """Where a template makes one text of several, which fits the word order of one language."""
    tree = Environment(autoescape=True).parse(source)
    for output in tree.find_all(nodes.Output):
        between = zip(output.nodes, output.nodes[1:], output.nodes[2:], strict=False)
        for first, middle, last in between:
            is_gap = isinstance(middle, nodes.TemplateData) and re.fullmatch(
                r"[ ,.;:]+", middle.data
            )
            if is_gap and _is_text(first) and _is_text(last):
                yield f"{first} {last}"
    for joined in tree.find_all(nodes.Concat):
        texts = [part for part in joined.nodes if _is_text(part)]
        if len([text for text in texts if not _is_joint(text)]) > 1:
            yield str(joined)


def _is_text(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Getattr)
        and node.node.attr in {"text", "count"}
    )


def _is_joint(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Call) and node.args[:1] == [nodes.Const("language.joint")]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_makes_no_sentence_of_two_texts(path: Path) -> None:
    assert list(joints(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "template",
    ["<p>{{ w.text('a.b') }} {{ w.text('a.c') }}</p>", "{{ w.text('a.b') ~ ' ' ~ w.text('a.c') }}"],
)
def test_a_joint_in_a_template_is_found(template: str) -> None:
    assert list(joints(template))


def python_joints(source: str) -> Iterator[str]:
    """The same in Python: texts that are added, or written into one string."""
    for node in ast.walk(ast.parse(source)):
        parts = node.values if isinstance(node, ast.JoinedStr) else []
        parts = [node.left, node.right] if isinstance(node, ast.BinOp) else parts
        for part in parts:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            if (
                isinstance(inner, ast.Call)
                and isinstance(inner.func, ast.Attribute)
                and inner.func.attr in {"text", "count"}
                and inner.args
            ):
                yield ast.unparse(node)


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_is_put_together_in_python(path: Path) -> None:
    assert list(python_joints(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("source", ['x = w.text("a.b") + name', "x = f\"{name}: {w.text('a.b')}\""])
def test_a_joint_in_python_is_found(source: str) -> None:
    assert list(python_joints(source))
