"""The portal's pages and static files: templates to HTML, assets named after their content."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined


@dataclass(frozen=True, slots=True)
class Asset:
    """A text file that browsers may keep for ever, because its name holds its hash."""

    body: str
    content_type: str


@cache
def environment() -> Environment:
    """Templates compiled at build time where they exist, from source everywhere else."""
    here = Path(__file__).parent
    compiled, source = ModuleLoader(here / "compiled"), FileSystemLoader(here / "templates")
    env = Environment(
        loader=ChoiceLoader([compiled, source]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(static_url=static_url, base="")
    env.filters["typeset"] = typeset
    return env


def render(template: str, **context: object) -> str:
    return environment().get_template(template).render(context)


def typeset(sentence: str) -> str:
    """One of our own sentences with the apostrophes that the pages have."""
    return sentence.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def static_url(name: str) -> str:
    """The path of a file in static/; raises KeyError for a name that is not there."""
    return f"/static/{_hashed_names()[name]}"


def asset(hashed_name: str) -> Asset | None:
    """The file behind a hashed name, or None when this deployment does not have it."""
    return _assets().get(hashed_name)


@cache
def _hashed_names() -> dict[str, str]:
    return {path.name: _hashed(path) for path in _static_files()}


@cache
def _assets() -> dict[str, Asset]:
    types = _content_types()
    return {
        _hashed(path): Asset(path.read_text(encoding="utf-8"), types[path.suffix])
        for path in _static_files()
    }


def _static_files() -> list[Path]:
    folder = Path(__file__).parent / "static"
    return sorted(path for path in folder.iterdir() if path.suffix in _content_types())


def _content_types() -> dict[str, str]:
    return {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
    }


def _hashed(path: Path) -> str:
    return f"{path.stem}.{sha256(path.read_bytes()).hexdigest()[:8]}{path.suffix}"
