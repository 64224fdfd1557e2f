"""Measures the time to issue and to verify a code, without tables."""

import statistics
import timeit
from collections.abc import Callable

from aftercare.authenticity import codes
from aftercare.authenticity.codes import Code, MistypedError
from aftercare.kernel.symbols import sealed, unsealed
from tests.bench.tables import table
from tests.fakes.histories import ring

CODES = 2_000
REPEATS = 25
_KEY_ID = 3
_RING = ring(_KEY_ID)


def report() -> str:
    """Microseconds per code. The four cases alternate, so that other load affects all of them."""
    issued = [_issued(serial) for serial in range(CODES)]
    genuine = [codes.shown(symbols) for symbols in issued]
    forged = [codes.shown(sealed(unsealed(symbols) ^ 1)) for symbols in issued]
    mistyped = [f"{text[:-2]}{'Z' if text[-2] != 'Z' else 'Y'}{text[-1]}" for text in genuine]
    cases: dict[str, Callable[[], None]] = {
        "issue": _issue_all,
        "verify a genuine code": lambda: _check_all(genuine, "genuine"),
        "reject a forged code": lambda: _check_all(forged, "forged"),
        "reject a mistyped code": lambda: _check_all(mistyped, "mistyped"),
    }
    durations: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(REPEATS):
        for name, case in cases.items():
            durations[name].append(timeit.timeit(case, number=1) / CODES * 1_000_000)
    rows = [
        [name, f"{statistics.median(times):.1f}", f"{min(times):.1f}"]
        for name, times in durations.items()
    ]
    note = f"{REPEATS} rounds of {CODES:,} codes for each case, alternating, on one core."
    return f"{table(['operation on a code', 'µs (median)', 'µs (best)'], rows)}\n\n{note}"


def _issued(serial: int) -> str:
    keys = _RING.get(_KEY_ID)
    assert keys
    return codes.issue(Code(_KEY_ID, serial), keys)


def _issue_all() -> None:
    for serial in range(CODES):
        _issued(serial)


def _check_all(texts: list[str], expected: str) -> None:
    assert {_verdict(text) for text in texts} == {expected}


def _verdict(text: str) -> str:
    try:
        symbols = codes.normalise(text)
    except MistypedError:
        return "mistyped"
    keys = _RING.get(codes.key_id_of(symbols))
    return "genuine" if keys and codes.read(symbols, keys) else "forged"
