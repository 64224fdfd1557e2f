"""Products' pictures from our own origin: no page leads a browser to another server."""

from base64 import b64encode

from chalice.app import Blueprint, Response

from aftercare.orders.model import OrderLine
from aftercare.pictures.model import SIDE, is_fetched, picture_key
from aftercare.web.problems import Headers
from portal import rooms

routes = Blueprint(__name__)

_FOREVER = "public, max-age=31536000, immutable"
_POLICY = "; ".join(("default-src 'none'", "img-src data:", "frame-ancestors 'none'", "sandbox"))
_SOON = "public, max-age=300"  # the picture may still be on its way
# API Gateway passes text on as it is; binary answers would need a setting for all paths.
_SVG = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" '
    f'viewBox="0 0 {SIDE} {SIDE}">%s</svg>'
)
_PICTURE = f'<image width="{SIDE}" height="{SIDE}" href="data:image/webp;base64,%s"/>'
_NOTHING = f'<rect width="{SIDE}" height="{SIDE}" rx="48" fill="#8884"/>'


@routes.route("/pictures/{name}", methods=["GET"])
def picture(name: str) -> Response:
    """The copy with that key, in a drawing; an empty drawing if there is none."""
    copy = rooms.pictures().copy(name.removesuffix(".svg"))
    body = _SVG % (_PICTURE % b64encode(copy).decode() if copy else _NOTHING)
    headers: Headers = {
        "Content-Type": "image/svg+xml",
        "Cache-Control": _FOREVER if copy else _SOON,
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, headers)


def picture_of(line: OrderLine) -> str:
    """The path of the line's picture; empty if the shop has none."""
    if not is_fetched(line.image_url):
        return ""
    return f"/pictures/{picture_key(line.image_url)}.svg"
