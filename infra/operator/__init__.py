"""What operators do to a stack that is up, with credentials of their own: codes, batches, keys."""

import sys

from infra.local.settings import ROOT

# Run from the checkout, where our package is not installed.
sys.path.insert(0, str(ROOT / "layers" / "aftercare"))
