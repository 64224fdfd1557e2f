"""Products' pictures from our own origin: no page leads a browser to another server."""

from base64 import b64encode

from chalice.app import Blueprint, Response

from aftercare.orders.model import OrderLine
from aftercare.pictures.model import (
    BATCH_SIDE,
    SIDE,
    is_fetched,
    is_of_batch,
    picture_key,
    picture_path,
)
from aftercare.web.problems import Headers
from portal import rooms

routes = Blueprint(__name__)

_FOREVER = "public, max-age=31536000, immutable"
_POLICY = "; ".join(("default-src 'none'", "img-src data:", "frame-ancestors 'none'", "sandbox"))
_SOON = "public, max-age=300"  # the picture may still be on its way
# API Gateway passes text on as it is; binary answers would need a setting for all paths.
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" '
    'viewBox="0 0 {side} {side}">{content}</svg>'
)
_PICTURE = '<image width="{side}" height="{side}" href="data:image/webp;base64,{copy}"/>'
_NOTHING = '<rect width="{side}" height="{side}" rx="48" fill="#8884"/>'


@routes.route("/pictures/{name}", methods=["GET"])
def picture(name: str) -> Response:
    """The copy with that key, in a drawing; an empty drawing if there is none."""
    key = name.removesuffix(".svg")
    copy, side = rooms.pictures().copy(key), BATCH_SIDE if is_of_batch(key) else SIDE
    shown = _PICTURE if copy else _NOTHING
    content = shown.format(side=side, copy=b64encode(copy or b"").decode())
    headers: Headers = {
        "Content-Type": "image/svg+xml",
        "Cache-Control": _FOREVER if copy else _SOON,
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(_SVG.format(side=side, content=content), headers)


def picture_of(line: OrderLine) -> str:
    """The path of the line's picture; empty if the shop has none."""
    if not is_fetched(line.image_url):
        return ""
    return picture_path(picture_key(line.image_url))
