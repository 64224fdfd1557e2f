"""Compiles CLDR's plural rules to conditions on whole numbers."""

from typing import Any

from babel import Locale

# These operands are always zero: whole numbers have no fraction digits and no compact exponent.
_ZERO_OPERANDS = {"v", "w", "f", "t", "c", "e"}

type Conjunctions = list[list[list[Any]]]
# A node of a rule that Babel has parsed: its kind and its parts.
type Node = tuple[str, Any]

_TRUE: Conjunctions = [[]]
_FALSE: Conjunctions = []


def compiled(locale: Locale) -> dict[str, Conjunctions]:
    """The condition of each category except `other`: a disjunction of conjunctions.

    A term of a conjunction is [modulus, negated, ranges].
    """
    rules = {category: _condition(rule) for category, rule in locale.plural_form.abstract}
    return {category: condition for category, condition in rules.items() if condition}


def _condition(node: Node) -> Conjunctions:
    kind, parts = node
    match kind:
        case "or":
            return [*_condition(parts[0]), *_condition(parts[1])]
        case "and":
            left, right = map(_condition, parts)
            return [[*first, *second] for first in left for second in right]
        case "not":
            return _relation(parts[0], negated=True)
        case _:
            return _relation(node, negated=False)


def _relation(node: Node, *, negated: bool) -> Conjunctions:
    _, (_, operand, (_, ranges)) = node
    spans = [[first[1][0], last[1][0]] for first, last in ranges]
    modulus = 0
    if operand[0] == "mod":
        operand, (_, (modulus,)) = operand[1]
    if operand[0] in _ZERO_OPERANDS:
        holds = any(first <= 0 <= last for first, last in spans) is not negated
        return _TRUE if holds else _FALSE
    return [[[modulus, negated, spans]]]
