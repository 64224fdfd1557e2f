"""The matrix of verbs and roles, read from its document."""

from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.kernel.rulebook import read, read_documents
from aftercare.staff.model import Role

type Matrix = dict[str, frozenset[Role]]
"""Verb → the roles that may do it."""


class _Document(Struct, forbid_unknown_fields=True):
    verbs: Matrix


@cache
def published() -> Matrix:
    """The matrix that this version was shipped with."""
    (matrix,) = read_documents(Path(__file__).parent, _read)
    return matrix


def _read(text: str) -> Matrix:
    return read(text, _Document).verbs
