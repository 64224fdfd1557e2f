"""Measures the sizes, module counts and cold import times of the artifact."""

import statistics

from tests.bench.tables import table
from tests.fakes.artifact import Artifact, Function, build_artifact, files, zipped_size

RUNS = 7


def report() -> str:
    """The sizes of functions and layers, and the import times of the handlers."""
    artifact = build_artifact()
    functions = table(
        ["function and its layers", "zipped KB", "unzipped KB", "modules", "import ms"],
        map(_function_row, artifact.functions.values()),
    )
    layers = table(["layer", "zipped KB", "unzipped KB"], _layer_rows(artifact))
    note = f"Import times are medians of {RUNS} runs, each in a new process."
    return f"{functions}\n\n{layers}\n\n{note}"


def _function_row(function: Function) -> list[str]:
    runs = [function.load() for _ in range(RUNS)]
    median = statistics.median(run.milliseconds for run in runs)
    sizes = _kilobytes(function.zipped), _kilobytes(function.unzipped)
    return [function.name, *sizes, str(len(runs[0].origins)), f"{median:.0f}"]


def _layer_rows(artifact: Artifact) -> list[list[str]]:
    unzipped = {
        name: sum(path.stat().st_size for path in files(folder))
        for name, folder in artifact.layers.items()
    }
    return [
        [name, _kilobytes(zipped_size(folder)), _kilobytes(unzipped[name])]
        for name, folder in artifact.layers.items()
    ]


def _kilobytes(size: int) -> str:
    return f"{size / 1024:,.0f}"
