"""The points that a member has."""
