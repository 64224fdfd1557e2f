"""The layers work from the artifact: what trimming breaks shows only in use."""

from infra.local.carrier.books import CarrierBooks
from infra.local.carrier.server import serving
from infra.local.settings import ROOT
from tests.fakes.artifact import Artifact

DRAW_AND_READ_BACK = """
import sys
sys.path[:0] = sys.argv[1:]
from datetime import date
from aftercare.kernel.address import Address
from aftercare.labels import sscc
from aftercare.labels.model import LabelDetails
from aftercare.labels.documents import printed

to = Address("Returns Center", "1 Harbor Blvd", "Long Beach", "CA", "90810", "US")
for name in ("Jordan Ellis", "陈小明", "สมชาย ใจดี", "محمد علي", "Åsa Öberg", "Юлия", "🐻"):
    sender = Address(name, "2741 Maple Hollow Rd", "Portland", "OR", "97214", "US")
    number = sscc.build(0, "0340000", 123456789)
    details = LabelDetails(
        number, "R-7K3M-Q9XT-4", sender, to, "House", "Ground", date(2026, 3, 4), sample=True
    )
    assert len(printed(details)) == 7
"""

SCREEN_EVERY_FORMAT = """
import sys
sys.path[:0] = sys.argv[1:]
from io import BytesIO
from PIL import Image
from aftercare.evidence.screening import screen_in_child, small_copy_in_child
from aftercare.evidence.verdict import Accepted

for kind in ("JPEG", "PNG", "WEBP", "AVIF", "HEIF"):
    file = BytesIO()
    picture = Image.new("RGB", (1000, 800), "teal")
    picture.paste("white", (200, 200, 600, 500))
    picture.save(file, format=kind)
    verdict = screen_in_child(file.getvalue())
    assert isinstance(verdict, Accepted), (kind, verdict)
    assert small_copy_in_child(file.getvalue(), 192), kind
"""

BUY_A_LABEL = """
import sys
url, *paths = sys.argv[1:]
sys.path[:0] = paths
from datetime import date
from aftercare.kernel.address import Address
from aftercare.labels.carriers.carrier import Shipment
from aftercare.labels.carriers.easypost import EasyPostCarrier
from aftercare.labels.carriers.easypost_api import EasyPostApi, client_at
from aftercare.labels.contracts import published
from aftercare.labels.model import VoidAnswer

home = Address("Jordan Ellis", "2741 Maple Hollow Rd", "Portland", "OR", "97214", "US")
parcel = Shipment("lbl_1", home, home, "US", date(2026, 11, 28))
seller = EasyPostCarrier(EasyPostApi(lambda: client_at(url, "EZTK")), published())
offer = seller.plan(parcel)
assert seller.find("lbl_1", offer) is None
assert seller.buy(parcel, offer) == seller.find("lbl_1", offer)
assert seller.void("lbl_1", offer) is VoidAnswer.UNDER_WAY
"""

LOAD_EVERY_PAGE = """
import sys
module, templates, *paths = sys.argv[1:]
sys.path[:0] = paths
import importlib
pages = importlib.import_module(module).PAGES
for template in templates.split(","):
    pages.environment.get_template(template)
"""


def test_labels_in_any_script_are_drawn_and_read_back(artifact: Artifact) -> None:
    artifact.functions["LabelWorkerFunction"].probe(DRAW_AND_READ_BACK)


def test_the_official_client_buys_from_the_artifact_alone(artifact: Artifact) -> None:
    with serving(CarrierBooks()) as server:
        artifact.functions["LabelWorkerFunction"].probe(BUY_A_LABEL, server.url)


def test_photos_of_every_format_are_screened(artifact: Artifact) -> None:
    for name in ("EvidenceIntakeFunction", "ProductPicturesFunction"):
        artifact.functions[name].probe(SCREEN_EVERY_FORMAT)


def test_every_page_loads_without_its_source(artifact: Artifact) -> None:
    shared = ROOT / "layers/aftercare/aftercare/web"
    for function, module in (("portal", "portal.site.pages"), ("check_page", "check_page.edge")):
        name = function.title().replace("_", "") + "Function"
        folders = (shared, ROOT / "functions" / function)
        pages = [path.name for folder in folders for path in folder.rglob("*.html")]
        artifact.functions[name].probe(LOAD_EVERY_PAGE, module, ",".join(pages))
