"""After-sales for a collectible-toy retailer: one room per feature, all furnished alike."""

import gc

# Imports make no garbage and requests hardly any. Looking for it after each 2,000 new objects took
# a tenth of a start.
gc.set_threshold(50_000, *gc.get_threshold()[1:])
