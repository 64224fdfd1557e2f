"""Templates into HTML: compiled at build time, read from source everywhere else."""

from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    ModuleLoader,
    StrictUndefined,
    select_autoescape,
)

from aftercare.web.static_files import StaticFiles

SHARED = Path(__file__).parent


def environment(*folders: Path, static: StaticFiles) -> Environment:
    """The templates of these folders, the shared ones last.

    A folder has its templates in `templates`, or compiled in `compiled`.
    """
    loaders = [loader for folder in (*folders, SHARED) for loader in _loaders(folder)]
    env = plain_environment(ChoiceLoader(loaders))
    env.globals.update(static_url=static.url, base="")
    return env


def plain_environment(loader: BaseLoader) -> Environment:
    """How templates are read; the build compiles them, and those of mails, with these options."""
    return Environment(
        loader=loader,
        autoescape=select_autoescape(["html"], ["txt"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _loaders(folder: Path) -> list[BaseLoader]:
    compiled = folder / "compiled"
    if compiled.is_dir():
        return [ModuleLoader(compiled)]
    return [FileSystemLoader(folder / "templates")]
