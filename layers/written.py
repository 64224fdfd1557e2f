"""Writes out the methods of dataclasses, which Python makes anew in each process that imports them.

A dataclass costs up to 0.6 ms at each start, and `dataclasses` itself loads `inspect`. The sources
stay as they are: only the byte code has the methods. A dataclass that inherits, or has anything
else that is rare, is left to Python.
"""

# Uses only the standard library, as build.py, which runs it.

import ast
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import CodeType
from typing import NamedTuple

_SUPPORT = ast.ImportFrom("aftercare.kernel", [ast.alias("written", "__written__")], 0)
_OPTIONS = frozenset({"frozen", "slots", "order"})
_OF_A_FIELD = frozenset({"default", "default_factory", "compare", "kw_only", "repr"})
_OF_ANOTHER_KIND = ("InitVar", "KW_ONLY")
# What a written __init__ uses itself.
_TAKEN = frozenset({"self", "put", "object"})
# What dataclass makes unless the class has it: then it is left to Python.
_MADE = frozenset(
    f"__{name}__"
    for name in ("init", "repr", "eq", "hash", "setattr", "delattr", "getstate", "setstate")
) | {"__replace__", "__lt__", "__le__", "__gt__", "__ge__"}


class _Field(NamedTuple):
    """A field as its class states it."""

    name: str
    default: ast.expr | None = None
    factory: ast.expr | None = None
    compared: bool = True
    by_name: bool = False
    shown: bool = True


class _OtherKindError(Exception):
    """The class is not of the kind that is written out."""


def written(module: ast.Module) -> ast.Module:
    """The module with its dataclasses written out, and without imports that only they needed."""
    if not any(_is_import(node) for node in module.body):
        return module
    found = False
    for at, node in enumerate(module.body):
        if isinstance(node, ast.ClassDef) and (options := _options(node)) is not None:
            with suppress(_OtherKindError):
                module.body[at], found = _written_out(node, options), True
    _import_less(module, found=found)
    return ast.fix_missing_locations(module)


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "dataclasses"


def _options(node: ast.ClassDef) -> frozenset[str] | None:
    """The options of a dataclass without bases; None for any other class."""
    if node.bases or node.keywords or node.type_params:
        return None
    match node.decorator_list:
        case [ast.Name("dataclass")]:
            return frozenset()
        case [ast.Call(ast.Name("dataclass"), [], keywords)] if all(map(_is_true, keywords)):
            stated = frozenset(each.arg or "" for each in keywords)
            return stated if stated <= _OPTIONS else None
        case _:
            return None


def _is_true(keyword: ast.keyword) -> bool:
    return isinstance(keyword.value, ast.Constant) and keyword.value.value is True


def _written_out(node: ast.ClassDef, options: frozenset[str]) -> ast.ClassDef:
    """The class, with what it lacks after its last field, at the line on which it begins."""
    fields, body = list[_Field](), list[ast.stmt]()
    for each in node.body:
        body.append(each)
        if isinstance(each, ast.AnnAssign) and not _is_of_the_class(each):
            field = _field(each)
            kept = None
            if "slots" not in options and field.default:
                kept, field = (
                    field.default,
                    field._replace(default=ast.Name(field.name, ast.Load())),
                )
            # Where there are slots, only __init__ has the default.
            body[-1] = ast.copy_location(ast.AnnAssign(each.target, each.annotation, kept, 1), each)
            fields.append(field)
            last = len(body)
    own = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
    if not fields or own & _MADE or _TAKEN & {each.name for each in fields}:
        raise _OtherKindError
    made = _made(node.name, fields, options, has_more="__post_init__" in own)
    for part in ast.walk(made):
        ast.copy_location(part, node)
    body[last:last] = made.body
    return ast.copy_location(ast.ClassDef(node.name, [], [], body, [], []), node)


def _is_of_the_class(node: ast.AnnAssign) -> bool:
    return "ClassVar" in ast.unparse(node.annotation)


def _field(node: ast.AnnAssign) -> _Field:
    annotation = ast.unparse(node.annotation)
    if not isinstance(node.target, ast.Name) or any(
        each in annotation for each in _OF_ANOTHER_KIND
    ):
        raise _OtherKindError
    name = node.target.id
    if name.startswith("__"):
        raise _OtherKindError
    match node.value:
        case ast.Call(ast.Name("field"), [], keywords):
            given = {each.arg or "": each.value for each in keywords}
            factory = given.get("default_factory")
            if given.keys() - _OF_A_FIELD or not isinstance(factory, ast.Name | None):
                raise _OtherKindError
            return _Field(
                name,
                given.get("default"),
                factory,
                compared=_stated(given.get("compare"), usual=True),
                by_name=_stated(given.get("kw_only"), usual=False),
                shown=_stated(given.get("repr"), usual=True),
            )
        case value:
            return _Field(name, value)


def _stated(node: ast.expr | None, *, usual: bool) -> bool:
    if node is None:
        return usual
    if not isinstance(node, ast.Constant):
        raise _OtherKindError
    return bool(node.value)


def _made(
    name: str, fields: Sequence[_Field], options: frozenset[str], *, has_more: bool
) -> ast.ClassDef:
    is_frozen = "frozen" in options
    lines = [
        *_described(fields, options),
        *_init(fields, is_frozen=is_frozen, has_more=has_more),
        *_methods(fields),
        *(_frozen(name, fields) if is_frozen else ["__hash__ = None"]),
        *(_state(fields) if is_frozen and "slots" in options else []),
        *(_ordered(fields) if "order" in options else []),
    ]
    source = f"class {name}:\n" + "".join(f"    {line}\n" for line in lines)
    [made] = ast.parse(source).body
    if not isinstance(made, ast.ClassDef):
        raise TypeError(source)
    defaults = {_default(each): each.default for each in fields if each.default}
    _WithDefaults(defaults).visit(made)
    return made


class _WithDefaults(ast.NodeTransformer):
    """Puts the class's own expressions where the text has names for them."""

    def __init__(self, defaults: Mapping[str, ast.expr]) -> None:
        self._defaults = defaults

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._defaults.get(node.id, node)


def _described(fields: Sequence[_Field], options: frozenset[str]) -> Iterator[str]:
    uncompared = tuple(each.name for each in fields if not each.compared)
    factories = "".join(f"{each.name!r}: {_factory(each)}, " for each in fields if each.factory)
    if "slots" in options:
        yield f"__slots__ = {tuple(each.name for each in fields)!r}"
    yield f"__match_args__ = {tuple(each.name for each in fields if not each.by_name)!r}"
    yield (
        f"__dataclass_fields__ = __written__.Fields("
        f"{tuple(sorted(options))!r}, {uncompared!r}, {{{factories}}})"
    )


def _default(field: _Field) -> str:
    return f"__default_{field.name}__"


def _factory(field: _Field) -> str:
    return ast.unparse(field.factory) if field.factory else ""


def _init(fields: Sequence[_Field], *, is_frozen: bool, has_more: bool) -> Iterator[str]:
    by_name = [_parameter(each) for each in fields if each.by_name]
    parameters = [_parameter(each) for each in fields if not each.by_name]
    parameters += ["*", *by_name] if by_name else []
    if {_factory(each) for each in fields} & {each.name for each in fields}:
        raise _OtherKindError
    yield f"def __init__(self, {', '.join(parameters)}):"
    if is_frozen:
        yield "    put = object.__setattr__"
    for each in fields:
        value = each.name
        if each.factory:
            value = f"{_factory(each)}() if {value} is __written__.UNSET else {value}"
        stored = f"put(self, {each.name!r}, {value})"
        yield f"    {stored}" if is_frozen else f"    self.{each.name} = {value}"
    if has_more:
        yield "    self.__post_init__()"


def _parameter(field: _Field) -> str:
    if field.factory:
        return f"{field.name}=__written__.UNSET"
    return f"{field.name}={_default(field)}" if field.default else field.name


def _methods(fields: Sequence[_Field]) -> Iterator[str]:
    shown = ", ".join(f"{each.name}={{self.{each.name}!r}}" for each in fields if each.shown)
    compared = [each.name for each in fields if each.compared]
    same = " and ".join(f"self.{each} == other.{each}" for each in compared) or "True"
    yield "def __repr__(self):"
    yield f"    return f'{{self.__class__.__qualname__}}({shown})'"
    yield "def __eq__(self, other):"
    yield "    if self is other: return True"
    yield f"    if other.__class__ is self.__class__: return {same}"
    yield "    return NotImplemented"
    yield "def __replace__(self, /, **changes):"
    yield f"    for name in {tuple(each.name for each in fields)!r}:"
    yield "        if name not in changes: changes[name] = getattr(self, name)"
    yield "    return self.__class__(**changes)"


def _frozen(name: str, fields: Sequence[_Field]) -> Iterator[str]:
    names = tuple(each.name for each in fields)
    yield "def __hash__(self):"
    yield f"    return hash({_compared('self', fields)})"
    for act, done, value in (("setattr", "assign to", ", value"), ("delattr", "delete", "")):
        yield f"def __{act}__(self, name{value}):"
        yield f"    if type(self) is {name} or name in {names!r}:"
        yield f"        raise __written__.frozen({done!r}, name)"
        yield f"    super().__{act}__(name{value})"


def _state(fields: Sequence[_Field]) -> Iterator[str]:
    names = tuple(each.name for each in fields)
    yield "def __getstate__(self):"
    yield f"    return [{', '.join(f'self.{each}' for each in names)}]"
    yield "def __setstate__(self, state):"
    yield f"    for name, value in zip({names!r}, state):"
    yield "        object.__setattr__(self, name, value)"


def _ordered(fields: Sequence[_Field]) -> Iterator[str]:
    for name, sign in (("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">=")):
        yield f"def __{name}__(self, other):"
        yield "    if other.__class__ is self.__class__:"
        yield f"        return {_compared('self', fields)} {sign} {_compared('other', fields)}"
        yield "    return NotImplemented"


def _compared(of: str, fields: Sequence[_Field]) -> str:
    return f"({''.join(f'{of}.{each.name}, ' for each in fields if each.compared)})"


def _import_less(module: ast.Module, *, found: bool) -> None:
    """Takes `replace` from `copy`, and imports of `dataclasses` only what is still used."""
    others = [node for node in module.body if not _is_import(node)]
    used = set(_names_in(compile(ast.fix_missing_locations(ast.Module(others, [])), "", "exec")))
    body = list[ast.stmt]()
    for node in module.body:
        if found and not isinstance(node, ast.Expr):  # the first is the module's description
            body.append(ast.copy_location(_SUPPORT, node))
            found = False
        if not (isinstance(node, ast.ImportFrom) and _is_import(node)):
            body.append(node)
            continue
        names = [each for each in node.names if (each.asname or each.name) in used]
        for source, listed in (
            ("copy", [each for each in names if each.name == "replace"]),
            ("dataclasses", [each for each in names if each.name != "replace"]),
        ):
            if listed:
                body.append(ast.copy_location(ast.ImportFrom(source, listed, 0), node))
    module.body = body


def _names_in(code: CodeType) -> Iterator[str]:
    """The names that a module looks up in itself; a local variable of such a name is none."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names_in(each)
