"""Import rules: rooms through their services, AWS behind stores, no circle."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.fakes.documents import is_store
from tests.fakes.template import ROOT

PACKAGE = ROOT / "layers" / "aftercare" / "aftercare"
FUNCTIONS = ROOT / "functions"
ROOMS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())
FOUNDATIONS = {"kernel", "words", "web"}
FEATURES = [room for room in ROOMS if room not in FOUNDATIONS]
THIRD_PARTY = {"boto3", "botocore", "s3transfer", "pynamodb", "chalice", "aws_lambda_powertools"}
WEB_FRAMEWORK = {"chalice"}
PURE = {
    "model.py",
    "policy.py",
    "service.py",
    "errors.py",
    "money.py",
    "refunds.py",
    "remaining.py",
    "consignment.py",
    "borders.py",
}
# What a room shows to others. An order's money is pure functions of its model, as its policies are.
# What is in a parcel is what a return says to the labels.
# Where an address is needs nothing of how it is written: decisions ask for the zone alone.
# Business days need no rule book; hours, which do, have a door of their own.
DOORS = {
    "service",
    "model",
    "events",
    "money",
    "refunds",
    "remaining",
    "zones",
    "hours",
    "consignment",
    "erasing",
    "sampling",
}
# Every verb of staff asks the matrix who may call it.
MATRIX = "aftercare.staff.policy"
PURE_KERNEL = {
    "address",
    "clock",
    "errors",
    "fresh",
    "ids",
    "timeline",
    "actor",
    "codes",
    "symbols",
    "typed",
    "sharing",
    "erased",
    "due.model",
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "base"}
MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 45


def imports(path: Path, *, typing: bool = True) -> set[str]:
    """The modules a file imports; without those that only type checkers see unless `typing`."""
    tree = ast.parse(path.read_text())
    skipped = set() if typing else {id(node) for node in _typing_only(tree)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _typing_only(tree: ast.Module) -> list[ast.AST]:
    blocks = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    ]
    return [inner for block in blocks for inner in ast.walk(block)]


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_models_policies_and_services_know_no_aws(path: Path) -> None:
    if path.name not in PURE or path.parent.name == "kernel":
        return
    found = imports(path, typing=False)
    assert not {name.partition(".")[0] for name in found} & THIRD_PARTY
    kernel = {name.removeprefix("aftercare.kernel.") for name in found if ".kernel." in name}
    assert kernel <= PURE_KERNEL
    assert not {name for name in found if name.endswith(".store")}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_aws_stays_in_stores_the_kernel_and_carriers(path: Path) -> None:
    allowed = is_store(path) or path.name == "sender.py" or {"kernel", "carriers"} & set(path.parts)
    if not allowed:
        found = {name.partition(".")[0] for name in imports(path, typing=False)}
        assert not found & (THIRD_PARTY - (WEB_FRAMEWORK if "web" in path.parts else set()))


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_room_enters_another_through_its_service_model_and_wiring(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    if room not in FEATURES:
        return
    doors = DOORS | ({"wiring"} if path.name == "wiring.py" else set())
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "aftercare" and parts[1] in FEATURES and parts[1] != room:
            assert name == MATRIX or parts[2] in doors, f"{name_of(path)} imports {name}"


def test_only_the_mail_room_sends_mail() -> None:
    senders = {
        path.relative_to(ROOT).as_posix()
        for path in [*modules(), *FUNCTIONS.rglob("*.py")]
        if "send_raw_email(" in path.read_text() or 'client("ses"' in path.read_text()
    }
    assert senders == {"layers/aftercare/aftercare/mail/sender.py"}


def test_the_kernel_stands_on_nothing_of_ours() -> None:
    for path in (PACKAGE / "kernel").glob("*.py"):
        ours = {name for name in imports(path) if name.startswith("aftercare.")}
        assert all(name.startswith("aftercare.kernel") for name in ours), path.name


def test_web_stands_on_kernel_and_words_and_no_room_stands_on_web() -> None:
    for path in modules():
        room = path.relative_to(PACKAGE).parts[0]
        rooms = {name.split(".")[1] for name in imports(path) if name.startswith("aftercare.")}
        if room == "web":
            assert rooms <= FOUNDATIONS, path
        else:
            assert "web" not in rooms, path


def test_words_stand_on_nothing_of_ours() -> None:
    for path in (PACKAGE / "words").glob("*.py"):
        ours = {name for name in imports(path) if name.startswith("aftercare.")}
        assert all(name.startswith("aftercare.words.") for name in ours), path.name


def test_no_import_circle() -> None:
    graph = {
        name_of(path): {name for name in imports(path) if name.startswith("aftercare")}
        for path in modules()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(f"import circle: {' -> '.join(circle.args[1])}")


def test_rooms_do_not_know_functions() -> None:
    functions = {path.name for path in FUNCTIONS.iterdir() if path.is_dir()}
    for path in modules():
        assert not {name.partition(".")[0] for name in imports(path)} & functions, path


def test_functions_do_not_know_each_other() -> None:
    functions = {path.name for path in FUNCTIONS.iterdir() if path.is_dir()}
    for path in FUNCTIONS.rglob("*.py"):
        own = path.relative_to(FUNCTIONS).parts[0]
        foreign = {name.partition(".")[0] for name in imports(path)} & (functions - {own})
        assert not foreign, path


def test_features_of_the_portal_do_not_know_each_other() -> None:
    """They share the portal's edge, its rooms, and the site."""
    features = {"entry", "returns", "points"}
    for feature in features:
        others = {f"portal.{other}" for other in features - {feature}}
        for path in (FUNCTIONS / "portal" / feature).glob("*.py"):
            shared = {".".join(name.split(".")[:2]) for name in imports(path)}
            assert not shared & others, path


def test_templates_and_signed_cookies_are_web_s_business() -> None:
    """A mail renders templates, too."""
    homes = {"jinja2": {"web", "mail"}, "itsdangerous": {"web"}}
    for path in [*modules(), *FUNCTIONS.rglob("*.py")]:
        libraries = {name.partition(".")[0] for name in imports(path)}
        for library, rooms in homes.items():
            if library in libraries:
                assert path.is_relative_to(PACKAGE), path
                assert path.relative_to(PACKAGE).parts[0] in rooms, path


def test_modules_are_nouns_of_the_field_and_short() -> None:
    for path in [*modules(), *FUNCTIONS.rglob("*.py")]:
        assert path.stem not in FORBIDDEN_NAMES, path
        assert len(path.read_text().splitlines()) <= MOST_LINES, path
        assert path.name != "app.py" or len(path.read_text().splitlines()) <= 150, path


def test_functions_are_short() -> None:
    for path in [*modules(), *FUNCTIONS.rglob("*.py"), *(ROOT / "infra").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                assert lines <= MOST_LINES_OF_A_FUNCTION, f"{path}: {node.name}"


def test_only_configurations_read_the_environment() -> None:
    for path in [*modules(), *FUNCTIONS.rglob("*.py")]:
        if path == PACKAGE / "evidence" / "budget.py":  # starts a process
            assert not re.search(r"environ|getenv|import.*\bos\.", path.read_text()), path
        elif path != PACKAGE / "kernel" / "config.py":
            assert "os" not in imports(path), path
