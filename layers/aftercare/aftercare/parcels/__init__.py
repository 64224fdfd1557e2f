"""Parcels of both directions: who carries them, what carriers say, and where they stand."""
