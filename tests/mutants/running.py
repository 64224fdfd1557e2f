"""Runs tests in a forked process, on the code as it is or with one module's source replaced.

The libraries are imported once, before the first fork; our own code is imported in each child, so
that a mutant stays in its process and the files stay as they are.
"""

import importlib
import json
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType

import pytest

from infra.local.settings import ROOT

_LIBRARIES = (
    "aws_lambda_powertools",
    "boto3",
    "botocore.client",
    "chalice.app",
    "hypothesis",
    "jinja2",
    "moto.dynamodb.responses",
    "moto.s3.responses",
    "msgspec",
    "pynamodb.models",
    "tests.fakes.template",
    "xdist.scheduler",
)
_ROOM = str(ROOT / "layers" / "aftercare" / "aftercare")
_QUIET = ("-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
TIMED_OUT = 200

type Lines = dict[str, list[int]]
type Seen = dict[str, tuple[float, Lines]]
"""Each test's seconds, and the lines that it ran, by file."""


def warm_up() -> None:
    for name in _LIBRARIES:
        importlib.import_module(name)


def in_child(act: Callable[[], int], seconds: float) -> int:
    """The exit status of `act` in a child process that prints nothing."""
    child = os.fork()
    if child == 0:
        _be_quiet()
        os.setsid()
        try:
            os._exit(act())
        finally:
            os._exit(1)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return TIMED_OUT


def seen_by(folders: Sequence[str], seconds: float) -> Seen:
    """The tests in these folders, which must all pass, with what each of them runs."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "seen.json"

        def act() -> int:
            recorder = _Recorder()
            failed = int(pytest.main([*_QUIET, *folders], plugins=[recorder]))
            report.write_text(json.dumps(recorder.seen))
            return failed

        if status := in_child(act, seconds):
            sys.exit(f"error: the tests in {' '.join(folders)} do not pass (exit status {status})")
        found: Seen = json.loads(report.read_text())
        return found


def tests_fail(tests: Sequence[str], path: str, source: str, seconds: float) -> int:
    """The exit status of these tests with that source in place of the file's; 0: they pass."""

    def act() -> int:
        sys.meta_path.insert(0, _Planter(path, source))
        return int(pytest.main([*_QUIET, "-x", *tests]))

    return in_child(act, seconds)


class _Planter:
    """Finds one module of ours before Python does, with another source."""

    def __init__(self, path: str, source: str) -> None:
        self._path, self._source = str(ROOT / path), source
        self._name = ".".join(Path(path).with_suffix("").parts[2:])

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name != self._name:
            return None
        loader = _Planted(name, self._path, self._source)
        return spec_from_file_location(name, self._path, loader=loader)


class _Planted(SourceFileLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        code: CodeType = compile(self._source, self.path, "exec", dont_inherit=True)
        return code


class _Recorder:
    """Notes the lines of our package that each test runs."""

    def __init__(self) -> None:
        self.seen: Seen = {}
        self._lines: defaultdict[str, set[int]] = defaultdict(set)
        monitoring = sys.monitoring
        monitoring.use_tool_id(monitoring.COVERAGE_ID, "mutants")
        monitoring.register_callback(
            monitoring.COVERAGE_ID, monitoring.events.LINE, self._note_line
        )
        monitoring.set_events(monitoring.COVERAGE_ID, monitoring.events.LINE)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._lines.clear()
        sys.monitoring.restart_events()
        started = time.monotonic()
        answer = yield
        lines = {path: sorted(numbers) for path, numbers in self._lines.items()}
        self.seen[item.nodeid] = (time.monotonic() - started, lines)
        return answer

    def _note_line(self, code: CodeType, line: int) -> object:
        if code.co_filename.startswith(_ROOM):
            self._lines[code.co_filename].add(line)
        return sys.monitoring.DISABLE


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
