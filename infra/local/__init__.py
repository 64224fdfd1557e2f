"""Runs the whole stack on one machine, against an AWS emulator."""
