"""The demo's batches show the demo's picture, also those that an earlier version seeded."""

import pytest

from aftercare.authenticity.keys import parse
from aftercare.batches.wiring import BatchesConfig, batch_service
from aftercare.kernel.config import read
from aftercare.pictures.wiring import PicturesConfig, picture_service
from infra.seeds.codes import seed
from tests.fakes.batches import drafted
from tests.fakes.codes import KEYS_TEXT
from tests.fakes.environment import CODE_KEYS

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


def test_every_demo_batch_has_the_demos_picture(
    tables: dict[str, str], buckets: dict[str, str]
) -> None:
    batches = batch_service(BatchesConfig(tables["BatchesTable"]))
    newest = max(parse(KEYS_TEXT))
    drafted(batches, batch_code="MM-2026-A", key_id=newest)
    before = {batch.batch_id for batch in batches.store.everything()}
    for _ in range(2):
        seed(tables | buckets, CODE_KEYS)
    demo = [each for each in batches.store.everything() if each.batch_code.startswith("MM-2026-")]
    assert len(demo) == 4
    assert {each.batch_id for each in demo} & before
    [key] = {each.picture for each in demo}
    assert picture_service(read(PicturesConfig)).copy(key)
