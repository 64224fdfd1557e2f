"""Builds one piece of the artifact in the current directory: what each folder's Makefile calls."""

# Standard library only, on Python 3.13: the functions load the byte code that this writes.

import argparse
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
# Byte code without sources is read by this version only.
RUNTIME = (3, 13)
RULE_BOOKS = ("points.rules", "returns.policies")
UNCHECKED_HASH = (0b01).to_bytes(4, "little")
# One moment for every file, so that the same input makes the same zip: 2000-01-01 UTC.
MOMENT = 946_684_800


class BuildError(Exception):
    """The piece cannot be built; the message says what to do."""


def wheel_platform() -> str:
    """The architecture the functions run on: ARCHITECTURE, or this machine's own."""
    asked = os.environ.get("ARCHITECTURE") or platform.machine()
    if asked not in ARCHITECTURES:
        raise BuildError(f"ARCHITECTURE={asked}: choose x86_64 or arm64")
    return f"{ARCHITECTURES[asked]}-manylinux_2_28"


def install(target: Path) -> None:
    """Installs requirements.txt, each file checked against its hash, for the functions' machine."""
    uv = os.environ["UV"]
    command = [uv, "pip", "install", "--quiet", "--target", str(target), "--link-mode", "copy"]
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
    command += ["--python", sys.executable, "--python-version", "3.13"]
    command += ["--python-platform", wheel_platform(), "-r", "requirements.txt"]
    if subprocess.run(command, check=False).returncode:  # noqa: S603 - our own arguments
        raise BuildError("the pinned packages could not be installed (uv says why above)")


def drop(root: Path, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        for path in list(root.glob(pattern)):
            remove(path)


def keep(folder: Path, names: Iterable[str]) -> None:
    """Removes everything from a folder except those names."""
    kept = set(names)
    missing = kept - {path.name for path in folder.iterdir()}
    if missing:
        raise BuildError(f"trim.toml keeps a missing file: {folder.name}: {sorted(missing)}")
    for path in list(folder.iterdir()):
        if path.name not in kept:
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
    resources = root / "boto3" / "data"
    keep(resources, [path.name for path in resources.iterdir() if path.name in services])
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
    # botocore reads all of it before it makes its first client: 1.2 MB of JSON in each cold start.
    endpoints = json.loads(path.read_text())
    for partition in endpoints["partitions"]:
        served = partition["services"]
        partition["services"] = {name: served[name] for name in served if name in prefixes}
    path.write_text(json.dumps(endpoints, separators=(",", ":")))


def trim(root: Path, rules: Mapping[str, Any]) -> None:
    drop(root, [*rules.get("drop", []), *NEVER_SHIPPED])
    edit(root, rules.get("edit", {}))
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


def byte_compile(root: Path, *, sourceless: bool = False) -> None:
    """Writes unchecked hash-based .pyc files: a zip's timestamps make any other kind stale."""
    for source in sorted(root.rglob("*.py")):
        name, text = str(source.relative_to(root)), source.read_bytes()
        try:
            code = compile(text, name, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise BuildError(f"{name} is not Python 3.13: {error}") from error
        head = importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + importlib.util.source_hash(text)
        compiled = Path(importlib.util.cache_from_source(str(source)))
        if sourceless:
            source.unlink()
            compiled = source.with_suffix(".pyc")
        compiled.parent.mkdir(exist_ok=True)
        compiled.write_bytes(head + marshal.dumps(code))


def finish(root: Path, *, sourceless: bool = False) -> None:
    """Compiles everything and gives every file the same date."""
    byte_compile(root, sourceless=sourceless)
    for path in (root, *root.rglob("*")):
        os.utime(path, (MOMENT, MOMENT))


def precompile_templates(root: Path) -> None:
    """Turns each folder of pages' templates into modules, read as the pages are at run time."""
    for folder in sorted(root.rglob("templates")):
        # Not at the top: only pieces with templates need Jinja.
        rendering = importlib.import_module("aftercare.web.rendering")
        loader = importlib.import_module("jinja2").FileSystemLoader(folder)
        environment = rendering.plain_environment(loader)
        environment.compile_templates(folder.parent / "compiled", zip=None, ignore_errors=False)
        shutil.rmtree(folder)


def precompile_catalogue(folder: Path) -> None:
    """Turns a catalogue's TOML into JSON, which loads faster and without a parser of TOML."""
    for source in sorted(folder.rglob("*.toml")):
        document = tomllib.loads(source.read_text(encoding="utf-8"))
        compiled = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        source.with_suffix(".json").write_text(compiled, encoding="utf-8")
        source.unlink()


def check_rules(package: str) -> None:
    """Refuses a rule book that cannot be read or has two versions of one day."""
    sys.dont_write_bytecode = True
    for rules in RULE_BOOKS:
        importlib.import_module(f"{package}.{rules}").published()


def build_layer(name: str, artifacts: Path) -> None:
    """The pinned packages of requirements.txt, without what trim.toml leaves out."""
    target = artifacts / "python"
    install(target)
    rules = Path("trim.toml")
    trim(target, tomllib.loads(rules.read_text()) if rules.exists() else {})
    finish(target, sourceless=True)
    sys.stdout.write(f"{name}: for {wheel_platform()}\n")


def build_package(name: str, artifacts: Path) -> None:
    """Our own package, with its data."""
    target = artifacts / "python" / name
    shutil.copytree(name, target, ignore=NEVER_COPIED)
    precompile_catalogue(target / "words" / "catalogue")
    sys.path.insert(0, str(target.parent))
    check_rules(name)
    precompile_templates(target)
    finish(artifacts / "python")


def build_function(name: str, artifacts: Path) -> None:
    """One function's own folder, its templates compiled: EvidenceIntake is evidence_intake/."""
    folder = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    if not Path(folder).is_dir():
        raise BuildError(f"{name}Function: there is no folder functions/{folder}")
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
    chosen = parser.parse_args(arguments)
    sys.dont_write_bytecode = True
    if sys.version_info[:2] != RUNTIME:
        sys.stderr.write(f"{chosen.name}: the functions run on Python 3.13; so must the build\n")
        return 1
    warnings.simplefilter("ignore", SyntaxWarning)
    try:
        kinds[chosen.kind](chosen.name, chosen.artifacts)
    except BuildError as error:
        sys.stderr.write(f"{chosen.name}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
