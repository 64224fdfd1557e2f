"""Carriers, behind one small interface."""
