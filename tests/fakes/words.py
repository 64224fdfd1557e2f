"""The catalogue as tests read it: its texts, and the keys that code and templates use."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from jinja2 import Environment, nodes

from aftercare.words.catalogue import CATALOGUE, Entry, section
from tests.fakes.template import ROOT

READERS = {"text", "texts", "count"}
_SCRIPT_KEY = re.compile(r"\bWORDS\.([a-z_]+)")
_CODE = (ROOT / "layers" / "aftercare" / "aftercare", ROOT / "functions")


@cache
def sections(language: str) -> set[str]:
    return {path.stem for path in (CATALOGUE / language).glob("*.toml")}


@cache
def catalogue(language: str) -> dict[str, Entry]:
    """The entries of a language, by full key."""
    return {
        f"{name}.{key}": entry
        for name in sorted(sections(language))
        for key, entry in section(language, name).items()
    }


def texts(entry: Entry) -> list[str]:
    match entry:
        case str():
            return [entry]
        case dict():
            return list(entry.values())
        case _:
            return entry


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


@cache
def keys_in_use() -> Mapping[str, set[str]]:
    """Each key or pattern of keys ("verdicts.*.title") in use, with the files that use it."""
    used: dict[str, set[str]] = {}
    for folder in _CODE:
        for path in sorted(folder.rglob("*")):
            for key in _keys(path):
                used.setdefault(key, set()).add(str(path.relative_to(ROOT)))
    return used


def _keys(path: Path) -> Iterator[str]:
    if path.suffix == ".py":
        yield from _python_keys(path.read_text("utf-8"))
    elif path.suffix == ".js":
        yield from (f"script.{name}" for name in _SCRIPT_KEY.findall(path.read_text("utf-8")))
    elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
        yield from _template_keys(path.read_text("utf-8"))


def _python_keys(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and node.args
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in READERS
        ):
            yield from filter(_is_key, _python_key(node.args[0]))


def _python_key(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(key)):
            yield key
        case ast.JoinedStr(values=parts):
            yield "".join(next(_python_key(part), "*") for part in parts)
        case ast.IfExp(body=first, orelse=second):
            yield from _python_key(first)
            yield from _python_key(second)
        case _:
            return


def _template_keys(source: str) -> Iterator[str]:
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr in READERS and call.args:
            yield from filter(_is_key, _template_key(call.args[0]))


def _template_key(node: nodes.Expr) -> Iterator[str]:
    match node:
        case nodes.Const(value=str(key)):
            yield key
        case nodes.Concat(nodes=parts):
            yield "".join(next(_template_key(part), "*") for part in parts)
        case nodes.CondExpr(expr1=first, expr2=second) if second is not None:
            yield from _template_key(first)
            yield from _template_key(second)
        case _:
            return


def _is_key(key: str) -> bool:
    return key.partition(".")[0] in sections("en") and "." in key
