"""The portal's templates and static files, feature by feature."""

from pathlib import Path

from aftercare.web.pages import Pages
from aftercare.web.static_files import SHARED, StaticFiles

_PORTAL = Path(__file__).parent.parent
_NAMES = ("site", "entry", "returns", "points", "about", "tracking", "messages", "handovers")
_FEATURES = [_PORTAL / name for name in _NAMES]
_STATIC = [folder / "static" for folder in _FEATURES if (folder / "static").is_dir()]
STATIC = StaticFiles("/static", SHARED, *_STATIC)
PAGES = Pages(*_FEATURES, static=STATIC)
