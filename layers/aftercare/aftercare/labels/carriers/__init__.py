"""Carriers: who moves parcels, behind one small door."""
