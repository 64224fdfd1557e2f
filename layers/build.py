"""Builds one part of the artifact in the current directory; each folder's Makefile calls it."""

# Uses only the standard library. Runs on Python 3.13, because the functions load its byte code.

import argparse
import ast
import gzip
import importlib
import importlib.util
import json
import marshal
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

# No layer needs these: metadata, type stubs, sources of extension modules.
NEVER_SHIPPED = (
    ".lock",
    "*.dist-info",
    "bin",
    "**/__pycache__",
    "**/tests",
    "**/py.typed",
    "**/*.pyi",
    "**/*.pxd",
    "**/*.pyx",
    "**/*.c",
    "**/*.h",
)
NEVER_COPIED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*.md")
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}
# Only this version can load the byte code.
RUNTIME = (3, 13)
UNCHECKED_HASH = (0b01).to_bytes(4, "little")
# The timestamp of all files, so that the same input makes the same zip: 2000-01-01 UTC.
TIMESTAMP = 946_684_800


class BuildError(Exception):
    """The part cannot be built; the message says why."""


def wheel_platform() -> str:
    """The functions' platform, from ARCHITECTURE or else from this machine."""
    architecture = os.environ.get("ARCHITECTURE") or platform.machine()
    if architecture not in ARCHITECTURES:
        raise BuildError(f"ARCHITECTURE={architecture}: choose x86_64 or arm64")
    return f"{ARCHITECTURES[architecture]}-manylinux_2_28"


def install(target: Path) -> None:
    """Installs requirements.txt, with hashes checked, for the functions' platform."""
    uv = os.environ["UV"]
    command = [uv, "pip", "install", "--quiet", "--target", str(target), "--link-mode", "copy"]
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
    command += ["--python", sys.executable, "--python-version", "3.13"]
    command += ["--python-platform", wheel_platform(), "-r", "requirements.txt"]
    if subprocess.run(command, check=False).returncode:  # noqa: S603 - our own arguments
        raise BuildError("the pinned packages could not be installed (see uv's message above)")


def drop(root: Path, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        for path in list(root.glob(pattern)):
            remove(path)


def keep(folder: Path, names: Iterable[str]) -> None:
    """Removes everything from a folder except those names."""
    names = set(names)
    missing = names - {path.name for path in folder.iterdir()}
    if missing:
        raise BuildError(f"trim.toml keeps a missing file: {folder.name}: {sorted(missing)}")
    for path in list(folder.iterdir()):
        if path.name not in names:
            remove(path)


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def trim_aws(root: Path, services: Mapping[str, str]) -> None:
    """Keeps the AWS SDK's data of the services in use: name → the prefix of its endpoints."""
    data = root / "botocore" / "data"
    shared = [path.name for path in data.iterdir() if path.is_file()]
    keep(data, [*services, *shared])
    for service in services:
        versions = sorted(path.name for path in (data / service).iterdir())
        keep(data / service, versions[-1:])
        for model in (data / service).rglob("*.json.gz"):
            unpack_model(model)
    trim_endpoints(data / "endpoints.json", set(services.values()))


def unpack_model(path: Path) -> None:
    # Two thirds of a packed model is documentation. The rest loads faster unpacked, and the layer's
    # zip packs it anyway.
    model = json.loads(gzip.decompress(path.read_bytes()), object_hook=without_prose)
    path.with_suffix("").write_text(json.dumps(model, separators=(",", ":")))
    path.unlink()


def without_prose(part: dict[str, Any]) -> dict[str, Any]:
    # Documentation is text under this name; a member of this name is an object.
    if isinstance(part.get("documentation"), str):
        part["documentation"] = ""  # not deleted: botocore reads some of them
    return part


def trim_endpoints(path: Path, prefixes: set[str]) -> None:
    # botocore reads the whole file before it makes its first client: 1.2 MB of JSON per cold start.
    endpoints = json.loads(path.read_text())
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in prefixes}
    path.write_text(json.dumps(endpoints, separators=(",", ":")))


def trim(root: Path, rules: Mapping[str, Any]) -> None:
    drop(root, [*rules.get("drop", []), *NEVER_SHIPPED])
    edit(root, rules.get("edit", {}))
    for name, definitions in rules.get("definitions", {}).items():
        keep_definitions(root / name, definitions)
    for folder, names in rules.get("keep", {}).items():
        keep(root / folder, names)
    if "services" in rules:
        trim_aws(root, rules["services"])


def edit(root: Path, edits: Mapping[str, Mapping[str, str]]) -> None:
    """Replaces lines of third-party modules, by file: old text → new text."""
    for name, replacements in edits.items():
        text = (root / name).read_text()
        for old, new in replacements.items():
            if old not in text:
                raise BuildError(f"trim.toml edits a missing line: {name}: {old}")
            text = text.replace(old, new)
        (root / name).write_text(text)


def keep_definitions(module: Path, names: Sequence[str]) -> None:
    """Keeps only these classes and functions of a third-party module, and its imports."""
    body = ast.parse(module.read_text()).body
    kept = [node for node in body if getattr(node, "name", "") in names]
    if len(kept) < len(names):
        raise BuildError(f"trim.toml keeps a missing definition: {module.name}: {names}")
    imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    module.write_text(ast.unparse(ast.Module([*imports, *kept], [])))


def byte_compile(root: Path, *, third_party: bool = False) -> None:
    """Writes unchecked hash-based .pyc files; timestamp-based ones would be stale in a zip.

    Of third parties, these alone are shipped. Of ours, they have the methods of dataclasses.
    """
    change = as_it_is if third_party else importlib.import_module("written").written
    for source in sorted(root.rglob("*.py")):
        name, text = str(source.relative_to(root)), source.read_bytes()
        try:
            code = compile(change(ast.parse(text, name)), name, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise BuildError(f"{name} is not Python 3.13: {error}") from error
        head = importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + importlib.util.source_hash(text)
        compiled = Path(importlib.util.cache_from_source(str(source)))
        if third_party:
            source.unlink()
            compiled = source.with_suffix(".pyc")
        compiled.parent.mkdir(exist_ok=True)
        compiled.write_bytes(head + marshal.dumps(code))


def as_it_is(module: ast.Module) -> ast.Module:
    return module


def finish(root: Path, *, third_party: bool = False) -> None:
    """Compiles all modules and gives all files the same timestamp."""
    byte_compile(root, third_party=third_party)
    for path in (root, *root.rglob("*")):
        os.utime(path, (TIMESTAMP, TIMESTAMP))


def precompile_templates(root: Path) -> None:
    """Compiles each folder of templates to modules, with the environment used at run time."""
    for folder in sorted(root.rglob("templates")):
        # Imported here because only parts with templates need Jinja.
        rendering = importlib.import_module("aftercare.web.rendering")
        loader = importlib.import_module("jinja2").FileSystemLoader(folder)
        environment = rendering.plain_environment(loader)
        environment.compile_templates(folder.parent / "compiled", zip=None, ignore_errors=False)
        shutil.rmtree(folder)


def precompile_toml(folder: Path) -> None:
    """Converts TOML documents to JSON, which loads faster and needs no TOML parser."""
    for source in sorted(folder.rglob("*.toml")):
        document = tomllib.loads(source.read_text(encoding="utf-8"))
        compiled = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str)
        source.with_suffix(".json").write_text(compiled, encoding="utf-8")
        source.unlink()


def check_rules(package: Path) -> None:
    """Fails if a rule book is unreadable, with file, line and reason, or contradicts itself."""
    sys.dont_write_bytecode = True
    invalid = importlib.import_module(f"{package.name}.kernel.rulebook").RulesInvalidError
    for rules in rule_books(package):
        try:
            importlib.import_module(rules).published()
        except (ValueError, invalid) as error:
            raise BuildError(f"{rules}: {error}") from error


def rule_books(package: Path) -> list[str]:
    """The modules that publish what documents beside them say, by a function of that name."""
    paths = sorted(package.rglob("*.py"))
    found = [path for path in paths if "\ndef published(" in path.read_text(encoding="utf-8")]
    modules = [path.relative_to(package.parent).with_suffix("").parts for path in found]
    return [".".join(parts).removesuffix(".__init__") for parts in modules]


def build_layer(name: str, artifacts: Path) -> None:
    """Builds a layer: the packages of requirements.txt, trimmed as trim.toml says."""
    target = artifacts / "python"
    install(target)
    rules = Path("trim.toml")
    trim(target, tomllib.loads(rules.read_text()) if rules.exists() else {})
    finish(target, third_party=True)
    sys.stdout.write(f"{name}: for {wheel_platform()}\n")


def build_package(name: str, artifacts: Path) -> None:
    """Builds the layer of our own package and its data."""
    target = artifacts / "python" / name
    shutil.copytree(name, target, ignore=NEVER_COPIED)
    sys.path.insert(0, str(target.parent))
    check_rules(target)
    precompile_toml(target)
    precompile_templates(target)
    finish(artifacts / "python")


def build_function(name: str, artifacts: Path) -> None:
    """Builds one function from its folder: EvidenceIntake from evidence_intake/."""
    folder = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    if not Path(folder).is_dir():
        raise BuildError(f"{name}Function: the folder functions/{folder} is missing")
    target = artifacts / folder
    shutil.copytree(folder, target, ignore=NEVER_COPIED)
    precompile_templates(target)
    finish(artifacts)


def main(arguments: Sequence[str]) -> int:
    kinds = {"layer": build_layer, "package": build_package, "function": build_function}
    parser = argparse.ArgumentParser(prog="build")
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("name")
    parser.add_argument("artifacts", type=Path)
    options = parser.parse_args(arguments)
    sys.dont_write_bytecode = True
    if sys.version_info[:2] != RUNTIME:
        sys.stderr.write(f"{options.name}: the build must run on Python 3.13, like the functions\n")
        return 1
    warnings.simplefilter("ignore", SyntaxWarning)
    try:
        kinds[options.kind](options.name, options.artifacts)
    except BuildError as error:
        sys.stderr.write(f"{options.name}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
