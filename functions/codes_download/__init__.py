"""Hands a batch's file to whoever has its one-time link."""
