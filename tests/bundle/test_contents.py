"""The artifact's contents: byte code that is never stale, trimmed data, no local paths."""

import importlib.util
import platform
import re
from pathlib import Path

from aftercare.kernel.aws import Service
from infra.local.settings import ROOT
from tests.fakes.artifact import Artifact

UNCHECKED_HASH = 0b01
SHARED_DATA = {"_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"}
ELF_MACHINES = {62: {"x86_64", "AMD64"}, 183: {"aarch64", "arm64"}}
NEVER_SHIPPED = re.compile(r"\.(pyi|pyx|pxd|c|h|md|html)$|\.dist-info/|/tests?/|/\.")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    return dict(PIN.findall(path.read_text()))


def is_third_party(artifact: Artifact, path: Path) -> bool:
    ours = artifact.layers["AftercareLayer"]
    return any(path.is_relative_to(layer) for layer in artifact.layers.values() if layer != ours)


def test_every_module_of_ours_has_byte_code_that_no_timestamp_can_make_stale(
    artifact: Artifact,
) -> None:
    sources = [path for path in artifact.files() if path.suffix == ".py"]
    assert len(sources) > 100
    for source in sources:
        assert not is_third_party(artifact, source), source
        compiled = Path(importlib.util.cache_from_source(str(source))).read_bytes()
        assert compiled[:4] == importlib.util.MAGIC_NUMBER, source
        assert int.from_bytes(compiled[4:8], "little") == UNCHECKED_HASH, source
        assert compiled[8:16] == importlib.util.source_hash(source.read_bytes()), source


def test_third_party_modules_are_shipped_as_byte_code_alone(artifact: Artifact) -> None:
    compiled = [path for path in artifact.files() if path.suffix == ".pyc"]
    dependencies = [path for path in compiled if is_third_party(artifact, path)]
    assert len(dependencies) > 300
    for path in dependencies:
        assert path.parent.name != "__pycache__", path
        assert path.read_bytes()[:4] == importlib.util.MAGIC_NUMBER, path
    for path in set(compiled) - set(dependencies):
        assert Path(importlib.util.source_from_cache(str(path))).exists(), path


def test_no_file_names_the_checkout(artifact: Artifact) -> None:
    checkout = str(ROOT).encode()
    assert [path for path in artifact.files() if checkout in path.read_bytes()] == []


def test_botocore_carries_only_the_services_in_use(artifact: Artifact, services: set[str]) -> None:
    data = artifact.layers["DepsLayer"] / "python/botocore/data"
    assert {path.name for path in data.iterdir()} == services | SHARED_DATA
    for service in services:
        assert len(list((data / service).iterdir())) == 1, service


def test_every_service_the_code_may_call_is_shipped(services: set[str]) -> None:
    assert set(Service.__value__.__args__) <= services


def test_no_unused_files_are_shipped(artifact: Artifact) -> None:
    shipped = [str(path.relative_to(ROOT / ".aws-sam/build")) for path in artifact.files()]
    assert [path for path in shipped if NEVER_SHIPPED.search(path)] == []


def test_every_library_is_for_the_machine_it_was_built_for(artifact: Artifact) -> None:
    for path in artifact.files():
        if path.suffix == ".so" or ".so." in path.name:
            machine = int.from_bytes(path.read_bytes()[18:20], "little")
            assert platform.machine() in ELF_MACHINES[machine], path


def test_templates_are_shipped_as_modules_only(artifact: Artifact) -> None:
    shipped = {
        ROOT / "functions/portal": artifact.functions["PortalFunction"].code / "portal",
        ROOT / "functions/check_page": artifact.functions["CheckPageFunction"].code / "check_page",
        ROOT / "layers/aftercare/aftercare/web": artifact.layers["AftercareLayer"]
        / "python/aftercare/web",
    }
    for source, built in shipped.items():
        pages = [path for path in source.rglob("*.html") if path.parent.name == "templates"]
        assert pages
        assert not list(built.rglob("templates"))
        assert len(list(built.rglob("compiled/tmpl_*.py"))) == len(pages)


def test_the_catalogue_is_shipped_as_json_only(artifact: Artifact) -> None:
    source = ROOT / "layers/aftercare/aftercare/words/catalogue"
    texts = {path.relative_to(source).with_suffix("") for path in source.rglob("*.toml")}
    shipped = {
        Path(str(path).partition("/words/catalogue/")[2])
        for path in artifact.files()
        if "/words/catalogue/" in str(path)
    }
    assert {path.with_suffix("") for path in shipped} == texts
    assert {path.suffix for path in shipped} == {".json"}


def test_no_document_needs_a_parser_of_toml(artifact: Artifact) -> None:
    source, built = ROOT / "layers/aftercare/aftercare", artifact.layers["AftercareLayer"]
    texts = {path.relative_to(source).with_suffix(".json") for path in source.rglob("*.toml")}
    assert texts <= {path.relative_to(built / "python/aftercare") for path in built.rglob("*.json")}
    assert not list(built.rglob("*.toml"))


def test_layers_ship_the_versions_that_are_tested() -> None:
    tested = pins(ROOT / "requirements/dev.txt")
    for layer in ("deps", "imaging", "printing", "selling"):
        shipped = pins(ROOT / f"layers/{layer}/requirements.txt")
        assert shipped.items() <= tested.items(), layer
