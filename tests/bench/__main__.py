"""Prints the figures: `python -m tests.bench [bundle|requests|codes|export|audit|walk …]`."""

import argparse
import importlib
import os
import platform
import sys

from infra.local.settings import ROOT
from tests.fakes import environment

# The last five need a running stack and fail with a message without one.
FIGURES = (
    "bundle",
    "cold",
    "warm",
    "units",
    "cost",
    "requests",
    "points",
    "policy",
    "screening",
    "matching",
    "carriers",
    "formats",
    "codes",
    "signals",
    "checks",
    "batches",
    "export",
    "growth",
    "scale",
    "expiry",
    "due",
    "queue",
    "desk",
    "audit",
    "walk",
    "parcels",
    "inbound",
    "counter",
    "console",
)


def main() -> int:
    """Print the selected figures, or all. Returns 1 if one of them could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="figure", help=", ".join(FIGURES))
    parser.add_argument("--write", action="store_true", help="write what is counted into the docs")
    parser.add_argument("--drift", action="store_true", help="say how the docs differ from that")
    options = parser.parse_args()
    selected = options.figures or FIGURES
    for name in selected:
        if name not in FIGURES:
            parser.error(f"{name}: choose from {', '.join(FIGURES)}")
    sys.path[:0] = [str(ROOT / "layers" / "aftercare"), str(ROOT / "functions")]
    environment.set_up()
    _forget_endpoints()
    if options.write or options.drift:
        return _written(check=options.drift)
    machine = f"Python {platform.python_version()}, {platform.machine()}"
    sys.stdout.write(f"{machine}\n")
    return max(_print(name) for name in selected)


def _written(*, check: bool) -> int:
    """Write docs/figures.md, or only compare. Returns 1 if it differs from what is counted."""
    figures = importlib.import_module("tests.bench.figures")
    if not check:
        figures.write()
        return 0
    drift = figures.drift()
    sys.stdout.write(f"{drift}\n" if drift else "")
    return 1 if drift else 0


def _forget_endpoints() -> None:
    """Figures are measured on AWS as emulated here, whatever the shell's own AWS is."""
    for name in list(os.environ):
        if name.startswith("AWS_ENDPOINT_URL") or name in {"AWS_PROFILE", "DYNAMODB_ENDPOINT_URL"}:
            del os.environ[name]


def _print(name: str) -> int:
    sys.stdout.write(f"\n## {name}\n\n")
    sys.stdout.flush()
    try:
        report = importlib.import_module(f"tests.bench.{name}").report()
    except LookupError as missing:
        sys.stdout.write(f"not measured: {missing.args[0]}\n")
        return 1
    sys.stdout.write(report + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
