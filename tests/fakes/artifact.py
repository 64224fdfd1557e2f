"""The artifact as Lambda would see it: what `make build` left, read through the built template."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.local import deploying
from infra.local.settings import ROOT, from_environment

BUILD = ROOT / ".aws-sam" / "build"
REGION = "us-west-2"

# Runs with -I -S, so that only the standard library and the paths in argv can be imported.
PROBE = """
import importlib, json, sys, time
target, *paths = sys.argv[1:]
sys.path[:0] = paths
started = time.perf_counter()
module, _, name = target.partition(":")
value = importlib.import_module(module)
took = (time.perf_counter() - started) * 1000
if name and not callable(getattr(value, name)):
    raise SystemExit(f"{target} cannot be called")
origins = {key: getattr(module, "__file__", None) for key, module in list(sys.modules.items())}
json.dump({"milliseconds": took, "origins": origins}, sys.stdout)
"""


@dataclass(frozen=True)
class Imported:
    """The time to import a handler, and the modules that it loads, with their files."""

    milliseconds: float
    origins: dict[str, str | None]

    @property
    def packages(self) -> set[str]:
        return {name.partition(".")[0] for name in self.origins}


@dataclass(frozen=True)
class Function:
    """A function of the built template, with the folders that Lambda puts on its path."""

    name: str
    handler: str
    variables: dict[str, str]
    code: Path
    layers: tuple[Path, ...]

    @property
    def path(self) -> list[str]:
        return [str(self.code), *(str(layer / "python") for layer in self.layers)]

    @property
    def zipped(self) -> int:
        return sum(zipped_size(folder) for folder in (self.code, *self.layers))

    @property
    def unzipped(self) -> int:
        return sum(
            path.stat().st_size for part in (self.code, *self.layers) for path in files(part)
        )

    def probe(self, script: str, *arguments: str) -> str:
        """Runs a script that can import only from this function's part of the artifact."""
        # A port without a listener, so that an import which calls AWS fails at once.
        environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": REGION}
        environment |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
        environment |= {"AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true"}
        command = [sys.executable, "-I", "-S", "-c", script, *arguments, *self.path]
        done = subprocess.run(
            command,
            env=environment | self.variables,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{self.name}: {done.stderr.strip()}")
        return done.stdout

    def load(self) -> Imported:
        module, _, name = self.handler.rpartition(".")
        return Imported(**json.loads(self.probe(PROBE, f"{module}:{name}")))


@dataclass(frozen=True)
class Artifact:
    """The built template's functions and layers."""

    functions: dict[str, Function]
    layers: dict[str, Path]

    def files(self) -> Iterator[Path]:
        for folder in (*self.layers.values(), *(each.code for each in self.functions.values())):
            yield from files(folder)


def files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def zipped_size(folder: Path) -> int:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files(folder):
            archive.write(path, path.relative_to(folder))
    return packed.tell()


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's short forms as plain values: `!Ref X` and `!GetAtt X.Arn` are text."""


def _short_form(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]


_Template.add_multi_constructor("!", _short_form)


def read_template(path: Path) -> dict[str, Any]:
    template: dict[str, Any] = yaml.load(path.read_text(), Loader=_Template)  # noqa: S506 - a SafeLoader
    return template


def _layer_names(properties: dict[str, Any]) -> list[str]:
    listed = properties.get("Layers", [])
    return [name["Ref"] if isinstance(name, dict) else name for name in listed]


def _variables(properties: dict[str, Any], parameters: dict[str, Any]) -> dict[str, str]:
    # Values that the deployment provides are placeholders; imports must not depend on them. What a
    # deployment does without by default is empty: no carrier sells.
    given = properties.get("Environment", {}).get("Variables", {})
    absent = {name for name, each in parameters.items() if each.get("Default") == ""}
    return {
        name: "" if isinstance(value, dict) and value.get("Ref") in absent else str(value)
        for name, value in given.items()
    }


def read_artifact(build: Path = BUILD) -> Artifact:
    template = read_template(build / "template.yaml")
    shared = template.get("Globals", {}).get("Function", {})
    parameters = template.get("Parameters", {})
    # Loops are lists, and define neither functions nor layers.
    single = {name: each for name, each in template["Resources"].items() if isinstance(each, dict)}
    resources = {name: each["Type"] for name, each in single.items()}
    layers = {
        name: build / name for name, kind in resources.items() if kind.endswith("::LayerVersion")
    }
    functions = {}
    for name, kind in resources.items():
        if kind == "AWS::Serverless::Function":
            own = single[name]["Properties"]
            used = (*_layer_names(shared), *_layer_names(own))
            variables = _variables(shared, parameters) | _variables(own, parameters)
            parts = tuple(layers[layer] for layer in used)
            functions[name] = Function(name, own["Handler"], variables, build / name, parts)
    return Artifact(functions, layers)


def build_artifact() -> Artifact:
    """The artifact of the sources as they are; building it is skipped when nothing changed."""
    deploying.build(from_environment())
    return read_artifact()
