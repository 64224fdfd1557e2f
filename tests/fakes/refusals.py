"""Assertions about refusals: always kind, code and sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from aftercare.kernel.errors import AftercareError


@contextmanager
def refused[Kind: AftercareError](
    kind: type[Kind], code: str, detail: str
) -> Iterator[pytest.ExceptionInfo[Kind]]:
    """The block is refused with exactly this kind, code and sentence."""
    with pytest.raises(kind) as caught:
        yield caught
    assert (caught.value.code, caught.value.detail) == (code, detail)
    assert type(caught.value) is kind
