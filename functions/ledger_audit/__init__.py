"""Audits every member's books, week by week."""
