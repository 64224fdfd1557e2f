"""Static files, named after their content so that browsers may keep them for ever."""

from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from chalice.app import Response

from aftercare.kernel.errors import NotFoundError
from aftercare.web.problems import Headers, problem_of

SHARED = Path(__file__).parent / "static"
_FOREVER = "public, max-age=31536000, immutable"
_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset(NamedTuple):
    """One text file."""

    body: str
    content_type: str


class StaticFiles:
    """The files of some folders, served under one path."""

    def __init__(self, path: str, *folders: Path) -> None:
        self._path = path
        self._folders = folders

    def url(self, name: str) -> str:
        """The path of the file of that name; raises KeyError for a name that is not there."""
        return f"{self._path}/{self._hashed_names[name]}"

    def asset(self, hashed_name: str) -> Asset | None:
        """The file behind a hashed name; None if this deployment does not have it."""
        return self._assets.get(hashed_name)

    def response(self, hashed_name: str, request_id: str) -> Response:
        """The file, or a problem that says that it is not there."""
        asset = self.asset(hashed_name)
        if asset is None:
            return problem_of(NotFoundError("There is no such file here."), request_id).response()
        headers: Headers = {"Content-Type": asset.content_type, "Cache-Control": _FOREVER}
        return Response(asset.body, headers)

    @cached_property
    def _hashed_names(self) -> dict[str, str]:
        return {path.name: _hashed(path) for path in self._files()}

    @cached_property
    def _assets(self) -> dict[str, Asset]:
        return {
            _hashed(path): Asset(path.read_text("utf-8"), _CONTENT_TYPES[path.suffix])
            for path in self._files()
        }

    def _files(self) -> list[Path]:
        return [
            path
            for folder in self._folders
            for path in sorted(folder.iterdir())
            if path.suffix in _CONTENT_TYPES
        ]


def _hashed(path: Path) -> str:
    return f"{path.stem}.{sha256(path.read_bytes()).hexdigest()[:8]}{path.suffix}"
