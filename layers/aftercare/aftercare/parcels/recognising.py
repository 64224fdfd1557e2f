"""Whose tracking number it is: pure, from the carriers' data (R-PCL-02).

A number is compared with all formats of its length. A check digit that fits says most, then a
full format, then a beginning such as FAQ §10 lists them, then the length alone. Of equal ones the
likelier format comes first, and before all others the carrier that the text itself names.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from aftercare.kernel.typed import folded
from aftercare.parcels.carriers import Carrier, Shape, carrier_named, carriers, posts
from aftercare.parcels.check_digits import fits, s10_fits

SHORTEST, LONGEST = 8, 42
_PAIR, _SPELLED_OUT = 2, 5
_LONGEST_WORD = 4

_S10 = re.compile(r"[A-Z]{2}[0-9]{9}([A-Z]{2})")
_GROUP = re.compile(r"[0-9A-Z]+")
# Such as T-00002139-17244739: order numbers often begin with a short word and a dash.
_BEHIND_A_WORD = re.compile(rf"(?<![0-9A-Z-])([A-Z]{{1,{_LONGEST_WORD}}})-[0-9A-Z-]+")
# Between two of these there is one number at most.
_APART = re.compile(r"""[,;|/:?=&<>"]+""")
_WORD_OR_APART = re.compile(rf"""[A-Z]{{{_LONGEST_WORD + 1}}}|{_APART.pattern}""")


class Evidence(StrEnum):
    """What speaks for a carrier, the strongest first."""

    CHECK_DIGIT = "check_digit"
    FORMAT = "format"
    PREFIX = "prefix"
    LENGTH = "length"


_PLACES = {evidence: place for place, evidence in enumerate(Evidence)}


class Candidate(NamedTuple):
    """A carrier that the number may be of.

    `is_mistyped`: it has the carrier's format, but the check digit does not fit.
    """

    carrier: Carrier
    evidence: Evidence
    is_mistyped: bool = False


class Recognised(NamedTuple):
    """The number found in a text, "" if none, and whose it may be, the likeliest first."""

    number: str = ""
    candidates: tuple[Candidate, ...] = ()

    @property
    def carrier(self) -> Carrier | None:
        """The likeliest one."""
        return self.candidates[0].carrier if self.candidates else None

    def as_named(self, *names: str) -> Carrier | None:
        """The carrier of the first of those names that we know, or else the likeliest one."""
        return next(filter(None, map(carrier_named, names)), self.carrier)

    def page_of(self, carrier: Carrier | None) -> str:
        """That carrier's page about the number; "" where one of them is not known."""
        return carrier.page_of(self.number) if carrier and self.number else ""

    @property
    def is_ambiguous(self) -> bool:
        """Whether as much speaks for another carrier as for the likeliest one."""
        strongest = {each.evidence for each in self.candidates[:2]}
        return len(self.candidates) > 1 and len(strongest) == 1


def recognise(text: str) -> Recognised:
    """The tracking number in what somebody typed, pasted or scanned, and whose it may be.

    Width, case, spaces, dashes and words around it do not matter. Of several numbers in the text
    it is the one that is most certain, and of those the first. The digits of an order number are
    not taken for a tracking number.
    """
    plain = folded(text).upper()
    whole = "".join(_GROUP.findall(plain))
    if (candidates := _candidates(whole)) and (plain == whole or _is_one(plain, candidates)):
        return Recognised(whole, candidates)
    found = min(_found_in(plain), key=_uncertainty, default=Recognised())
    return _named_first(found, plain)


def _is_one(plain: str, candidates: Sequence[Candidate]) -> bool:
    """Whether a text in groups is surely one number: it has a number's format, and no words."""
    is_certain = _PLACES[candidates[0].evidence] <= _PLACES[Evidence.FORMAT]
    return is_certain and not _WORD_OR_APART.search(plain)


class _Match(NamedTuple):
    """A shape, ready to be compared with numbers of one length."""

    carrier: Carrier
    shape: Shape
    pattern: re.Pattern[str]


class _Index(NamedTuple):
    by_length: Mapping[int, Sequence[_Match]]
    by_prefix: Mapping[str, Carrier]
    prefix: re.Pattern[str]
    places: Mapping[str, int]


@cache
def _index() -> _Index:
    by_length = defaultdict[int, list[_Match]](list)
    for carrier in carriers():
        for shape in carrier.shapes:
            for length in shape.lengths:
                by_length[length].append(_Match(carrier, shape, re.compile(shape.pattern)))
    by_prefix = {prefix: carrier for carrier in carriers() for prefix in carrier.prefixes}
    prefixes = "|".join(sorted(by_prefix, key=len, reverse=True))
    places = {carrier.code: place for place, carrier in enumerate(carriers())}
    # Behind the prefix: letters of a place or service, but no word.
    behind = f"[A-Z]{{0,{_LONGEST_WORD}}}[0-9][0-9A-Z]*"
    return _Index(by_length, by_prefix, re.compile(f"({prefixes}){behind}"), places)


def _candidates(number: str) -> tuple[Candidate, ...]:
    """The carriers whose number it may be, the likeliest first."""
    if not SHORTEST <= len(number) <= LONGEST:
        return ()
    index = _index()
    best: dict[str, tuple[tuple[int, bool, int, int], Candidate]] = {}
    for candidate, likelihood in _all(number, index):
        code = candidate.carrier.code
        place = index.places.get(code, len(index.places))
        key = (_PLACES[candidate.evidence], candidate.is_mistyped, -likelihood, place)
        if code not in best or key < best[code][0]:
            best[code] = key, candidate
    ranked = [candidate for _, candidate in sorted(best.values(), key=lambda each: each[0])]
    if ranked and ranked[0].evidence is Evidence.CHECK_DIGIT:
        return tuple(each for each in ranked if not each.is_mistyped)
    return tuple(ranked)


def _all(number: str, index: _Index) -> Iterator[tuple[Candidate, int]]:
    """Each carrier that has the number's format or beginning, with its likelihood."""
    seen = set()
    for carrier, shape, pattern in index.by_length.get(len(number), ()):
        if pattern.fullmatch(number):
            seen.add(carrier.code)
            yield _by_shape(carrier, shape, number), shape.likelihood
    if (post := _S10.fullmatch(number)) and post[1] in posts():
        yield _by_check(posts()[post[1]], s10_fits(number), Evidence.PREFIX), 0
    if begun := index.prefix.fullmatch(number):
        carrier = index.by_prefix[begun[1]]
        has_form = number.isdigit() or not begun[1].isdigit()
        if has_form and carrier.code not in seen:
            yield Candidate(carrier, Evidence.PREFIX), 0


def _by_shape(carrier: Carrier, shape: Shape, number: str) -> Candidate:
    weaker = Evidence.LENGTH if shape.is_bare else Evidence.PREFIX
    if shape.check:
        checked = shape.before + number[-shape.tail :]
        return _by_check(carrier, fits(shape.check, checked), weaker)
    return Candidate(carrier, weaker if shape.is_bare else Evidence.FORMAT)


def _by_check(carrier: Carrier, has_fitted: bool, otherwise: Evidence) -> Candidate:
    if has_fitted:
        return Candidate(carrier, Evidence.CHECK_DIGIT)
    return Candidate(carrier, otherwise, is_mistyped=True)


def _found_in(plain: str) -> Iterator[Recognised]:
    for part in _APART.split(_BEHIND_A_WORD.sub(_unless_an_order, plain)):
        groups = _GROUP.findall(part)
        if _is_spelled_out(groups):
            groups = ["".join(groups)]
        for start in range(len(groups)):
            for number in _joined(groups[start:]):
                if candidates := _candidates(number):
                    yield Recognised(number, candidates)


def _unless_an_order(found: re.Match[str]) -> str:
    """The text, if it is a carrier's number or begins with a carrier's name; else a comma."""
    is_carriers = found[1] in _index().by_prefix or carrier_named(found[1])
    return found[0] if is_carriers or _candidates("".join(_GROUP.findall(found[0]))) else ","


def _is_spelled_out(groups: Sequence[str]) -> bool:
    """Whether somebody typed the characters one by one, or in pairs: all of them are one number.

    Otherwise the first eleven of twelve digits may fit another carrier's check digit.
    """
    return len(groups) >= _SPELLED_OUT and all(len(group) <= _PAIR for group in groups)


def _joined(groups: Sequence[str]) -> Iterator[str]:
    """The first group, the first two and so on, as long as they can be one number."""
    number = ""
    for group in groups:
        is_word = group.isalpha() and len(group) > _LONGEST_WORD
        number += group
        if len(number) > LONGEST or (is_word and group not in _index().by_prefix):
            return
        yield number


def _uncertainty(found: Recognised) -> tuple[int, bool, int]:
    """A format or a check digit is certain, and then the longer number: it is complete."""
    first = found.candidates[0]
    place = max(_PLACES[first.evidence], _PLACES[Evidence.FORMAT])
    return place, first.is_mistyped, -len(found.number)


def _named_first(found: Recognised, plain: str) -> Recognised:
    """The candidates that the text names come first: "FedEx 1234 5678 9012"."""
    if len(found.candidates) > 1:
        is_named = [_names(each.carrier, plain) for each in found.candidates]
        ranked = sorted(zip(is_named, found.candidates, strict=True), key=lambda each: not each[0])
        return Recognised(found.number, tuple(candidate for _, candidate in ranked))
    return found


def _names(carrier: Carrier, plain: str) -> bool:
    return _words(carrier.code).search(plain) is not None


@cache
def _words(code: str) -> re.Pattern[str]:
    carrier = next((each for each in carriers() if each.code == code), None)
    names = (carrier.name.upper(), *carrier.words) if carrier else ()
    words = "|".join(map(re.escape, names)) or r"\Z\A"
    return re.compile(rf"(?<![A-Z0-9])(?:{words})(?![A-Z])")
