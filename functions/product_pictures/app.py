"""An order changed: fetch the pictures of its products that we don't have yet."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.evidence.screening import small_copy_in_child
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.pictures.download import Downloads
from aftercare.pictures.wiring import PicturesConfig, picture_service

_ACTOR = system("product_pictures")
_orders = order_service(read(OrdersConfig))
_pictures = picture_service(read(PicturesConfig))
_downloads = Downloads()


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _fetch)


def _fetch(event: Event) -> None:
    order = _orders.get(entry_in(event).subject)
    urls = (line.image_url for line in order.lines)
    copies = _pictures.fetch(urls, _downloads.get, small_copy_in_child, actor=_ACTOR)
    logger.info("pictures", extra={"order_number": order.order_number, "new": copies})
