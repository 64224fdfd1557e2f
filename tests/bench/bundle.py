"""Sizes, module counts and cold import times of the artifact: `python -m tests.bench.bundle`."""

import platform
import statistics
import sys

from tests.bundle.artifact import Function, build_artifact, files, zipped_size

RUNS = 7
KILOBYTE = 1024


def row(name: str, zipped: int, unzipped: int, *rest: str) -> str:
    cells = [name, f"{zipped / KILOBYTE:,.0f}", f"{unzipped / KILOBYTE:,.0f}", *rest]
    return "| " + " | ".join(cells) + " |"


def function_row(function: Function) -> str:
    runs = [function.load() for _ in range(RUNS)]
    median = statistics.median(run.milliseconds for run in runs)
    return row(
        function.name,
        function.zipped,
        function.unzipped,
        str(len(runs[0].origins)),
        f"{median:.0f}",
    )


def main() -> None:
    artifact = build_artifact()
    lines = [
        f"Python {platform.python_version()}, {platform.machine()}, median of {RUNS} imports",
        "",
    ]
    lines += ["| function and its layers | zipped KB | unzipped KB | modules | import ms |"]
    lines += ["|---|---|---|---|---|", *map(function_row, artifact.functions.values()), ""]
    lines += ["| layer | zipped KB | unzipped KB |", "|---|---|---|"]
    for name, folder in artifact.layers.items():
        unzipped = sum(path.stat().st_size for path in files(folder))
        lines.append(row(name, zipped_size(folder), unzipped))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
