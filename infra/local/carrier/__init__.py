"""A seller of labels on this machine: EasyPost's shapes, Shippo's, and their faults on request."""

import sys

from infra.local.settings import ROOT

# Its numbers are made by the application's checks, which are imported from this folder.
sys.path.insert(0, str(ROOT / "layers" / "aftercare"))
