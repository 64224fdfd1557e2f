"""Erasures of customers, and decisions that chance has drawn: pages for leads."""
