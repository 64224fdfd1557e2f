"""Screens what customers upload."""
