"""The portal's templates and static files, feature by feature."""

from pathlib import Path

from aftercare.web.pages import Pages
from aftercare.web.static_files import SHARED, StaticFiles

_PORTAL = Path(__file__).parent.parent
_FEATURES = [_PORTAL / name for name in ("site", "entry", "returns", "points", "about", "tracking")]
_STATIC = [_PORTAL / name / "static" for name in ("site", "returns", "points", "tracking")]
STATIC = StaticFiles("/static", SHARED, *_STATIC)
PAGES = Pages(*_FEATURES, static=STATIC)
